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

}  // namespace

Publication PublicationOf(const rde::Domain& domain, const ZoneConfig& config) {
  if (Has(domain.statuses, "pendingCreate")) return Publication::kPendingCreate;
  // The two sub-statuses stand with the status, RFC 3915 section 3.1; a deposit that forgot the
  // status does not put a deleted name back.
  const bool deleted = Has(domain.statuses, "pendingDelete") ||
                       Has(domain.rgp_statuses, "redemptionPeriod") ||
                       Has(domain.rgp_statuses, "pendingDelete");
  if (deleted && !config.publish_pending_delete) return Publication::kPendingDelete;
  if (Has(domain.statuses, "clientHold") || Has(domain.statuses, "serverHold")) {
    return Publication::kHeld;
  }
  if (Has(domain.statuses, "inactive")) return Publication::kInactive;
  return Publication::kPublished;
}

}  // namespace tidemark::failover
