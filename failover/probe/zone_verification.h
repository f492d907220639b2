// Whether a whole signed zone validates, by a program of others: every set that has to be signed
// has a signature of the zone's keys that is valid now, and the chain of NSEC3 records is complete.
//
// Programs: dnssec-verify (BIND's), or else ldns-verify-zone. One that is not installed is no
// result, and neither is one that takes too long or is killed; `why_not` says which.
//
// What it is not: a judge of which keys these are; delv validates from the trust anchor (probe.h).
// Memory: none of ours; the program holds the zone: dnssec-verify 0.5 GB of
// 1,000,000 domains. Threads: one.
#ifndef TIDEMARK_FAILOVER_PROBE_ZONE_VERIFICATION_H_
#define TIDEMARK_FAILOVER_PROBE_ZONE_VERIFICATION_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace tidemark::failover {

struct ZoneVerificationOptions {
  std::string zone_path;  // a master file
  std::string tld;
  absl::Duration timeout = absl::Hours(1);
  std::function<bool()> should_stop = {};  // asked several times a second
};

struct ZoneVerification {
  std::string tool = "";     // "": none
  std::string version = "";  // as the program has it; "": it does not say
  std::optional<bool> valid = std::nullopt;
  std::string why_not = "";             // why it is not known
  std::vector<std::string> lines = {};  // what the program said, the first kVerificationLinesMax
  double seconds = 0;
};
inline constexpr size_t kVerificationLinesMax = 20;

// CANCELLED: should_stop said so. Others are those of starting a process.
absl::StatusOr<ZoneVerification> VerifyZone(const ZoneVerificationOptions& options);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_PROBE_ZONE_VERIFICATION_H_
