// Which names the zone delegates, and to which servers: of domains their own, of mirrored variants
// those of their originals (RFC 9022 sections 5.6.1.1 and 6).
//
// A domain object that is a variant and names no server is mirrored, too, unless it says that it is
// inactive: that is how section 6 would have it restored, and the one place where the deposit's
// word `inactive` counts, since nothing else tells the two apart. Whether a name is published is
// otherwise publication.h's to say. Whoever tells strangers what the zone has asks here, too
// (lookup/), so that the two cannot differ.
//
// Costs a read of the store for each label between a name and the TLD, and for each of those names
// that mirrors another as many again. Who answers strangers gives a bound.
#ifndef TIDEMARK_FAILOVER_ZONE_DELEGATION_H_
#define TIDEMARK_FAILOVER_ZONE_DELEGATION_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "failover/store/registry_store.h"
#include "failover/zone/zone_config.h"
#include "rde/records.h"

namespace tidemark::failover {

// Canonical names of the name servers, sorted, each once; those that a zone may not carry are
// handed to `on_invalid`, as the deposit has them.
std::vector<std::string> ServersOf(const rde::Domain& domain,
                                   const std::function<void(absl::string_view)>& on_invalid = {});

// True of what is to be delegated as its original is, if that is delegated.
bool IsMirrored(const rde::Domain& domain);
bool IsMirrored(const rde::Nndn& nndn);

// How many names above others may still be looked at, of all questions together. One thread's.
struct NamesAbove {
  size_t left = 0;
};

class Delegations {
 public:
  // All must outlive it. With `bound` every question may end in RESOURCE_EXHAUSTED: it would take
  // more.
  Delegations(const RegistryStore& store, const std::string& tld, const ZoneConfig& config,
              NamesAbove* bound = nullptr)
      : store_(store), tld_(tld), config_(config), bound_(bound) {}

  struct Original {
    std::optional<rde::Domain> domain;  // nothing: it is not in the registry
    std::vector<std::string> servers;   // empty: it is not delegated
  };
  // The domain that a variant names as its original. Only servers of its own count: what mirrors
  // another cannot be mirrored, and below a name that mirrors there is no original, whether or not
  // that name has anything to mirror. So a deposit cannot lead in a circle.
  absl::StatusOr<Original> FindOriginal(absl::string_view original_name) const;

  // Whether the zone has NS records of a domain or NNDN: its own, or its original's. `name`,
  // canonical, is the object's.
  absl::StatusOr<bool> IsDelegated(absl::string_view name, const rde::Domain& domain) const;
  absl::StatusOr<bool> IsDelegated(absl::string_view name, const rde::Nndn& nndn) const;

  // Whether the status `inactive` is in force (decision 35): the domain has no server that a zone
  // may carry; of one that is mirrored, its original has none or is not delegated. Holds are
  // another matter.
  absl::StatusOr<bool> IsInactive(const rde::Domain& domain) const;

  // Whether a name between `name`, canonical, and the TLD is delegated.
  absl::StatusOr<bool> IsBelowDelegated(absl::string_view name) const;

  // What the zone may say of a host's addresses.
  enum class HostPlace {
    kBelowDelegation,  // or at it: glue of the referral
    kUnregistered,     // no object of the registry at or above it
    kAtUndelegated,    // it is itself a name that is registered, or kept from it, and not delegated
    kBelowUndelegated
  };
  // `host` is canonical and below the TLD.
  absl::StatusOr<HostPlace> PlaceOfHost(absl::string_view host) const;

 private:
  // Of what mirrors another: whether it has anything to mirror, or that alone.
  enum class Count { kServers, kServersOrMirrors };
  absl::StatusOr<bool> HasDelegationAbove(absl::string_view name, Count count) const;
  absl::StatusOr<bool> HasServers(absl::string_view name, Count count) const;
  // Nothing if there is neither a domain nor an NNDN of that name.
  absl::StatusOr<std::optional<bool>> ServersAt(absl::string_view name, Count count) const;
  absl::StatusOr<bool> HasServers(const rde::Domain& domain, Count count) const;
  absl::StatusOr<bool> HasServers(const rde::Nndn& nndn, Count count) const;
  template <typename Object>
  absl::StatusOr<bool> IsDelegatedObject(absl::string_view name, const Object& object) const;

  const RegistryStore& store_;
  const std::string& tld_;
  const ZoneConfig& config_;
  NamesAbove* const bound_;  // nullptr: none
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_ZONE_DELEGATION_H_
