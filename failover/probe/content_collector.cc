#include "failover/probe/content_collector.h"

#include <utility>

#include "base/status.h"
#include "failover/probe/names.h"

namespace tidemark::failover::probe {
namespace {

// Of a name that is delegated:
constexpr char kServer = 'N';
constexpr char kDs = 'D';
constexpr char kMirrored = 'M';  // the name whose servers it has
// Of a server:
constexpr char kOwnServer = '0';  // the zone's own: as configured; before the others
constexpr char kAddress = 'A';    // by a host object, or the domain at or above it
constexpr char kOthers = 'O';     // by the domain in the value
constexpr char kUsed = 'U';       // by the domain in the data

}  // namespace

struct ContentCollector::Folding {
  OwnerContent content;
  bool is_delegated = false;
  bool is_own_server = false;
  bool is_used = false;
  TextSet others;
};

void ContentCollector::TakeDelegation(const std::string& name,
                                      const std::vector<std::string>& servers,
                                      absl::string_view ds) {
  for (const std::string& server : servers) {
    lines_.Add(name, kServer, server);
    if (IsInside(server, tld_)) lines_.Add(server, kUsed, name);
  }
  for (const std::string& record : LinesOf(ds)) lines_.Add(name, kDs, record);
}

void ContentCollector::TakeMirror(absl::string_view name, absl::string_view original) {
  lines_.Add(name, kMirrored, original);
}

void ContentCollector::TakeAddresses(absl::string_view server,
                                     const std::vector<rde::HostAddress>& addresses, char kind,
                                     absl::string_view by) {
  for (const rde::HostAddress& address : addresses) {
    const std::string plain = PlainAddress(address.address);
    if (!plain.empty()) lines_.Add(server, kind, plain, by);
  }
}

void ContentCollector::TakeHost(const rde::Host& host) {
  const std::string name = PlainName(host.name);
  if (IsInside(name, tld_)) TakeAddresses(name, host.addresses, kAddress, "");
}

void ContentCollector::TakeAttributes(const std::string& name, const rde::Domain& domain) {
  for (const rde::HostAttribute& host : domain.host_attributes) {
    const std::string server = PlainName(host.name);
    if (name.empty() || !IsInside(server, tld_)) continue;
    const bool is_its_own = server == name || IsInside(server, name);
    TakeAddresses(server, host.addresses, is_its_own ? kAddress : kOthers, name);
  }
}

// A name of the zone is delegated, or may be used, by its hash: what the reading has decided.
void ContentCollector::Fold(const OwnerLines& line, const WantedZone& zone,
                            const std::function<std::string(absl::string_view)>& servers_of,
                            Folding& folding) {
  OwnerContent& content = folding.content;
  switch (line.kind()) {
    case kServer:
      if (folding.is_delegated) content.servers.emplace(line.data());
      break;
    case kDs:
      if (folding.is_delegated) content.ds.emplace(line.data());
      break;
    case kMirrored:
      if (!folding.is_delegated) break;
      for (std::string& server : LinesOf(servers_of(line.data()))) {
        content.servers.insert(std::move(server));
      }
      break;
    case kOwnServer:
      folding.is_own_server = true;
      content.addresses.emplace(line.data());
      break;
    case kAddress:
      if (!folding.is_own_server) content.addresses.emplace(line.data());
      break;
    case kOthers:
      if (zone.IsDelegated(line.value())) folding.others.emplace(line.data());
      break;
    default:
      folding.is_used = folding.is_used || zone.IsDelegated(line.data());
      break;
  }
}

bool ContentCollector::HasPlace(absl::string_view host, const WantedZone& zone,
                                const ZonePolicy& policy) const {
  bool is_below_withheld = false;
  for (absl::string_view name = host; IsInside(name, tld_); name = ParentOf(name)) {
    if (zone.IsDelegated(name)) return true;
    is_below_withheld = is_below_withheld || zone.IsWithheld(name);
  }
  return !zone.IsWithheld(host) && (policy.orphan_glue || !is_below_withheld);
}

OwnerContent ContentCollector::Settle(Folding folding, const WantedZone& zone,
                                      const ZonePolicy& policy) const {
  OwnerContent& content = folding.content;
  if (folding.is_own_server) return std::move(content);
  if (!folding.is_used || !HasPlace(content.owner, zone, policy)) {
    content.addresses.clear();
  } else if (content.addresses.empty()) {
    content.addresses = std::move(folding.others);
  }
  return std::move(content);
}

absl::StatusOr<WantedContent> ContentCollector::Finish(
    const WantedZone& zone, const ZonePolicy& policy,
    const std::function<std::string(absl::string_view original)>& servers_of) {
  for (const OwnServer& server : policy.own_servers) {
    if (!IsInside(server.name, tld_)) continue;
    for (const std::string& address : server.addresses) {
      lines_.Add(server.name, kOwnServer, address);
    }
  }
  RETURN_IF_ERROR(lines_.Sort());
  WantedContent wanted(space_);
  Folding folding;
  const auto add = [&]() -> absl::Status {
    const OwnerContent content = Settle(std::move(folding), zone, policy);
    const bool is_empty =
        content.servers.empty() && content.ds.empty() && content.addresses.empty();
    return is_empty ? absl::OkStatus() : wanted.Add(content);
  };
  while (true) {
    ASSIGN_OR_RETURN(const bool more, lines_.Next());
    if (!more || lines_.owner() != folding.content.owner) {
      RETURN_IF_ERROR(add());
      folding = Folding();
      if (!more) return wanted;
      folding.content.owner = std::string(lines_.owner());
      folding.is_delegated = zone.IsDelegated(folding.content.owner);
    }
    Fold(lines_, zone, servers_of, folding);
  }
}

}  // namespace tidemark::failover::probe
