#include "failover/cutover/warnings.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "failover/cutover/changes.h"
#include "failover/cutover/times.h"

namespace tidemark::failover {
namespace {

void AddDsWarnings(const CutoverFacts& facts, CutoverPlan& plan) {
  const std::optional<std::vector<std::string>> shown = ShownDs(facts);
  if (!facts.old_ds.has_value() && plan.key_case == KeyCase::kLostKeys) {
    plan.warnings.push_back(
        facts.old_zone.has_value() && facts.old_zone->dnskeys.empty()
            ? "The old zone's file has no keys, which does not say that the parent has no DS: "
              "many are signed only when they are served. Whatever DS is there is removed. Give "
              "--old-ds, or --no-old-ds if there is none."
            : "The DS of the parent is not known here; if it fits a key at hand, nothing about "
              "it need change. Give --old-ds, or --no-old-ds if there is none.");
  }
  bool has_sha2 = false;
  for (const std::string& ds : shown.value_or(std::vector<std::string>())) {
    const Fit fit = FitOf(facts, ds);
    has_sha2 = has_sha2 || (fit == Fit::kYes && !absl::StrContains(ds, " 1 "));
    if (fit != Fit::kByTag) continue;
    plan.warnings.push_back(absl::StrCat(
        "The DS ", ds,
        " has a digest that is not computed here; its key tag and algorithm are "
        "those of a key at hand, so it is taken for that key's. Compare them before anything."));
  }
  if (plan.key_case == KeyCase::kOldKeys && !has_sha2) {
    plan.warnings.push_back(
        "No DS of SHA-256 or SHA-384 is known to fit a key at hand. Validators that do not take "
        "SHA-1 (RFC 8624 section 3.3) see no DS, or only one that does not fit: ask the parent "
        "for one of SHA-256.");
  }
}

void AddTtlWarnings(const CutoverFacts& facts, CutoverPlan& plan) {
  const auto warn = [&plan](absl::string_view what, absl::Duration seen, absl::Duration told,
                            absl::string_view option) {
    if (seen <= told) return;
    plan.warnings.push_back(absl::StrCat("The file of --old-ds shows ", what, " with a TTL of ",
                                         absl::FormatDuration(seen), ", which is more than ",
                                         absl::FormatDuration(told), " (", option,
                                         "); what was seen is counted with. If a cache was asked, "
                                         "the parent's own TTL may be longer still."));
  };
  warn("DS", facts.seen_ds_ttl, facts.parent.ds, "--parent-ds-ttl");
  warn("the absence of DS", facts.seen_negative_ttl, facts.parent.negative,
       "--parent-negative-ttl");
}

// While they answer.
void AddOldServerWarnings(const CutoverFacts& facts, CutoverPlan& plan) {
  if (facts.old_servers != OldServers::kAnswering) return;
  plan.warnings.push_back(
      "While the old servers answer they name themselves; a resolver that trusts the zone's own NS "
      "may stay with them for longer than any TTL. Let them serve the new zone, or be off.");
  const bool is_end_known =
      facts.old_zone.has_value() && facts.old_zone->first_signature_ends.has_value();
  if (is_end_known || plan.key_case == KeyCase::kUnsigned) return;
  plan.warnings.push_back(
      "When the old zone's signatures end is not known here, so there is no date by which the "
      "first change must be published: once the first of them has ended, whoever still asks the "
      "old servers and expects them to be signed finds the TLD bogus. Give the signed zone as "
      "--old-zone, or look at RRSIG in what the old servers answer.");
}

}  // namespace

void AddWarnings(const CutoverFacts& facts, CutoverPlan& plan) {
  const SignaturePolicy& policy = facts.signatures;
  plan.warnings.push_back(absl::StrCat(
      "The signer must run on: signatures live ", absl::FormatDuration(policy.lifetime),
      " and are renewed ", absl::FormatDuration(policy.refresh),
      " before their end, so if it stands still for longer than that, secondaries serve expired "
      "ones."));
  if (facts.old_zone.has_value()) {
    // RFC 1982, as secondaries compare.
    const uint32_t ahead = facts.new_zone.serial - facts.old_zone->serial;
    if (ahead == 0 || ahead > 0x7fffffffu) {
      plan.warnings.push_back(
          absl::StrCat("The new serial, ", facts.new_zone.serial, ", is not above the old one, ",
                       facts.old_zone->serial,
                       ": a secondary that had the old zone would not take the new "
                       "one. Set zone.serial and rebuild."));
    }
  } else {
    plan.warnings.push_back(
        "Without the old zone its TTLs are taken to be 48 hours at most, which NS and glue to "
        "remove must be looked up at the parent, and whether a zone-signing key of it is missing "
        "here is not known.");
  }
  AddDsWarnings(facts, plan);
  AddTtlWarnings(facts, plan);
  for (const NameServer& server : facts.new_zone.servers) {
    for (const std::string& address : server.addresses) {
      if (absl::StartsWith(address, "127.") || address == "::1") {
        plan.warnings.push_back(
            absl::StrCat("Name server ", server.name, " has the address ", address,
                         ", which nobody else can reach: set [[zone.nameserver]] and rebuild "
                         "before any request."));
      }
    }
  }
  for (const NameServer& server : facts.new_zone.servers) {
    if (!server.addresses.empty() || !facts.old_zone.has_value()) continue;
    const bool stays = std::any_of(facts.old_zone->servers.begin(), facts.old_zone->servers.end(),
                                   [&](const NameServer& old) { return old.name == server.name; });
    if (!stays) continue;
    plan.warnings.push_back(absl::StrCat(
        "Name server ", server.name,
        " stays, and its addresses are not this TLD's to give: if they change with the cut-over, "
        "whoever has them in a cache asks the old ones, for a TTL that is not counted here."));
  }
  AddOldServerWarnings(facts, plan);
}

}  // namespace tidemark::failover
