// What was written into a zone, and what was left out of it and why.
#ifndef TIDEMARK_FAILOVER_ZONE_ZONE_REPORT_H_
#define TIDEMARK_FAILOVER_ZONE_ZONE_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace tidemark::failover {

enum class ZoneRemarkKind {
  kInvalidName,     // a domain's or NNDN's name is not one that a zone may carry
  kOutsideTld,      // its name is not below the TLD
  kBelowDomain,     // below another published name: it would be hidden
  kInvalidServer,   // a name server's name is not one that a zone may carry
  kNoUsableServer,  // it had name servers, none of them usable: not delegated
  kInvalidDs,
  kInvalidAddress,
  kNoAddress,   // a host inside the zone without an address: published without glue
  kApexServer,  // addresses of one of the zone's own servers: the configuration's are published
  kApexBelowDomain,    // one of the zone's own servers is at or below a delegated name
  kOrphanGlue,         // a host at or below a name that is not delegated: without addresses
  kDisputedAddress,    // domains do not agree about a host's addresses
  kSeveralHosts,       // several host objects of one name: published with the addresses of all
  kMirrorOfMirror,     // its original mirrors another itself
  kNoOriginal,         // mirrored, but its original is no domain of the deposit
  kAlsoDomain,         // an NNDN of a name that is a domain as well: the domain decides
  kMirroredOtherwise,  // mirroringNS is false: how it was mirrored, the deposit does not say
};

// "invalid-name", ...
absl::string_view ZoneRemarkCode(ZoneRemarkKind kind);
// True if something that the deposit wants published is not in the zone.
bool IsLeftOut(ZoneRemarkKind kind);

struct ZoneRemark {
  ZoneRemarkKind kind;
  std::string object;  // "domain NAME", "NNDN NAME" or "host NAME", escaped for people
  std::string detail;
};
inline constexpr size_t kZoneRemarksMax = 100;

struct ZoneReport {
  uint32_t serial = 0;
  uint64_t delegations = 0;
  uint64_t mirrored = 0;  // of these: variants with the name servers of their originals
  uint64_t ns_records = 0;
  uint64_t ds_records = 0;
  uint64_t signed_delegations = 0;  // with at least one DS
  uint64_t glue_hosts = 0;
  uint64_t glue_records = 0;
  // Names that are not published, by reason, each counted once.
  uint64_t held = 0;
  uint64_t inactive = 0;
  uint64_t pending_create = 0;
  uint64_t pending_delete = 0;
  uint64_t original_unpublished = 0;  // mirrors a domain that is not published
  uint64_t bytes = 0;
  std::string sha256_hex;
  std::vector<ZoneRemark> remarks;  // the first kZoneRemarksMax of each kind
  std::map<ZoneRemarkKind, uint64_t> remark_counts;

  // `type` is what the name names: "domain", ...; neither need be escaped.
  void Remark(ZoneRemarkKind kind, absl::string_view type, absl::string_view name,
              std::string detail);
  bool whole() const;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_ZONE_ZONE_REPORT_H_
