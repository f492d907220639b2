#include "failover/zone/publication.h"

#include <algorithm>
#include <vector>

#include "absl/strings/string_view.h"

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

}  // namespace tidemark::failover
