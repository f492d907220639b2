// Whether the zone delegates a name: RFC 5731 section 2.3, RFC 3915, RFC 9022 section 5.6, and the
// registry's policy about names that are about to be deleted. The one rule for whoever writes the
// zone and whoever tells strangers what is in it (lookup/), so that the two cannot differ.
//
// A deposit's `inactive` is not believed: it is the server's word for a domain without name
// servers, so whether there are any is asked of the domain itself (decision 35).
// Threads: pure functions.
#ifndef TIDEMARK_FAILOVER_ZONE_PUBLICATION_H_
#define TIDEMARK_FAILOVER_ZONE_PUBLICATION_H_

#include "failover/zone/zone_config.h"
#include "rde/records.h"

namespace tidemark::failover {

enum class Publication { kPublished, kPendingCreate, kPendingDelete, kHeld, kInactive };

// The first reason, in the order of the enumeration, by what the domain says of itself. A published
// domain names at least one server, which need not be one that a zone may carry. Whether it is
// delegated, and what mirrors another: delegation.h.
Publication PublicationOf(const rde::Domain& domain, const ZoneConfig& config);

// True with the status pendingDelete, and with the sub-statuses that only stand with it (RFC 3915
// section 3.1): a deposit that forgot the status does not put a deleted name back.
bool IsAboutToBeDeleted(const rde::Domain& domain);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_ZONE_PUBLICATION_H_
