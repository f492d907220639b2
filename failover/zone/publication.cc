#include "failover/zone/publication.h"

#include <algorithm>
#include <vector>

#include "base/status.h"
#include "failover/zone/dns_name.h"

namespace tidemark::failover {
namespace {

bool Has(const std::vector<rde::StatusValue>& statuses, absl::string_view wanted) {
  return std::any_of(statuses.begin(), statuses.end(),
                     [&](const rde::StatusValue& status) { return status.s == wanted; });
}

bool NamesServers(const rde::Domain& domain) {
  return !domain.host_objects.empty() || !domain.host_attributes.empty();
}

}  // namespace

bool IsAboutToBeDeleted(const rde::Domain& domain) {
  return Has(domain.statuses, "pendingDelete") || Has(domain.rgp_statuses, "redemptionPeriod") ||
         Has(domain.rgp_statuses, "pendingDelete") || Has(domain.rgp_statuses, "pendingRestore");
}

Publication PublicationOf(const rde::Domain& domain, const ZoneConfig& config) {
  if (Has(domain.statuses, "pendingCreate")) return Publication::kPendingCreate;
  if (!config.publish_pending_delete && IsAboutToBeDeleted(domain)) {
    return Publication::kPendingDelete;
  }
  if (Has(domain.statuses, "clientHold") || Has(domain.statuses, "serverHold")) {
    return Publication::kHeld;
  }
  return NamesServers(domain) ? Publication::kPublished : Publication::kInactive;
}

bool NamesUsableServer(const rde::Domain& domain) {
  const auto is_usable = [](absl::string_view name) { return CanonicalName(name).has_value(); };
  return std::any_of(domain.host_objects.begin(), domain.host_objects.end(), is_usable) ||
         std::any_of(domain.host_attributes.begin(), domain.host_attributes.end(),
                     [&](const rde::HostAttribute& host) { return is_usable(host.name); });
}

absl::StatusOr<bool> IsHidden(const RegistryStore& store, absl::string_view name,
                              absl::string_view tld, const ZoneConfig& config) {
  // Registries of one level never get past the first comparison.
  for (absl::string_view above = ParentOf(name); above != tld; above = ParentOf(above)) {
    const absl::StatusOr<rde::Domain> domain = store.FindDomain(above);
    if (absl::IsNotFound(domain.status())) continue;
    RETURN_IF_ERROR(domain.status());
    if (PublicationOf(*domain, config) == Publication::kPublished) return true;
  }
  return false;
}

bool MirrorsServers(const rde::Nndn& nndn) {
  return nndn.name_state == "mirrored" && nndn.mirroring_ns && !nndn.original_name.empty();
}

}  // namespace tidemark::failover
