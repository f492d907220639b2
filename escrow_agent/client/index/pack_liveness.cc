#include "escrow_agent/client/index/pack_liveness.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/limits.h"

namespace tidemark::escrow_agent {

PackLiveness::PackLiveness(std::vector<const IndexedPack*> packs)
    : packs_(std::move(packs)), alive_(packs_.size()) {
  for (size_t slot = 0; slot < packs_.size(); ++slot) {
    if (packs_[slot] != nullptr) alive_[slot].resize(packs_[slot]->frame_objects.size());
  }
}

std::vector<PackRow> PackLiveness::Rows(IndexMode mode) const {
  struct Pack {
    uint64_t alive;
    uint32_t slot;
  };
  std::vector<Pack> by_liveness;
  for (uint32_t slot = 0; slot < packs_.size(); ++slot) {
    const uint64_t alive = std::accumulate(alive_[slot].begin(), alive_[slot].end(), uint64_t{0});
    if (alive > 0) by_liveness.push_back({alive, slot});
  }
  std::stable_sort(by_liveness.begin(), by_liveness.end(),
                   [](const Pack& a, const Pack& b) { return a.alive > b.alive; });
  std::vector<PackRow> rows;
  uint64_t frames = 0;
  for (const Pack& pack : by_liveness) {
    frames += packs_[pack.slot]->frame_objects.size();
    if (rows.size() == base::kManifestPacksMax - 1 || frames > base::kIndexFramesMax) break;
    rows.push_back(
        {.slot = pack.slot, .pack = packs_[pack.slot], .is_to_renew = RenewFlags(pack.slot, mode)});
  }
  std::sort(rows.begin(), rows.end(),
            [](const PackRow& a, const PackRow& b) { return a.slot < b.slot; });
  return rows;
}

std::vector<bool> PackLiveness::RenewFlags(uint32_t slot, IndexMode mode) const {
  const IndexedPack& pack = *packs_[slot];
  const size_t frames = pack.frame_objects.size();
  std::vector<bool> flags(frames);
  for (size_t n = 0; n < frames; ++n) {
    // What a DIFF does not name is alive as before, so that it tells nothing new.
    flags[n] = mode == IndexMode::kExtend ? n < pack.is_to_renew.size() && pack.is_to_renew[n]
                                          : uint64_t{alive_[slot][n]} * 2 < pack.frame_objects[n];
  }
  return flags;
}

}  // namespace tidemark::escrow_agent
