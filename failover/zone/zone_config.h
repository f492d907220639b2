// What a successor may decide about the zone; what the deposit decides is not here.
//
//     [zone]
//     serial = 2026112201          # default: seconds since 1970 of the watermark
//     mname = "ns1.nic.example"    # default: the first name server
//     rname = "hostmaster.nic.example"
//     # No TTL, nor minimum_seconds, is above three days.
//     refresh_seconds = 1800       # SOA timers, RFC 1035 section 3.3.13
//     retry_seconds = 900
//     expire_seconds = 604800
//     minimum_seconds = 3600       # negative answers
//     apex_ttl_seconds = 3600
//     delegation_ttl_seconds = 3600  # NS and glue
//     ds_ttl_seconds = 3600
//     publish_pending_delete = false
//     orphan_glue = true           # addresses of hosts below names that are not delegated
//     [[zone.nameserver]]          # default: ns1 and ns2.nic.TLD on 127.0.0.1 and ::1
//     name = "ns1.nic.example"
//     addresses = ["192.0.2.1", "2001:db8::1"]
//
// The serial is the watermark's time so that a rebuild of a later deposit is newer for every
// secondary (RFC 1982); a successor whose predecessor counted higher must set it.
#ifndef TIDEMARK_FAILOVER_ZONE_ZONE_CONFIG_H_
#define TIDEMARK_FAILOVER_ZONE_ZONE_CONFIG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/config.h"
#include "failover/zone/dns_name.h"

namespace tidemark::failover {

struct ApexServer {
  std::string name;  // canonical
  std::vector<Address> addresses;
};

struct ZoneConfig {
  std::vector<ApexServer> servers;  // empty: the default
  std::string mname;                // empty: the default
  std::string rname;                // empty: the default
  std::optional<uint32_t> serial;   // nothing: from the watermark
  uint32_t refresh_seconds = 1800;
  uint32_t retry_seconds = 900;
  uint32_t expire_seconds = 604800;
  uint32_t minimum_seconds = 3600;
  uint32_t apex_ttl_seconds = 3600;
  uint32_t delegation_ttl_seconds = 3600;
  uint32_t ds_ttl_seconds = 3600;
  bool publish_pending_delete = false;
  bool orphan_glue = true;
};

// Reads [zone]; the caller then checks for unknown keys.
absl::StatusOr<ZoneConfig> LoadZoneConfig(const base::Config& config);

// The same with every default filled in and checked against the zone: INVALID_ARGUMENT for a name
// server inside the zone that has no address, or one that is there twice. `tld` is canonical.
absl::StatusOr<ZoneConfig> CompleteZoneConfig(ZoneConfig config, absl::string_view tld,
                                              absl::Time watermark);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_ZONE_ZONE_CONFIG_H_
