// The outside observer: asks a name server over the network whether it serves what it should.
//
// What it should serve comes from a master file that somebody else wrote (the old registry's zone,
// the generator's), or from the deposit's own records (deposit_witness.h). Nothing here includes or
// depends on failover/zone or on the registry store, so that an error there cannot hide itself
// here; tools/tidy keeps it so.
//
// Every delegation of it is asked for by UDP, with DO, several times if no answer comes; over TCP
// only where a datagram had no room for all of it. NS set, DS set and the addresses that come along
// are compared as sets, names in any case; a signature of the DS has to come with them, or NSEC3
// records with theirs that there is none. A name that must not be delegated is asked for servers
// and for addresses of its own: NXDOMAIN or no data, with authority (AA) and signed NSEC3 records.
// With a witness, so is the apex for the zone's own servers, and these for addresses. What it is
// not: a validator; that is delv's part, a second implementation; or a look at what is in the zone
// besides, which is whole_zone.h's.
//
// Memory: the expected delegations. Threads: one. Errors are our own (the master file, sockets,
// delv missing); whatever the server says or fails to say is part of the result.
#ifndef TIDEMARK_FAILOVER_PROBE_PROBE_H_
#define TIDEMARK_FAILOVER_PROBE_PROBE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "failover/probe/deposit_witness.h"

namespace tidemark::failover {

struct ProbeTarget {
  std::string address;
  int port = 53;
  std::string tld;
};

struct ProbeOptions {
  ProbeTarget target;
  // Either of the two. The witness must outlive the call, and its sample is what is asked, names
  // that must not be delegated included.
  std::string master_file = "";
  const DepositWitness* witness = nullptr;
  // Names that must not be delegated unless they are expected: held, inactive, deleted.
  std::vector<std::string> absent_names = {};
  int outstanding_max = 128;
  int attempts_max = 5;
  absl::Duration answer_timeout = absl::Seconds(1);
  std::function<void(uint64_t done, uint64_t total)> on_progress = {};
  std::function<bool()> should_stop = {};  // asked before every wait for answers
};

struct ProbeDifference {
  std::string name;
  std::string what;  // "NS: expected ..., got ..."
};

struct ProbeResult {
  uint64_t expected = 0;  // delegations in the master file, or in the witness's sample
  uint64_t asked = 0;     // of these, answered completely
  uint64_t equal = 0;
  uint64_t absent_asked = 0;
  uint64_t absent_equal = 0;  // really not delegated, and without addresses
  uint64_t asked_by_tcp = 0;
  uint64_t difference_count = 0;
  std::vector<ProbeDifference> differences;  // the first kDifferencesMax
  double seconds = 0;

  bool good() const { return difference_count == 0 && asked == expected && equal == expected; }
};
inline constexpr size_t kDifferencesMax = 100;

// CANCELLED: should_stop said so.
absl::StatusOr<ProbeResult> ProbeDelegations(const ProbeOptions& options);

struct ValidationOptions {
  ProbeTarget target;
  std::string master_file = "";  // either of the two, as in ProbeOptions
  const DepositWitness* witness = nullptr;
  std::string trust_anchor_path;  // delv's format
  int sample_max = 25;
  uint64_t seed = 1;
};

struct ValidationResult {
  std::string tool = "delv";
  uint64_t sampled = 0;
  uint64_t validated = 0;
  std::vector<std::string> failures;

  bool good() const { return sampled > 0 && validated == sampled; }
};

// Asks delv for the SOA, NS and DNSKEY of the apex, for names that do not exist and for DS sets of
// delegations, chosen by the seed, half of them of unsigned ones as far as there are both: there it
// has to find proof that there is no DS. Counts what it calls fully validated. NOT_FOUND: delv is
// not installed.
absl::StatusOr<ValidationResult> ValidateSample(const ValidationOptions& options);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_PROBE_PROBE_H_
