// The whole zone as a name server holds it, transferred over TCP under a key (AXFR, RFC 5936; TSIG,
// RFC 8945) and held against the deposit, every record of it and everything that the deposit wants:
// what is missing, what is different, what is too much.
//
//   NS            below the apex: of the names that the deposit wants delegated, those servers; at
//                 the apex: the zone's own servers
//   DS            of delegated names, those records
//   A, AAAA       of the zone's own servers as configured; of servers that delegated names have
//                 inside the zone, as the deposit gives them (deposit_witness.h says whose word
//                 counts, and where there are none)
//   RRSIG         of what is signed there, one at least of each; by the zone, valid now and for
//                 another day
//   NSEC3         directly below the apex; no iterations, no salt (RFC 9276 section 3.1)
//   SOA, DNSKEY, NSEC3PARAM   at the apex
//   TTL           of every set, by what the witness was told (ZonePolicy); of signatures that of
//                 what they sign (RFC 4034 section 3)
//
// Anything else is a difference, and both sides of it are named. What it is not: a validator, or a
// judge of the chain of NSEC3 records: that is zone_verification.h's, on the file that this can
// write.
//
// Memory: a message, the records of one name, and 32 MiB to sort in; the rest is on the witness's
// scratch, about as much as the zone's master file has. Threads: one.
// Errors: UNAVAILABLE the server refuses, or ends before the zone does; DATA_LOSS a message is not
// signed with the key, or is none; RESOURCE_EXHAUSTED it sends more than `bytes_max`;
// DEADLINE_EXCEEDED; CANCELLED; FAILED_PRECONDITION the witness was not read for the whole zone;
// those of scratch and of the file. None of them is a result.
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
  const DepositWitness* witness = nullptr;            // must outlive the call; WholeZone::kYes
  absl::Time now;                                     // what signatures have to be valid at
  absl::Duration answer_timeout = absl::Seconds(30);  // for each message
  absl::Duration timeout = absl::Minutes(30);         // for all
  // Of all messages. 0: 64 MiB, and 4 KiB for each delegation that is wanted, which is more than a
  // zone has with the largest keys.
  uint64_t bytes_max = 0;
  // Gets the zone as a master file, a record a line; there once it is whole. "": none.
  std::string zone_path = "";
  std::function<bool()> should_stop = {};
};

// Sets of records: those that are wanted, there, or both.
struct SetTally {
  uint64_t compared = 0;
  uint64_t equal = 0;
  uint64_t missing = 0;   // wanted, and not there at all
  uint64_t unwanted = 0;  // there, and not wanted at all

  uint64_t different() const { return compared - equal; }
};

struct WholeZoneResult {
  uint64_t records = 0;  // looked at; the SOA that ends a transfer is not counted again
  uint64_t delegations_wanted = 0;
  uint64_t delegations = 0;  // wanted ones that are there
  SetTally servers = {};     // below the apex, one of each name
  SetTally ds = {};
  SetTally addresses = {};   // A and AAAA of a name together
  SetTally ttls = {};        // of every set that is there
  SetTally signatures = {};  // of every set that has to be signed: whether there is one
  uint64_t difference_count = 0;
  std::vector<ProbeDifference> differences = {};  // the first kDifferencesMax

  bool good() const { return difference_count == 0 && delegations == delegations_wanted; }
};

absl::StatusOr<WholeZoneResult> ProbeWholeZone(const WholeZoneOptions& options);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_PROBE_WHOLE_ZONE_H_
