#include "failover/zone/glue.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"

namespace tidemark::failover {
namespace {

// Look hosts up one by one if fewer than one in so many is needed; else read them all in order.
constexpr uint64_t kLookUpRatio = 16;

}  // namespace

void Glue::CollectAttributes(const rde::Domain& domain) {
  for (const rde::HostAttribute& attribute : domain.host_attributes) {
    if (attribute.addresses.empty()) continue;
    const std::optional<std::string> name = CanonicalName(attribute.name);
    if (name.has_value() && IsBelow(*name, tld_)) AddAddresses(*name, attribute.addresses);
  }
}

void Glue::Need(const rde::Domain& domain) {
  for (const std::string& server : domain.host_objects) {
    if (Host* const host = NeedServer(server)) host->is_object = true;
  }
  for (const rde::HostAttribute& attribute : domain.host_attributes) NeedServer(attribute.name);
}

Glue::Host* Glue::NeedServer(const std::string& text) {
  // Of most domains the servers are elsewhere.
  if (!absl::EndsWithIgnoreCase(absl::StripSuffix(text, "."), tld_)) return nullptr;
  const std::optional<std::string> server = CanonicalName(text);
  if (!server.has_value() || !IsBelow(*server, tld_)) return nullptr;
  Host& host = hosts_[*server];
  host.needed = true;
  return &host;
}

void Glue::AddAddresses(const std::string& name, const std::vector<rde::HostAddress>& addresses) {
  Host& host = hosts_[name];
  for (const rde::HostAddress& text : addresses) {
    std::optional<Address> address = CanonicalAddress(text.address);
    if (!address.has_value()) {
      report_.Remark(ZoneRemarkKind::kInvalidAddress, "host", name,
                     absl::StrCat("not an IP address, ", text.address.size(), " bytes"));
    } else if (std::find(host.addresses.begin(), host.addresses.end(), *address) ==
               host.addresses.end()) {
      host.addresses.push_back(*std::move(address));
    }
  }
}

absl::Status Glue::CollectObjects() {
  std::vector<std::string> wanted;
  for (const auto& [name, host] : hosts_) {
    if (host.needed && host.is_object) wanted.push_back(name);
  }
  if (wanted.size() * kLookUpRatio < CountOf(store_.counts(), ObjectType::kHost)) {
    for (const std::string& name : wanted) {
      ASSIGN_OR_RETURN(const std::vector<rde::Host> hosts, store_.FindHostsByName(name));
      for (const rde::Host& host : hosts) AddAddresses(name, host.addresses);
    }
    return absl::OkStatus();
  }
  return store_.ForEachHost([this](const rde::Host& host) {
    const std::optional<std::string> name = CanonicalName(host.name);
    if (!name.has_value()) return absl::OkStatus();
    const auto found = hosts_.find(*name);
    if (found != hosts_.end() && found->second.needed && found->second.is_object) {
      AddAddresses(*name, host.addresses);
    }
    return absl::OkStatus();
  });
}

absl::Status Glue::Write(MasterFile& zone) {
  RETURN_IF_ERROR(CollectObjects());
  std::vector<std::string> names;
  for (const auto& [name, host] : hosts_) {
    if (host.needed) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    Host& host = hosts_[name];
    if (IsApexServer(name)) {
      report_.Remark(ZoneRemarkKind::kApexServer, "host", name,
                     "published with the configured addresses");
      continue;
    }
    if (host.addresses.empty()) {
      report_.Remark(ZoneRemarkKind::kNoAddress, "host", name, "named, but has no address");
      continue;
    }
    std::sort(host.addresses.begin(), host.addresses.end());
    ++report_.glue_hosts;
    report_.glue_records += host.addresses.size();
    for (const Address& address : host.addresses) {
      zone.AddAddress(name, config_.delegation_ttl_seconds, address);
    }
    RETURN_IF_ERROR(zone.Flush());
  }
  return absl::OkStatus();
}

bool Glue::IsApexServer(absl::string_view name) const {
  return std::any_of(config_.servers.begin(), config_.servers.end(),
                     [&](const ApexServer& server) { return server.name == name; });
}

}  // namespace tidemark::failover
