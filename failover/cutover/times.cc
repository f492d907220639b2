#include "failover/cutover/times.h"

#include <algorithm>
#include <string>

#include "failover/cutover/changes.h"

namespace tidemark::failover {
namespace {

// Of an old zone that nobody has, what is assumed: no longer than the root's own, which is what
// TLDs use at most.
constexpr absl::Duration kAssumedTtl = absl::Hours(48);

}  // namespace

bool KeepsNameNotAddress(const CutoverFacts& facts) {
  const std::vector<NameServer>& now = facts.new_zone.servers;
  if (!facts.old_zone.has_value()) {
    return std::any_of(now.begin(), now.end(),
                       [](const NameServer& server) { return !server.addresses.empty(); });
  }
  for (const NameServer& old : facts.old_zone->servers) {
    const auto kept = std::find_if(now.begin(), now.end(), [&old](const NameServer& server) {
      return server.name == old.name;
    });
    if (kept == now.end()) continue;
    for (const std::string& address : old.addresses) {
      if (!Has(kept->addresses, address)) return true;
    }
  }
  return false;
}

absl::Duration ParentDsTtl(const CutoverFacts& facts) {
  return std::max(facts.parent.ds, facts.seen_ds_ttl);
}

absl::Duration ParentNegativeTtl(const CutoverFacts& facts) {
  return std::max(facts.parent.negative, facts.seen_negative_ttl);
}

OldTimes TimesOf(const CutoverFacts& facts, KeyCase key_case) {
  OldTimes times;
  absl::Duration ns = kAssumedTtl;
  absl::Duration address = kAssumedTtl;
  times.keys_live = kAssumedTtl;
  times.data_lives = kAssumedTtl;
  if (facts.old_zone.has_value()) {
    const ZoneFacts& old = *facts.old_zone;
    ns = old.ns_ttl;
    address = old.address_ttl;
    const bool has_keys = !old.dnskeys.empty();
    if (has_keys) times.keys_live = old.dnskey_ttl;
    if (!has_keys && key_case == KeyCase::kUnsigned) times.keys_live = absl::ZeroDuration();
    times.data_lives =
        std::max(old.signed_ttl_max > absl::ZeroDuration() ? old.signed_ttl_max : old.ttl_max,
                 old.negative_ttl);
  }
  if (!KeepsNameNotAddress(facts)) address = absl::ZeroDuration();
  const bool answering = facts.old_servers == OldServers::kAnswering;
  const absl::Duration parent_ns = facts.parent.propagation + facts.parent.ns;
  times.servers_gone = answering ? parent_ns + ns + address : std::max({parent_ns, ns, address});
  times.ds_gone = facts.parent.propagation + ParentDsTtl(facts);
  times.served_until = answering ? times.servers_gone : absl::ZeroDuration();
  return times;
}

}  // namespace tidemark::failover
