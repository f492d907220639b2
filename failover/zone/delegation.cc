#include "failover/zone/delegation.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/status.h"
#include "failover/zone/dns_name.h"
#include "failover/zone/publication.h"

namespace tidemark::failover {

std::vector<std::string> ServersOf(const rde::Domain& domain,
                                   const std::function<void(absl::string_view)>& on_invalid) {
  std::vector<std::string> servers;
  const auto add = [&](absl::string_view text) {
    std::optional<std::string> server = CanonicalName(text);
    if (server.has_value()) {
      servers.push_back(*std::move(server));
    } else if (on_invalid) {
      on_invalid(text);
    }
  };
  for (const std::string& server : domain.host_objects) add(server);
  for (const rde::HostAttribute& attribute : domain.host_attributes) add(attribute.name);
  std::sort(servers.begin(), servers.end());
  servers.erase(std::unique(servers.begin(), servers.end()), servers.end());
  return servers;
}

bool IsMirrored(const rde::Domain& domain) {
  return !domain.original_name.empty() && domain.host_objects.empty() &&
         domain.host_attributes.empty() &&
         std::none_of(domain.statuses.begin(), domain.statuses.end(),
                      [](const rde::StatusValue& status) { return status.s == "inactive"; });
}

bool IsMirrored(const rde::Nndn& nndn) {
  return nndn.name_state == "mirrored" && nndn.mirroring_ns;
}

absl::StatusOr<Delegations::Original> Delegations::FindOriginal(
    absl::string_view original_name) const {
  Original original;
  const std::optional<std::string> name = CanonicalName(original_name);
  if (!name.has_value()) return original;
  absl::StatusOr<rde::Domain> domain = store_.FindDomain(*name);
  if (absl::IsNotFound(domain.status())) return original;
  RETURN_IF_ERROR(domain.status());
  original.domain = *std::move(domain);
  if (PublicationOf(*original.domain, config_) != Publication::kPublished ||
      !IsBelow(*name, tld_) || !IsHostname(*name)) {
    return original;
  }
  ASSIGN_OR_RETURN(const bool hidden, HasDelegationAbove(*name, Count::kServersOrMirrors));
  if (!hidden) original.servers = ServersOf(*original.domain);
  return original;
}

absl::StatusOr<bool> Delegations::IsBelowDelegated(absl::string_view name) const {
  return HasDelegationAbove(name, Count::kServers);
}

template <typename Object>
absl::StatusOr<bool> Delegations::IsDelegatedObject(absl::string_view name,
                                                    const Object& object) const {
  if (!IsBelow(name, tld_) || !IsHostname(name)) return false;
  ASSIGN_OR_RETURN(const bool has_servers, HasServers(object, Count::kServers));
  if (!has_servers) return false;
  ASSIGN_OR_RETURN(const bool hidden, IsBelowDelegated(name));
  return !hidden;
}

absl::StatusOr<bool> Delegations::IsDelegated(absl::string_view name,
                                              const rde::Domain& domain) const {
  return IsDelegatedObject(name, domain);
}

absl::StatusOr<bool> Delegations::IsDelegated(absl::string_view name, const rde::Nndn& nndn) const {
  return IsDelegatedObject(name, nndn);
}

absl::StatusOr<bool> Delegations::IsInactive(const rde::Domain& domain) const {
  if (!IsMirrored(domain)) return ServersOf(domain).empty();
  ASSIGN_OR_RETURN(const Original original, FindOriginal(domain.original_name));
  return original.servers.empty();
}

// Registries of one level never get past the first comparison.
absl::StatusOr<bool> Delegations::HasDelegationAbove(absl::string_view name, Count count) const {
  for (absl::string_view above = ParentOf(name); above != tld_; above = ParentOf(above)) {
    if (bound_ != nullptr) {
      if (bound_->left == 0) return absl::ResourceExhaustedError("too many names above it");
      --bound_->left;
    }
    ASSIGN_OR_RETURN(const bool has_servers, HasServers(above, count));
    if (has_servers) return true;
  }
  return false;
}

absl::StatusOr<Delegations::HostPlace> Delegations::PlaceOfHost(absl::string_view host) const {
  HostPlace place = HostPlace::kUnregistered;
  for (absl::string_view name = host; name != tld_; name = ParentOf(name)) {
    ASSIGN_OR_RETURN(const std::optional<bool> has_servers, ServersAt(name, Count::kServers));
    if (!has_servers.has_value()) continue;
    if (*has_servers) return HostPlace::kBelowDelegation;
    if (name == host) place = HostPlace::kAtUndelegated;
    if (place == HostPlace::kUnregistered) place = HostPlace::kBelowUndelegated;
  }
  return place;
}

absl::StatusOr<bool> Delegations::HasServers(absl::string_view name, Count count) const {
  ASSIGN_OR_RETURN(const std::optional<bool> has_servers, ServersAt(name, count));
  return has_servers.value_or(false);
}

absl::StatusOr<std::optional<bool>> Delegations::ServersAt(absl::string_view name,
                                                           Count count) const {
  const absl::StatusOr<rde::Domain> domain = store_.FindDomain(name);
  if (!domain.ok() && !absl::IsNotFound(domain.status())) return domain.status();
  bool has_servers = false;
  if (domain.ok()) {
    ASSIGN_OR_RETURN(has_servers, HasServers(*domain, count));
  } else {
    const absl::StatusOr<rde::Nndn> nndn = store_.FindNndn(name);
    if (absl::IsNotFound(nndn.status())) return std::nullopt;
    RETURN_IF_ERROR(nndn.status());
    ASSIGN_OR_RETURN(has_servers, HasServers(*nndn, count));
  }
  return has_servers && IsHostname(name);
}

absl::StatusOr<bool> Delegations::HasServers(const rde::Domain& domain, Count count) const {
  const Publication publication = PublicationOf(domain, config_);
  if (!IsMirrored(domain)) {
    return publication == Publication::kPublished && !ServersOf(domain).empty();
  }
  // Without servers of its own it counts as inactive, which it does not say of itself.
  if (publication != Publication::kInactive) return false;
  if (count == Count::kServersOrMirrors) return true;
  ASSIGN_OR_RETURN(const Original original, FindOriginal(domain.original_name));
  return !original.servers.empty();
}

absl::StatusOr<bool> Delegations::HasServers(const rde::Nndn& nndn, Count count) const {
  if (!IsMirrored(nndn)) return false;
  if (count == Count::kServersOrMirrors) return true;
  ASSIGN_OR_RETURN(const Original original, FindOriginal(nndn.original_name));
  return !original.servers.empty();
}

}  // namespace tidemark::failover
