// How much of each frame is still alive in the index that is being made, and what follows from it:
// which packs it goes on to list, and which frames are to be sent again.
//
// Threads: one at a time.
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_PACK_LIVENESS_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_PACK_LIVENESS_H_

#include <cstdint>
#include <vector>

#include "escrow_agent/client/index/index_format.h"
#include "escrow_agent/client/index/object_index.h"

namespace tidemark::escrow_agent {

class PackLiveness final {
 public:
  // By slot; nullptr in a free one. The packs must outlive this object.
  explicit PackLiveness(std::vector<const IndexedPack*> packs);

  // An id that is known lies there. REQUIRES: within the packs.
  void Add(const ObjectPlace& place) { ++alive_[place.slot][place.frame]; }
  void Remove(const ObjectPlace& place) { --alive_[place.slot][place.frame]; }

  // By ascending slot. Packs without a live object are left out; and, were they more than a
  // manifest can name beside a new one (or had more than kIndexFramesMax frames), those with the
  // fewest.
  std::vector<PackRow> Rows(IndexMode mode) const;

 private:
  std::vector<bool> RenewFlags(uint32_t slot, IndexMode mode) const;

  const std::vector<const IndexedPack*> packs_;
  std::vector<std::vector<uint32_t>> alive_;  // by slot and frame
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_PACK_LIVENESS_H_
