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

namespace tidemark::failover {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::tidemark::base::StatusIs;

constexpr size_t kTestFileBytesMax = 64 << 20;

constexpr char kDeposit[] = R"(<?xml version="1.0" encoding="UTF-8"?>
<rde:deposit type="FULL" id="20261122001"
    xmlns:rde="urn:ietf:params:xml:ns:rde-1.0"
    xmlns:d="urn:ietf:params:xml:ns:rdeDomain-1.0"
    xmlns:h="urn:ietf:params:xml:ns:rdeHost-1.0"
    xmlns:hd="urn:ietf:params:xml:ns:rdeHeader-1.0"
    xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"
    xmlns:secDNS="urn:ietf:params:xml:ns:secDNS-1.1">
 <rde:watermark>2026-11-22T00:00:00Z</rde:watermark>
 <rde:rdeMenu>
  <rde:version>1.0</rde:version>
  <rde:objURI>urn:ietf:params:xml:ns:rdeDomain-1.0</rde:objURI>
  <rde:objURI>urn:ietf:params:xml:ns:rdeHost-1.0</rde:objURI>
 </rde:rdeMenu>
 <rde:contents>
  <hd:header>
   <hd:tld>example</hd:tld>
   <hd:count uri="urn:ietf:params:xml:ns:rdeDomain-1.0">2</hd:count>
   <hd:count uri="urn:ietf:params:xml:ns:rdeHost-1.0">1</hd:count>
  </hd:header>
  <h:host><h:name>ns1.a.example</h:name><h:roid>H1-EX</h:roid><h:status s="ok"/>
   <h:addr ip="v4">192.0.2.1</h:addr><h:clID>reg-a</h:clID>
   <h:crDate>2020-01-01T00:00:00Z</h:crDate></h:host>
  <d:domain><d:name>a.example</d:name><d:roid>D1-EX</d:roid><d:status s="ok"/>
   <d:ns><domain:hostObj>ns1.a.example</domain:hostObj></d:ns><d:clID>reg-a</d:clID>
   <d:crDate>2020-01-01T00:00:00Z</d:crDate><d:exDate>2030-01-01T00:00:00Z</d:exDate>
   <d:secDNS><secDNS:dsData><secDNS:keyTag>1234</secDNS:keyTag><secDNS:alg>8</secDNS:alg>
   <secDNS:digestType>2</secDNS:digestType>
   <secDNS:digest>7791F1D51C2676071EF6E4EDC935A6D3D7D4E3C238C7839964EE53F0F2F85A79</secDNS:digest>
   </secDNS:dsData></d:secDNS></d:domain>
  <d:domain><d:name>b.example</d:name><d:roid>D2-EX</d:roid><d:status s="clientHold"/>
   <d:ns><domain:hostObj>ns1.a.example</domain:hostObj></d:ns><d:clID>reg-a</d:clID>
   <d:crDate>2020-01-01T00:00:00Z</d:crDate><d:exDate>2030-01-01T00:00:00Z</d:exDate></d:domain>
 </rde:contents>
</rde:deposit>
)";

std::string Replaced(absl::string_view from, absl::string_view to) {
  const std::string text = absl::StrReplaceAll(kDeposit, {{from, to}});
  EXPECT_NE(text, kDeposit) << from;
  return text;
}

// A source whose end is not authentic.
class BrokenSource final : public base::ByteSource {
 public:
  explicit BrokenSource(absl::string_view data) : data_(data) {}
  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override { return data_.Read(buffer); }
  absl::Status Close() override { return absl::DataLossError("forged"); }

 private:
  base::StringSource data_;
};

class RebuildTest : public ::testing::Test {
 protected:
  RebuildTest() : out_(base::TestDir() + "/out") { options_.out_dir = out_; }

  absl::StatusOr<RebuildReport> Run(absl::string_view text) {
    base::StringSource source(text);
    return Run(source);
  }
  absl::StatusOr<RebuildReport> Run(base::ByteSource& source) {
    return Rebuild([&source](const OnRead& on_read,
                             rde::RecordSink& sink) { return ReadXml(source, on_read, sink); },
                   options_);
  }
  std::string Zone() {
    return base::ReadSmallFile(out_ + "/zone/example.zone", kTestFileBytesMax).value_or("(none)");
  }

  const std::string out_;
  RebuildOptions options_;
};

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

