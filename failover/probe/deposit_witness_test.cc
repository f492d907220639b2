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

TEST(DepositWitness, TheDsOfAKeyIsItsDigest) {
  ASSERT_OK_AND_ASSIGN(const DepositWitness witness, Witness(SmallDeposit()));
  // dnssec-dsfromkey -2 gives the same.
  EXPECT_THAT(witness.testimony().delegations.Find("keys.example").ds,
              ElementsAre(StartsWith("33209 13 2 de1793c96c90d6bb")));
}

TEST(DepositWitness, PendingDeleteIsAPolicy) {
  ASSERT_OK_AND_ASSIGN(
      const DepositWitness witness,
      Witness(SmallDeposit(), {.tld = "", .sample = 0, .seed = 1, .publish_pending_delete = true}));
  EXPECT_THAT(witness.testimony().delegations.names(),
              IsSupersetOf({"deleted.example", "redeemed.example"}));
  EXPECT_THAT(witness.testimony().withheld, Contains("held.example"));
}

TEST(DepositWitness, AddressesOfTheZonesOwnServersAreNotJudged) {
  TestDeposit deposit = SmallDeposit();
  deposit.records.push_back(DomainOf("c.example", {"ok"}, {"ns1.nic.example"}));
  rde::Host host;
  host.name = "ns1.nic.example";
  host.addresses = {{"v4", "192.0.2.77"}};
  deposit.records.push_back(host);
  ASSERT_OK_AND_ASSIGN(const DepositWitness witness, Witness(deposit));
  const Expectations& delegations = witness.testimony().delegations;
  EXPECT_THAT(delegations.Find("c.example").glue, IsEmpty());
  TextSet glue = {"ns1.nic.example 127.0.0.1", "ns1.a.example 192.0.2.1"};
  delegations.RemoveExempt(glue);
  EXPECT_THAT(glue, ElementsAre("ns1.a.example 192.0.2.1"));
}

TEST(DepositWitness, AttributesOfAnyDomainGiveAddresses) {
  TestDeposit deposit = SmallDeposit();
  for (const char* name : {"b.example", "c.example"}) {
    rde::Domain domain = DomainOf(name, {"ok"}, {});
    domain.host_attributes.push_back({"ns.b.example", {}});
    if (std::string(name) == "c.example") {
      domain.host_attributes[0].addresses = {{"v4", "192.0.2.5"}};
    }
    deposit.records.push_back(domain);
  }
  ASSERT_OK_AND_ASSIGN(const DepositWitness witness, Witness(deposit));
  EXPECT_THAT(witness.testimony().delegations.Find("b.example").glue,
              ElementsAre("ns.b.example 192.0.2.5"));
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
