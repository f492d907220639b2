#include "failover/zone/glue.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
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

// Both sorted.
void Unite(std::vector<Address>& into, const std::vector<Address>& more) {
  std::vector<Address> all;
  std::set_union(into.begin(), into.end(), more.begin(), more.end(), std::back_inserter(all));
  into = std::move(all);
}

}  // namespace

void Glue::CollectOwn(const rde::Domain& domain) {
  for (const rde::HostAttribute& attribute : domain.host_attributes) {
    if (attribute.addresses.empty()) continue;
    const std::optional<std::string> own = CanonicalName(domain.name);
    const std::optional<std::string> name = CanonicalName(attribute.name);
    if (own.has_value() && name.has_value() && IsBelow(*name, tld_) &&
        (*name == *own || IsBelow(*name, *own))) {
      AddAddresses(*name, attribute.addresses);
    }
  }
}

void Glue::Need(const std::string& name, const rde::Domain& domain) {
  for (const std::string& server : domain.host_objects) NeedServer(server);
  for (const rde::HostAttribute& attribute : domain.host_attributes) {
    Host* const host = NeedServer(attribute.name);
    if (host == nullptr || attribute.addresses.empty()) continue;
    const std::string server = *CanonicalName(attribute.name);
    if (server == name || IsBelow(server, name)) continue;
    const std::vector<Address> addresses = Read(server, attribute.addresses);
    host->disputed |= !host->others.empty() && host->others != addresses;
    Unite(host->others, addresses);
  }
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

std::vector<Address> Glue::Read(const std::string& name,
                                const std::vector<rde::HostAddress>& addresses) {
  std::vector<Address> read;
  for (const rde::HostAddress& text : addresses) {
    std::optional<Address> address = CanonicalAddress(text.address);
    if (address.has_value()) {
      read.push_back(*std::move(address));
    } else {
      report_.Remark(ZoneRemarkKind::kInvalidAddress, "host", name,
                     absl::StrCat("not an IP address, ", text.address.size(), " bytes"));
    }
  }
  std::sort(read.begin(), read.end());
  read.erase(std::unique(read.begin(), read.end()), read.end());
  return read;
}

void Glue::AddAddresses(const std::string& name, const std::vector<rde::HostAddress>& addresses) {
  Unite(hosts_[name].addresses, Read(name, addresses));
}

absl::Status Glue::CollectObjects() {
  std::vector<std::string> wanted;
  for (const auto& [name, host] : hosts_) {
    if (host.needed) wanted.push_back(name);
  }
  const auto add = [this](const std::string& name, const rde::Host& object) {
    ++hosts_[name].objects;
    AddAddresses(name, object.addresses);
  };
  if (wanted.size() * kLookUpRatio < CountOf(store_.counts(), ObjectType::kHost)) {
    for (const std::string& name : wanted) {
      ASSIGN_OR_RETURN(const std::vector<rde::Host> hosts, store_.FindHostsByName(name));
      for (const rde::Host& host : hosts) add(name, host);
    }
    return absl::OkStatus();
  }
  return store_.ForEachHost([&](const rde::Host& host) {
    const std::optional<std::string> name = CanonicalName(host.name);
    if (!name.has_value()) return absl::OkStatus();
    const auto found = hosts_.find(*name);
    if (found != hosts_.end() && found->second.needed) add(*name, host);
    return absl::OkStatus();
  });
}

// Whose addresses are published, of those that were found.
void Glue::Settle(const std::string& name, Host& host) {
  if (host.objects > 1) {
    report_.Remark(ZoneRemarkKind::kSeveralHosts, "host", name,
                   absl::StrCat(host.objects, " host objects; published are all their addresses"));
  }
  const bool owned = !host.addresses.empty();
  if (owned ? !host.others.empty() && host.others != host.addresses : host.disputed) {
    report_.Remark(ZoneRemarkKind::kDisputedAddress, "host", name,
                   owned ? "other domains give other addresses, which are not published"
                         : "domains that use it give different addresses; published are all");
  }
  if (!owned) host.addresses = host.others;
}

absl::StatusOr<bool> Glue::HasPlace(const std::string& name) {
  ASSIGN_OR_RETURN(const Delegations::HostPlace place, delegations_.PlaceOfHost(name));
  switch (place) {
    case Delegations::HostPlace::kBelowDelegation:
    case Delegations::HostPlace::kUnregistered:
      return true;
    case Delegations::HostPlace::kBelowUndelegated:
      if (config_.orphan_glue) return true;
      break;
    case Delegations::HostPlace::kAtUndelegated:
      break;
  }
  report_.Remark(ZoneRemarkKind::kOrphanGlue, "host", name,
                 "at or below a name that is not delegated; its addresses are left out");
  return false;
}

absl::Status Glue::Write(MasterFile& zone) {
  RETURN_IF_ERROR(RemarkApexServers());
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
    Settle(name, host);
    if (host.addresses.empty()) {
      report_.Remark(ZoneRemarkKind::kNoAddress, "host", name, "named, but has no address");
      continue;
    }
    ASSIGN_OR_RETURN(const bool has_place, HasPlace(name));
    if (!has_place) continue;
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

// Their addresses are only glue then: the delegated name's servers have the last word.
absl::Status Glue::RemarkApexServers() {
  for (const ApexServer& server : config_.servers) {
    if (!IsBelow(server.name, tld_)) continue;
    ASSIGN_OR_RETURN(const Delegations::HostPlace place, delegations_.PlaceOfHost(server.name));
    if (place != Delegations::HostPlace::kBelowDelegation) continue;
    report_.Remark(ZoneRemarkKind::kApexBelowDomain, "host", server.name,
                   "a server of the zone at or below a delegated name, whose servers must know it");
  }
  return absl::OkStatus();
}

}  // namespace tidemark::failover
