// The zone of a rebuilt registry, as a master file (RFC 1035 section 5): one record a line,
// "owner ttl IN type data", names absolute and in lower case, in a fixed order. Same registry, same
// configuration: same bytes.
//
// Published are domains that have name servers and none of clientHold, serverHold, inactive,
// pendingCreate and (unless configured) pendingDelete or redemptionPeriod: their NS, and DS where
// there is secDNS data. Glue: A and AAAA of every host inside the zone that a published domain
// names, and of no other, once, unless a name at or above it is registered or withheld and none is
// delegated. glue.h says whose word counts.
//
// Variants: an NNDN that is mirrored by name servers has the NS of its original as long as that is
// published, and no DS (delegation.h says which domains are mirrored, too). Withheld and blocked
// names are never published. Order: the apex, domains, NNDNs, glue, each in order of names.
//
// What it is not: signed (failover/dns), or the deposit's judge. What cannot be published safely is
// left out and listed as a ZoneRemark; the zone is whole if nothing with `left_out` is listed.
//
// Threat: every value is the deposit's and may be hostile; nothing reaches the file but what
// dns_name.h and ds.h admit. Memory: the hosts inside the zone. Threads: one.
#ifndef TIDEMARK_FAILOVER_ZONE_ZONE_H_
#define TIDEMARK_FAILOVER_ZONE_ZONE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "failover/store/registry_store.h"
#include "failover/zone/zone_config.h"
#include "failover/zone/zone_report.h"

namespace tidemark::failover {

// Writes the zone to `sink`, which it does not close. INVALID_ARGUMENT: tld or config.
absl::StatusOr<ZoneReport> WriteZone(const RegistryStore& store, absl::string_view tld,
                                     absl::Time watermark, const ZoneConfig& config,
                                     base::ByteSink& sink);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_ZONE_ZONE_H_
