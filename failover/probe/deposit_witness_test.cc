#include "failover/probe/deposit_witness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "failover/probe/testimony.h"
#include "failover/probe/witness_testing.h"

namespace tidemark::failover::probe {
namespace {

using base::StatusIs;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

absl::StatusOr<DepositWitness> Witness(const TestDeposit& deposit, WitnessOptions options = {}) {
  options.tld = "example";
  return DepositWitness::Read(deposit.Reader(), options);
}

TEST(DepositWitness, DelegatedIsWhatTheStandardsPublish) {
  ASSERT_OK_AND_ASSIGN(const DepositWitness witness, Witness(SmallDeposit()));
  const Testimony& testimony = witness.testimony();
  EXPECT_THAT(testimony.delegations.names(),
              UnorderedElementsAre("a.example", "keys.example", "mirror.example"));
  EXPECT_THAT(testimony.withheld,
              UnorderedElementsAre("held.example", "deleted.example", "created.example",
                                   "inactive.example", "redeemed.example", "blocked.example"));
  const Delegation full = testimony.delegations.Find("a.example");
  EXPECT_THAT(full.servers, ElementsAre("ns.other.test", "ns1.a.example"));
  EXPECT_THAT(full.ds, ElementsAre(StartsWith("1234 8 2 7791f1d5")));
  EXPECT_THAT(full.glue, ElementsAre("ns1.a.example 192.0.2.1", "ns1.a.example 2001:db8::1"));
  const WitnessCounts& counts = witness.counts();
  EXPECT_EQ(counts.domains, 8u);
  EXPECT_EQ(counts.nndns, 2u);
  EXPECT_EQ(counts.impossible, 1u) << "old.a.example is below a.example";
}

TEST(DepositWitness, AMirroredNameHasItsOriginalsServersAndNoDs) {
  ASSERT_OK_AND_ASSIGN(const DepositWitness witness, Witness(SmallDeposit()));
  const Delegation mirror = witness.testimony().delegations.Find("mirror.example");
  EXPECT_THAT(mirror.servers, ElementsAre("ns.other.test", "ns1.a.example"));
  EXPECT_THAT(mirror.ds, IsEmpty());
  EXPECT_THAT(mirror.glue, SizeIs(2));
}

// With the mirror in the sample and its original outside: the original's servers are not known
// until the deposit was read, and their addresses came before.
TEST(DepositWitness, AMirroredNameIsWholeAlsoWithoutItsOriginal) {
  int whole = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    ASSERT_OK_AND_ASSIGN(const DepositWitness witness,
                         Witness(SmallDeposit(), {.tld = "", .sample = 1, .seed = seed}));
    const Expectations& delegations = witness.testimony().delegations;
    if (!delegations.Has("mirror.example")) continue;
    ASSERT_THAT(delegations.names(), SizeIs(1));
    EXPECT_THAT(delegations.Find("mirror.example").glue, SizeIs(2));
    ++whole;
  }
  EXPECT_GT(whole, 0) << "no seed chose it";
}

TEST(DepositWitness, AMirrorOfWhatIsNotDelegatedIsNotDelegated) {
  TestDeposit deposit = SmallDeposit();
  rde::Nndn nndn;
  nndn.a_name = "shadow.example";
  nndn.name_state = "mirrored";
  nndn.original_name = "held.example";
  deposit.records.push_back(nndn);
  nndn.a_name = "dname.example";
  nndn.original_name = "a.example";
  nndn.mirroring_ns = false;
  deposit.records.push_back(nndn);
  ASSERT_OK_AND_ASSIGN(const DepositWitness witness, Witness(deposit));
  EXPECT_THAT(witness.testimony().withheld, IsSupersetOf({"shadow.example", "dname.example"}));
}

rde::Domain VariantOf(const std::string& name, const std::string& original,
                      const std::vector<std::string>& statuses) {
  rde::Domain variant = DomainOf(name, statuses, {});
  variant.original_name = original;
  return variant;
}

TEST(DepositWitness, ADomainThatIsAVariantWithoutServersHasItsOriginals) {
  TestDeposit deposit = SmallDeposit();
  rde::Domain variant = VariantOf("variant.example", "A.example", {"ok"});
  variant.sec_dns.emplace();
  variant.sec_dns->ds.push_back({4321, 8, 2, kTestDs, std::nullopt});
  deposit.records.insert(deposit.records.begin() + 1, variant);  // before its original
  ASSERT_OK_AND_ASSIGN(const DepositWitness witness, Witness(deposit));
  const Testimony& testimony = witness.testimony();
  const Delegation delegation = testimony.delegations.Find("variant.example");
  EXPECT_THAT(delegation.servers, ElementsAre("ns.other.test", "ns1.a.example"));
  EXPECT_THAT(delegation.glue, SizeIs(2));
  EXPECT_THAT(delegation.ds, ElementsAre(StartsWith("4321 8 2 "))) << "made for its own name";
  const auto registration =
      std::find_if(testimony.registrations.begin(), testimony.registrations.end(),
                   [](const Registration& other) { return other.name == "variant.example"; });
  ASSERT_NE(registration, testimony.registrations.end());
  EXPECT_EQ(registration->servers, "ns.other.test\nns1.a.example");
  EXPECT_EQ(registration->statuses, "active");
  EXPECT_TRUE(registration->is_signed);
}

TEST(DepositWitness, AVariantIsNoMirrorIfItSaysSoOrItsOriginalHasNoServers) {
  TestDeposit deposit = SmallDeposit();
  rde::Domain own = VariantOf("own.example", "a.example", {"ok"});
  own.host_objects = {"ns.other.test"};
  for (const rde::Domain& domain : {VariantOf("quiet.example", "a.example", {"inactive"}),
                                    VariantOf("shadow.example", "held.example", {"ok"}),
                                    VariantOf("held2.example", "a.example", {"clientHold"}),
                                    VariantOf("chain.example", "shadow2.example", {"ok"}),
                                    VariantOf("shadow2.example", "a.example", {"ok"}),
                                    VariantOf("lost.example", "none.example", {"ok"}),
                                    VariantOf("deep.example", "old.a.example", {"ok"}), own}) {
    deposit.records.push_back(domain);
  }
  ASSERT_OK_AND_ASSIGN(const DepositWitness witness, Witness(deposit));
  const Testimony& testimony = witness.testimony();
  EXPECT_THAT(testimony.withheld, IsSupersetOf({"quiet.example", "shadow.example", "held2.example",
                                                "chain.example", "lost.example", "deep.example"}));
  EXPECT_THAT(testimony.delegations.Find("own.example").servers, ElementsAre("ns.other.test"));
  EXPECT_TRUE(testimony.delegations.Has("shadow2.example"));
  for (const Registration& registration : testimony.registrations) {
    if (registration.name != "shadow.example") continue;
    EXPECT_EQ(registration.statuses, "inactive");
    EXPECT_EQ(registration.servers, "");
  }
}

TEST(DepositWitness, CountsAreOfAllNamesWhateverTheSample) {
  TestDeposit deposit = SmallDeposit();
  deposit.records.push_back(VariantOf("variant.example", "a.example", {"ok"}));
  deposit.records.push_back(VariantOf("shadow.example", "held.example", {"ok"}));
  for (const uint64_t sample : {uint64_t{0}, uint64_t{1}}) {
    ASSERT_OK_AND_ASSIGN(const DepositWitness witness,
                         Witness(deposit, {.tld = "", .sample = sample, .seed = 1}));
    EXPECT_EQ(witness.counts().delegations, 4u) << "a, keys, mirror, variant";
    EXPECT_EQ(witness.counts().withheld, 7u) << "and blocked, shadow";
    EXPECT_EQ(witness.counts().impossible, 1u) << "old.a";
  }
}

// A deposit may claim what its own name servers contradict.
TEST(DepositWitness, InactiveWithServersIsDelegated) {
  TestDeposit deposit = SmallDeposit();
  deposit.records.push_back(DomainOf("claims.example", {"inactive"}, {"ns.other.test"}));
  ASSERT_OK_AND_ASSIGN(const DepositWitness witness, Witness(deposit));
  EXPECT_TRUE(witness.testimony().delegations.Has("claims.example"));
}

TEST(DepositWitness, TheDsOfAKeyIsItsDigest) {
  ASSERT_OK_AND_ASSIGN(const DepositWitness witness, Witness(SmallDeposit()));
  // dnssec-dsfromkey -2 gives the same.
  EXPECT_THAT(witness.testimony().delegations.Find("keys.example").ds,
              ElementsAre(StartsWith("33209 13 2 de1793c96c90d6bb")));
}

TEST(DepositWitness, PendingDeleteIsAPolicy) {
  ASSERT_OK_AND_ASSIGN(
      const DepositWitness witness,
      Witness(SmallDeposit(), {.tld = "", .policy = {.publish_pending_delete = true}}));
  EXPECT_THAT(witness.testimony().delegations.names(),
              IsSupersetOf({"deleted.example", "redeemed.example"}));
  EXPECT_THAT(witness.testimony().withheld, Contains("held.example"));
}

TEST(DepositWitness, FlawedDsDataIsExpectedNowhere) {
  TestDeposit deposit;
  rde::Domain domain = DomainOf("d.example", {"ok"}, {"ns.other.test"});
  domain.sec_dns.emplace();
  domain.sec_dns->ds = {{1, 8, 2, "ABCD", std::nullopt},
                        {1, 0, 2, kTestDs, std::nullopt},
                        {1, 8, 2, std::string(64, 'Z'), std::nullopt}};
  domain.sec_dns->keys = {{256, 3, 13, "not base64;"}, {257 | 0x80, 3, 13, "AAAA"}};
  deposit.records = {domain};
  ASSERT_OK_AND_ASSIGN(const DepositWitness witness, Witness(deposit));
  EXPECT_THAT(witness.testimony().delegations.Find("d.example").ds, IsEmpty());
}

TestDeposit ManyDomains(int count) {
  TestDeposit deposit;
  for (int i = 0; i < count; ++i) {
    deposit.records.push_back(DomainOf(absl::StrCat("d", i, ".example"),
                                       {i % 10 == 0 ? "serverHold" : "ok"}, {"ns.other.test"}));
  }
  return deposit;
}

TEST(DepositWitness, TheSeedAloneChoosesTheSample) {
  TestDeposit forward = ManyDomains(1000);
  TestDeposit backward = forward;
  std::reverse(backward.records.begin(), backward.records.end());
  const auto names = [](const TestDeposit& deposit, uint64_t seed) {
    return Witness(deposit, {.tld = "", .sample = 30, .seed = seed})
        ->testimony()
        .delegations.names();
  };
  EXPECT_THAT(names(forward, 7), SizeIs(30));
  EXPECT_EQ(names(forward, 7), names(backward, 7));
  EXPECT_NE(names(forward, 7), names(forward, 8));
  ASSERT_OK_AND_ASSIGN(const DepositWitness witness,
                       Witness(forward, {.tld = "", .sample = 30, .seed = 7}));
  EXPECT_THAT(witness.testimony().withheld, SizeIs(30));
  EXPECT_THAT(witness.testimony().registrations, SizeIs(30));
  EXPECT_EQ(witness.counts().delegations, 900u);
  EXPECT_EQ(witness.counts().withheld, 100u);
}

TEST(DepositWitness, WhatIsADomainIsNotAbsent) {
  TestDeposit deposit = SmallDeposit();
  ASSERT_OK_AND_ASSIGN(const DepositWitness before, Witness(deposit));
  EXPECT_THAT(before.testimony().absent, Contains("blocked.example"));
  const std::string made_up = before.testimony().absent.back();
  deposit.records.push_back(DomainOf("blocked.example", {"ok"}, {}));
  deposit.records.push_back(DomainOf(made_up, {"ok"}, {}));
  ASSERT_OK_AND_ASSIGN(const DepositWitness after, Witness(deposit));
  EXPECT_THAT(after.testimony().absent, Not(Contains("blocked.example")));
  EXPECT_THAT(after.testimony().absent, Not(Contains(made_up)));
  EXPECT_THAT(after.testimony().absent, SizeIs(before.testimony().absent.size() - 2));
}

TEST(DepositWitness, ADepositThatEndsInTheMiddleIsNoWitness) {
  const auto cut = [](rde::RecordSink& sink) {
    sink.OnDeposit({}, {});
    sink.OnFlaw({});  // not well-formed
    return absl::OkStatus();
  };
  EXPECT_THAT(DepositWitness::Read(cut, {.tld = "example"}),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  const auto none = [](rde::RecordSink&) { return absl::OkStatus(); };
  EXPECT_THAT(DepositWitness::Read(none, {.tld = "example"}),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  const auto broken = [](rde::RecordSink&) { return absl::DataLossError("altered"); };
  EXPECT_THAT(DepositWitness::Read(broken, {.tld = "example"}),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(DepositWitness::Read(SmallDeposit().Reader(), {.tld = "no name"}),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace tidemark::failover::probe
