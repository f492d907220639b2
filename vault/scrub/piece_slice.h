// Private to vault/scrub/: some pieces of one family that stand together, read and digested.
//
// Threads: pure functions over a store that others write at the same time: what seems to be missing
// or damaged is looked at once more, on its own, before it is called so.
#ifndef TIDEMARK_VAULT_SCRUB_PIECE_SLICE_H_
#define TIDEMARK_VAULT_SCRUB_PIECE_SLICE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"

namespace tidemark::vault {

// What one slice is made of at most.
inline constexpr uint64_t kScrubSliceBytes = 4 << 20;
inline constexpr size_t kScrubSlicePieces = 4096;

struct CheckedSlice {
  uint32_t kind;      // ScrubRow.family
  std::string begin;  // keys of pieces, begin <= key < end
  std::string end;    // "": the family's end
  uint64_t pieces = 0;
  uint64_t bytes = 0;                            // of ciphertext and digests
  std::map<std::string, std::string> damaged{};  // key of a piece: what is wrong, for people
  std::vector<schema::KeyRange> unreadable{};    // between which keys a block cannot be read
};

// "frame 3 of pack 00ab...": for people.
std::string DescribePiece(uint32_t kind, const std::string& key);

// Pieces from `begin` on: those that are there, and those that should be.
absl::StatusOr<CheckedSlice> CheckPieces(const RocksStore& store, uint32_t kind,
                                         const std::string& begin);

// What is wrong with one piece, for people; nothing if it is whole, or gone and rightly so.
absl::StatusOr<std::optional<std::string>> LookAtPiece(const RocksStore& store, uint32_t kind,
                                                       const std::string& key);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_SCRUB_PIECE_SLICE_H_
