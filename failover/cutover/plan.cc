#include "failover/cutover/plan.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "failover/cutover/changes.h"

namespace tidemark::failover {
namespace {

// Of an old zone that nobody has, what is assumed: no longer than the root's own, which is what
// TLDs use at most.
constexpr absl::Duration kAssumedTtl = absl::Hours(48);

bool Has(const std::vector<std::string>& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

absl::Status Check(const CutoverFacts& facts) {
  if (facts.tld.empty() || facts.new_zone.servers.empty()) {
    return absl::InvalidArgumentError("the new zone has no name server");
  }
  if (facts.new_zone.ds.empty()) return absl::InvalidArgumentError("the new zone has no DS");
  for (const absl::Duration ttl : {facts.parent.ns, facts.parent.ds, facts.parent.negative,
                                   facts.signatures.lifetime, facts.signatures.refresh}) {
    if (ttl < absl::ZeroDuration() || ttl == absl::InfiniteDuration()) {
      return absl::InvalidArgumentError("a TTL or lifetime that cannot be");
    }
  }
  return absl::OkStatus();
}

class Planner {
 public:
  explicit Planner(const CutoverFacts& facts) : facts_(facts) {
    const absl::Duration old_ns = facts.old_zone ? facts.old_zone->ns_ttl : kAssumedTtl;
    const absl::Duration old_dnskey = facts.old_zone ? facts.old_zone->dnskey_ttl : kAssumedTtl;
    old_servers_forgotten_ = std::max(facts.parent.ns, old_ns);
    old_keys_forgotten_ = old_dnskey;
  }

  CutoverPlan Make() {
    plan_.key_case = CaseOf();
    Step("serve", "Serve the new zone and look at it from outside", std::nullopt,
         "Every new name server must answer with authority, signed, over UDP and TCP, before the "
         "parent names it.");
    switch (plan_.key_case) {
      case KeyCase::kOldKeys:
        PlanOldKeys();
        break;
      case KeyCase::kLostKeys:
        facts_.old_servers == OldServers::kAnswering ? PlanInsecureFirst() : PlanReplaceAtOnce();
        break;
      case KeyCase::kUnsigned:
        PlanUnsigned();
        break;
    }
    AddSignatureDeadlines();
    AddWarnings();
    std::stable_sort(plan_.steps.begin(), plan_.steps.end(),
                     [](const PlanStep& a, const PlanStep& b) { return a.after < b.after; });
    std::stable_sort(plan_.windows.begin(), plan_.windows.end(),
                     [](const PlanWindow& a, const PlanWindow& b) { return a.from < b.from; });
    return std::move(plan_);
  }

 private:
  KeyCase CaseOf() const {
    const std::vector<std::string> old = ShownDs(facts_);
    for (const std::string& ds : facts_.new_zone.ds) {
      if (Has(old, ds)) return KeyCase::kOldKeys;
    }
    const bool unsigned_before =
        facts_.old_ds.empty() && facts_.old_zone.has_value() && facts_.old_zone->dnskeys.empty();
    return unsigned_before ? KeyCase::kUnsigned : KeyCase::kLostKeys;
  }

  PlanStep& Step(std::string id, std::string title, std::optional<absl::Duration> after,
                 std::string why) {
    plan_.steps.push_back({std::move(id), std::move(title), after, std::move(why), {}});
    return plan_.steps.back();
  }
  void Window(std::string who, Seen seen, std::optional<absl::Duration> from,
              std::optional<absl::Duration> until, std::string why) {
    if (from.has_value() && until.has_value() && *until <= *from) return;
    plan_.windows.push_back({std::move(who), seen, from, until, std::move(why)});
  }

  // From `from` on the parent names the new servers.
  void AddServerWindows(absl::Duration from, Seen at_old_servers) {
    const absl::Duration forgotten = from + old_servers_forgotten_;
    const bool answering = facts_.old_servers == OldServers::kAnswering;
    Window("who has the old name servers in a cache",
           answering ? at_old_servers : Seen::kUnreachable, from, forgotten,
           answering ? "They still ask the old servers, which answer as before."
                     : "The old servers are silent. Many resolvers ask the parent again at once; "
                       "none has to before the old NS expire.");
    if (!answering) {
      Window("everybody", Seen::kUnreachable, std::nullopt, from,
             "The old servers are silent, and the parent still names them.");
    }
  }

  void AddRetirement(absl::Duration from) {
    Step(
        "retire-old-servers", "Switch the old name servers off, if they still answer",
        from + old_servers_forgotten_,
        "By then the old NS are in no cache that keeps to TTLs: the larger of the parent's and the "
        "old zone's own, counted from the change.");
  }

  void PlanOldKeys() {
    PlanStep& change =
        Step("change-servers", "Ask the parent for the new name servers", absl::ZeroDuration(),
             "The DS stays: the new zone is signed with a key that it names. A DS "
             "that fits no key any more goes with the same request.");
    AddServerChanges(facts_, change.changes);
    AddDsRemoval(facts_, change.changes);
    AddRetirement(absl::ZeroDuration());
    AddServerWindows(absl::ZeroDuration(), Seen::kSecure);
    Window("validators that ask the new servers", Seen::kSecure, absl::ZeroDuration(), std::nullopt,
           "The DS and the key-signing key are the old ones.");
    if (!facts_.old_zone.has_value()) return;
    for (const std::string& key : facts_.new_zone.dnskeys) {
      if (Has(facts_.old_zone->dnskeys, key)) continue;
      Window("validators that have the old DNSKEY set in a cache", Seen::kBogus,
             absl::ZeroDuration(), old_keys_forgotten_,
             "The new zone is signed with a key that the old set lacks. Many validators fetch the "
             "set again; none has to before it expires.");
      plan_.warnings.push_back(
          "A zone-signing key was not handed over. If the old registry still can, let it publish "
          "the new one's DNSKEY in the old zone, one DNSKEY TTL before the change (RFC 6781 "
          "section "
          "4.3.5.1).");
      break;
    }
  }

  // Nobody is worse off than now: the old servers are silent.
  void PlanReplaceAtOnce() {
    PlanStep& change =
        Step("change-servers-remove-ds",
             "Ask the parent for the new name servers, and to remove the DS", absl::ZeroDuration(),
             "One request. Every hour that the old servers stay named is one without "
             "the TLD; an old DS beside new keys makes it bogus.");
    AddServerChanges(facts_, change.changes);
    AddDsRemoval(facts_, change.changes);
    AddRetirement(absl::ZeroDuration());
    AddServerWindows(absl::ZeroDuration(), Seen::kSecure);
    Window("validators that have the old DS in a cache", Seen::kBogus, absl::ZeroDuration(),
           facts_.parent.ds, "It fits no key of the new zone.");
    AddNewDsLater(absl::ZeroDuration(), facts_.parent.ds);
  }

  // The old servers can carry the zone until no validator expects it to be signed with their keys.
  void PlanInsecureFirst() {
    PlanStep& removal =
        Step("remove-ds", "Ask the parent to remove the DS", absl::ZeroDuration(),
             "First without DNSSEC, then to the new servers: RFC 6781 section 4.3.5.2.");
    AddDsRemoval(facts_, removal.changes);
    const absl::Duration switched = facts_.parent.ds;
    Window("validators that have the old DS in a cache", Seen::kSecure, absl::ZeroDuration(),
           switched, "The old servers still answer, signed with the old keys.");
    const std::optional<absl::Time> ends =
        facts_.old_zone ? facts_.old_zone->first_signature_ends : std::nullopt;
    if (ends.has_value() && *ends < facts_.at + switched) {
      Window("validators that have the old DS in a cache", Seen::kBogus,
             std::max(absl::ZeroDuration(), *ends - facts_.at), switched,
             "Signatures of the old zone expire before the DS is forgotten.");
    }
    PlanStep& change =
        Step("change-servers", "Ask the parent for the new name servers", switched,
             "By then the old DS is in no cache that keeps to TTLs, so nobody expects "
             "the old keys.");
    AddServerChanges(facts_, change.changes);
    AddRetirement(switched);
    AddServerWindows(switched, Seen::kInsecure);
    AddNewDsLater(switched, absl::ZeroDuration());
  }

  void PlanUnsigned() {
    PlanStep& change =
        Step("change-servers", "Ask the parent for the new name servers", absl::ZeroDuration(),
             "The old zone was not signed, so there is no DS in the way.");
    AddServerChanges(facts_, change.changes);
    AddRetirement(absl::ZeroDuration());
    AddServerWindows(absl::ZeroDuration(), Seen::kInsecure);
    AddNewDsLater(absl::ZeroDuration(), absl::ZeroDuration());
  }

  // The parent names the new servers from `switched` on; until `bogus_for` later some validators
  // still have the old DS.
  void AddNewDsLater(absl::Duration switched, absl::Duration bogus_for) {
    absl::Duration wait = std::max(bogus_for, old_servers_forgotten_);
    if (plan_.key_case == KeyCase::kLostKeys) wait = std::max(wait, old_keys_forgotten_);
    const absl::Duration added = switched + wait;
    PlanStep& addition = Step("add-ds", "Ask the parent for the new DS", added,
                              "By then no cache that keeps to TTLs has the old NS, DS or DNSKEY: "
                              "whoever learns the new DS "
                              "finds the new keys.");
    AddNewDs(facts_, addition.changes);
    const absl::Duration secure = added + facts_.parent.negative;
    Step("done", "The TLD is secure for every validator", secure,
         "The proof that there is no DS has left the caches, too.");
    Window("validators that have no old DS", Seen::kInsecure, absl::ZeroDuration(), secure,
           "The parent has no DS; or it has the new one, and its absence is still in a cache.");
    Window("everybody", Seen::kSecure, secure, std::nullopt, "The new DS and the new keys.");
  }

  void AddSignatureDeadlines() {
    const std::optional<absl::Time> ends =
        facts_.old_zone ? facts_.old_zone->first_signature_ends : std::nullopt;
    if (!ends.has_value() || plan_.key_case == KeyCase::kUnsigned) return;
    const absl::Duration needed =
        plan_.key_case == KeyCase::kOldKeys ? old_servers_forgotten_ : facts_.parent.ds;
    const absl::Time by = *ends - needed;
    plan_.deadlines.push_back(
        {"the first change is published", by, by < facts_.at,
         absl::StrCat("The first signature of the old zone expires at ",
                      absl::FormatTime(*ends, absl::UTCTimeZone()),
                      "; whoever still asks the old servers then, and expects them to be signed, "
                      "finds the TLD bogus.")});
  }

  void AddWarnings() {
    const SignaturePolicy& policy = facts_.signatures;
    plan_.warnings.push_back(absl::StrCat(
        "The signer must run on: signatures live ", absl::FormatDuration(policy.lifetime),
        " and are renewed ", absl::FormatDuration(policy.refresh),
        " before their end, so if it stands still for longer than that, secondaries serve expired "
        "ones."));
    if (facts_.old_zone.has_value()) {
      // RFC 1982, as secondaries compare.
      const uint32_t ahead = facts_.new_zone.serial - facts_.old_zone->serial;
      if (ahead == 0 || ahead > 0x7fffffffu) {
        plan_.warnings.push_back(
            absl::StrCat("The new serial, ", facts_.new_zone.serial, ", is not above the old one, ",
                         facts_.old_zone->serial,
                         ": a secondary that had the old zone would not take the new "
                         "one. Set zone.serial and rebuild."));
      }
    } else {
      plan_.warnings.push_back(
          "Without the old zone its TTLs are taken to be 48 hours at most, and which NS and glue "
          "to "
          "remove must be looked up at the parent.");
    }
    if (ShownDs(facts_).empty() && plan_.key_case == KeyCase::kLostKeys) {
      plan_.warnings.push_back(
          "The DS of the parent is not known here; if it fits a key at hand, nothing about it need "
          "change. Give --old-ds.");
    }
    for (const NameServer& server : facts_.new_zone.servers) {
      for (const std::string& address : server.addresses) {
        if (absl::StartsWith(address, "127.") || address == "::1") {
          plan_.warnings.push_back(
              absl::StrCat("Name server ", server.name, " has the address ", address,
                           ", which nobody else can reach: set [[zone.nameserver]] and rebuild "
                           "before any request."));
        }
      }
    }
    if (facts_.old_servers == OldServers::kAnswering) {
      plan_.warnings.push_back(
          "While the old servers answer they name themselves; a resolver that trusts the zone's "
          "own "
          "NS may stay with them for longer than any TTL. Let them serve the new zone, or be off.");
    }
  }

  const CutoverFacts& facts_;
  absl::Duration old_servers_forgotten_;
  absl::Duration old_keys_forgotten_;
  CutoverPlan plan_{};
};

}  // namespace

absl::StatusOr<CutoverPlan> MakePlan(const CutoverFacts& facts) {
  RETURN_IF_ERROR(Check(facts));
  return Planner(facts).Make();
}

}  // namespace tidemark::failover
