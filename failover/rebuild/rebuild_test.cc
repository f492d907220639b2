// What comes back of a deposit, whole or not, and in its zone.

#include "failover/rebuild/rebuild.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/testing.h"
#include "failover/rebuild/rebuild_testing.h"

namespace tidemark::failover {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::tidemark::base::StatusIs;

const std::string kDeposit = SmallDeposit();

std::string Replaced(absl::string_view from, absl::string_view to) {
  const std::string text = absl::StrReplaceAll(kDeposit, {{from, to}});
  EXPECT_NE(text, kDeposit) << from;
  return text;
}

// A report of a bad deposit can be read.
TEST(ReportText, RemarksAboutTheZoneAreSomeOfEachCode) {
  RebuildReport report;
  for (int i = 0; i < 150; ++i) {
    report.zone.Remark(ZoneRemarkKind::kNoAddress, "host", absl::StrCat("n", i), "why");
  }
  report.zone.Remark(ZoneRemarkKind::kInvalidName, "domain", "bad", "why");
  const std::string text = ToText(report);
  EXPECT_THAT(text, HasSubstr("zone: no-address: host n9: why\n"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("host n10")));
  EXPECT_THAT(text, HasSubstr("zone: no-address: and 140 more\n"));
  EXPECT_THAT(text, HasSubstr("zone: invalid-name: domain bad: why\n"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("invalid-name: and")));
}

TEST_F(RebuildTest, AGoodDepositComesBackWhole) {
  ASSERT_OK_AND_ASSIGN(const RebuildReport report, Run(kDeposit));
  EXPECT_TRUE(report.complete()) << ToText(report);
  EXPECT_EQ(report.tld, "example");
  EXPECT_EQ(CountOf(report.restored, ObjectType::kDomain), 2u);
  EXPECT_EQ(report.zone.delegations, 1u);
  EXPECT_EQ(report.zone.held, 1u);
  EXPECT_THAT(Zone(), HasSubstr("a.example. 3600 IN NS ns1.a.example.\n"));
  EXPECT_THAT(Zone(), HasSubstr("ns1.a.example. 3600 IN A 192.0.2.1\n"));
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<RegistryStore> store,
                       RegistryStore::Open(out_ + "/registry"));
  EXPECT_OK(store->FindDomain("b.example"));
  ASSERT_OK_AND_ASSIGN(const std::string json, base::ReadSmallFile(out_ + "/report.json"));
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  EXPECT_EQ(parsed["complete"], true);
  EXPECT_EQ(parsed["deposit"]["id"], "20261122001");
  EXPECT_EQ(parsed["zone"]["sha256"], report.zone.sha256_hex);
  ASSERT_OK_AND_ASSIGN(const auto finished, FinishedRebuild::Open(out_));
  EXPECT_EQ(finished->tld(), "example");
}

TEST_F(RebuildTest, TruncatedAnywhereItSaysSoAndKeepsWhatItRead) {
  const std::string text = kDeposit;
  for (size_t tenth = 0; tenth < 10; ++tenth) {
    const absl::StatusOr<RebuildReport> report = Run(text.substr(0, text.size() * tenth / 10));
    if (!report.ok()) {
      EXPECT_THAT(report, StatusIs(absl::StatusCode::kInvalidArgument));
      continue;
    }
    EXPECT_FALSE(report->complete());
    EXPECT_FALSE(report->read_to_end);
    EXPECT_GT(report->flaw_count, 0u);
  }
}

