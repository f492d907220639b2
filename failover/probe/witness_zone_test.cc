// Which names and addresses the witness expects in the zone where objects contradict, hide or
// mirror each other, and by what it was told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/testing.h"
#include "failover/probe/deposit_witness.h"
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

absl::StatusOr<DepositWitness> Witness(const std::vector<rde::Record>& records,
                                       const ZonePolicy& policy = {}) {
  return DepositWitness::Read(TestDeposit{records}.Reader(), {.tld = "example", .policy = policy});
}

rde::Domain WithAttribute(const std::string& name, const std::vector<std::string>& statuses,
                          const std::string& host, const std::string& address) {
  rde::Domain domain = DomainOf(name, statuses, {});
  domain.host_attributes.push_back({host, {{"v4", address}}});
  return domain;
}

rde::Domain VariantOf(const std::string& name, const std::string& original) {
  rde::Domain variant = DomainOf(name, {"ok"}, {});
  variant.original_name = original;
  return variant;
}

TextSet GlueOf(const DepositWitness& witness, const std::string& name) {
  return witness.testimony().delegations.Find(name).glue;
}

// Decision 43.
TEST(WitnessZone, AHostAtANameThatIsNotDelegatedHasNoAddressAndOneBelowByPolicy) {
  const std::vector<rde::Record> records = {
      DomainOf("a.example", {"ok"},
               {"held.example", "ns.held.example", "blocked.example", "ns.free.example"}),
      DomainOf("held.example", {"serverHold"}, {"ns.other.test"}),
      NndnOf("blocked.example", "blocked", ""),
      HostOf("held.example", {"192.0.2.1"}),
      HostOf("ns.held.example", {"192.0.2.2"}),
      HostOf("blocked.example", {"192.0.2.3"}),
      HostOf("ns.free.example", {"192.0.2.4"})};
  ASSERT_OK_AND_ASSIGN(const DepositWitness by_default, Witness(records));
  EXPECT_THAT(GlueOf(by_default, "a.example"),
              ElementsAre("ns.free.example 192.0.2.4", "ns.held.example 192.0.2.2"));
  ASSERT_OK_AND_ASSIGN(const DepositWitness without, Witness(records, {.orphan_glue = false}));
  EXPECT_THAT(GlueOf(without, "a.example"), ElementsAre("ns.free.example 192.0.2.4"));
  EXPECT_FALSE(without.policy().orphan_glue);
  for (const DepositWitness* witness : {&by_default, &without}) {
    EXPECT_THAT(witness->testimony().withheld, IsSupersetOf({"held.example", "blocked.example"}));
    EXPECT_THAT(witness->testimony().delegations.AddressesAt("held.example"), IsEmpty());
  }
}

