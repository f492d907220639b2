#include "failover/probe/registered_hosts.h"

#include "failover/probe/names.h"

namespace tidemark::failover::probe {

void RegisteredHosts::Want(absl::string_view servers) {
  for (const std::string& server : LinesOf(servers)) {
    has_new_ = hosts_.try_emplace(server).second || has_new_;
  }
}

void RegisteredHosts::Take(const rde::Host& host) {
  const auto found = hosts_.find(PlainName(host.name));
  if (found == hosts_.end() || found->second.was_read) return;
  HostsOfName& hosts = found->second.hosts;
  hosts.objects.push_back(HostFactsOf(host));
  for (const rde::HostAddress& address : host.addresses) {
    std::string plain = PlainAddress(address.address);
    if (!plain.empty()) hosts.addresses.insert(std::move(plain));
  }
}

void RegisteredHosts::EndReading() {
  for (auto& [name, entry] : hosts_) entry.was_read = true;
  has_new_ = false;
}

std::vector<std::string> RegisteredHosts::Names() const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : hosts_) names.push_back(name);
  return names;
}

}  // namespace tidemark::failover::probe