TEST_F(RebuildTest, AForeignDirectoryIsLeftAlone) {
  fs::create_directories(out_);
  ASSERT_OK(base::WriteFile(out_ + "/precious", "x", base::FileMode::kPublic));
  EXPECT_THAT(Run(kDeposit), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_OK(base::ReadSmallFile(out_ + "/precious"));
  EXPECT_FALSE(fs::exists(out_ + "/zone"));
}

TEST_F(RebuildTest, AnEmptyDirectoryAndAFormerRebuildAreFilled) {
  fs::create_directories(out_);
  ASSERT_OK(Run(kDeposit));
  const std::string first = Zone();
  ASSERT_OK(Run(Replaced("clientHold", "ok")));
  EXPECT_NE(Zone(), first);
  EXPECT_FALSE(fs::exists(out_ + "/.partial"));
  EXPECT_OK(FinishedRebuild::Open(out_));
}

TEST_F(RebuildTest, AFailureLeavesTheFormerRebuildAsItWas) {
  ASSERT_OK(Run(kDeposit));
  const std::string first = Zone();
  BrokenSource source(kDeposit);
  EXPECT_FALSE(Run(source).ok());
  EXPECT_EQ(Zone(), first);
  EXPECT_OK(FinishedRebuild::Open(out_));
}

// What kill -9 leaves while it builds: our marker, and parts.
TEST_F(RebuildTest, AKilledRebuildLeavesTheFormerOne) {
  ASSERT_OK(Run(kDeposit));
  fs::create_directories(out_ + "/.partial/registry");
  EXPECT_OK(FinishedRebuild::Open(out_));
  ASSERT_OK(Run(kDeposit));
  EXPECT_FALSE(fs::exists(out_ + "/.partial"));
  EXPECT_OK(FinishedRebuild::Open(out_));
}

// What kill -9 leaves at every step of moving the new parts into place.
TEST_F(RebuildTest, AMoveThatWasCutOffIsFinishedByWhoeverComesNext) {
  const std::string partial = out_ + "/.partial";
  for (int steps = 0; steps <= 5; ++steps) {
    for (const bool next_rebuilds : {false, true}) {
      SCOPED_TRACE(absl::StrCat(steps, next_rebuilds ? ", rebuilt" : ", served"));
      fs::remove_all(out_);
      ASSERT_OK(Run(Replaced("clientHold", "ok")));
      const std::string newer = Zone();
      const std::string made = base::TestDir();
      fs::copy(out_, made, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
      ASSERT_OK(Run(kDeposit));
      fs::create_directories(partial);
      for (const char* part : {"/zone", "/registry", "/report.json"}) {
        fs::rename(made + part, partial + part);
      }
      if (steps > 0) fs::remove(out_ + "/report.json");
      if (steps > 1) fs::rename(out_ + "/zone", partial + "/old-zone");
      if (steps > 2) fs::rename(partial + "/zone", out_ + "/zone");
      if (steps > 3) fs::rename(out_ + "/registry", partial + "/old-registry");
      if (steps > 4) fs::rename(partial + "/registry", out_ + "/registry");
      if (next_rebuilds) {
        BrokenSource source(kDeposit);
        EXPECT_FALSE(Run(source).ok());
      }
      EXPECT_OK(FinishedRebuild::Open(out_));
      EXPECT_EQ(Zone(), newer);
      EXPECT_OK(RegistryStore::Open(out_ + "/registry"));
      EXPECT_FALSE(fs::exists(partial));
    }
  }
}

TEST_F(RebuildTest, ASecondRebuildLeavesTheWorkOfTheFirstAlone) {
  ASSERT_OK(Run(kDeposit));
  bool refused = false;
  options_.on_progress = [&](uint64_t) {
    if (std::exchange(refused, true)) return;
    RebuildOptions second;
    second.out_dir = out_;
    base::StringSource source(kDeposit);
    EXPECT_THAT(Rebuild([&source](const OnRead& on_read,
                                  rde::RecordSink& sink) { return ReadXml(source, on_read, sink); },
                        second),
                StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("in use")));
  };
  EXPECT_OK(Run(kDeposit));
  EXPECT_TRUE(refused);
}

TEST_F(RebuildTest, WhatIsBeingServedIsNotReplaced) {
  ASSERT_OK(Run(kDeposit));
  ASSERT_OK_AND_ASSIGN(const auto served, FinishedRebuild::Open(out_));
  EXPECT_THAT(Run(kDeposit), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("in use")));
}

TEST_F(RebuildTest, AnUnfinishedOrAlteredRebuildIsNotServed) {
  EXPECT_THAT(FinishedRebuild::Open(out_), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK(Run(kDeposit));
  ASSERT_OK(base::WriteFile(out_ + "/zone/example.zone", Zone() + "x", base::FileMode::kPrivate));
  EXPECT_THAT(FinishedRebuild::Open(out_), StatusIs(absl::StatusCode::kDataLoss));
  fs::remove(out_ + "/report.json");
  EXPECT_THAT(FinishedRebuild::Open(out_), StatusIs(absl::StatusCode::kFailedPrecondition));
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