TEST(WitnessZone, TheZonesOwnServersHaveTheAddressesThatTheWitnessIsTold) {
  const std::vector<rde::Record> records = {
      DomainOf("a.example", {"ok"}, {"ns1.nic.example", "ns.nic.example"}),
      HostOf("ns1.nic.example", {"192.0.2.1"}), HostOf("ns.nic.example", {"192.0.2.2"})};
  ASSERT_OK_AND_ASSIGN(const DepositWitness by_default, Witness(records));
  EXPECT_THAT(
      GlueOf(by_default, "a.example"),
      ElementsAre("ns.nic.example 192.0.2.2", "ns1.nic.example 127.0.0.1", "ns1.nic.example ::1"));
  EXPECT_THAT(by_default.testimony().delegations.AddressesAt("ns2.nic.example"),
              ElementsAre("127.0.0.1", "::1"));
  EXPECT_EQ(by_default.policy().own_servers.size(), 2u);
  ASSERT_OK_AND_ASSIGN(
      const DepositWitness told,
      Witness(records, {.own_servers = {{"NS.nic.example.", {"198.51.100.1", "2001:DB8::1"}}}}));
  EXPECT_THAT(GlueOf(told, "a.example"),
              ElementsAre("ns.nic.example 198.51.100.1", "ns.nic.example 2001:db8::1",
                          "ns1.nic.example 192.0.2.1"));
  EXPECT_THAT(Witness(records, {.own_servers = {{"no name", {}}}}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Witness(records, {.own_servers = {{"ns.nic.example", {"1.2.3"}}}}),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(WitnessZone, TheDomainAboveAServerGivesItsAddress) {
  ASSERT_OK_AND_ASSIGN(
      const DepositWitness witness,
      Witness({WithAttribute("owner.example", {"serverHold"}, "ns.owner.example", "192.0.2.1"),
               WithAttribute("stranger.example", {"ok"}, "ns.owner.example", "192.0.2.66")}));
  EXPECT_THAT(GlueOf(witness, "stranger.example"), ElementsAre("ns.owner.example 192.0.2.1"));
}

TEST(WitnessZone, WhereNobodyOwnsAServerDelegatedDomainsGiveItsAddress) {
  ASSERT_OK_AND_ASSIGN(
      const DepositWitness witness,
      Witness({WithAttribute("user.example", {"ok"}, "ns.free.example", "192.0.2.1"),
               WithAttribute("second.example", {"ok"}, "ns.free.example", "192.0.2.2"),
               WithAttribute("held.example", {"clientHold"}, "ns.free.example", "192.0.2.66"),
               WithAttribute("_no.example", {"ok"}, "ns.free.example", "192.0.2.67"),
               WithAttribute("x.user.example", {"ok"}, "ns.free.example", "192.0.2.68"),
               DomainOf("third.example", {"ok"}, {"ns.free.example"})}));
  EXPECT_THAT(GlueOf(witness, "third.example"),
              ElementsAre("ns.free.example 192.0.2.1", "ns.free.example 192.0.2.2"));
}

TEST(WitnessZone, NamesThatAreNoHostNamesAreWithheldAndSoIsWhatMirrorsThem) {
  std::vector<rde::Record> records = {DomainOf("_a.example", {"ok"}, {"ns.other.test"}),
                                      DomainOf("-b.example", {"ok"}, {"ns.other.test"}),
                                      DomainOf("c-.example", {"ok"}, {"ns.other.test"}),
                                      DomainOf("d--d.example", {"ok"}, {"_dns.other.test"}),
                                      VariantOf("e.example", "_a.example")};
  std::get<rde::Domain>(records[0])
      .sec_dns.emplace()
      .ds.push_back({1234, 8, 2, kTestDs, std::nullopt});
  ASSERT_OK_AND_ASSIGN(const DepositWitness witness, Witness(records));
  EXPECT_THAT(witness.testimony().delegations.names(), ElementsAre("d--d.example"));
  EXPECT_THAT(witness.testimony().withheld,
              IsSupersetOf({"_a.example", "-b.example", "c-.example", "e.example"}));
  EXPECT_EQ(witness.counts().delegations, 1u);
  for (const Registration& registration : witness.testimony().registrations) {
    EXPECT_FALSE(registration.is_signed) << registration.name;
  }
}

TEST(WitnessZone, BelowANameThatMirrorsNothingIsDelegatedAndNothingIsAnOriginal) {
  std::vector<rde::Record> records = {
      DomainOf("a.example", {"ok"}, {"ns.other.test"}),
      NndnOf("mirror.example", "mirrored", "a.example"),
      DomainOf("x.mirror.example", {"ok"}, {"ns.x.test"}),
      VariantOf("of-x.example", "x.mirror.example"),
      // What mirrors nothing hides nothing, but has no originals below it either.
      VariantOf("empty.example", "none.example"),
      DomainOf("y.empty.example", {"ok"}, {"ns.y.test"}),
      VariantOf("of-y.example", "y.empty.example")};
  ASSERT_OK_AND_ASSIGN(const DepositWitness witness, Witness(records));
  EXPECT_THAT(witness.testimony().delegations.names(),
              ::testing::UnorderedElementsAre("a.example", "mirror.example", "y.empty.example"));
  EXPECT_THAT(witness.testimony().withheld,
              IsSupersetOf({"of-x.example", "of-y.example", "empty.example"}));
  EXPECT_EQ(witness.counts().delegations, 3u);
  EXPECT_EQ(witness.counts().impossible, 1u) << "x.mirror";
}

// The servers of an original are not known until the deposit was read, nor what is above them.
TEST(WitnessZone, WhatOnlyMirrorsLeadToIsReadAfterwards) {
  std::vector<rde::Record> records = {
      HostOf("ns.shop.example", {"192.0.2.1"}),
      DomainOf("far.example", {"ok"}, {"ns.other.test"}),
      VariantOf("shop.example", "far.example"),
      HostOf("ns.quiet.example", {"192.0.2.2"}),
      VariantOf("quiet.example", "held.example"),
      DomainOf("held.example", {"serverHold"}, {"ns.other.test"}),
      DomainOf("o.example", {"ok"}, {"ns.shop.example", "ns.quiet.example"}),
      NndnOf("m.example", "mirrored", "o.example")};
  int found = 0;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    int readings = 0;
    const auto read = [&](rde::RecordSink& sink) {
      ++readings;
      return TestDeposit{records}.Reader()(sink);
    };
    ASSERT_OK_AND_ASSIGN(const DepositWitness witness,
                         DepositWitness::Read(read, {.tld = "example",
                                                     .sample = 1,
                                                     .seed = seed,
                                                     .policy = {.orphan_glue = false},
                                                     .registrations = Registrations::kNo}));
    EXPECT_LE(readings, 3);
    if (!witness.testimony().delegations.Has("m.example")) continue;
    ++found;
    EXPECT_THAT(GlueOf(witness, "m.example"), ElementsAre("ns.shop.example 192.0.2.1"));
  }
  EXPECT_GT(found, 0) << "no seed chose it";
}

// "NNDN's not domain name" (RFC 9022 section 5.6): where a name is both, the domain decides.
TEST(WitnessZone, AnNndnThatIsADomainAsWellCountsForNothing) {
  const std::vector<rde::Record> records = {
      NndnOf("both.example", "mirrored", "a.example"),
      NndnOf("also.example", "blocked", ""),
      NndnOf("held.example", "mirrored", "a.example"),
      DomainOf("a.example", {"ok"}, {"ns.other.test"}),
      DomainOf("both.example", {"ok"}, {"ns.both.test"}),
      DomainOf("also.example", {"ok"}, {"ns.also.test"}),
      DomainOf("held.example", {"serverHold"}, {"ns.other.test"})};
  ASSERT_OK_AND_ASSIGN(const DepositWitness witness, Witness(records));
  const Expectations& delegations = witness.testimony().delegations;
  EXPECT_THAT(delegations.Find("both.example").servers, ElementsAre("ns.both.test"));
  EXPECT_TRUE(delegations.Has("also.example"));
  EXPECT_FALSE(delegations.Has("held.example"));
  EXPECT_THAT(witness.testimony().withheld, Not(Contains("also.example")));
  EXPECT_EQ(witness.counts().delegations, 3u);
}

// RFC 3915 section 3.1, decision 35.
TEST(WitnessZone, PendingRestoreStandsForPendingDelete) {
  rde::Domain domain = DomainOf("a.example", {"ok"}, {"ns.other.test"});
  domain.rgp_statuses.push_back({"pendingRestore", "", ""});
  ASSERT_OK_AND_ASSIGN(const DepositWitness withheld, Witness({domain}));
  EXPECT_THAT(withheld.testimony().withheld, ElementsAre("a.example"));
  ASSERT_OK_AND_ASSIGN(const DepositWitness published,
                       Witness({domain}, {.publish_pending_delete = true}));
  EXPECT_TRUE(published.testimony().delegations.Has("a.example"));
}

TEST(WitnessZone, EveryKindOfObjectIsCountedAndTheDepositSaysWhichItIs) {
  TestDeposit deposit = SmallDeposit();
  deposit.records.emplace_back(rde::IdnTableRef());
  deposit.records.emplace_back(rde::EppParams());
  deposit.records.emplace_back(rde::Policy());
  deposit.records.emplace_back(rde::Policy());
  deposit.records.emplace_back(rde::Delete());
  deposit.records.emplace_back(rde::UnknownObject());
  rde::DepositInfo info;
  info.id = "20261122001";
  const auto read = [&](rde::RecordSink& sink) {
    sink.OnDeposit(info, {});
    for (const rde::Record& record : deposit.records) sink.OnRecord(record, {});
    return absl::OkStatus();
  };
  ASSERT_OK_AND_ASSIGN(const DepositWitness witness,
                       DepositWitness::Read(read, {.tld = "example", .sample = 1}));
  const WitnessCounts& counts = witness.counts();
  EXPECT_EQ(counts.domains, 8u);
  EXPECT_EQ(counts.hosts, 3u);
  EXPECT_EQ(counts.contacts, 3u);
  EXPECT_EQ(counts.registrars, 1u);
  EXPECT_EQ(counts.idn_tables, 1u);
  EXPECT_EQ(counts.nndns, 2u);
  EXPECT_EQ(counts.epp_params, 1u);
  EXPECT_EQ(counts.policies, 2u);
  EXPECT_EQ(witness.deposit().id, "20261122001");
}

}  // namespace
}  // namespace tidemark::failover::probe
