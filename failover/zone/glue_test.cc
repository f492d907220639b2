#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "failover/zone/zone_testing.h"

namespace tidemark::failover {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

using GlueTest = ZoneTest;

TEST_F(GlueTest, GlueIsWhatPublishedDomainsNameAndNothingElse) {
  ASSERT_NO_FATAL_FAILURE(Write({
      Domain("a.example", {"ns1.a.example", "ns.other.org"}),
      Domain("b.example", {"NS1.A.Example", "ns2.held.example"}),
      Domain("held.example", {"ns1.held.example"}, {"clientHold"}),
      Host("ns1.a.example", {"192.0.2.1", "2001:db8::1"}),
      Host("ns1.held.example", {"192.0.2.2"}),
      Host("ns2.held.example", {"192.0.2.3"}),
      Host("unused.a.example", {"192.0.2.4"}),
      Host("ns.other.org", {"192.0.2.5"}),
  }));
  EXPECT_THAT(
      Below(),
      ElementsAre("a.example. 3600 IN NS ns.other.org.", "a.example. 3600 IN NS ns1.a.example.",
                  "b.example. 3600 IN NS ns1.a.example.", "b.example. 3600 IN NS ns2.held.example.",
                  "ns1.a.example. 3600 IN A 192.0.2.1", "ns1.a.example. 3600 IN AAAA 2001:db8::1",
                  "ns2.held.example. 3600 IN A 192.0.2.3"));
  EXPECT_EQ(report_.glue_hosts, 2u);
  EXPECT_EQ(report_.glue_records, 3u);
  EXPECT_EQ(Remarks(ZoneRemarkKind::kOrphanGlue), 0u);
  EXPECT_TRUE(report_.whole());
}

// Names that were taken out of the zone, and a server at and below each of them.
std::vector<rde::Record> TakenOut() {
  std::vector<rde::Record> records = {
      Domain("held.example", {"ns.other.org"}, {"clientHold"}),
      Domain("deleted.example", {"ns.other.org"}, {"pendingDelete"}),
      Domain("pending.example", {"ns.other.org"}, {"pendingCreate"}),
      Domain("inactive.example", {})};
  for (const char* state : {"withheld", "blocked"}) {
    rde::Nndn nndn;
    nndn.a_name = absl::StrCat(state, ".example");
    nndn.name_state = state;
    records.push_back(nndn);
  }
  std::vector<std::string> servers = {"ns.nowhere.example", "ns.deep.user.example"};
  for (const char* name : {"held", "deleted", "pending", "inactive", "withheld", "blocked"}) {
    servers.push_back(absl::StrCat(name, ".example"));
    servers.push_back(absl::StrCat("ns.deep.", name, ".example"));
  }
  for (const std::string& server : servers) records.push_back(Host(server, {"192.0.2.1"}));
  records.push_back(Domain("user.example", servers));
  return records;
}

TEST_F(GlueTest, WithoutOrphanGlueNothingComesBackOfNamesThatWereTakenOut) {
  config_.orphan_glue = false;
  ASSERT_NO_FATAL_FAILURE(Write(TakenOut()));
  std::vector<std::string> addresses;
  for (const std::string& line : Below()) {
    if (absl::StrContains(line, " IN A ")) addresses.push_back(line);
  }
  EXPECT_THAT(addresses, ElementsAre("ns.deep.user.example. 3600 IN A 192.0.2.1",
                                     "ns.nowhere.example. 3600 IN A 192.0.2.1"));
  EXPECT_EQ(Remarks(ZoneRemarkKind::kOrphanGlue), 12u);
  EXPECT_EQ(report_.ns_records, 14u) << "the delegation is as the deposit has it";
  EXPECT_EQ(report_.glue_hosts, 2u);
}

TEST_F(GlueTest, OrphanGlueIsPublishedButNeverAtTheNameThatWasTakenOut) {
  ASSERT_NO_FATAL_FAILURE(Write(TakenOut()));
  EXPECT_EQ(Remarks(ZoneRemarkKind::kOrphanGlue), 6u);
  EXPECT_EQ(report_.glue_hosts, 8u);
  EXPECT_THAT(lines_, Contains("ns.deep.held.example. 3600 IN A 192.0.2.1"));
  for (const std::string& line : lines_) {
    EXPECT_FALSE(absl::StartsWith(line, "held.example. ")) << line;
  }
}

TEST_F(GlueTest, AStrangerCannotGiveAServerAnAddress) {
  rde::Domain own = Domain("a.example", {});
  own.host_attributes = {{"ns1.a.example", {{"v4", "192.0.2.1"}}},
                         {"ns3.a.example", {{"v4", "192.0.2.3"}}}};
  rde::Domain published = Domain("b.example", {"ns2.a.example"});
  published.host_attributes = {{"ns1.a.example", {{"v4", "203.0.113.66"}}},
                               {"ns2.a.example", {{"v4", "203.0.113.66"}}},
                               {"ns3.a.example", {{"v4", "192.0.2.3"}}}};
  rde::Domain held = Domain("c.example", {}, {"clientHold"});
  held.host_attributes = {{"ns.nowhere.example", {{"v4", "203.0.113.66"}}}};
  ASSERT_NO_FATAL_FAILURE(Write({own, published, held, Domain("d.example", {"ns.nowhere.example"}),
                                 Host("ns2.a.example", {"192.0.2.2"})}));
  EXPECT_THAT(text_, Not(::testing::HasSubstr("203.0.113.66")));
  EXPECT_THAT(lines_, Contains("ns1.a.example. 3600 IN A 192.0.2.1"));
  EXPECT_THAT(lines_, Contains("ns2.a.example. 3600 IN A 192.0.2.2"));
  EXPECT_EQ(Remarks(ZoneRemarkKind::kDisputedAddress), 2u);
  EXPECT_EQ(Remarks(ZoneRemarkKind::kNoAddress), 1u);
}

TEST_F(GlueTest, OfAHostThatNobodyOwnsItsUsersGiveTheAddresses) {
  rde::Domain b = Domain("b.example", {});
  b.host_attributes = {{"ns.nowhere.example", {{"v4", "192.0.2.1"}}},
                       {"ns.agreed.example", {{"v4", "192.0.2.3"}}}};
  rde::Domain c = Domain("c.example", {});
  c.host_attributes = {{"ns.nowhere.example", {{"v4", "192.0.2.2"}}},
                       {"ns.agreed.example", {{"v4", "192.0.2.3"}}}};
  ASSERT_NO_FATAL_FAILURE(Write({b, c}));
  EXPECT_THAT(lines_, Contains("ns.nowhere.example. 3600 IN A 192.0.2.1"));
  EXPECT_THAT(lines_, Contains("ns.nowhere.example. 3600 IN A 192.0.2.2"));
  EXPECT_THAT(lines_, Contains("ns.agreed.example. 3600 IN A 192.0.2.3"));
  EXPECT_EQ(Remarks(ZoneRemarkKind::kDisputedAddress), 1u);
}

TEST_F(GlueTest, TwoHostsOfOneNameGiveTheUnionOfTheirAddresses) {
  ASSERT_NO_FATAL_FAILURE(Write({
      Domain("a.example", {"ns1.a.example"}),
      Host("ns1.a.example", {"192.0.2.1", "2001:db8:0::1"}, "H1"),
      Host("NS1.a.example.", {"2001:DB8::1", "192.0.2.2"}, "H2"),
  }));
  EXPECT_THAT(
      Below(),
      ElementsAre("a.example. 3600 IN NS ns1.a.example.", "ns1.a.example. 3600 IN A 192.0.2.1",
                  "ns1.a.example. 3600 IN A 192.0.2.2", "ns1.a.example. 3600 IN AAAA 2001:db8::1"));
  EXPECT_EQ(Remarks(ZoneRemarkKind::kSeveralHosts), 1u);
}

TEST_F(GlueTest, HostAttributesGiveGlueToo) {
  rde::Domain a = Domain("a.example", {});
  a.host_attributes = {{"ns1.a.example", {{"v4", "192.0.2.1"}}}, {"ns.other.org", {}}};
  rde::Domain b = Domain("b.example", {});
  b.host_attributes = {{"ns1.a.example", {{"v6", "2001:db8::1"}, {"v4", "192.0.2.1"}}},
                       {"ns1.held.example", {}}};
  rde::Domain held = Domain("held.example", {}, {"serverHold"});
  held.host_attributes = {{"ns1.held.example", {{"v4", "192.0.2.9"}}},
                          {"ns2.held.example", {{"v4", "192.0.2.8"}}}};
  ASSERT_NO_FATAL_FAILURE(Write({a, b, held}));
  EXPECT_THAT(
      Below(),
      ElementsAre("a.example. 3600 IN NS ns.other.org.", "a.example. 3600 IN NS ns1.a.example.",
                  "b.example. 3600 IN NS ns1.a.example.", "b.example. 3600 IN NS ns1.held.example.",
                  "ns1.a.example. 3600 IN A 192.0.2.1", "ns1.held.example. 3600 IN A 192.0.2.9"));
  EXPECT_EQ(Remarks(ZoneRemarkKind::kDisputedAddress), 1u);
}

TEST_F(GlueTest, AHostWithoutAddressIsPublishedAndRemarkedOn) {
  ASSERT_NO_FATAL_FAILURE(Write({Domain("a.example", {"ns1.a.example"})}));
  EXPECT_THAT(Below(), ElementsAre("a.example. 3600 IN NS ns1.a.example."));
  EXPECT_EQ(Remarks(ZoneRemarkKind::kNoAddress), 1u);
  EXPECT_TRUE(report_.whole());
}

TEST_F(GlueTest, TheZonesOwnServersKeepTheConfiguredAddresses) {
  ASSERT_NO_FATAL_FAILURE(Write(
      {Domain("nic.example", {"ns1.nic.example"}), Host("ns1.nic.example", {"198.51.100.1"})}));
  EXPECT_THAT(lines_, Contains("ns1.nic.example. 3600 IN A 127.0.0.1"));
  EXPECT_THAT(text_, Not(::testing::HasSubstr("198.51.100.1")));
  EXPECT_EQ(Remarks(ZoneRemarkKind::kApexServer), 1u);
  EXPECT_EQ(Remarks(ZoneRemarkKind::kApexBelowDomain), 2u) << "ns1 and ns2";
  EXPECT_TRUE(report_.whole());
}

}  // namespace
}  // namespace tidemark::failover
