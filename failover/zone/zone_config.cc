#include "failover/zone/zone_config.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::failover {
namespace {

constexpr size_t kApexServersMax = 32;
constexpr size_t kServerAddressesMax = 32;
constexpr int64_t kTimerMax = 2147483647;  // RFC 2181 section 8
// Three days. A signer refuses a zone with a TTL that outlives a signature which it is about to
// renew (dns/signed_server.h), and what a resolver keeps longer than that no successor can mend.
constexpr int64_t kTtlMax = 3 * 24 * 60 * 60;

absl::StatusOr<std::string> NameOr(const base::Config& config, absl::string_view key,
                                   absl::string_view otherwise) {
  ASSIGN_OR_RETURN(const std::string text, config.StringOr(key, otherwise));
  if (text.empty()) return text;
  std::optional<std::string> name = CanonicalName(text);
  if (!name.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(key, " is not a domain name"));
  }
  return *std::move(name);
}

absl::Status ReadSeconds(const base::Config& config, absl::string_view key, int64_t max,
                         uint32_t& value) {
  ASSIGN_OR_RETURN(const int64_t seconds, config.IntOr(key, value, 0, max));
  value = static_cast<uint32_t>(seconds);
  return absl::OkStatus();
}

absl::StatusOr<ApexServer> ReadServer(const base::Config& config, size_t number) {
  const std::string key = absl::StrCat("zone.nameserver.", number);
  ApexServer server;
  ASSIGN_OR_RETURN(server.name, NameOr(config, key + ".name", ""));
  if (server.name.empty()) return absl::InvalidArgumentError(absl::StrCat(key, ".name is missing"));
  ASSIGN_OR_RETURN(const std::vector<std::string> addresses,
                   config.StringListOr(key + ".addresses", {}));
  if (addresses.size() > kServerAddressesMax) {
    return absl::InvalidArgumentError(absl::StrCat(key, ".addresses: too many"));
  }
  for (const std::string& text : addresses) {
    const std::optional<Address> address = CanonicalAddress(text);
    if (!address.has_value()) {
      return absl::InvalidArgumentError(absl::StrCat(key, ".addresses: not an IP address"));
    }
    if (std::find(server.addresses.begin(), server.addresses.end(), *address) !=
        server.addresses.end()) {
      return absl::InvalidArgumentError(absl::StrCat(key, ".addresses: one is there twice"));
    }
    server.addresses.push_back(*address);
  }
  return server;
}

}  // namespace

absl::StatusOr<ZoneConfig> LoadZoneConfig(const base::Config& config) {
  ZoneConfig zone;
  ASSIGN_OR_RETURN(zone.mname, NameOr(config, "zone.mname", ""));
  ASSIGN_OR_RETURN(zone.rname, NameOr(config, "zone.rname", ""));
  if (config.Has("zone.serial")) {
    ASSIGN_OR_RETURN(const int64_t serial, config.IntOr("zone.serial", 0, 0, UINT32_MAX));
    zone.serial = static_cast<uint32_t>(serial);
  }
  RETURN_IF_ERROR(ReadSeconds(config, "zone.refresh_seconds", kTimerMax, zone.refresh_seconds));
  RETURN_IF_ERROR(ReadSeconds(config, "zone.retry_seconds", kTimerMax, zone.retry_seconds));
  RETURN_IF_ERROR(ReadSeconds(config, "zone.expire_seconds", kTimerMax, zone.expire_seconds));
  // RFC 1912 section 2.2. A secondary would go silent between two looks at the zone.
  if (zone.expire_seconds <= int64_t{zone.refresh_seconds} + zone.retry_seconds) {
    return absl::InvalidArgumentError(
        absl::StrCat("zone.expire_seconds: ", zone.expire_seconds,
                     " is not more than zone.refresh_seconds and zone.retry_seconds together"));
  }
  RETURN_IF_ERROR(ReadSeconds(config, "zone.minimum_seconds", kTtlMax, zone.minimum_seconds));
  RETURN_IF_ERROR(ReadSeconds(config, "zone.apex_ttl_seconds", kTtlMax, zone.apex_ttl_seconds));
  RETURN_IF_ERROR(
      ReadSeconds(config, "zone.delegation_ttl_seconds", kTtlMax, zone.delegation_ttl_seconds));
  RETURN_IF_ERROR(ReadSeconds(config, "zone.ds_ttl_seconds", kTtlMax, zone.ds_ttl_seconds));
  ASSIGN_OR_RETURN(zone.publish_pending_delete,
                   config.BoolOr("zone.publish_pending_delete", false));
  ASSIGN_OR_RETURN(zone.orphan_glue, config.BoolOr("zone.orphan_glue", true));
  ASSIGN_OR_RETURN(const size_t servers, config.TableCount("zone.nameserver"));
  if (servers > kApexServersMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("zone.nameserver: ", servers, ", at most ", kApexServersMax));
  }
  for (size_t i = 0; i < servers; ++i) {
    ASSIGN_OR_RETURN(ApexServer server, ReadServer(config, i));
    if (std::any_of(zone.servers.begin(), zone.servers.end(),
                    [&](const ApexServer& other) { return other.name == server.name; })) {
      return absl::InvalidArgumentError(
          absl::StrCat("zone.nameserver.", i, ".name: ", server.name, " is there twice"));
    }
    zone.servers.push_back(std::move(server));
  }
  return zone;
}

absl::StatusOr<ZoneConfig> CompleteZoneConfig(ZoneConfig config, absl::string_view tld,
                                              absl::Time watermark) {
  if (config.servers.empty()) {
    const std::vector<Address> loopback = {{AddressFamily::kIpv4, "127.0.0.1"},
                                           {AddressFamily::kIpv6, "::1"}};
    config.servers = {{absl::StrCat("ns1.nic.", tld), loopback},
                      {absl::StrCat("ns2.nic.", tld), loopback}};
  }
  for (const ApexServer& server : config.servers) {
    if (server.name == tld || (IsBelow(server.name, tld) && server.addresses.empty())) {
      return absl::InvalidArgumentError(absl::StrCat("zone.nameserver ", server.name,
                                                     " needs an address and a name below ", tld));
    }
  }
  if (config.mname.empty()) config.mname = config.servers[0].name;
  if (config.rname.empty()) config.rname = absl::StrCat("hostmaster.nic.", tld);
  if (!config.serial.has_value()) {
    config.serial = static_cast<uint32_t>(absl::ToUnixSeconds(watermark));
  }
  return config;
}

}  // namespace tidemark::failover
