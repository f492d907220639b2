#include "escrow_agent/client/index/slot_table.h"

#include <algorithm>

#include "base/limits.h"
#include "base/status.h"

namespace tidemark::escrow_agent {
namespace {

constexpr uint64_t kReleaseEntries = 1 << 17;
// Enough for a slot to come from memory meanwhile.
constexpr uint64_t kAhead = 16;

}  // namespace

SlotTableBuilder::SlotTableBuilder(const AsideFile& file, absl::Span<const IndexEntry> entries,
                                   PackLiveness& liveness, uint64_t region_homes)
    : file_(file),
      entries_(entries),
      liveness_(liveness),
      homes_(SlotHash::HomesFor(entries.size())),
      region_homes_(region_homes),
      hash_(entries.size(), homes_) {
  CHECK(region_homes % kSlotsABlock == 0);
}

absl::Status SlotTableBuilder::Build(Sink sink) {
  region_.assign(std::min(region_homes_, homes_) + base::kIndexProbesMax, Slot{});
  for (uint64_t first = 0; first < homes_; first += region_homes_) {
    const uint64_t homes = std::min(region_homes_, homes_ - first);
    InsertThoseOf(first, first + homes - 1);
    uint64_t slots = homes;
    if (first + homes == homes_) {
      slots += base::kIndexProbesMax;
      while (slots > homes && region_[slots - 1].next_entry == 0) --slots;
    }
    RETURN_IF_ERROR(Give(absl::MakeConstSpan(region_).subspan(0, slots), sink));
    const auto spill = region_.begin() + static_cast<std::ptrdiff_t>(homes);
    std::copy(spill, spill + base::kIndexProbesMax, region_.begin());
    std::fill(region_.begin() + base::kIndexProbesMax, region_.end(), Slot{});
  }
  return absl::OkStatus();
}

absl::Status SlotTableBuilder::Give(absl::Span<const Slot> slots, Sink sink) const {
  std::vector<uint32_t> block;
  block.reserve(kSlotsABlock);
  for (uint64_t at = 0; at < slots.size(); at += kSlotsABlock) {
    block.clear();
    for (const Slot& slot : slots.subspan(at, kSlotsABlock)) {
      block.push_back(slot.next_entry == 0 ? 0 : hash_.Value(slot.check, slot.next_entry - 1));
    }
    RETURN_IF_ERROR(sink(block));
  }
  return absl::OkStatus();
}

void SlotTableBuilder::InsertThoseOf(uint64_t first_home, uint64_t last_home) {
  for (uint64_t begin = 0; begin < entries_.size(); begin += kReleaseEntries) {
    const absl::Span<const IndexEntry> part = entries_.subspan(begin, kReleaseEntries);
    for (size_t i = 0; i < part.size(); ++i) {
      const uint64_t soon = hash_.Home(part[std::min(i + kAhead, part.size() - 1)].id);
      if (soon >= first_home && soon <= last_home) {
        __builtin_prefetch(&region_[soon - first_home], 1);
      }
      const uint64_t home = hash_.Home(part[i].id);
      if (home < first_home || home > last_home || part[i].place == kNoPlace) continue;
      Insert(begin + i, home - first_home);
    }
    file_.Release({reinterpret_cast<const char*>(part.data()), part.size() * sizeof(IndexEntry)});
  }
}

void SlotTableBuilder::Insert(uint64_t entry, uint64_t at) {
  const crypto::ObjectId& id = entries_[entry].id;
  // An id for which there is no slot in reach stays out: it may be found by its order, or be sent
  // again.
  const uint32_t check = SlotHash::Check(id);
  for (uint64_t n = at; n < at + base::kIndexProbesMax; ++n) {
    Slot& slot = region_[n];
    if (slot.next_entry != 0) {
      if (slot.check != check) continue;
      const IndexEntry& other = entries_[slot.next_entry - 1];
      if (other.id != id) continue;
      liveness_.Remove(UnpackPlace(other.place));
    }
    slot = {.check = check, .next_entry = static_cast<uint32_t>(entry + 1)};
    liveness_.Add(UnpackPlace(entries_[entry].place));
    return;
  }
}

}  // namespace tidemark::escrow_agent
