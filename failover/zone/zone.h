// The zone of a rebuilt registry, as a master file (RFC 1035 section 5): one record a line,
// "owner ttl IN type data", names absolute and in lower case, in a fixed order. Same registry, same
// configuration: same bytes.
//
// Published are domains that have name servers and none of clientHold, serverHold, inactive,
// pendingCreate and (unless configured) pendingDelete or redemptionPeriod: their NS, and DS where
// there is secDNS data. Glue: A and AAAA of every host inside the zone that a published domain
// names, and of no other, once, the union of what host objects of that name and host attributes of
// any domain say; also when the domain above the host is not published, because the domains that
// use the host are.
//
// What it is not: signed (failover/dns), or the deposit's judge. What cannot be published safely is
// left out and listed as a ZoneRemark; the zone is whole if nothing with `left_out` is listed.
//
// Threat: every value is the deposit's and may be hostile; nothing reaches the file but what
// dns_name.h and ds.h admit. Memory: the hosts inside the zone. Threads: one.
#ifndef TIDEMARK_FAILOVER_ZONE_ZONE_H_
#define TIDEMARK_FAILOVER_ZONE_ZONE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "failover/store/registry_store.h"
#include "failover/zone/zone_config.h"

namespace tidemark::failover {

enum class ZoneRemarkKind {
  kInvalidName,     // a domain's name is not one that a zone may carry
  kOutsideTld,      // a domain's name is not below the TLD
  kBelowDomain,     // below another published domain: it would be hidden
  kInvalidServer,   // a name server's name is not one that a zone may carry
  kNoUsableServer,  // it had name servers, none of them usable: not delegated
  kInvalidDs,
  kInvalidAddress,
  kNoAddress,   // a host inside the zone without an address: published without glue
  kApexServer,  // addresses of one of the zone's own servers: the configuration's are published
};

// "invalid-name", ...
absl::string_view ZoneRemarkCode(ZoneRemarkKind kind);
// True if something that the deposit wants published is not in the zone.
bool IsLeftOut(ZoneRemarkKind kind);

struct ZoneRemark {
  ZoneRemarkKind kind;
  std::string object;  // "domain NAME" or "host NAME", escaped for people
  std::string detail;
};

struct ZoneReport {
  uint32_t serial = 0;
  uint64_t delegations = 0;
  uint64_t ns_records = 0;
  uint64_t ds_records = 0;
  uint64_t signed_delegations = 0;  // with at least one DS
  uint64_t glue_hosts = 0;
  uint64_t glue_records = 0;
  // Domains that are not published, by reason, each counted once.
  uint64_t held = 0;
  uint64_t inactive = 0;
  uint64_t pending_create = 0;
  uint64_t pending_delete = 0;
  uint64_t without_servers = 0;  // active, but names none
  uint64_t bytes = 0;
  std::string sha256_hex;
  std::vector<ZoneRemark> remarks;  // the first kZoneRemarksMax of each kind
  std::map<ZoneRemarkKind, uint64_t> remark_counts;

  bool whole() const;
};
inline constexpr size_t kZoneRemarksMax = 100;

// Writes the zone to `sink`, which it does not close. INVALID_ARGUMENT: tld or config.
absl::StatusOr<ZoneReport> WriteZone(const RegistryStore& store, absl::string_view tld,
                                     absl::Time watermark, const ZoneConfig& config,
                                     base::ByteSink& sink);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_ZONE_ZONE_H_
