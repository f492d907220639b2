// The zone beside the deposit: what is compared and what is left alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "verifier/check.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kZone[] = R"(@ 3600 IN SOA ns1.nic hostmaster.nic 1 1800 900 604800 3600
@ NS ns1.nic
ns1.nic A 192.0.2.53
one NS ns1.one
one NS ns.example.net.
ns1.one A 192.0.2.1
ns1.one AAAA 2001:db8::1
)";

Report Compare(absl::string_view zone, const std::vector<Edit>& edits = {}) {
  CheckOptions options = GoodOptions();
  options.zone = std::make_shared<base::StringSource>(zone);
  return CheckText(DepositText(edits), options);
}

std::string WhySkipped(const Report& report) {
  for (const Skip& skip : report.skipped) {
    if (skip.code == Code::kZoneNsDiffers) return skip.why;
  }
  return "";
}

TEST(Zone, ThatAgreesSaysNothing) {
  const Report report = Compare(kZone);
  EXPECT_THAT(CodesOf(report), IsEmpty());
  EXPECT_EQ(WhySkipped(report), "");
}

TEST(Zone, OrderOfRecordsAndCaseDoNotMatter) {
  EXPECT_THAT(CodesOf(Compare("$ORIGIN TEST.\nNS1.One AAAA 2001:db8::1\none NS NS.EXAMPLE.net.\n"
                              "ns1.one A 192.0.2.1\none NS ns1.ONE\n@ NS ns1.nic\n")),
              IsEmpty());
}

TEST(Zone, TheTldsOwnNamesAreLeftAlone) {
  EXPECT_THAT(CodesOf(Compare(absl::StrCat(
                  kZone, "www.nic A 192.0.2.80\n_dmarc TXT \"v\"\n@ DS 1 8 2 00\nother. NS x.\n"))),
              IsEmpty());
}

TEST(Zone, FindingsSayWhereAndWhat) {
  const Report report = Compare(absl::StrCat(kZone, "two NS ns.example.net.\none NS ns3\n"));
  ASSERT_EQ(report.findings.size(), 2u);
  EXPECT_EQ(report.findings[0].object, "domain two.test");
  EXPECT_EQ(report.findings[0].message, "delegated in line 8 of the zone, and not in the deposit");
  EXPECT_FALSE(report.findings[0].at.has_value());
  EXPECT_EQ(report.findings[1].object, "domain one.test");
  EXPECT_EQ(report.findings[1].message, "name servers: 1 in the zone alone (ns3.test)");
  EXPECT_TRUE(report.findings[1].at.has_value());
}

TEST(Zone, MirroredNamesMayBeDelegated) {
  const std::string zone = absl::StrCat(kZone, "reserved NS ns.example.net.\n");
  EXPECT_THAT(CodesOf(Compare(zone)), ElementsAre("TDM_ZONE_DELEGATION_UNKNOWN"));
  EXPECT_THAT(CodesOf(Compare(zone, {{">blocked<", ">mirrored<"}})), IsEmpty());
}

TEST(Zone, KeysOfTheDepositAreComparedByTagAndAlgorithm) {
  const Edit key{"<rdeDomain:exDate>2027-01-01T00:00:00Z</rdeDomain:exDate>",
                 "<rdeDomain:exDate>2027-01-01T00:00:00Z</rdeDomain:exDate>"
                 "<rdeDomain:secDNS xmlns:s=\"urn:ietf:params:xml:ns:secDNS-1.1\"><s:keyData>"
                 "<s:flags>257</s:flags><s:protocol>3</s:protocol><s:alg>13</s:alg><s:pubKey>"
                 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7"
                 "PD0+Pw==</s:pubKey></s:keyData></rdeDomain:secDNS>"};
  EXPECT_THAT(
      CodesOf(Compare(absl::StrCat(kZone, "one DS 59409 13 2 00\none DS 59409 13 4 00\n"), {key})),
      IsEmpty());
  EXPECT_THAT(CodesOf(Compare(absl::StrCat(kZone, "one DS 59408 13 2 00\n"), {key})),
              ElementsAre("TDM_ZONE_DS_DIFFERS"));
  EXPECT_THAT(CodesOf(Compare(kZone, {key})), ElementsAre("TDM_ZONE_DS_DIFFERS"));
}

TEST(Zone, GlueOfHostsThatNobodyNamesIsLeftAlone) {
  EXPECT_THAT(CodesOf(Compare(absl::StrCat(kZone, "ns9.one A 192.0.2.9\n"))), IsEmpty());
  EXPECT_THAT(CodesOf(Compare(absl::StrCat(kZone, "ns1.one A 192.0.2.9\n"))),
              ElementsAre("TDM_ZONE_GLUE_DIFFERS"));
}

TEST(Zone, ThatIsMalformedLeavesTheVerdictOpen) {
  const Report report = Compare("$INCLUDE other\n");
  EXPECT_THAT(CodesOf(report), IsEmpty());
  EXPECT_EQ(report.verdict, Verdict::kUndecided);
  EXPECT_THAT(WhySkipped(report), HasSubstr("line 1: a directive other than $ORIGIN and $TTL"));
  // What was found is true all the same.
  EXPECT_EQ(
      Compare("$INCLUDE other\n", {{"<rdeDomain:clID>reg-1", "<rdeDomain:clID>reg-2"}}).verdict,
      Verdict::kFail);
}

TEST(Zone, OfAnotherTldOrOfNoneLeavesTheVerdictOpen) {
  for (const char* zone : {"", "sample. NS ns1.sample.\none.sample. NS ns1.sample.\n"}) {
    const Report report = Compare(zone);
    EXPECT_THAT(CodesOf(report), IsEmpty()) << zone;
    EXPECT_EQ(report.verdict, Verdict::kUndecided) << zone;
    EXPECT_THAT(WhySkipped(report), HasSubstr("no NS records of test")) << zone;
  }
}

TEST(Zone, IsNotComparedWithADifferential) {
  CheckOptions options = GoodOptions();
  options.file_name = "test_2026-11-22_diff_S1_R0.xml";
  options.zone = std::make_shared<base::StringSource>(kZone);
  const Report report =
      CheckText(DepositText({{"type=\"FULL\"", "type=\"DIFF\" prevId=\"20261121001\""}}), options);
  EXPECT_EQ(WhySkipped(report), "the deposit is not the whole repository");
}

}  // namespace
}  // namespace tidemark::verifier
