// What no name server would put together so, record by record.
#include "failover/probe/zone_judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ldns/ldns.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "base/scratch.h"
#include "base/testing.h"

namespace tidemark::failover::probe {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kDs[] = "7791f1d51c2676071ef6e4edc935a6d3d7d4e3c238c7839964ee53f0f2f85a79";

struct RecordFree {
  void operator()(ldns_rr* record) const { ldns_rr_free(record); }
};

std::string Signature(const std::string& owner, const std::string& type) {
  return absl::StrCat(owner, ". 3600 IN RRSIG ", type,
                      " 13 1 3600 20270201000000 20270101000000 1 example. AAAA");
}

std::vector<std::string> GoodZone() {
  std::vector<std::string> zone = {
      "example. 3600 IN SOA ns1.nic.example. h.nic.example. 7 1800 900 604800 3600",
      "example. 3600 IN NS ns1.nic.example.",
      "example. 3600 IN DNSKEY 257 3 13 AAAA",
      "example. 3600 IN NSEC3PARAM 1 0 0 -",
      "ns1.nic.example. 3600 IN A 127.0.0.1",
      "a.example. 3600 IN NS ns1.a.example.",
      "a.example. 3600 IN NS ns.other.test.",
      absl::StrCat("a.example. 3600 IN DS 1234 8 2 ", kDs),
      "ns1.a.example. 3600 IN A 192.0.2.1",
      "3msev9usmd4br9s97v51r2tdvmr9iqo1.example. 3600 IN NSEC3 1 1 0 - "
      "3msev9usmd4br9s97v51r2tdvmr9iqo1 NS"};
  for (const char* type : {"SOA", "NS", "DNSKEY", "NSEC3PARAM"}) {
    zone.push_back(Signature("example", type));
  }
  zone.push_back(Signature("ns1.nic.example", "A"));
  zone.push_back(Signature("a.example", "DS"));
  zone.push_back(Signature("3msev9usmd4br9s97v51r2tdvmr9iqo1.example", "NSEC3"));
  return zone;
}

std::vector<std::string> Judge(const std::vector<std::string>& zone) {
  Testimony testimony;
  testimony.tld = "example";
  testimony.policy.own_servers = {{"ns1.nic.example", {"127.0.0.1"}}};
  testimony.zone.delegated = {testimony.zone.HashOf("a.example")};
  testimony.scratch = base::NewUnavailableScratchSpace(absl::InternalError("it all fits"));
  testimony.content.emplace(*testimony.scratch);
  for (const OwnerContent& content :
       {OwnerContent{.owner = "a.example",
       .servers = {"ns1.a.example", "ns.other.test"},
       .ds = {absl::StrCat("1234 8 2 ", kDs)}},
        OwnerContent{.owner = "ns1.a.example", .addresses = {"192.0.2.1"}},
        OwnerContent{.owner = "ns1.nic.example", .addresses = {"127.0.0.1"}}}) {
    EXPECT_OK(testimony.content->Add(content));
  }
  absl::Time now;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d", "2027-01-15", &now, nullptr));
  ZoneJudge judge(testimony, now);
  for (const std::string& line : zone) {
    ldns_rr* raw = nullptr;
    EXPECT_EQ(ldns_rr_new_frm_str(&raw, line.c_str(), 0, nullptr, nullptr), LDNS_STATUS_OK) << line;
    const std::unique_ptr<ldns_rr, RecordFree> record(raw);
    if (record != nullptr) judge.Take(*record);
  }
  std::vector<std::string> differences;
  const absl::StatusOr<WholeZoneResult> result = judge.Finish();
  EXPECT_OK(result);
  if (!result.ok()) return differences;
  for (const ProbeDifference& difference : result->differences) {
    differences.push_back(absl::StrCat(difference.name, ": ", difference.what));
  }
  return differences;
}

std::vector<std::string> Without(const std::string& part) {
  std::vector<std::string> zone = GoodZone();
  std::erase_if(zone, [&](const std::string& line) { return absl::StrContains(line, part); });
  EXPECT_EQ(zone.size() + 1, GoodZone().size()) << part;
  return zone;
}

std::vector<std::string> With(const std::string& line) {
  std::vector<std::string> zone = GoodZone();
  zone.push_back(line);
  return zone;
}

std::vector<std::string> Replaced(const std::string& from, const std::string& to) {
  std::vector<std::string> zone = GoodZone();
  for (std::string& line : zone) line = absl::StrReplaceAll(line, {{from, to}});
  EXPECT_NE(zone, GoodZone()) << from;
  return zone;
}

TEST(ZoneJudge, TheZoneThatIsWantedHasNoDifferenceInWhateverOrder) {
  std::vector<std::string> zone = GoodZone();
  EXPECT_THAT(Judge(zone), IsEmpty());
  std::reverse(zone.begin(), zone.end());
  EXPECT_THAT(Judge(zone), IsEmpty());
}

TEST(ZoneJudge, TtlsWithinOneSetHaveToBeEqual) {
  EXPECT_THAT(Judge(Replaced("a.example. 3600 IN NS ns.other", "a.example. 60 IN NS ns.other")),
              ElementsAre("a.example: TTL of NS: expected 3600, got [60, 3600]"));
  EXPECT_THAT(Judge(With("example. 60 IN DNSKEY 256 3 13 AAAA")),
              ElementsAre("example: TTL of DNSKEY: expected 3600, got [60, 3600]"));
}

TEST(ZoneJudge, ASignatureHasTheTtlOfWhatItSigns) {
  EXPECT_THAT(Judge(Replaced("RRSIG DS 13 1 3600", "RRSIG DS 13 1 7200")),
              ElementsAre("a.example: TTL of the signature of DS: expected 3600, got 3600, of the "
                          "set 7200"));
  EXPECT_THAT(Judge(Replaced("3600 IN RRSIG SOA", "60 IN RRSIG SOA")),
              ElementsAre("example: TTL of the signature of SOA: expected 3600, got 60, of the set "
                          "3600"));
}

TEST(ZoneJudge, WhatHasToBeSignedIsAndNothingElse) {
  EXPECT_THAT(Judge(Without("RRSIG DS")), ElementsAre("a.example: no signature of DS"));
  EXPECT_THAT(Judge(Without("RRSIG A ")), ElementsAre("ns1.nic.example: no signature of A"));
  EXPECT_THAT(Judge(Without("RRSIG DNSKEY")), ElementsAre("example: no signature of DNSKEY"));
  EXPECT_THAT(Judge(Without("RRSIG NSEC3 ")),
              ElementsAre("3msev9usmd4br9s97v51r2tdvmr9iqo1.example: no signature of NSEC3"));
  EXPECT_THAT(Judge(With(Signature("ns1.a.example", "A"))),
              ElementsAre("ns1.a.example: a signature of A does not belong here"));
  EXPECT_THAT(Judge(With(Signature("a.example", "NS"))),
              ElementsAre("a.example: a signature of NS does not belong here"));
  EXPECT_THAT(Judge(With(Signature("b.example", "DS"))),
              ElementsAre("b.example: a signature of DS does not belong here"));
}

TEST(ZoneJudge, AnApexWithoutItsKeysOrParametersIsFound) {
  std::vector<std::string> zone = Without("IN DNSKEY");
  EXPECT_THAT(Judge(zone), ElementsAre("example: no DNSKEY"));
  EXPECT_THAT(Judge(Without("IN NSEC3PARAM")), ElementsAre("example: no NSEC3PARAM"));
}

TEST(ZoneJudge, ASetWithoutEndIsADifferenceAndIsNotShown) {
  std::vector<std::string> zone = GoodZone();
  for (int i = 0; i < 6000; ++i)
    zone.push_back(absl::StrCat("a.example. 3600 IN NS n", i, ".test."));
  zone.push_back(absl::StrCat("a.example. 3600 IN DS 1 8 2 ", std::string(8000, 'a')));
  const std::vector<std::string> differences = Judge(zone);
  EXPECT_THAT(differences,
              ::testing::Contains("a.example: more records than an answer has room for"));
  for (const std::string& difference : differences) EXPECT_LT(difference.size(), 1000u);
}

}  // namespace
}  // namespace tidemark::failover::probe
