// A deposit's own records as the only witness of what must be published and answered.
//
// Whether a name belongs into the zone is decided anew here from the standards, not by
// failover/zone or failover/lookup: delegated is a domain whose name is a host name (RFC 1123),
// that has name servers and none of clientHold, serverHold (RFC 5731 section 2.3), pendingCreate,
// and, unless the policy publishes them, pendingDelete, redemptionPeriod, pendingRestore (RFC 3915
// section 3.1). A variant (originalName) that names no server and does not say `inactive` has those
// of its original, if that is delegated to servers of its own, and its own DS (RFC 9022 section 6);
// RDAP and WHOIS say so, too. An NNDN that is "mirrored" with mirroringNS is delegated as its
// original is, without DS (RFC 9022 section 5.6), unless it is a domain as well; any other NNDN is
// not. Below a delegated name nothing is. DS is what secDNS has as DS data, and the SHA-256 digest
// of its keys (RFC 5910 section 4).
//
// Servers are what domain:hostObj and domain:hostAttr name. Addresses come along for servers inside
// the TLD, but for those at a name that is in the deposit and not delegated (decision 43): of host
// objects and of the domain that the server lies at or below together, or where these give none,
// of delegated domains that use it.
//
// What the successor's configuration changes about the zone no deposit says. The witness is told
// (ZonePolicy), and can only say whether the zone is as it was told.
//
// Nor does a deposit say what of contacts may be shown beyond their own wishes: that is told, too
// (DisclosurePolicy).
//
// Of the whole zone it knows which names are delegated and which are withheld, as hashes
// (wanted_zone.h), and, if asked, all that each has in the zone: on encrypted scratch, about as
// many bytes as the zone's master file (wanted_content.h). Asked for by questions are all names, or
// a sample that the seed chooses: so many delegated names, so many that the deposit has and that
// must not be delegated, and so many registrations, or all where there are fewer; and names that no
// deposit has.
//
// The deposit is read twice: which names, then what they refer to; a third time where a mirrored
// name has servers inside the TLD that no other name has. Memory: the sample, or everything where
// all is asked (tests/bench/witness_memory measures it); hashes of 8 bytes of every name; for the
// whole zone 32 MiB to sort in; and the names above and the originals of all that must be
// delegated. Nothing is kept of contacts but what an answer may not, or may, say of them.
//
// What it is not: a judge of the deposit. Objects that cannot be published at all (a name that no
// zone can carry, one outside the TLD or below another delegation) are counted and left out.
//
// Threads: values; const after Read(). Threat: the deposit is hostile; the reader's bounds hold,
// and what goes into a question is a plain name.
#ifndef TIDEMARK_FAILOVER_PROBE_DEPOSIT_WITNESS_H_
#define TIDEMARK_FAILOVER_PROBE_DEPOSIT_WITNESS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rde/reader.h"
#include "rde/records.h"

