// Whether the zone delegates a name: RFC 5731 section 2.3, RFC 3915, RFC 9022 section 5.6, and the
// registry's policy about names that are about to be deleted. The one rule for whoever writes the
// zone and whoever tells strangers what is in it (lookup/), so that the two cannot differ.
//
// A deposit's `inactive` is not believed: it is the server's word for a domain without name
// servers, so whether there are any is asked of the domain itself (decision 35).
// Threads: pure functions; IsHidden reads the store.
#ifndef TIDEMARK_FAILOVER_ZONE_PUBLICATION_H_
#define TIDEMARK_FAILOVER_ZONE_PUBLICATION_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "failover/store/registry_store.h"
#include "failover/zone/zone_config.h"
#include "rde/records.h"

namespace tidemark::failover {

enum class Publication { kPublished, kPendingCreate, kPendingDelete, kHeld, kInactive };

// The first reason, in the order of the enumeration, by what the domain says of itself. A published
// domain names at least one server, which need not be one that a zone may carry; it is
// delegated if one is (NamesUsableServer), and nothing hides it.
Publication PublicationOf(const rde::Domain& domain, const ZoneConfig& config);

// True with the status pendingDelete, and with the sub-statuses that only stand with it (RFC 3915
// section 3.1): a deposit that forgot the status does not put a deleted name back.
bool IsAboutToBeDeleted(const rde::Domain& domain);

// Whether one of the servers that a domain names is one that a zone may carry.
bool NamesUsableServer(const rde::Domain& domain);

// Whether a domain above `name`, and below `tld`, is published: then nobody sees a delegation of
// `name`. Both canonical, `name` below `tld`. Costs a read of the store for each label between.
absl::StatusOr<bool> IsHidden(const RegistryStore& store, absl::string_view name,
                              absl::string_view tld, const ZoneConfig& config);

// Whether an NNDN is to have the name servers of its original: RFC 9022 section 5.6.1.1,
// `mirrored` with mirroringNS, and an original to have them of.
bool MirrorsServers(const rde::Nndn& nndn);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_ZONE_PUBLICATION_H_
