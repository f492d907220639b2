// Times of the plan against formulas that are written out by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "failover/cutover/plan.h"
#include "failover/cutover/plan_testing.h"

namespace tidemark::failover {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::Not;
using ::tidemark::base::StatusIs;

// Both directions: the old DNSKEY set with the new zone, the new set with old records.
TEST(CutoverPlan, WhileOldServersAnswerCachesFillUntilTheyAreForgotten) {
  CutoverFacts facts = Facts();
  facts.old_servers = OldServers::kAnswering;
  facts.old_zone = OldZone();
  facts.old_zone->ns_ttl = absl::ZeroDuration();
  facts.old_zone->dnskey_ttl = absl::Seconds(86400);
  facts.old_zone->signed_ttl_max = absl::Seconds(7200);
  facts.old_ds = Texts{kNewDs};
  CutoverPlan plan = Plan(facts);
  EXPECT_THAT(plan.windows,
              Contains(IsWindow(Seen::kBogus, absl::ZeroDuration(), absl::Seconds(259200))));
  EXPECT_THAT(plan.windows,
              Contains(IsWindow(Seen::kBogus, absl::ZeroDuration(), absl::Seconds(180000))));
  facts.old_ds = Texts{kOldDs};
  EXPECT_EQ(StepOf(Plan(facts), "add-ds").after, absl::Seconds(86400 + 172800 + 86400));
}

// Its DNSKEY set may be signed with the other key alone (Double-DS, RFC 7583 section 3.3.2).
TEST(CutoverPlan, ADsOfTheOldZoneStaysUntilItsKeysAreForgotten) {
  CutoverFacts facts = Facts();
  facts.old_zone = OldZone();
  facts.old_ds = Texts{kNewDs, kOldDs};
  facts.old_servers = OldServers::kAnswering;
  const CutoverPlan plan = Plan(facts);
  EXPECT_EQ(plan.key_case, KeyCase::kOldKeys);
  const RecordChange kept{ChangeAction::kKeep, "example", "DS", kOldDs};
  const RecordChange removed{ChangeAction::kRemove, "example", "DS", kOldDs};
  EXPECT_THAT(StepOf(plan, "change-servers").changes, Contains(kept));
  const PlanStep& removal = StepOf(plan, "remove-stale-ds");
  EXPECT_EQ(removal.after, absl::Hours(48 + 72 + 6));
  EXPECT_THAT(removal.changes,
              ElementsAre(RecordChange{ChangeAction::kKeep, "example", "DS", kNewDs}, removed));

  facts.old_zone.reset();
  EXPECT_EQ(StepOf(Plan(facts), "remove-stale-ds").after, absl::Hours(48 + 48 + 48 + 48));
  facts.old_servers = OldServers::kSilent;
  EXPECT_EQ(StepOf(Plan(facts), "remove-stale-ds").after, absl::Hours(48));
  facts.old_zone = OldZone();
  EXPECT_EQ(StepOf(Plan(facts), "remove-stale-ds").after, absl::Hours(6));
  EXPECT_THAT(StepOf(Plan(facts), "change-servers").changes, Not(Contains(removed)));
  facts.old_ds = Texts{kNewDs};
  EXPECT_THAT(Plan(facts).steps, Not(Contains(Field(&PlanStep::id, "remove-stale-ds"))));
}

// ns1.nic.example keeps its name and not its address.
TEST(CutoverPlan, AnAddressInACacheLeadsToTheOldServerByANameThatStays) {
  CutoverFacts facts = Facts();
  facts.old_zone = OldZone();
  facts.old_zone->ns_ttl = absl::Hours(1);
  facts.old_zone->address_ttl = absl::Hours(7 * 24);
  facts.old_ds = Texts{kOldDs};
  EXPECT_EQ(StepOf(Plan(facts), "retire-old-servers").after, absl::Hours(7 * 24));
  facts.old_servers = OldServers::kAnswering;
  EXPECT_EQ(StepOf(Plan(facts), "retire-old-servers").after, absl::Hours(24 + 48 + 1 + 7 * 24));
  EXPECT_EQ(StepOf(Plan(facts), "add-ds").after, absl::Hours(24 + 48 + 1 + 7 * 24 + 6));
  // A new address more is no old one less; another name leads nowhere old.
  facts.old_zone->servers[0].addresses = {"192.0.2.1"};
  EXPECT_EQ(StepOf(Plan(facts), "retire-old-servers").after, absl::Hours(24 + 48 + 1));
  facts.old_zone = OldZone();
  facts.old_zone->ns_ttl = absl::Hours(1);
  facts.old_zone->servers[0].name = "ns9.nic.example";
  EXPECT_EQ(StepOf(Plan(facts), "retire-old-servers").after, absl::Hours(24 + 48 + 1));
}

TEST(CutoverPlan, NoDateIsAfterTheYear9999) {
  CutoverFacts facts = Facts();
  facts.old_ds = Texts{kOldDs};
  absl::Duration last;
  for (const PlanStep& step : Plan(facts).steps) last = std::max(last, step.after.value_or(last));
  const absl::Time end = absl::FromUnixSeconds(253402300799);
  facts.at = end - last;
  EXPECT_OK(MakePlan(facts).status());
  for (const absl::Time at : {facts.at + absl::Seconds(1), end}) {
    facts.at = at;
    EXPECT_THAT(MakePlan(facts), StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

// docs/formats/cutover.md, written out once more; nothing may come earlier.
TEST(CutoverPlan, NoStepIsEarlierThanByHand) {
  std::mt19937 random(7);
  const auto some = [&] { return absl::Seconds(random() % 300'000); };
  for (int i = 0; i < 2000; ++i) {
    CutoverFacts facts = Facts();
    facts.old_zone = OldZone();
    ZoneFacts& old = *facts.old_zone;
    facts.parent = {.ns = some(), .ds = some(), .negative = some(), .propagation = some()};
    old.ns_ttl = some();
    old.dnskey_ttl = some();
    old.signed_ttl_max = some();
    old.ttl_max = old.signed_ttl_max + some();
    old.negative_ttl = some();
    old.address_ttl = some();
    facts.seen_ds_ttl = some();
    facts.seen_negative_ttl = some();
    const bool stays = random() % 2 == 0;
    if (!stays) old.servers[0].name = "ns9.nic.example";
    const bool answering = random() % 2 == 0;
    const bool is_unsigned = random() % 2 == 0;
    facts.old_servers = answering ? OldServers::kAnswering : OldServers::kSilent;
    facts.old_ds = is_unsigned ? Texts{} : Texts{kOldDs};
    if (is_unsigned) {
      old.dnskeys.clear();
      old.signed_ttl_max = absl::ZeroDuration();
    }
    const absl::Duration parent_ns = facts.parent.propagation + facts.parent.ns;
    const absl::Duration parent_ds =
        facts.parent.propagation + std::max(facts.parent.ds, facts.seen_ds_ttl);
    const absl::Duration address = stays ? old.address_ttl : absl::ZeroDuration();
    const absl::Duration gone =
        answering ? parent_ns + old.ns_ttl + address : std::max({parent_ns, old.ns_ttl, address});
    const absl::Duration data =
        is_unsigned ? std::max(old.ttl_max, old.negative_ttl)
                    : std::max({old.dnskey_ttl, old.signed_ttl_max, old.negative_ttl});
    // A parent without a DS has none that caches could keep.
    const absl::Duration old_ds = is_unsigned ? absl::ZeroDuration() : parent_ds;
    absl::Duration added = answering ? gone + data : std::max({gone, data, old_ds});
    if (answering && !is_unsigned) added += parent_ds;
    const CutoverPlan plan = Plan(facts);
    EXPECT_GE(StepOf(plan, "add-ds").after, added);
    EXPECT_GE(StepOf(plan, "done").after,
              added + facts.parent.propagation +
                  std::max(facts.parent.negative, facts.seen_negative_ttl));
    EXPECT_GE(StepOf(plan, "retire-old-servers").after, gone);
    if (answering && !is_unsigned) {
      EXPECT_GE(StepOf(plan, "change-servers").after, parent_ds);
    }
  }
}

}  // namespace
}  // namespace tidemark::failover
