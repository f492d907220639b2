// Builds the hash table of a new index from its entries, and counts what is alive.
//
// The table is made in regions of so many homes, each with a pass over the entries, so that its
// memory is bounded (32 MiB) whatever the number of objects: one pass up to 3.3 million of them.
// Meanwhile a slot has twice the bytes, and with them enough of an id that only the same one is
// looked up among the entries: each look maps 64 KiB of them, and nothing would stay bounded.
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
#include "escrow_agent/client/index/aside_file.h"
#include "escrow_agent/client/index/index_format.h"
#include "escrow_agent/client/index/pack_liveness.h"
#include "escrow_agent/client/index/slot_hash.h"

namespace tidemark::escrow_agent {

class SlotTableBuilder final {
 public:
  // Takes the next block of slots; all but the last have kSlotsABlock.
  using Sink = absl::FunctionRef<absl::Status(absl::Span<const uint32_t>)>;
  static constexpr uint64_t kRegionHomes = 4 << 20;

  // `entries` lie in what `file` has mapped: their pages are given back behind the passes. Every
  // place but kNoPlace is within the packs of `liveness`. All must outlive the builder.
  // `region_homes` is a multiple of kSlotsABlock.
  SlotTableBuilder(const AsideFile& file, absl::Span<const IndexEntry> entries,
                   PackLiveness& liveness, uint64_t region_homes = kRegionHomes);

  absl::Status Build(Sink sink);
  uint64_t homes() const { return homes_; }

 private:
  struct Slot {
    uint32_t check;
    uint32_t next_entry;  // the number of the entry and one; 0: free
  };

  absl::Status Give(absl::Span<const Slot> slots, Sink sink) const;
  void InsertThoseOf(uint64_t first_home, uint64_t last_home);
  void Insert(uint64_t entry, uint64_t at);

  const AsideFile& file_;
  const absl::Span<const IndexEntry> entries_;
  PackLiveness& liveness_;
  const uint64_t homes_;
  const uint64_t region_homes_;
  const SlotHash hash_;
  std::vector<Slot> region_;  // and what its last homes spill over
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_SLOT_TABLE_H_
