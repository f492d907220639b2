// Private to vault/scrub/: some rows of a family that has no pieces (packs, deposits, verdicts,
// log, meta, nodes, acts, holds), read. RocksDB compares each block with its checksum; whether rows
// fit each other is fsck's to say.
//
// Threads: pure functions over a store that others write at the same time.
#ifndef TIDEMARK_VAULT_SCRUB_RECORD_SLICE_H_
#define TIDEMARK_VAULT_SCRUB_RECORD_SLICE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"

namespace tidemark::vault {

inline constexpr schema::Family kFirstRecordFamily = schema::Family::kPacks;
inline constexpr schema::Family kLastRecordFamily = schema::Family::kHolds;

struct CheckedRecords {
  schema::Family family;
  std::string begin;  // begin <= key < end
  std::string end;    // "": the family's end
  uint64_t records = 0;
  uint64_t bytes = 0;
  std::vector<RocksStore::Unreadable> unreadable = {};
};

// Rows from `begin` on, no more bytes than one slice has (piece_slice.h).
absl::StatusOr<CheckedRecords> CheckRecords(const RocksStore& store, schema::Family family,
                                            const std::string& begin);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_SCRUB_RECORD_SLICE_H_