TEST_F(RebuildTest, WhatIsNoDepositGivesNothing) {
  const std::string nested(10'000, '<');
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "<a>";
  for (const std::string& text :
       {std::string(), std::string("hello"), std::string("\0\0\0\0", 4), nested, deep,
        std::string("<!DOCTYPE a><a/>"), std::string("\xff\xfe<\0a\0/\0>\0", 10)}) {
    EXPECT_THAT(Run(text), StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_FALSE(fs::exists(out_));
  }
}

TEST_F(RebuildTest, ASourceThatIsNotAuthenticLeavesNothing) {
  BrokenSource source(kDeposit);
  EXPECT_THAT(Run(source), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_FALSE(fs::exists(out_));
}

TEST_F(RebuildTest, DiffAndIncrAreRefused) {
  for (const char* type : {"DIFF", "INCR"}) {
    EXPECT_THAT(Run(Replaced("type=\"FULL\"", absl::StrCat("type=\"", type, "\" prevId=\"p\""))),
                StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(type)));
    EXPECT_FALSE(fs::exists(out_));
  }
}

TEST_F(RebuildTest, DeletesInAFullAreIgnored) {
  ASSERT_OK_AND_ASSIGN(
      const RebuildReport report,
      Run(Replaced("<rde:contents>",
                   "<rde:deletes><d:delete><d:name>a.example</d:name></d:delete></rde:deletes>"
                   "<rde:contents>")));
  EXPECT_EQ(report.deletes_ignored, 1u);
  EXPECT_EQ(CountOf(report.restored, ObjectType::kDomain), 2u);
}

TEST_F(RebuildTest, AMissingObjectIsNoticedByTheHeader) {
  ASSERT_OK_AND_ASSIGN(const RebuildReport report,
                       Run(Replaced("rdeDomain-1.0\">2<", "rdeDomain-1.0\">3<")));
  EXPECT_FALSE(report.complete());
}

TEST_F(RebuildTest, AnObjectThatComesTwiceIsReportedAndTheLastKept) {
  ASSERT_OK_AND_ASSIGN(const RebuildReport report, Run(Replaced("b.example", "a.example")));
  EXPECT_FALSE(report.complete());
  EXPECT_EQ(CountOf(report.read, ObjectType::kDomain), 2u);
  EXPECT_EQ(CountOf(report.restored, ObjectType::kDomain), 1u);
  EXPECT_EQ(report.zone.delegations, 0u) << "the last one is held";
  ASSERT_EQ(report.not_restored.size(), 1u);
  EXPECT_EQ(report.not_restored[0].object, "domain a.example");
}

TEST_F(RebuildTest, FlawedDnssecDataIsNeverPublished) {
  ASSERT_OK_AND_ASSIGN(const RebuildReport report, Run(Replaced(">1234<", ">123456<")));
  EXPECT_FALSE(report.complete());
  EXPECT_EQ(report.zone.delegations, 1u);
  EXPECT_EQ(report.zone.ds_records, 0u);
}

TEST_F(RebuildTest, TheTldMustAgree) {
  options_.tld = "sample";
  EXPECT_THAT(Run(kDeposit),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("another TLD")));
  EXPECT_FALSE(fs::exists(out_));
}

// "owner TYPE data" of NS and DS below the apex, in lower case.
std::set<std::string> Delegations(const std::string& zone, const std::string& tld) {
  std::set<std::string> records;
  for (const absl::string_view line : absl::StrSplit(zone, '\n')) {
    const std::vector<std::string> words =
        absl::StrSplit(absl::AsciiStrToLower(line), ' ', absl::SkipEmpty());
    if (words.size() < 5 || words[0] == ";" || words[0] == tld + ".") continue;
    if (words[3] != "ns" && words[3] != "ds") continue;
    std::string record = absl::StrCat(words[0], " ", words[3]);
    for (size_t i = 4; i < words.size(); ++i) absl::StrAppend(&record, " ", words[i]);
    records.insert(std::move(record));
  }
  return records;
}

class OthersDeposit : public RebuildTest, public ::testing::WithParamInterface<std::string> {};

TEST_P(OthersDeposit, ZoneEqualsItsSourceButForPendingDelete) {
  const std::optional<std::string> shared = base::SharedDir();
  if (!shared.has_value()) GTEST_SKIP() << base::kNoSharedDir;
  const std::string tld = GetParam();
  const std::string folder = absl::StrCat(*shared, "/testdata/", tld, "/");
  const std::string path = absl::StrCat(folder, tld, "_2026-11-22_full_S1_R0.xml");
  if (!fs::exists(path)) GTEST_SKIP() << path << " is not there";
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<base::FileSource> source,
                       base::FileSource::Open(path));
  ASSERT_OK_AND_ASSIGN(const RebuildReport report, Run(*source));
  EXPECT_TRUE(report.complete()) << ToText(report);
  ASSERT_OK_AND_ASSIGN(const std::string expected_text,
                       base::ReadSmallFile(absl::StrCat(folder, tld, ".zone"), kTestFileBytesMax));
  ASSERT_OK_AND_ASSIGN(
      const std::string actual_text,
      base::ReadSmallFile(absl::StrCat(out_, "/zone/", tld, ".zone"), kTestFileBytesMax));
  ASSERT_OK_AND_ASSIGN(const auto store, RegistryStore::Open(out_ + "/registry"));
  std::set<std::string> expected;
  for (const std::string& record : Delegations(expected_text, tld)) {
    std::string owner = record.substr(0, record.find(". "));
    ASSERT_OK_AND_ASSIGN(const rde::Domain domain, store->FindDomain(owner));
    bool deleted = false;
    for (const rde::StatusValue& status : domain.statuses) deleted |= status.s == "pendingDelete";
    if (!deleted) expected.insert(record);
  }
  EXPECT_FALSE(expected.empty());
  EXPECT_EQ(Delegations(actual_text, tld), expected);
}

INSTANTIATE_TEST_SUITE_P(Testdata, OthersDeposit, ::testing::Values("example", "sample"));

}  // namespace
}  // namespace tidemark::failover
