#include "failover/cutover/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "base/testing.h"
#include "failover/cutover/plan_testing.h"

namespace tidemark::failover {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::tidemark::base::StatusIs;

std::vector<std::string> Ids(const CutoverPlan& plan) {
  std::vector<std::string> ids;
  for (const PlanStep& step : plan.steps) ids.push_back(step.id);
  return ids;
}

TEST(CutoverPlan, WithTheOldKeysNoDsChangesAndNobodyIsBogus) {
  CutoverFacts facts = Facts();
  facts.old_ds = Texts{kNewDs};
  const CutoverPlan plan = Plan(facts);
  EXPECT_EQ(plan.key_case, KeyCase::kOldKeys);
  EXPECT_THAT(Ids(plan), ElementsAre("serve", "change-servers", "retire-old-servers"));
  EXPECT_THAT(
      StepOf(plan, "change-servers").changes,
      ElementsAre(RecordChange{ChangeAction::kRemove, "example", "NS", "*"},
                  RecordChange{ChangeAction::kAdd, "example", "NS", "ns1.nic.example."},
                  RecordChange{ChangeAction::kAdd, "ns1.nic.example", "A", "192.0.2.1"},
                  RecordChange{ChangeAction::kAdd, "ns1.nic.example", "AAAA", "2001:db8::1"},
                  RecordChange{ChangeAction::kAdd, "example", "NS", "ns.new.org."},
                  RecordChange{ChangeAction::kKeep, "example", "DS", kNewDs}));
  EXPECT_EQ(StepOf(plan, "serve").after, std::nullopt);
  EXPECT_EQ(StepOf(plan, "change-servers").after, absl::ZeroDuration());
  EXPECT_EQ(StepOf(plan, "retire-old-servers").after, absl::Hours(48));
  EXPECT_THAT(plan.windows, Not(Contains(IsSeen(Seen::kBogus))));
  EXPECT_THAT(plan.windows, Not(Contains(IsSeen(Seen::kInsecure))));
}

TEST(CutoverPlan, OfServersOnlyTheDifferenceIsAsked) {
  CutoverFacts facts = Facts();
  facts.old_zone = OldZone();
  facts.old_zone->ds = {kNewDs, kOldDs};
  facts.old_zone->dnskeys = facts.new_zone.dnskeys;
  const CutoverPlan plan = Plan(facts);
  EXPECT_EQ(plan.key_case, KeyCase::kOldKeys);
  EXPECT_THAT(
      StepOf(plan, "change-servers").changes,
      ElementsAre(RecordChange{ChangeAction::kRemove, "ns1.nic.example", "A", "198.51.100.1"},
                  RecordChange{ChangeAction::kRemove, "example", "NS", "ns.old.org."},
                  RecordChange{ChangeAction::kKeep, "example", "NS", "ns1.nic.example."},
                  RecordChange{ChangeAction::kAdd, "ns1.nic.example", "A", "192.0.2.1"},
                  RecordChange{ChangeAction::kKeep, "ns1.nic.example", "AAAA", "2001:db8::1"},
                  RecordChange{ChangeAction::kAdd, "example", "NS", "ns.new.org."},
                  RecordChange{ChangeAction::kKeep, "example", "DS", kNewDs},
                  RecordChange{ChangeAction::kKeep, "example", "DS", kOldDs}));
  EXPECT_THAT(StepOf(plan, "remove-stale-ds").changes,
              Contains(RecordChange{ChangeAction::kRemove, "example", "DS", kOldDs}));
  // The old zone's own NS live longer than the parent's.
  EXPECT_EQ(StepOf(plan, "retire-old-servers").after, absl::Hours(72));
  EXPECT_THAT(plan.windows, Not(Contains(IsSeen(Seen::kBogus))));
}

TEST(CutoverPlan, AZoneSigningKeyThatWasNotHandedOverMakesSomeBogus) {
  CutoverFacts facts = Facts();
  facts.old_zone = OldZone();
  facts.old_zone->ds = {kNewDs};
  facts.old_zone->dnskeys = {"256 3 13 oldzsk", "257 3 13 newksk"};
  const CutoverPlan plan = Plan(facts);
  EXPECT_EQ(plan.key_case, KeyCase::kOldKeys);
  EXPECT_THAT(plan.windows, Contains(IsWindow(Seen::kBogus, absl::ZeroDuration(), absl::Hours(6))));
  EXPECT_THAT(plan.warnings, Contains(HasSubstr("zone-signing key was not handed over")));
}

// Silent servers, lost keys: T: NS and no DS. The new DS once the old NS (72 h), DS (24 h) and
// DNSKEY (6 h) are forgotten; secure once its absence (24 h) is.
TEST(CutoverPlan, WithLostKeysTheDsComesOnceTheOldOneIsForgotten) {
  CutoverFacts facts = Facts();
  facts.old_zone = OldZone();
  facts.old_ds = Texts{kOldDs};
  const CutoverPlan plan = Plan(facts);
  EXPECT_EQ(plan.key_case, KeyCase::kLostKeys);
  EXPECT_THAT(Ids(plan), ElementsAre("serve", "change-servers-remove-ds", "retire-old-servers",
                                     "add-ds", "done"));
  const PlanStep& first = StepOf(plan, "change-servers-remove-ds");
  EXPECT_EQ(first.after, absl::ZeroDuration());
  EXPECT_THAT(first.changes,
              Contains(RecordChange{ChangeAction::kRemove, "example", "DS", kOldDs}));
  EXPECT_THAT(first.changes, Not(Contains(Field(&RecordChange::data, kNewDs))));
  const PlanStep& addition = StepOf(plan, "add-ds");
  EXPECT_EQ(addition.after, absl::Hours(72));
  EXPECT_THAT(addition.changes,
              ElementsAre(RecordChange{ChangeAction::kAdd, "example", "DS", kNewDs}));
  EXPECT_EQ(StepOf(plan, "done").after, absl::Hours(96));
  EXPECT_THAT(plan.windows,
              Contains(IsWindow(Seen::kBogus, absl::ZeroDuration(), absl::Hours(24))));
  EXPECT_THAT(plan.windows,
              Contains(IsWindow(Seen::kUnreachable, std::nullopt, absl::ZeroDuration())));
  EXPECT_THAT(plan.windows,
              Contains(IsWindow(Seen::kUnreachable, absl::ZeroDuration(), absl::Hours(72))));
  EXPECT_THAT(plan.windows,
              Contains(IsWindow(Seen::kInsecure, absl::ZeroDuration(), absl::Hours(96))));
  EXPECT_THAT(plan.windows, Contains(IsWindow(Seen::kSecure, absl::Hours(96), std::nullopt)));
}

TEST(CutoverPlan, EveryTtlCanBeTheOneThatTheNewDsWaitsFor) {
  CutoverFacts facts = Facts();
  facts.old_zone = OldZone();
  facts.old_zone->ns_ttl = absl::Minutes(1);
  facts.old_zone->dnskey_ttl = absl::Minutes(1);
  facts.parent = {.ns = absl::Minutes(1),
                  .ds = absl::Minutes(1),
                  .negative = absl::Minutes(5),
                  .propagation = absl::ZeroDuration()};
  EXPECT_EQ(StepOf(Plan(facts), "add-ds").after, absl::Minutes(1));
  EXPECT_EQ(StepOf(Plan(facts), "done").after, absl::Minutes(6));
  for (absl::Duration* const ttl :
       {&facts.old_zone->ns_ttl, &facts.old_zone->signed_ttl_max, &facts.old_zone->negative_ttl,
        &facts.old_zone->dnskey_ttl, &facts.old_zone->address_ttl, &facts.parent.ns,
        &facts.parent.ds, &facts.seen_ds_ttl}) {
    *ttl = absl::Minutes(30);
    EXPECT_EQ(StepOf(Plan(facts), "add-ds").after, absl::Minutes(30));
    EXPECT_EQ(StepOf(Plan(facts), "done").after, absl::Minutes(35));
    *ttl = absl::Minutes(1);
  }
}

// Old servers that still answer carry the zone until the DS is forgotten: nobody is bogus.
TEST(CutoverPlan, WhileTheOldServersAnswerTheDsGoesFirst) {
  CutoverFacts facts = Facts();
  facts.old_zone = OldZone();
  facts.old_servers = OldServers::kAnswering;
  const CutoverPlan plan = Plan(facts);
  EXPECT_THAT(Ids(plan), ElementsAre("serve", "remove-ds", "change-servers", "retire-old-servers",
                                     "add-ds", "done"));
  EXPECT_EQ(StepOf(plan, "remove-ds").after, absl::ZeroDuration());
  EXPECT_EQ(StepOf(plan, "change-servers").after, absl::Hours(24));
  EXPECT_EQ(StepOf(plan, "add-ds").after, absl::Hours(24 + 48 + 72 + 6));
  EXPECT_EQ(StepOf(plan, "done").after, absl::Hours(174));
  EXPECT_THAT(plan.windows, Not(Contains(IsSeen(Seen::kBogus))));
  EXPECT_THAT(plan.windows, Not(Contains(IsSeen(Seen::kUnreachable))));
}

TEST(CutoverPlan, SignaturesThatExpireBeforeTheDsIsForgottenAreSaid) {
  CutoverFacts facts = Facts();
  facts.old_zone = OldZone();
  facts.old_servers = OldServers::kAnswering;
  facts.old_zone->first_signature_ends = kAt + absl::Hours(10);
  CutoverPlan plan = Plan(facts);
  EXPECT_THAT(plan.windows, Contains(IsWindow(Seen::kBogus, absl::Hours(10), absl::Hours(24))));
  ASSERT_EQ(plan.deadlines.size(), 1u);
  EXPECT_EQ(plan.deadlines[0].by, kAt - absl::Hours(14));
  EXPECT_TRUE(plan.deadlines[0].is_missed);
  facts.old_zone->first_signature_ends = kAt + absl::Hours(24);
  plan = Plan(facts);
  EXPECT_THAT(plan.windows, Not(Contains(IsSeen(Seen::kBogus))));
  EXPECT_EQ(plan.deadlines[0].by, kAt);
  EXPECT_FALSE(plan.deadlines[0].is_missed);
}

TEST(CutoverPlan, WithTheOldKeysTheOldServersMustBeForgottenBeforeTheirSignaturesEnd) {
  CutoverFacts facts = Facts();
  facts.old_zone = OldZone();
  facts.old_servers = OldServers::kAnswering;
  facts.old_ds = Texts{kNewDs};
  facts.old_zone->first_signature_ends = kAt + absl::Hours(200);
  const CutoverPlan plan = Plan(facts);
  ASSERT_EQ(plan.deadlines.size(), 1u);
  EXPECT_EQ(plan.deadlines[0].by, kAt + absl::Hours(200 - 48 - 72));
}

TEST(CutoverPlan, AnUnsignedZoneGetsItsDsWhenTheOldServersAreForgotten) {
  CutoverFacts facts = Facts();
  facts.old_zone = OldZone();
  facts.old_ds = Texts{};
  facts.old_zone->dnskeys.clear();
  facts.old_zone->ds.clear();
  facts.old_zone->dnskey_ttl = absl::ZeroDuration();
  const CutoverPlan plan = Plan(facts);
  EXPECT_EQ(plan.key_case, KeyCase::kUnsigned);
  EXPECT_THAT(Ids(plan),
              ElementsAre("serve", "change-servers", "retire-old-servers", "add-ds", "done"));
  EXPECT_EQ(StepOf(plan, "add-ds").after, absl::Hours(72));
  EXPECT_THAT(plan.windows, Not(Contains(IsSeen(Seen::kBogus))));
}

TEST(CutoverPlan, WhatIsNotKnownIsAssumedAndSaid) {
  const CutoverPlan plan = Plan(Facts());
  EXPECT_EQ(plan.key_case, KeyCase::kLostKeys);
  EXPECT_THAT(StepOf(plan, "change-servers-remove-ds").changes,
              Contains(RecordChange{ChangeAction::kRemove, "example", "DS", "*"}));
  EXPECT_EQ(StepOf(plan, "add-ds").after, absl::Hours(48));
  EXPECT_THAT(plan.warnings, Contains(HasSubstr("48 hours at most")));
  EXPECT_THAT(plan.warnings, Contains(HasSubstr("Give --old-ds")));
}

TEST(CutoverPlan, WarnsOfASerialThatIsNotNewerAndOfLoopbackAddresses) {
  CutoverFacts facts = Facts();
  facts.old_zone = OldZone();
  EXPECT_THAT(Plan(facts).warnings, Not(Contains(HasSubstr("zone.serial"))));
  for (const uint32_t serial : {20u, 21u, 0x80000013u}) {
    facts.old_zone->serial = serial;
    EXPECT_THAT(Plan(facts).warnings, Contains(HasSubstr("zone.serial")));
  }
  facts.old_zone->serial = 0xffffffffu;  // RFC 1982: before 20
  EXPECT_THAT(Plan(facts).warnings, Not(Contains(HasSubstr("zone.serial"))));
  facts.new_zone.servers = {{"ns1.nic.example", {"127.0.0.1"}}};
  EXPECT_THAT(Plan(facts).warnings, Contains(HasSubstr("which nobody else can reach")));
}

TEST(CutoverPlan, ThatNobodyKnowsWhenOldSignaturesEndIsSaid) {
  CutoverFacts facts = Facts();
  const auto is_said = [&facts] {
    const std::vector<std::string> warnings = Plan(facts).warnings;
    return std::any_of(warnings.begin(), warnings.end(), [](const std::string& warning) {
      return absl::StrContains(warning, "When the old zone's signatures end is not known");
    });
  };
  for (const char* ds : {kOldDs, kNewDs}) {
    facts = Facts();
    facts.old_ds = Texts{ds};
    EXPECT_FALSE(is_said()) << "silent servers hand out none";
    facts.old_servers = OldServers::kAnswering;
    EXPECT_TRUE(is_said()) << "no old zone";
    facts.old_zone = OldZone();
    EXPECT_TRUE(is_said()) << "one without signatures";
    facts.old_zone->first_signature_ends = kAt + absl::Hours(500);
    EXPECT_FALSE(is_said());
    EXPECT_EQ(Plan(facts).deadlines.size(), 1u);
  }
  facts = Facts();
  facts.old_servers = OldServers::kAnswering;
  facts.old_ds = Texts{};
  EXPECT_FALSE(is_said()) << "nobody expects signatures";
}

// The provider that served the old zone serves the new one, from elsewhere perhaps.
TEST(CutoverPlan, AddressesOfANameThatStaysAndLiesOutsideAreSaidNotToCount) {
  CutoverFacts facts = Facts();
  facts.old_zone = OldZone();
  EXPECT_THAT(Plan(facts).warnings, Not(Contains(HasSubstr("not this TLD's to give"))));
  facts.old_zone->servers[1].name = "ns.new.org";
  EXPECT_THAT(Plan(facts).warnings, Contains(HasSubstr("ns.new.org stays, and its addresses")));
}

// What dig printed is more than what was assumed.
TEST(CutoverPlan, TtlsThatWereSeenCountAndAreSaid) {
  CutoverFacts facts = Facts();
  facts.old_zone = OldZone();
  facts.old_ds = Texts{kOldDs};
  facts.old_servers = OldServers::kAnswering;
  EXPECT_THAT(Plan(facts).warnings, Not(Contains(HasSubstr("The file of --old-ds shows"))));
  facts.seen_ds_ttl = absl::Hours(24);
  EXPECT_EQ(StepOf(Plan(facts), "change-servers").after, absl::Hours(24));
  EXPECT_THAT(Plan(facts).warnings, Not(Contains(HasSubstr("The file of --old-ds shows"))));
  facts.seen_ds_ttl = absl::Hours(7 * 24);
  EXPECT_EQ(StepOf(Plan(facts), "change-servers").after, absl::Hours(7 * 24));
  EXPECT_THAT(Plan(facts).warnings, Contains(HasSubstr("shows DS with a TTL of 168h")));
  facts = Facts();
  facts.old_ds = Texts{};
  facts.seen_negative_ttl = absl::Hours(48);
  const CutoverPlan plan = Plan(facts);
  EXPECT_EQ(*StepOf(plan, "done").after - *StepOf(plan, "add-ds").after, absl::Hours(48));
  EXPECT_THAT(plan.warnings, Contains(HasSubstr("shows the absence of DS with a TTL of 48h")));
}

TEST(CutoverPlan, FactsThatCannotBeAreRefused) {
  CutoverFacts facts = Facts();
  facts.new_zone.servers.clear();
  EXPECT_THAT(MakePlan(facts), StatusIs(absl::StatusCode::kInvalidArgument));
  facts = Facts();
  facts.new_zone.ds.clear();
  EXPECT_THAT(MakePlan(facts), StatusIs(absl::StatusCode::kInvalidArgument));
  facts = Facts();
  facts.parent.ds = -absl::Hours(1);
  EXPECT_THAT(MakePlan(facts), StatusIs(absl::StatusCode::kInvalidArgument));
  for (const absl::Time at :
       {absl::InfiniteFuture(), absl::InfinitePast(), absl::UnixEpoch() - absl::Seconds(1),
        absl::FromUnixSeconds(253402300800)}) {
    facts = Facts();
    facts.at = at;
    EXPECT_THAT(MakePlan(facts), StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

// A zone file without keys may be of a signed TLD: the old DS must not be left.
TEST(CutoverPlan, AZoneWithoutKeysDoesNotSayThatThereIsNoDs) {
  CutoverFacts facts = Facts();
  facts.old_zone = OldZone();
  facts.old_zone->dnskeys.clear();
  facts.old_zone->ds.clear();
  const CutoverPlan plan = Plan(facts);
  EXPECT_EQ(plan.key_case, KeyCase::kLostKeys);
  EXPECT_THAT(StepOf(plan, "change-servers-remove-ds").changes,
              Contains(RecordChange{ChangeAction::kRemove, "example", "DS", "*"}));
  EXPECT_THAT(plan.warnings, Contains(HasSubstr("--no-old-ds")));
  facts.old_ds = Texts{};
  EXPECT_EQ(Plan(facts).key_case, KeyCase::kUnsigned);
}

TEST(CutoverPlan, ADsOfOurKeyFitsWithAnyDigest) {
  CutoverFacts facts = Facts();
  facts.new_zone.ds.push_back("2222 13 1 eeee");
  facts.old_ds = Texts{"2222 13 1 eeee", kOldDs};
  CutoverPlan plan = Plan(facts);
  EXPECT_EQ(plan.key_case, KeyCase::kOldKeys);
  EXPECT_THAT(plan.warnings, Contains(HasSubstr("SHA-1")));
  facts.old_ds = Texts{"2222 13 5 ffff"};
  plan = Plan(facts);
  EXPECT_EQ(plan.key_case, KeyCase::kOldKeys);
  EXPECT_THAT(plan.warnings, Contains(HasSubstr("not computed here")));
  for (const char* other :
       {"2222 13 1 ffff", "2222 13 2 ffff", "2222 8 5 ffff", "2223 13 5 ffff"}) {
    facts.old_ds = Texts{other};
    EXPECT_EQ(Plan(facts).key_case, KeyCase::kLostKeys) << other;
  }
}

TEST(CutoverPlan, SilentServersHandOutNoOldSignatures) {
  CutoverFacts facts = Facts();
  facts.old_zone = OldZone();
  facts.old_zone->first_signature_ends = kAt - absl::Hours(1);
  EXPECT_THAT(Plan(facts).deadlines, IsEmpty());
  facts.old_ds = Texts{kNewDs};
  EXPECT_THAT(Plan(facts).deadlines, IsEmpty());
}

}  // namespace
}  // namespace tidemark::failover