namespace tidemark::failover {

namespace probe {
struct Testimony;
}  // namespace probe

// Reads all records of a FULL deposit, or of what a chain gives together, to their authentic end.
// Called twice or three times, and has to give the same every time.
using ReadWitnessed = std::function<absl::Status(rde::RecordSink& sink)>;

enum class Registrations { kNo, kYes };
enum class WholeZone { kNo, kYes };

// One of the zone's own name servers, which the successor adds.
struct OwnServer {
  std::string name;
  std::vector<std::string> addresses;  // published if the name is inside the zone
};

// [zone] of the successor's configuration, as far as it changes which names, addresses and TTLs the
// zone has (docs/configuration.md). Defaults are the configuration's.
struct ZonePolicy {
  bool publish_pending_delete = false;
  bool orphan_glue = true;
  std::vector<OwnServer> own_servers = {};  // empty: the configuration's default
  uint32_t apex_ttl_seconds = 3600;
  uint32_t delegation_ttl_seconds = 3600;
  uint32_t ds_ttl_seconds = 3600;
  uint32_t minimum_seconds = 3600;  // of the SOA
};

// What an answer may say of a contact.
enum class ContactValue {
  kId,  // and the ROID
  kName,
  kOrganization,
  kStreet,
  kCity,
  kState,
  kPostalCode,
  kCountry,
  kPhone,
  kFax,
  kEmail,
};
inline constexpr size_t kContactValues = 11;
// As [rdds.redaction] has them (docs/configuration.md), in the order of ContactValue.
inline constexpr const char* kContactValueKeys[kContactValues] = {
    "id",          "name",    "organization", "street", "city", "state",
    "postal_code", "country", "phone",        "fax",    "email"};

enum class Shown {
  kNever,
  kConsent,     // if the contact says so: RFC 5733 section 2.9
  kRegistrant,  // of a domain's registrant as kAlways, of others as kConsent
  kAlways,      // unless the contact says that it may not
};
inline constexpr size_t kShownWords = 4;
inline constexpr const char* kShownKeys[kShownWords] = {"never", "consent", "registrant", "always"};

inline constexpr size_t kContactRoleWords = 4;
inline constexpr const char* kContactRoleKeys[kContactRoleWords] = {"registrant", "admin", "tech",
                                                                    "billing"};

// [rdds.redaction] of the successor's configuration. Its default is ICANN's Registration Data
// Policy section 9: of the registrant state and country, nothing else of any contact unasked, and
// administrative and billing contacts not at all.
struct DisclosurePolicy {
  std::array<Shown, kContactValues> values = {
      Shown::kNever,   Shown::kConsent,    Shown::kConsent, Shown::kConsent,
      Shown::kConsent, Shown::kRegistrant, Shown::kConsent, Shown::kRegistrant,
      Shown::kConsent, Shown::kConsent,    Shown::kConsent};
  std::vector<std::string> roles = {"registrant", "tech"};
  bool domain_id = true;  // the domain's ROID is shown

  Shown Of(ContactValue value) const { return values[static_cast<size_t>(value)]; }
  bool ShowsRole(absl::string_view role) const;
};

struct WitnessOptions {
  std::string tld;
  uint64_t sample = 0;  // names of each kind; 0: all
  uint64_t seed = 1;
  ZonePolicy policy = {};
  DisclosurePolicy disclosure = {};
  // What ProbeRegistrations asks for; without, only delegations are kept.
  Registrations registrations = Registrations::kYes;
  // What ProbeWholeZone compares with: every delegation, DS and address, whatever the sample.
  WholeZone whole_zone = WholeZone::kNo;
  std::string scratch_dir = "";  // for that; "": $TMPDIR, or else /tmp
};

struct WitnessCounts {
  // Objects read.
  uint64_t domains = 0;
  uint64_t hosts = 0;
  uint64_t contacts = 0;
  uint64_t registrars = 0;
  uint64_t idn_tables = 0;
  uint64_t nndns = 0;
  uint64_t epp_params = 0;
  uint64_t policies = 0;

  uint64_t delegations = 0;  // of all that was read, how many must be delegated
  uint64_t withheld = 0;     // and how many must not: domains and NNDNs
  uint64_t impossible = 0;   // left out: no name for a zone, or hidden below another
};

class DepositWitness {
 public:
  // INVALID_ARGUMENT: no name for a TLD or an own server, no address. FAILED_PRECONDITION: no
  // deposit, or one that is not whole. The reader's own; for the whole zone, those of scratch.
  static absl::StatusOr<DepositWitness> Read(const ReadWitnessed& read,
                                             const WitnessOptions& options);
  ~DepositWitness();
  DepositWitness(DepositWitness&&) noexcept;
  DepositWitness& operator=(DepositWitness&&) noexcept;

  const WitnessCounts& counts() const;
  const std::string& tld() const;
  // What the deposit says of itself; of a chain, as the reader gave it.
  const rde::DepositInfo& deposit() const;
  // What it was told, with defaults filled in.
  const ZonePolicy& policy() const;
  const DisclosurePolicy& disclosure() const;
  // For the probes of this package.
  const probe::Testimony& testimony() const { return *testimony_; }

 private:
  explicit DepositWitness(std::unique_ptr<const probe::Testimony> testimony);
  std::unique_ptr<const probe::Testimony> testimony_;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_PROBE_DEPOSIT_WITNESS_H_
