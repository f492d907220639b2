// What a rebuilt registry says of itself to strangers: facts for RDAP, WHOIS and, later, EPP's
// info commands, without any syntax.
//
// Derived facts are computed, never believed: `linked` of hosts, `inactive` of domains, and `ok`,
// which stands alone (RFC 5731 section 2.3, RFC 5732 section 2.3). Names are canonical
// (zone/dns_name.h); a name server or address that the zone would refuse is left out. Contacts come
// as the policy and their own wishes disclose them (redaction.h): what is hidden is not in any
// value that this package returns.
//
// What one question costs, and how much of an object is told, is bounded (limits.h).
//
// The facts are those of the deposit's watermark, whenever they are asked for. Names that are not
// below the TLD are nobody's domains here, whatever the deposit has; host objects are found
// wherever they are, because a registry has them of other TLDs, too (RFC 5732).
//
// Threads: safe for concurrent use after Create. Memory: every registrar (at most kRegistrarsMax,
// cut to what is told of it). Errors: NOT_FOUND; DATA_LOSS, UNAVAILABLE of the store.
#ifndef TIDEMARK_FAILOVER_LOOKUP_LOOKUP_H_
#define TIDEMARK_FAILOVER_LOOKUP_LOOKUP_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "failover/lookup/limits.h"
#include "failover/lookup/query_name.h"
#include "failover/lookup/rdds_config.h"
#include "failover/lookup/redaction.h"
#include "failover/lookup/registrars.h"
#include "failover/store/registry_store.h"
#include "failover/zone/delegation.h"
#include "failover/zone/dns_name.h"
#include "rde/records.h"

namespace tidemark::failover {

struct Dates {
  std::optional<absl::Time> created;
  std::optional<absl::Time> updated;
  std::optional<absl::Time> transferred;
  std::optional<absl::Time> expires;  // domains only
};

// A name server: a host object, or what a domain's attribute says (then without roid and statuses).
struct ServerFacts {
  std::string name;
  std::string unicode_name;  // "" if it is no IDN
  std::string roid;
  std::vector<std::string> statuses;  // of EPP
  std::vector<Address> addresses;
  // Host objects that share the name (RFC 9022 section 5.2). The facts are those of the first by
  // ROID, the addresses those of all, as in the zone.
  size_t objects = 0;
  std::shared_ptr<const RegistrarFacts> registrar;  // of an object
  Dates dates;
  LeftOut left_out;  // of one that was asked for by itself; a domain has one of its own
};

struct ContactFacts {
  ContactRole role = ContactRole::kRegistrant;  // of a domain's contact
  DisclosedContact contact;
  std::vector<std::string> statuses;  // of EPP; empty for a domain's contact
  LeftOut left_out;                   // as of a server
};

struct DomainFacts {
  std::string name;
  std::string unicode_name;               // "" if it is no IDN
  std::string roid;                       // "" if the policy hides it, or the deposit has none
  bool hides_roid = false;                // the policy does
  std::vector<std::string> statuses;      // of EPP
  std::vector<std::string> rgp_statuses;  // of RFC 3915
  std::shared_ptr<const RegistrarFacts> registrar;
  std::vector<ServerFacts> servers;
  std::vector<ContactFacts> contacts;       // of the roles that the policy shows, each at most once
  std::vector<ContactRole> withheld_roles;  // that the domain has, and the policy does not show
  Dates dates;
  std::optional<int32_t> max_sig_life;  // seconds
  std::vector<rde::DsData> ds;          // those that the zone would have
  std::vector<rde::KeyData> keys;
  bool is_delegated = false;       // the zone has it (zone/publication.h)
  bool delegation_signed = false;  // the zone has a DS of it
  std::string idn_table_id;
  std::string original_name;            // what it is a variant of; "" if of nothing
  bool original_is_registered = false;  // there is a domain of that name
  std::vector<Variant> variants;        // those of which it is the original, in canonical form
  LeftOut left_out;
};

// "NNDN's not domain name": RFC 9022 section 5.6.
struct NndnFacts {
  std::string name;
  std::string state;          // withheld, blocked, mirrored
  std::string original_name;  // canonical; "" if it is no variant
  // It has the name servers of its original, which is delegated: RFC 9022 section 5.6.1.1. Also
  // false if it would take more to know (kNamesAboveMax).
  bool is_delegated = false;
};

class Lookup {
 public:
  // `store` must outlive it. FAILED_PRECONDITION: the store has no watermark.
  // RESOURCE_EXHAUSTED: more than kRegistrarsMax registrars.
  static absl::StatusOr<std::unique_ptr<Lookup>> Create(const RegistryStore& store,
                                                        RddsConfig config);

  const RddsConfig& config() const { return config_; }
  absl::Time watermark() const { return watermark_; }

  // Names are canonical (QueryName).
  absl::StatusOr<DomainFacts> FindDomain(absl::string_view name) const;
  absl::StatusOr<NndnFacts> FindNndn(absl::string_view name) const;
  // Host objects only: an attribute is part of its domain.
  absl::StatusOr<ServerFacts> FindServer(absl::string_view name) const;
  // By its handle; nullptr if there is none.
  std::shared_ptr<const RegistrarFacts> FindRegistrar(absl::string_view handle) const {
    return registrars_.Find(handle);
  }
  // By its name, in any case of ASCII letters; the first by id of several.
  std::shared_ptr<const RegistrarFacts> FindRegistrarByName(absl::string_view name) const {
    return registrars_.FindByName(name);
  }
  // By its id; NOT_FOUND for every one unless the policy shows every contact's id (kAlways), and
  // then nothing is read.
  absl::StatusOr<ContactFacts> FindContact(absl::string_view id) const;

 private:
  Lookup(const RegistryStore& store, RddsConfig config, RegistrarDirectory registrars)
      : store_(store), config_(std::move(config)), registrars_(std::move(registrars)) {}

  bool IsOurs(absl::string_view name) const;
  std::string OurNameOrNone(absl::string_view name) const;
  // Its own, or those of the original that it mirrors.
  absl::StatusOr<std::vector<ServerFacts>> ServersOf(const rde::Domain& domain,
                                                     const Delegations& delegations,
                                                     LeftOut& left_out) const;
  absl::Status SetContacts(const rde::Domain& domain, DomainFacts& facts) const;
  absl::Status SetVariants(const rde::Domain& domain, DomainFacts& facts) const;

  const RegistryStore& store_;
  const RddsConfig config_;
  const RegistrarDirectory registrars_;
  absl::Time watermark_;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_LOOKUP_LOOKUP_H_
