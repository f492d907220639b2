// For tests only: ids, packs and nights of the object index, all of them by number.
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_INDEX_TESTING_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_INDEX_TESTING_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "escrow_agent/client/index/object_index.h"

namespace tidemark::escrow_agent {

IndexOwner TestOwner();
// The same for the same number, and spread like a hash.
crypto::ObjectId IdOf(uint64_t number);
std::vector<crypto::ObjectId> IdsOf(const std::vector<uint64_t>& numbers);
// Its id, secret and digest are made of `number`; the flags are not set.
IndexedPack PackOf(uint8_t number, std::vector<uint32_t> frame_objects);

// Opens with TestOwner(); it has to be possible.
std::unique_ptr<ObjectIndex> OpenIndex(const std::string& dir);
// One call of Find().
std::vector<ObjectPlace> FindAll(ObjectIndex& index, const std::vector<crypto::ObjectId>& ids);
ObjectPlace FindOne(ObjectIndex& index, const crypto::ObjectId& id);

struct TestEntry {
  crypto::ObjectId id;
  ObjectPlace place;
};
// Begins an update of `index`, appends and commits.
absl::Status CommitNight(ObjectIndex& index, IndexMode mode, const std::vector<TestEntry>& entries,
                         IndexedPack new_pack);
// A night of `objects` ids from number 0 on, all of them in a new pack with frames of 10, in a
// directory without an index.
void MakeIndex(const std::string& dir, uint32_t objects);
// Where MakeIndex() has put number n.
ObjectPlace MadePlace(uint32_t number);

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_INDEX_TESTING_H_
