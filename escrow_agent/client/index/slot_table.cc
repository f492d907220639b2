#include "escrow_agent/client/index/slot_table.h"

#include <algorithm>

#include "base/limits.h"
#include "base/status.h"
#include "escrow_agent/client/index/aside_file.h"

namespace tidemark::escrow_agent {
namespace {

constexpr uint64_t kReleaseEntries = 1 << 17;
// Enough for a slot to come from memory meanwhile.
constexpr uint64_t kAhead = 16;

}  // namespace

SlotTableBuilder::SlotTableBuilder(absl::Span<const IndexEntry> entries, PackLiveness& liveness,
                                   uint64_t region_homes)
    : entries_(entries),
      liveness_(liveness),
      homes_(SlotHash::HomesFor(entries.size())),
      region_homes_(region_homes),
      hash_(entries.size(), homes_) {
  CHECK(region_homes % kSlotsABlock == 0);
}

absl::Status SlotTableBuilder::Build(Sink sink) {
  region_.assign(std::min(region_homes_, homes_) + base::kIndexProbesMax, 0);
  for (uint64_t first = 0; first < homes_; first += region_homes_) {
    const uint64_t size = std::min(region_homes_, homes_ - first);
    InsertThoseOf(first, first + size - 1);
    const auto spill = region_.begin() + static_cast<std::ptrdiff_t>(size);
    if (first + size < homes_) {
      RETURN_IF_ERROR(sink(absl::MakeConstSpan(region_.data(), size)));
      std::copy(spill, spill + base::kIndexProbesMax, region_.begin());
      std::fill(region_.begin() + base::kIndexProbesMax, region_.end(), 0);
      continue;
    }
    size_t slots = size + base::kIndexProbesMax;
    while (slots > size && region_[slots - 1] == 0) --slots;
    RETURN_IF_ERROR(sink(absl::MakeConstSpan(region_.data(), slots)));
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
    ReleaseMapped({reinterpret_cast<const char*>(part.data()), part.size() * sizeof(IndexEntry)});
  }
}

void SlotTableBuilder::Insert(uint64_t entry, uint64_t at) {
  const crypto::ObjectId& id = entries_[entry].id;
  // An id for which there is no slot in reach stays out: it may be found by its order, or be sent
  // again.
  for (uint64_t slot = at; slot < at + base::kIndexProbesMax; ++slot) {
    uint32_t& value = region_[slot];
    if (value != 0) {
      if (!hash_.MayMean(value, id)) continue;
      const IndexEntry& other = entries_[hash_.EntryOf(value)];
      if (other.id != id) continue;
      liveness_.Remove(UnpackPlace(other.place));
    }
    value = hash_.Value(id, entry);
    liveness_.Add(UnpackPlace(entries_[entry].place));
    return;
  }
}

}  // namespace tidemark::escrow_agent
