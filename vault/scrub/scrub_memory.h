// Private to vault/scrub/: what the scrub remembers (family scrub): where it stands, and what it
// found damaged. That rots like anything else, and then nothing is lost for good: another cycle
// finds it again. So it is read around what cannot be read, and made anew.
//
// Threads: functions over a store that others use at the same time. Errors: those of the store.
#ifndef TIDEMARK_VAULT_SCRUB_SCRUB_MEMORY_H_
#define TIDEMARK_VAULT_SCRUB_SCRUB_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "proto/stored.pb.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"

namespace tidemark::vault {

inline constexpr uint32_t kScrubRowFormat = 1;

// Keys of family scrub within the range, in order, `most` of them. That some cannot be read is
// noted (RocksStore::NoteUnreadable).
absl::StatusOr<std::vector<std::string>> RememberedIn(const RocksStore& store,
                                                      const schema::KeyRange& rows, size_t most);

struct RememberedDamage {
  uint64_t pieces = 0;
  uint64_t records = 0;  // stretches of them
  bool is_all = true;    // false: some rows, or all of them, cannot be read
};
RememberedDamage CountRemembered(const RocksStore& store);

// Where it stood; a row of the beginning if there is none. `is_lost`: there is one, and it cannot
// be read.
struct ScrubState {
  tidemark::v1::ScrubRow row;
  bool is_lost = false;
};
ScrubState ReadScrubState(const RocksStore& store);

// All rows of damage that can be read. `is_all` is false if there are more.
struct ReadableMemory {
  StoreBatch rows;
  bool is_all = true;
};
absl::StatusOr<ReadableMemory> ReadMemory(const RocksStore& store);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_SCRUB_SCRUB_MEMORY_H_
