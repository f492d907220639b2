// The whole zone as a name server holds it, transferred over TCP under a key (AXFR, RFC 5936; TSIG,
// RFC 8945) and held against the deposit record by record. Questions find what is missing or wrong;
// this finds what is too much.
//
//   NS            below the apex: of a name that the deposit wants delegated, each of these once;
//                 at the apex: the zone's own servers and no other
//   DS            at a delegated name
//   A, AAAA       of the zone's own servers as configured; of servers that delegated names have
//                 inside the zone, an address that the deposit gives them, but at a name of the
//                 deposit that is not delegated, and below one if orphan glue is not wanted
//   RRSIG         of what is signed there, by the zone, valid now and for another day
//   NSEC3         directly below the apex; no iterations, no salt (RFC 9276 section 3.1)
//   SOA, DNSKEY, NSEC3PARAM   at the apex
//
// Anything else is a difference. What it is not: a comparison of each delegation's servers, DS and
// glue (probe.h asks for these, and finds what is missing of them), or a validator. Servers that
// only names hidden below another delegation have count as used.
//
// Memory: a message, and a bit for each delegation. Threads: one.
// Errors: UNAVAILABLE the server refuses, or ends before the zone does; DATA_LOSS a message is not
// signed with the key, or is none; DEADLINE_EXCEEDED; CANCELLED. None of them is a result.
#ifndef TIDEMARK_FAILOVER_PROBE_WHOLE_ZONE_H_
#define TIDEMARK_FAILOVER_PROBE_WHOLE_ZONE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "failover/probe/deposit_witness.h"
#include "failover/probe/probe.h"

namespace tidemark::failover {

struct WholeZoneOptions {
  ProbeTarget target;
  // Of hmac-sha256.
  std::string key_name;
  std::string key_secret_base64;
  const DepositWitness* witness = nullptr;            // must outlive the call
  absl::Time now;                                     // what signatures have to be valid at
  absl::Duration answer_timeout = absl::Seconds(30);  // for each message
  absl::Duration timeout = absl::Minutes(30);         // for all
  std::function<bool()> should_stop = {};
};

struct WholeZoneResult {
  uint64_t records = 0;  // looked at; the SOA that ends a transfer is not counted again
  uint64_t delegations_wanted = 0;
  uint64_t delegations = 0;  // wanted ones that are there
  uint64_t difference_count = 0;
  std::vector<ProbeDifference> differences = {};  // the first kDifferencesMax

  bool good() const { return difference_count == 0 && delegations == delegations_wanted; }
};

absl::StatusOr<WholeZoneResult> ProbeWholeZone(const WholeZoneOptions& options);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_PROBE_WHOLE_ZONE_H_
