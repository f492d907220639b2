// Builds the hash table of a new index from its entries, and counts what is alive.
//
// The table is made in regions of so many homes, each with a pass over the entries, so that its
// memory is bounded (32 MiB) whatever the number of objects: one pass up to 6.7 million of them.
// Rejected: the whole table mapped, which is random writes over as much memory as it has bytes.
// Of entries with one id the last is in the table and counts as alive.
//
// Threads: one at a time.
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_SLOT_TABLE_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_SLOT_TABLE_H_

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "escrow_agent/client/index/index_format.h"
#include "escrow_agent/client/index/pack_liveness.h"
#include "escrow_agent/client/index/slot_hash.h"

namespace tidemark::escrow_agent {

class SlotTableBuilder final {
 public:
  // Takes the next slots; all but the last call have a multiple of kSlotsABlock of them.
  using Sink = absl::FunctionRef<absl::Status(absl::Span<const uint32_t>)>;
  static constexpr uint64_t kRegionHomes = 8 << 20;

  // `entries` are mapped (their pages are given back behind the passes), and every place but
  // kNoPlace is within the packs of `liveness`. Both must outlive the builder. `region_homes` is a
  // multiple of kSlotsABlock.
  SlotTableBuilder(absl::Span<const IndexEntry> entries, PackLiveness& liveness,
                   uint64_t region_homes = kRegionHomes);

  absl::Status Build(Sink sink);
  uint64_t homes() const { return homes_; }

 private:
  void InsertThoseOf(uint64_t first_home, uint64_t last_home);
  void Insert(uint64_t entry, uint64_t at);

  const absl::Span<const IndexEntry> entries_;
  PackLiveness& liveness_;
  const uint64_t homes_;
  const uint64_t region_homes_;
  const SlotHash hash_;
  std::vector<uint32_t> region_;  // and what its last homes spill over
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_SLOT_TABLE_H_
