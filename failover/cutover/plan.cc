#include "failover/cutover/plan.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "failover/cutover/changes.h"
#include "failover/cutover/times.h"
#include "failover/cutover/warnings.h"

namespace tidemark::failover {
namespace {

constexpr absl::Time kYear10000 = absl::FromUnixSeconds(253402300800);

absl::Status Check(const CutoverFacts& facts) {
  if (facts.tld.empty() || facts.new_zone.servers.empty()) {
    return absl::InvalidArgumentError("the new zone has no name server");
  }
  if (facts.new_zone.ds.empty()) return absl::InvalidArgumentError("the new zone has no DS");
  for (const absl::Duration ttl :
       {facts.parent.ns, facts.parent.ds, facts.parent.negative, facts.parent.propagation,
        facts.seen_ds_ttl, facts.seen_negative_ttl, facts.signatures.lifetime,
        facts.signatures.refresh}) {
    if (ttl < absl::ZeroDuration() || ttl == absl::InfiniteDuration()) {
      return absl::InvalidArgumentError("a TTL or lifetime that cannot be");
    }
  }
  if (facts.at < absl::UnixEpoch() || facts.at >= kYear10000) {
    return absl::InvalidArgumentError("the time of the change is not between 1970 and 9999");
  }
  return absl::OkStatus();
}

// RFC 3339 has years of four digits.
absl::Status CheckDates(const CutoverFacts& facts, const CutoverPlan& plan) {
  absl::Duration last;
  for (const PlanStep& step : plan.steps) last = std::max(last, step.after.value_or(last));
  for (const PlanWindow& window : plan.windows) last = std::max(last, window.until.value_or(last));
  if (facts.at + last < kYear10000) return absl::OkStatus();
  return absl::InvalidArgumentError("the plan would end after the year 9999");
}

class Planner {
 public:
  explicit Planner(const CutoverFacts& facts)
      : facts_(facts),
        answering_(facts.old_servers == OldServers::kAnswering),
        old_(TimesOf(facts, CaseOf(facts))) {
    plan_.key_case = CaseOf(facts);
  }

  CutoverPlan Make() {
    Step("serve", "Serve the new zone and look at it from outside", std::nullopt,
         "Every new name server must answer with authority, signed, over UDP and TCP, before the "
         "parent names it.");
    switch (plan_.key_case) {
      case KeyCase::kOldKeys:
        PlanOldKeys();
        break;
      case KeyCase::kLostKeys:
        answering_ ? PlanInsecureFirst() : PlanReplaceAtOnce();
        break;
      case KeyCase::kUnsigned:
        PlanUnsigned();
        break;
    }
    AddSignatureDeadlines();
    AddWarnings(facts_, plan_);
    std::stable_sort(plan_.steps.begin(), plan_.steps.end(),
                     [](const PlanStep& a, const PlanStep& b) { return a.after < b.after; });
    std::stable_sort(plan_.windows.begin(), plan_.windows.end(),
                     [](const PlanWindow& a, const PlanWindow& b) { return a.from < b.from; });
    return std::move(plan_);
  }

 private:
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
    const absl::Duration forgotten = from + old_.servers_gone;
    Window("who has the old name servers in a cache",
           answering_ ? at_old_servers : Seen::kUnreachable, from, forgotten,
           answering_ ? "They still ask the old servers, which answer as before."
                      : "The old servers are silent. Many resolvers ask the parent again at once; "
                        "none has to before the old NS expire.");
    if (!answering_) {
      Window("everybody", Seen::kUnreachable, std::nullopt, from,
             "The old servers are silent, and the parent still names them.");
    }
  }

  void AddRetirement(absl::Duration from) {
    Step("retire-old-servers", "Switch the old name servers off, if they still answer",
         from + old_.servers_gone, "By then no cache that keeps to TTLs leads to them.");
  }

  void PlanOldKeys() {
    PlanStep& change =
        Step("change-servers", "Ask the parent for the new name servers", absl::ZeroDuration(),
             "The DS stays: the new zone is signed with a key that it names.");
    AddServerChanges(facts_, change.changes);
    AddKeptDs(facts_, change.changes);
    AddStaleDsRemovalLater();
    AddRetirement(absl::ZeroDuration());
    AddServerWindows(absl::ZeroDuration(), Seen::kSecure);
    Window("validators that ask the new servers", Seen::kSecure, absl::ZeroDuration(), std::nullopt,
           "The DS and the key-signing key are the old ones.");
    if (facts_.old_zone.has_value() && !facts_.old_zone->dnskeys.empty()) AddKeyWindows();
  }

  // What the old servers say or said may be signed with a key of theirs alone, in the middle of a
  // rollover (Double-DS, RFC 7583 section 3.3.2: the DS goes when the old DNSKEY set is in no
  // cache).
  void AddStaleDsRemovalLater() {
    if (!HasStaleDs(facts_)) return;
    PlanStep& removal =
        Step("remove-stale-ds", "Ask the parent to remove the DS that fit no key of the new zone",
             old_.served_until + old_.keys_live,
             "The old zone may be signed with their keys only. By now the old DNSKEY set is in no "
             "cache that keeps to TTLs.");
    AddDsRemoval(facts_, removal.changes);
  }

