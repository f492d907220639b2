// What the whole zone may have, by the deposit: of every name, not of a sample, in a few bytes.
#ifndef TIDEMARK_FAILOVER_PROBE_WANTED_ZONE_H_
#define TIDEMARK_FAILOVER_PROBE_WANTED_ZONE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "failover/probe/seeded_sample.h"

namespace tidemark::failover::probe {

// Names are kept as hashes. Two that share one would have to be a wanted and an unwanted name, and
// the unwanted one alone in the zone, to pass.
struct WantedZone {
  uint64_t HashOf(absl::string_view name) const { return SeededHash(seed, name); }
  uint64_t HashOf(absl::string_view server, absl::string_view address) const {
    return SeededHash(seed, absl::StrCat(server, " ", address));
  }

  uint64_t seed = 1;
  std::vector<uint64_t> delegated;          // sorted, each once
  std::vector<uint64_t> withheld;           // names of the deposit that are not; sorted, each once
  absl::flat_hash_set<uint64_t> servers;    // inside the zone, of names that may be delegated
  absl::flat_hash_set<uint64_t> addresses;  // of whatever server inside the zone, with its name
};

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_WANTED_ZONE_H_
