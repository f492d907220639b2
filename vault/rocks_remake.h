// Private to vault/: what the parts of a remake share (rocks_remake.cc, rocks_remake_turns.cc,
// rocks_remade_table.cc).
#ifndef TIDEMARK_VAULT_ROCKS_REMAKE_H_
#define TIDEMARK_VAULT_ROCKS_REMAKE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "vault/remake_refusals.h"
#include "vault/rocks_store.h"

namespace tidemark::vault {

// Rows beside its own that one new table may take. A block has some dozen; where it is not known
// how far it reaches there may be more.
inline constexpr size_t kReliedOnRowsMax = 100'000;

absl::Status TooMuchToRemake();
// UNAVAILABLE: so much is not free, and what a database needs to open besides.
absl::Status CheckRoom(const std::string& dir, uint64_t bytes);
// Of a table that stays where it is: UNAVAILABLE, or FAILED_PRECONDITION if `why` is that.
RocksStore::Refusal Refused(const std::string& table, const absl::Status& why,
                            const std::vector<RocksStore::Unreadable>& gaps);

void NoteRefusal(const RocksStore::Refusal& refusal, RemakeRefusals::Cost cost,
                 RemakeRefusals& refusals);

// What a table that was being made anew when the process ended leaves behind. Before the database
// is opened; it is in nobody's list.
void RemoveUnfinishedTable(const std::string& dir);
std::string UnfinishedTablePath(const std::string& dir);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_ROCKS_REMAKE_H_
