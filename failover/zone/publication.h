// Whether a domain belongs into the zone: RFC 5731 section 2.3, RFC 3915, and the registry's policy
// about names that are about to be deleted.
#ifndef TIDEMARK_FAILOVER_ZONE_PUBLICATION_H_
#define TIDEMARK_FAILOVER_ZONE_PUBLICATION_H_

#include "failover/zone/zone_config.h"
#include "rde/records.h"

namespace tidemark::failover {

enum class Publication { kPublished, kPendingCreate, kPendingDelete, kHeld, kInactive };

// The first reason, in the order of the enumeration.
Publication PublicationOf(const rde::Domain& domain, const ZoneConfig& config);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_ZONE_PUBLICATION_H_
