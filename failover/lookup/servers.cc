#include "failover/lookup/servers.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "failover/lookup/query_name.h"
#include "failover/zone/dns_name.h"

namespace tidemark::failover {
namespace {

ServerFacts ServerOfName(const std::string& name) {
  ServerFacts server;
  server.name = name;
  server.unicode_name = UnicodeNameOf(name);
  return server;
}

}  // namespace

void ServerFinder::AddAddresses(const std::vector<rde::HostAddress>& from,
                                std::vector<Address>& to) {
  const size_t looked_at = std::min(from.size(), addresses_);
  addresses_ -= looked_at;
  left_out_.addresses += from.size() - looked_at;
  for (size_t i = 0; i < looked_at; ++i) {
    std::optional<Address> address = CanonicalAddress(from[i].address);
    if (address.has_value() && std::find(to.begin(), to.end(), *address) == to.end()) {
      to.push_back(*std::move(address));
    }
  }
}

absl::StatusOr<std::optional<ServerFacts>> ServerFinder::Object(const std::string& name,
                                                                ReferredTo referred) {
  ASSIGN_OR_RETURN(
      const FoundHosts found,
      store_.FindFirstHostsByName(name, {.hosts = kHostsOfNameMax, .bytes = host_bytes_}));
  if (found.hosts.empty()) return std::nullopt;
  host_bytes_ -= std::min(host_bytes_, found.bytes);
  left_out_.hosts |= found.more;
  const rde::Host& first = found.hosts[0];
  ServerFacts server = ServerOfName(name);
  server.roid = first.roid;
  Statuses statuses = HostStatuses(first.statuses, referred);
  server.statuses = std::move(statuses.words);
  left_out_.statuses += statuses.left_out;
  server.objects = found.hosts.size();
  for (const rde::Host& host : found.hosts) AddAddresses(host.addresses, server.addresses);
  server.registrar = registrars_.SponsorOf(first.cl_id);
  server.dates = {.created = first.cr_date.time,
                  .updated = first.up_date.time,
                  .transferred = first.tr_date.time,
                  .expires = std::nullopt};
  return server;
}

absl::StatusOr<ServerFacts> ServerFinder::Named(const std::string& name) {
  if (host_bytes_ == 0) {
    left_out_.hosts = true;
    return ServerOfName(name);
  }
  // A domain names it, so it is referred to.
  ASSIGN_OR_RETURN(std::optional<ServerFacts> server, Object(name, ReferredTo::kYes));
  // Of what the deposit does not have the zone has the name all the same.
  return server.has_value() ? *std::move(server) : ServerOfName(name);
}

absl::StatusOr<std::vector<ServerFacts>> ServerFinder::Of(const rde::Domain& domain) {
  std::vector<ServerFacts> servers;
  servers.reserve(
      std::min(domain.host_objects.size() + domain.host_attributes.size(), kServersMax));
  // The canonical name of one that is to be told.
  const auto next = [&](const std::string& text) -> std::optional<std::string> {
    std::optional<std::string> name = CanonicalName(text);
    if (!name.has_value() ||
        std::any_of(servers.begin(), servers.end(),
                    [&name](const ServerFacts& server) { return server.name == *name; })) {
      return std::nullopt;
    }
    if (servers.size() < kServersMax) return name;
    ++left_out_.servers;
    return std::nullopt;
  };
  for (const std::string& text : domain.host_objects) {
    const std::optional<std::string> name = next(text);
    if (!name.has_value()) continue;
    ASSIGN_OR_RETURN(ServerFacts server, Named(*name));
    servers.push_back(std::move(server));
  }
  for (const rde::HostAttribute& attribute : domain.host_attributes) {
    const std::optional<std::string> name = next(attribute.name);
    if (!name.has_value()) continue;
    ServerFacts& server = servers.emplace_back(ServerOfName(*name));
    AddAddresses(attribute.addresses, server.addresses);
  }
  return servers;
}

}  // namespace tidemark::failover
