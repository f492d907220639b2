// Private to vault/: pieces that were mended, until nothing is left of what was wrong with them.
//
// A block that cannot be read stays below the new row, in the way of every compaction and of
// whoever reads its pack from end to end. Until its table is made anew the piece goes on counting
// as damaged, so that whoever asks for the damage is told, also after a restart.
//
// Threads: FinishMending() from any; a Mending belongs to one thread. Errors: those of the store. A
// table that stays is none.
#ifndef TIDEMARK_VAULT_SCRUB_MENDING_H_
#define TIDEMARK_VAULT_SCRUB_MENDING_H_

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"

namespace tidemark::vault {

struct MendedPieces {
  uint32_t kind;                    // ScrubRow.family: frames, parts or nodes
  std::set<std::string> keys = {};  // of pieces that count as damaged
  // Between which keys there is a block that cannot be read and in which nobody misses anything.
  std::vector<schema::KeyRange> blocks = {};
  // Only of these tables; none: of any.
  std::set<std::string> tables = {};
  RocksStore::RemakeRequest::Asking asking = RocksStore::RemakeRequest::Asking::kAlways;
  // As in RocksStore::RemakeRequest.
  std::function<void(const std::string& key)> at_missing = nullptr;
  std::function<void(absl::string_view point)> at_point = nullptr;
};

// Has the tables made anew in which the pieces' blocks, or those of `blocks`, cannot be read. Then
// a piece counts as damaged no more if it is whole, or rightly gone, and lies in no such block of a
// table that stays; so does every other piece in the blocks that went. What became of each table.
absl::StatusOr<RocksStore::Remade> FinishMending(RocksStore& store, const MendedPieces& mended);

// What nobody else has finished: blocks that the scrub or a compaction met, and pieces that were
// mended and are known as damaged still (their table was refused; whoever healed them ended before
// the end of its round, or is of a version that knows of none). They are gone over once an hour,
// and as soon as a table that was refused is due.
class Mending final {
 public:
  // Both must outlive it. `at_missing` is told of pieces that are missed in a block.
  Mending(RocksStore& store, const base::Clock& clock,
          std::function<void(uint32_t kind, const std::string& key)> at_missing)
      : store_(store), clock_(clock), at_missing_(std::move(at_missing)) {}

  // At once, for tables that are due.
  void TakeOut(uint32_t kind, std::set<std::string> keys, std::vector<schema::KeyRange> blocks);
  // At once, of one table: a compaction stopped at it.
  void TakeOut(const DamageNews::Table& table);
  // If it is time. Reads some hundred pieces at most: the others when it is asked again.
  void LookAgain();
  // Until it is time.
  absl::Duration wait() const;

 private:
  void Ask(MendedPieces mended);
  // Of the next pieces that are known as damaged, those that are whole or rightly gone.
  std::set<std::string> NextWhole(uint32_t kind);

  RocksStore& store_;
  const base::Clock& clock_;
  const std::function<void(uint32_t kind, const std::string& key)> at_missing_;
  std::map<uint32_t, std::vector<schema::KeyRange>> blocks_;  // by kind; of tables that stay
  std::map<uint32_t, std::string> next_;  // by kind; from which piece on it is gone over. "": all
  absl::Time looked_ = absl::InfinitePast();
  absl::Time due_ = absl::InfinitePast();
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_SCRUB_MENDING_H_
