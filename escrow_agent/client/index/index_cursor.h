// Looks ids up in an index, on the bet that they come in the order of its entries.
//
// Tonight's file mostly has the objects of the last one in their order, so the next id is compared
// with the entry after the last hit, and then with the one after that: a changed object stands in
// the place of one that is gone. Only what is at neither goes to the hash table, in groups, so that
// its cache misses overlap.
//
// Threads: one at a time. The index must outlive the cursor.
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_INDEX_CURSOR_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_INDEX_CURSOR_H_

#include <cstdint>

#include "absl/types/span.h"
#include "crypto/object_id.h"
#include "escrow_agent/client/index/mapped_index.h"
#include "escrow_agent/client/index/slot_hash.h"

namespace tidemark::escrow_agent {

// A known object: the number of an entry, and its place, which is within its pack.
struct EntryHit {
  static constexpr uint64_t kNone = UINT64_MAX;
  uint64_t entry = kNone;
  ObjectPlace place;
};

class IndexCursor final {
 public:
  enum class Order {
    kOfEntries,  // mostly
    // No bet: of entries with one id, what is found is the one that counts, the last.
    kAny,
  };
  IndexCursor(MappedIndex& index, Order order)
      : index_(index), order_(order), hash_(index.objects(), index.homes()) {}

  // REQUIRES: equal sizes.
  void Find(absl::Span<const crypto::ObjectId> ids, absl::Span<EntryHit> hits);

 private:
  static constexpr size_t kGroup = 64;
  // An id on its way through the table.
  struct Probe {
    size_t number;  // in its group
    uint64_t slot;
    uint64_t slots_end;
    uint64_t entry;
  };

  void FindGroup(absl::Span<const crypto::ObjectId> ids, absl::Span<EntryHit> hits);
  bool Predict(const crypto::ObjectId& id, EntryHit& hit);
  bool IsAt(uint64_t entry, const crypto::ObjectId& id, EntryHit& hit);
  // Goes on to the next slot that may mean the id; false if there is none.
  bool NextCandidate(const crypto::ObjectId& id, Probe& probe);

  MappedIndex& index_;
  const Order order_;
  const SlotHash hash_;
  uint64_t expected_ = 0;            // the entry after the last hit
  uint64_t hits_since_release_ = 0;  // by prediction
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_INDEX_CURSOR_H_
