#include "failover/probe/server_addresses.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "failover/probe/names.h"

namespace tidemark::failover::probe {
namespace {

std::vector<std::string> PlainAddresses(const std::vector<rde::HostAddress>& addresses) {
  std::vector<std::string> out;
  for (const rde::HostAddress& address : addresses) {
    std::string plain = PlainAddress(address.address);
    if (!plain.empty()) out.push_back(std::move(plain));
  }
  return out;
}

void AddLines(const std::vector<std::string>& items, std::string& lines) {
  for (const std::string& item : items) absl::StrAppend(&lines, lines.empty() ? "" : "\n", item);
}

}  // namespace

void ServerAddresses::Want(absl::string_view servers) {
  for (const std::string& server : LinesOf(servers)) {
    if (!IsInside(server, tld_) || !servers_.try_emplace(server).second) continue;
    has_new_ = true;
    names_.WantWithAncestors(server);
  }
}

ServerAddresses::Server* ServerAddresses::FindUnread(absl::string_view host) {
  const auto found = servers_.find(host);
  return found == servers_.end() || found->second.was_read ? nullptr : &found->second;
}

void ServerAddresses::Take(const rde::Host& host) {
  if (host.addresses.empty()) return;
  Server* const server = FindUnread(PlainName(host.name));
  if (server != nullptr) AddLines(PlainAddresses(host.addresses), server->own);
}

void ServerAddresses::Take(const std::string& name, const rde::Domain& domain) {
  if (name.empty()) return;
  for (const rde::HostAttribute& host : domain.host_attributes) {
    if (host.addresses.empty()) continue;
    const std::string host_name = PlainName(host.name);
    Server* const server = FindUnread(host_name);
    if (server == nullptr) continue;
    std::vector<std::string> addresses = PlainAddresses(host.addresses);
    if (host_name == name || IsInside(host_name, name)) {
      AddLines(addresses, server->own);
    } else if (IsInside(name, tld_) && IsHostname(name) &&
               MayBeDelegated(domain, PendingDeleteBy(policy_))) {
      const absl::string_view above = ParentOf(name);
      server->others[above == tld_ ? "" : std::string(above)].insert(addresses.begin(),
                                                                     addresses.end());
    }
  }
}

void ServerAddresses::EndReading() {
  for (auto& [name, server] : servers_) server.was_read = true;
  has_new_ = false;
}

std::string ServerAddresses::AddressesOf(const std::string& host, const Server& server) const {
  const HostPlace place = names_.PlaceOf(host);
  if (place == HostPlace::kAtUndelegated ||
      (place == HostPlace::kBelowUndelegated && !policy_.orphan_glue)) {
    return "";
  }
  if (!server.own.empty()) return server.own;
  std::vector<std::string> addresses;
  for (const auto& [above, of_domains] : server.others) {
    if (names_.IsAtOrBelowDelegation(above)) continue;  // those domains are hidden
    addresses.insert(addresses.end(), of_domains.begin(), of_domains.end());
  }
  return AsLines(std::move(addresses));
}

void ServerAddresses::Finish(Expectations& expectations) {
  for (const auto& [name, server] : servers_) {
    expectations.SetAddresses(name, AddressesOf(name, server));
  }
  servers_.clear();
  // Whatever the deposit says of the zone's own.
  for (const OwnServer& server : policy_.own_servers) {
    const std::string name = PlainName(server.name);
    expectations.AddOwnServer(name);
    if (!IsInside(name, tld_)) continue;
    if (names_.IsAtOrBelowDelegation(name)) expectations.HideOwnServer(name);
    std::vector<std::string> addresses;
    for (const std::string& address : server.addresses) addresses.push_back(PlainAddress(address));
    expectations.SetAddresses(name, AsLines(std::move(addresses)));
  }
}

}  // namespace tidemark::failover::probe
