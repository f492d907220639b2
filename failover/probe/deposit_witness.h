// A deposit's own records as the only witness of what must be published and answered.
//
// Whether a name belongs into the zone is decided anew here from the standards, not by
// failover/zone or failover/lookup: delegated is a domain that has name servers and none of
// clientHold, serverHold (RFC 5731 section 2.3), pendingCreate, and, unless the policy publishes
// them, pendingDelete, redemptionPeriod (RFC 3915 section 3.1). A variant (originalName) that names
// no server and does not say `inactive` has those of its original, if that is delegated to servers
// of its own, and its own DS (RFC 9022 section 6); RDAP and WHOIS say so, too. Servers are what
// domain:hostObj and domain:hostAttr name; addresses come along for servers inside the TLD, of host
// objects and attributes together. DS is what secDNS has as DS data, and the SHA-256 digest of its
// keys (RFC 5910 section 4). An NNDN that is "mirrored" with mirroringNS is delegated as its
// original is, without DS (RFC 9022 section 5.6); any other NNDN is not.
//
// Judged are all names, or a sample that the seed chooses: so many delegated names, so many that
// the deposit has and that must not be delegated, and so many registrations, or all where there are
// fewer; and names that no deposit has.
//
// The deposit is read twice: which names, then what they refer to; a third time where a mirrored
// name has servers inside the TLD that no other name has. Memory: the sample, or everything where
// all is asked (tests/bench/witness_memory measures it). Nothing is kept of contacts but what an
// answer may not, or may, say of them.
//
// What it is not: a judge of the deposit. Objects that cannot be published at all (a name that no
// zone can carry, one outside the TLD or below another delegation) are counted and left out.
//
// Threads: values; const after Read(). Threat: the deposit is hostile; the reader's bounds hold,
// and what goes into a question is a plain name.
#ifndef TIDEMARK_FAILOVER_PROBE_DEPOSIT_WITNESS_H_
#define TIDEMARK_FAILOVER_PROBE_DEPOSIT_WITNESS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rde/reader.h"

namespace tidemark::failover {

namespace probe {
struct Testimony;
}  // namespace probe

// Reads all records of a FULL deposit, or of what a chain gives together, to their authentic end.
// Called twice or three times, and has to give the same every time.
using ReadWitnessed = std::function<absl::Status(rde::RecordSink& sink)>;

enum class Registrations { kNo, kYes };

struct WitnessOptions {
  std::string tld;
  uint64_t sample = 0;  // names of each kind; 0: all
  uint64_t seed = 1;
  bool publish_pending_delete = false;  // as the zone's configuration has it
  // The zone's own name servers, whose addresses are the successor's and no deposit's: where a
  // domain names one, any address of it is right. Empty: ns1 and ns2.nic.TLD.
  std::vector<std::string> own_servers = {};
  // What ProbeRegistrations asks for; without, only delegations are kept.
  Registrations registrations = Registrations::kYes;
};

struct WitnessCounts {
  uint64_t domains = 0;  // objects read
  uint64_t nndns = 0;
  uint64_t hosts = 0;
  uint64_t delegations = 0;  // of all that was read, how many must be delegated
  uint64_t withheld = 0;     // and how many must not: domains and NNDNs
  uint64_t impossible = 0;   // left out: no name for a zone, or hidden below another
};

class DepositWitness {
 public:
  // INVALID_ARGUMENT: no name for a TLD. FAILED_PRECONDITION: no deposit, or one that is not whole.
  // The reader's own.
  static absl::StatusOr<DepositWitness> Read(const ReadWitnessed& read,
                                             const WitnessOptions& options);
  ~DepositWitness();
  DepositWitness(DepositWitness&&) noexcept;
  DepositWitness& operator=(DepositWitness&&) noexcept;

  const WitnessCounts& counts() const;
  const std::string& tld() const;
  // For the probes of this package.
  const probe::Testimony& testimony() const { return *testimony_; }

 private:
  explicit DepositWitness(std::unique_ptr<const probe::Testimony> testimony);
  std::unique_ptr<const probe::Testimony> testimony_;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_PROBE_DEPOSIT_WITNESS_H_