  // Keys that only one of the two zones has. What the old servers still say is in caches for a TTL
  // more (RFC 7583 section 3.2.1).
  void AddKeyWindows() {
    const std::vector<std::string>& old = facts_.old_zone->dnskeys;
    const std::vector<std::string>& now = facts_.new_zone.dnskeys;
    const auto lacks = [](const std::vector<std::string>& all) {
      return [&all](const std::string& key) { return !Has(all, key); };
    };
    if (std::any_of(now.begin(), now.end(), lacks(old))) {
      Window("validators that have the old DNSKEY set in a cache", Seen::kBogus,
             absl::ZeroDuration(), old_.served_until + old_.keys_live,
             "The new zone is signed with a key that the old set lacks. Many validators fetch the "
             "set again; none has to before it expires.");
      plan_.warnings.push_back(
          "A zone-signing key was not handed over. If the old registry still can, let it publish "
          "the new one's DNSKEY in the old zone, one DNSKEY TTL before the change (RFC 6781 "
          "section 4.3.5.1).");
    }
    if (std::any_of(old.begin(), old.end(), lacks(now))) {
      Window("validators that have the new DNSKEY set, and old records from a cache", Seen::kBogus,
             absl::ZeroDuration(), old_.served_until + old_.data_lives,
             "The old zone has a key that the new set lacks; what it signed does not validate with "
             "the new set.");
    }
  }

  // RFC 6781 section 4.3.5.2. Nobody is worse off than now: the old servers are silent.
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
           old_.ds_gone, "It fits no key of the new zone.");
    AddNewDsLater(absl::ZeroDuration());
  }

  // The old servers can carry the zone until no validator expects it to be signed with their keys.
  void PlanInsecureFirst() {
    PlanStep& removal =
        Step("remove-ds", "Ask the parent to remove the DS", absl::ZeroDuration(),
             "First without DNSSEC, then to the new servers. Both in one request, as RFC 6781 "
             "section 4.3.5.2 has it, would make the TLD bogus for whoever has the old DS in a "
             "cache.");
    AddDsRemoval(facts_, removal.changes);
    const absl::Duration switched = old_.ds_gone;
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
    AddNewDsLater(switched);
  }

  void PlanUnsigned() {
    PlanStep& change = Step("change-servers", "Ask the parent for the new name servers",
                            absl::ZeroDuration(), "The parent has no DS, so none is in the way.");
    AddServerChanges(facts_, change.changes);
    AddRetirement(absl::ZeroDuration());
    AddServerWindows(absl::ZeroDuration(), Seen::kInsecure);
    AddNewDsLater(absl::ZeroDuration());
  }

  // The parent names the new servers from `switched` on. Whatever the old servers say is out of the
  // caches a TTL after the last of it was served.
  void AddNewDsLater(absl::Duration switched) {
    absl::Duration added =
        switched +
        std::max(old_.servers_gone, old_.served_until + std::max(old_.keys_live, old_.data_lives));
    if (plan_.key_case == KeyCase::kLostKeys) added = std::max(added, old_.ds_gone);
    PlanStep& addition = Step("add-ds", "Ask the parent for the new DS", added,
                              "By then no cache that keeps to TTLs has the old NS, DS, DNSKEY "
                              "or records: whoever learns the new DS finds the new keys.");
    AddNewDs(facts_, addition.changes);
    const absl::Duration secure = added + facts_.parent.propagation + ParentNegativeTtl(facts_);
    Step("done", "The TLD is secure for every validator", secure,
         "The proof that there is no DS has left the caches, too.");
    Window("validators that have no old DS", Seen::kInsecure, absl::ZeroDuration(), secure,
           "The parent has no DS; or it has the new one, and its absence is still in a cache.");
    Window("everybody", Seen::kSecure, secure, std::nullopt, "The new DS and the new keys.");
  }

  // Silent servers hand out no signature that could be too old.
  void AddSignatureDeadlines() {
    const std::optional<absl::Time> ends =
        facts_.old_zone ? facts_.old_zone->first_signature_ends : std::nullopt;
    if (!answering_ || !ends.has_value() || plan_.key_case == KeyCase::kUnsigned) return;
    const absl::Duration needed =
        plan_.key_case == KeyCase::kOldKeys ? old_.servers_gone : old_.ds_gone;
    const absl::Time by = *ends - needed;
    plan_.deadlines.push_back(
        {"the first change is published", by, by < facts_.at,
         absl::StrCat("The first signature of the old zone expires at ",
                      absl::FormatTime(*ends, absl::UTCTimeZone()),
                      "; whoever still asks the old servers then, and expects them to be signed, "
                      "finds the TLD bogus.")});
  }

  const CutoverFacts& facts_;
  const bool answering_;
  const OldTimes old_;
  CutoverPlan plan_{};
};

}  // namespace

absl::StatusOr<CutoverPlan> MakePlan(const CutoverFacts& facts) {
  RETURN_IF_ERROR(Check(facts));
  CutoverPlan plan = Planner(facts).Make();
  RETURN_IF_ERROR(CheckDates(facts, plan));
  return plan;
}

}  // namespace tidemark::failover
