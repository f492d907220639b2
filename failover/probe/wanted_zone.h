// Which names of the whole zone are delegated, by the deposit: all of them, in a few bytes.
#ifndef TIDEMARK_FAILOVER_PROBE_WANTED_ZONE_H_
#define TIDEMARK_FAILOVER_PROBE_WANTED_ZONE_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "failover/probe/seeded_sample.h"

namespace tidemark::failover::probe {

// Names are kept as hashes. Where two share one, a name that is hidden or withheld could be taken
// for one that is delegated.
struct WantedZone {
  uint64_t HashOf(absl::string_view name) const { return SeededHash(seed, name); }
  bool IsDelegated(absl::string_view name) const { return Has(delegated, name); }
  bool IsWithheld(absl::string_view name) const { return Has(withheld, name); }

  uint64_t seed = 1;
  std::vector<uint64_t> delegated;  // sorted, each once
  std::vector<uint64_t> withheld;   // names of the deposit that are not; sorted, each once

 private:
  bool Has(const std::vector<uint64_t>& hashes, absl::string_view name) const {
    return std::binary_search(hashes.begin(), hashes.end(), HashOf(name));
  }
};

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_WANTED_ZONE_H_
