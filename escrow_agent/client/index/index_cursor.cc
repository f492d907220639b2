#include "escrow_agent/client/index/index_cursor.h"

#include <algorithm>
#include <array>

#include "base/limits.h"
#include "base/status.h"

namespace tidemark::escrow_agent {
namespace {

// 3 MiB of entries. Giving pages back is cheap where few are looked at again; a night in another
// order predicts nothing, so it never does it, and has the whole index in memory in the end.
constexpr uint64_t kHitsToRelease = 1 << 17;

}  // namespace

void IndexCursor::Find(absl::Span<const crypto::ObjectId> ids, absl::Span<EntryHit> hits) {
  CHECK(ids.size() == hits.size());
  for (size_t at = 0; at < ids.size(); at += kGroup) {
    FindGroup(ids.subspan(at, kGroup), hits.subspan(at, kGroup));
    if (hits_since_release_ < kHitsToRelease) continue;
    hits_since_release_ = 0;
    index_.ReleasePages();
  }
}

void IndexCursor::FindGroup(absl::Span<const crypto::ObjectId> ids, absl::Span<EntryHit> hits) {
  std::array<Probe, kGroup> probes;
  size_t waiting = 0;
  size_t predicted_end = 0;
  for (size_t i = 0; i < ids.size(); ++i) {
    hits[i] = {};
    if (order_ == Order::kOfEntries && Predict(ids[i], hits[i])) {
      predicted_end = i + 1;
      continue;
    }
    const uint64_t home = hash_.Home(ids[i]);
    probes[waiting++] = {.number = i,
                         .slot = home,
                         .slots_end = std::min(index_.slots(), home + base::kIndexProbesMax),
                         .entry = EntryHit::kNone};
    index_.PrefetchSlot(home);
  }
  size_t candidates = 0;
  for (size_t n = 0; n < waiting; ++n) {
    Probe& probe = probes[n];
    if (!NextCandidate(ids[probe.number], probe)) continue;
    index_.PrefetchEntry(probe.entry);
    probes[candidates++] = probe;
  }
  for (size_t n = 0; n < candidates; ++n) {
    Probe& probe = probes[n];
    const crypto::ObjectId& id = ids[probe.number];
    bool is_hit = IsAt(probe.entry, id, hits[probe.number]);
    while (!is_hit && NextCandidate(id, probe)) is_hit = IsAt(probe.entry, id, hits[probe.number]);
    // Only an id after all that were predicted says that the file goes on elsewhere.
    if (is_hit && probe.number >= predicted_end) expected_ = probe.entry + 1;
  }
}

bool IndexCursor::Predict(const crypto::ObjectId& id, EntryHit& hit) {
  if (!IsAt(expected_, id, hit) && !IsAt(expected_ + 1, id, hit)) return false;
  expected_ = hit.entry + 1;
  ++hits_since_release_;
  return true;
}

bool IndexCursor::IsAt(uint64_t entry, const crypto::ObjectId& id, EntryHit& hit) {
  if (entry >= index_.objects()) return false;
  const IndexEntry* const found = index_.Entry(entry);
  if (found == nullptr || found->id != id) return false;
  const ObjectPlace place = UnpackPlace(found->place);
  if (!IsWithin(index_.packs(), place)) return false;
  hit = {.entry = entry, .place = place};
  return true;
}

bool IndexCursor::NextCandidate(const crypto::ObjectId& id, Probe& probe) {
  while (probe.slot < probe.slots_end) {
    const uint32_t value = index_.Slot(probe.slot++);
    if (value == 0) return false;
    if (!hash_.MayMean(value, id)) continue;
    probe.entry = hash_.EntryOf(value);
    if (probe.entry < index_.objects()) return true;
  }
  return false;
}

}  // namespace tidemark::escrow_agent
