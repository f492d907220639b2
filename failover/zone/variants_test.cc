#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "failover/zone/zone_testing.h"

namespace tidemark::failover {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using VariantsTest = ZoneTest;

rde::Nndn Variant(absl::string_view name, absl::string_view original,
                  absl::string_view state = "mirrored") {
  rde::Nndn nndn;
  nndn.a_name = std::string(name);
  nndn.original_name = std::string(original);
  nndn.name_state = std::string(state);
  return nndn;
}

TEST_F(VariantsTest, AMirroredNameHasTheServersOfItsOriginalAndNoDs) {
  rde::Domain original = Domain("o.example", {"ns1.o.example", "ns.other.org"});
  original.sec_dns = rde::SecDns{.max_sig_life = {}, .ds = {Ds()}, .keys = {}};
  ASSERT_NO_FATAL_FAILURE(
      Write({Variant("xn--b.example", "O.Example."), Variant("xn--A.example", "o.example"),
             original, Host("ns1.o.example", {"192.0.2.1"})}));
  EXPECT_THAT(
      Below(),
      ElementsAre(
          "o.example. 3600 IN NS ns.other.org.", "o.example. 3600 IN NS ns1.o.example.",
          "o.example. 3600 IN DS 1234 8 2 7791f1d51c2676071ef6e4edc935a6d3d7d4e3c"
          "238c7839964ee53f0f2f85a79",
          "xn--a.example. 3600 IN NS ns.other.org.", "xn--a.example. 3600 IN NS ns1.o.example.",
          "xn--b.example. 3600 IN NS ns.other.org.", "xn--b.example. 3600 IN NS ns1.o.example.",
          "ns1.o.example. 3600 IN A 192.0.2.1"));
  EXPECT_EQ(report_.delegations, 3u);
  EXPECT_EQ(report_.mirrored, 2u);
  EXPECT_EQ(report_.ns_records, 6u);
  EXPECT_EQ(report_.signed_delegations, 1u);
  EXPECT_TRUE(report_.whole());
}

TEST_F(VariantsTest, WithheldBlockedAndReservedNamesAreNeverPublished) {
  ASSERT_NO_FATAL_FAILURE(
      Write({Domain("o.example", {"ns.other.org"}), Variant("w.example", "o.example", "withheld"),
             Variant("b.example", "o.example", "blocked"), Variant("r.example", "", "blocked"),
             Variant("x.example", "o.example", "Mirrored")}));
  EXPECT_THAT(Below(), ElementsAre("o.example. 3600 IN NS ns.other.org."));
  EXPECT_EQ(report_.mirrored, 0u);
  EXPECT_TRUE(report_.whole());
}

TEST_F(VariantsTest, AMirroredNameGoesAndComesWithItsOriginal) {
  config_.publish_pending_delete = false;
  const std::vector<rde::Record> records = {
      Domain("h.example", {"ns.other.org"}, {"clientHold"}),
      Domain("i.example", {}, {"inactive"}),
      Domain("d.example", {"ns.other.org"}, {"pendingDelete"}),
      Domain("n.example", {}),
      Domain("co.example", {"ns.other.org"}),
      Domain("below.co.example", {"ns.other.org"}),
      Variant("vh.example", "h.example"),
      Variant("vi.example", "i.example"),
      Variant("vd.example", "d.example"),
      Variant("vn.example", "n.example"),
      Variant("vb.example", "below.co.example")};
  ASSERT_NO_FATAL_FAILURE(Write(records));
  EXPECT_THAT(Below(), ElementsAre("co.example. 3600 IN NS ns.other.org."));
  EXPECT_EQ(report_.original_unpublished, 5u);
  EXPECT_EQ(report_.mirrored, 0u);
  config_.publish_pending_delete = true;
  ASSERT_NO_FATAL_FAILURE(Write(records));
  EXPECT_THAT(Below(), ElementsAre("co.example. 3600 IN NS ns.other.org.",
                                   "d.example. 3600 IN NS ns.other.org.",
                                   "vd.example. 3600 IN NS ns.other.org."));
  EXPECT_EQ(report_.original_unpublished, 4u);
}

TEST_F(VariantsTest, WhatCannotBeMirroredIsListed) {
  rde::Nndn otherwise = Variant("dname.example", "o.example");
  otherwise.mirroring_ns = false;
  ASSERT_NO_FATAL_FAILURE(
      Write({Domain("o.example", {"ns.other.org"}),
             Domain("held.example", {"ns.other.org"}, {"serverHold"}), otherwise,
             Variant("a.example", "missing.example"), Variant("b.example", ""),
             Variant("c.example", "dname.example"), Variant("held.example", "o.example"),
             Variant("bad name.example", "o.example"), Variant("v.org", "o.example"),
             Variant("x.o.example", "o.example")}));
  EXPECT_THAT(Below(), ElementsAre("o.example. 3600 IN NS ns.other.org."));
  EXPECT_EQ(Remarks(ZoneRemarkKind::kMirroredOtherwise), 1u);
  EXPECT_EQ(Remarks(ZoneRemarkKind::kNoOriginal), 3u);
  EXPECT_EQ(Remarks(ZoneRemarkKind::kAlsoDomain), 1u);
  EXPECT_EQ(Remarks(ZoneRemarkKind::kInvalidName), 1u);
  EXPECT_EQ(Remarks(ZoneRemarkKind::kOutsideTld), 1u);
  EXPECT_EQ(Remarks(ZoneRemarkKind::kBelowDomain), 1u);
  EXPECT_FALSE(report_.whole());
}

// What was mirrored by a DNAME is not in the deposit, so its absence is no loss of the rebuild.
TEST_F(VariantsTest, MirroringOtherThanByServersLeavesTheZoneWhole) {
  rde::Nndn otherwise = Variant("dname.example", "o.example");
  otherwise.mirroring_ns = false;
  ASSERT_NO_FATAL_FAILURE(Write({Domain("o.example", {"ns.other.org"}), otherwise}));
  EXPECT_EQ(Remarks(ZoneRemarkKind::kMirroredOtherwise), 1u);
  EXPECT_TRUE(report_.whole());
}

// RFC 9022 section 6.
TEST_F(VariantsTest, AVariantThatIsADomainWithoutServersIsMirrored) {
  const auto variant = [](absl::string_view name, std::vector<std::string> servers,
                          std::vector<std::string> statuses) {
    rde::Domain domain = Domain(name, std::move(servers), std::move(statuses));
    domain.original_name = "o.example";
    return domain;
  };
  rde::Domain signed_variant = variant("signed.example", {}, {"ok"});
  signed_variant.sec_dns = rde::SecDns{.max_sig_life = {}, .ds = {Ds()}, .keys = {}};
  ASSERT_NO_FATAL_FAILURE(Write({Domain("o.example", {"ns.other.org"}), signed_variant,
                                 variant("own.example", {"ns.own.org"}, {"ok"}),
                                 variant("held.example", {}, {"clientHold"}),
                                 variant("inactive.example", {}, {"inactive"})}));
  EXPECT_THAT(
      Below(),
      ElementsAre("o.example. 3600 IN NS ns.other.org.", "own.example. 3600 IN NS ns.own.org.",
                  "signed.example. 3600 IN NS ns.other.org.",
                  "signed.example. 3600 IN DS 1234 8 2 7791f1d51c2676071ef6e4edc935a6d3d7d"
                  "4e3c238c7839964ee53f0f2f85a79"));
  EXPECT_EQ(report_.mirrored, 1u);
  EXPECT_EQ(report_.held, 1u);
  EXPECT_EQ(report_.inactive, 1u);
}

TEST_F(VariantsTest, ADomainBelowAMirroredNameIsHidden) {
  ASSERT_NO_FATAL_FAILURE(
      Write({Domain("o.example", {"ns.other.org"}), Variant("v.example", "o.example"),
             Domain("deep.v.example", {"ns.other.org"}), Domain("deep.w.example", {"ns.other.org"}),
             Variant("w.example", "o.example", "withheld")}));
  EXPECT_THAT(Below(), ElementsAre("deep.w.example. 3600 IN NS ns.other.org.",
                                   "o.example. 3600 IN NS ns.other.org.",
                                   "v.example. 3600 IN NS ns.other.org."));
  EXPECT_EQ(Remarks(ZoneRemarkKind::kBelowDomain), 1u);
}

// A deposit that leads in a circle ends all the same.
TEST_F(VariantsTest, VariantsThatMirrorEachOtherOrWhatIsBelowThemGiveAnEnd) {
  rde::Domain first = Domain("first.example", {});
  first.original_name = "second.example";
  rde::Domain second = Domain("second.example", {});
  second.original_name = "first.example";
  ASSERT_NO_FATAL_FAILURE(
      Write({first, second, Variant("v.example", "v.example"), Variant("p.example", "x.p.example"),
             Domain("x.p.example", {"ns.other.org"})}));
  // p has its servers from nobody, so what is below it is not hidden.
  EXPECT_THAT(Below(), ElementsAre("x.p.example. 3600 IN NS ns.other.org."));
  EXPECT_EQ(report_.original_unpublished, 1u);
  EXPECT_EQ(Remarks(ZoneRemarkKind::kMirrorOfMirror), 2u);
  EXPECT_EQ(Remarks(ZoneRemarkKind::kNoOriginal), 1u);
  EXPECT_FALSE(report_.whole());
}

TEST_F(VariantsTest, AMirrorOfAMirrorIsListedAndCountedApart) {
  rde::Domain first = Domain("first.example", {});
  first.original_name = "o.example";
  rde::Domain self = Domain("self.example", {});
  self.original_name = "self.example";
  ASSERT_NO_FATAL_FAILURE(Write({Domain("o.example", {"ns.other.org"}), first, self,
                                 Variant("second.example", "first.example")}));
  EXPECT_THAT(Below(), ElementsAre("first.example. 3600 IN NS ns.other.org.",
                                   "o.example. 3600 IN NS ns.other.org."));
  EXPECT_EQ(Remarks(ZoneRemarkKind::kMirrorOfMirror), 2u);
  EXPECT_EQ(report_.original_unpublished, 0u);
  EXPECT_FALSE(report_.whole());
}

TEST_F(VariantsTest, AVariantOfWhatAMirroredNameHidesIsNotPublishedEither) {
  ASSERT_NO_FATAL_FAILURE(Write(
      {Domain("o.example", {"ns.other.org"}), Variant("m.example", "o.example"),
       Domain("hidden.m.example", {"ns.other.org"}), Variant("v.example", "hidden.m.example")}));
  EXPECT_THAT(Below(), ElementsAre("o.example. 3600 IN NS ns.other.org.",
                                   "m.example. 3600 IN NS ns.other.org."));
  EXPECT_EQ(Remarks(ZoneRemarkKind::kBelowDomain), 1u);
  EXPECT_EQ(report_.original_unpublished, 1u);
}

TEST_F(VariantsTest, OrderOfRecordsDoesNotMatter) {
  const std::vector<rde::Record> records = {
      Domain("b.example", {"ns2.a.example"}), Variant("y.example", "b.example"),
      Variant("x.example", "b.example"), Host("ns2.a.example", {"192.0.2.2"})};
  ASSERT_NO_FATAL_FAILURE(Write(records));
  const std::string first = text_;
  ASSERT_NO_FATAL_FAILURE(Write({records[3], records[2], records[1], records[0]}));
  EXPECT_EQ(text_, first);
  EXPECT_THAT(Remarks(ZoneRemarkKind::kNoOriginal), 0u);
}

}  // namespace
}  // namespace tidemark::failover
