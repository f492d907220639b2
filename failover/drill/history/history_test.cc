#include "failover/drill/history/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <filesystem>
#include <string>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/testing.h"

namespace tidemark::failover {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr size_t kFileBytesMax = 8 << 20;

class History : public ::testing::Test {
 protected:
  DrillHistory Of(size_t keep_reports = 400) const {
    return DrillHistory({.dir = dir_, .keep_reports = keep_reports, .keys = {key_.verify_key()}});
  }

  static DrillReport Report(int night) {
    DrillReport report;
    report.kind = DrillKind::kNightly;
    report.verdict = DrillVerdict::kPass;
    report.tld = "example";
    report.started_at = absl::FromUnixSeconds(1795305600 + night * 86400);
    report.rto = {.dns = 3, .dnssec = 3.5, .rdap = 4, .whois = 4.5};
    report.rpo_seconds = 9000;
    report.deposit_id = "example/20261122001/0";
    report.vault = DrilledVault{"0a0b", "c0ffee", "vault.example:7043"};
    report.sample = 100;
    return report;
  }

  static DrillDemands Demands() { return {.vault_id = "0a0b", .thresholds = {}, .sample = 100}; }

  std::string Keep(int night) const {
    const auto kept = Of().Keep(Report(night), key_);
    EXPECT_OK(kept);
    return kept.ok() ? kept->dir : "";
  }

  const std::string dir_ = base::TestDir();
  const crypto::SigningKey key_ = crypto::SigningKey::Generate();
};

TEST_F(History, WhatWasKeptIsBelieved) {
  const std::string kept = Keep(0);
  EXPECT_EQ(kept, dir_ + "/example/20261122T000000Z");
  for (const char* file : {"/report.json", "/report.html"}) {
    EXPECT_OK(ReadSignedReport(kept + file, {key_.verify_key()})) << file;
  }
  ASSERT_OK_AND_ASSIGN(const auto entries, Of().List("example"));
  ASSERT_THAT(entries, SizeIs(1));
  ASSERT_TRUE(entries[0].report.has_value()) << entries[0].why_not;
  EXPECT_EQ(entries[0].report->point.rto.dnssec, 3.5);
  EXPECT_EQ(entries[0].report->rpo_seconds, 9000);
  EXPECT_EQ(entries[0].report->deposit_id, "example/20261122001/0");
  ASSERT_OK_AND_ASSIGN(const SignedReport read,
                       ReadSignedReport(kept + "/report.html", {key_.verify_key()}));
  EXPECT_EQ(read.drill, "example/20261122T000000Z");
  EXPECT_EQ(read.began_at, Report(0).started_at);
  EXPECT_THAT(read.bytes, HasSubstr("example/20261122T000000Z"));
}

TEST_F(History, EveryFlippedByteIsFound) {
  const std::string path = Keep(0) + "/report.json";
  ASSERT_OK_AND_ASSIGN(const std::string good, base::ReadSmallFile(path, kFileBytesMax));
  for (size_t at = 0; at < good.size(); at += 97) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    ASSERT_OK(base::WriteFile(path, bad, base::FileMode::kPublic));
    EXPECT_THAT(ReadSignedReport(path, {key_.verify_key()}),
                base::StatusIs(absl::StatusCode::kDataLoss))
        << at;
  }
}

TEST_F(History, ASignatureIsOfOneKindAndOneKey) {
  const std::string kept = Keep(0);
  ASSERT_OK_AND_ASSIGN(const std::string json,
                       base::ReadSmallFile(kept + "/report.json", kFileBytesMax));
  ASSERT_OK(base::WriteFile(kept + "/report.html", json, base::FileMode::kPublic));
  fs::copy_file(kept + "/report.json.sig", kept + "/report.html.sig",
                fs::copy_options::overwrite_existing);
  EXPECT_THAT(ReadSignedReport(kept + "/report.html", {key_.verify_key()}),
              base::StatusIs(absl::StatusCode::kDataLoss, HasSubstr("does not verify")));
  EXPECT_THAT(
      ReadSignedReport(kept + "/report.json", {crypto::SigningKey::Generate().verify_key()}),
      base::StatusIs(absl::StatusCode::kDataLoss, HasSubstr("another key")));
  EXPECT_THAT(ReadSignedReport(kept + "/report.txt", {key_.verify_key()}),
              base::StatusIs(absl::StatusCode::kInvalidArgument));
  fs::remove(kept + "/report.json.sig");
  EXPECT_THAT(ReadSignedReport(kept + "/report.json", {key_.verify_key()}),
              base::StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(History, CorruptAndForeignReportsAreNamedAndNotUsed) {
  Keep(0);
  const std::string corrupt = Keep(1);
  const std::string moved = Keep(2);
  ASSERT_OK(base::WriteFile(corrupt + "/report.json", "{}", base::FileMode::kPublic));
  // Genuine, in another night's place.
  fs::rename(moved, dir_ + "/example/20270101T000000Z");
  const crypto::SigningKey other = crypto::SigningKey::Generate();
  ASSERT_OK(Of().Keep(Report(3), other));
  fs::create_directories(dir_ + "/example/20261130T000000Z");
  fs::create_directories(dir_ + "/example/last-logs");
  ASSERT_OK_AND_ASSIGN(const DrillTrend trend, Of().Trend("example"));
  EXPECT_THAT(trend.earlier, SizeIs(1));
  EXPECT_EQ(trend.refused_count, 4u);
  std::string all;
  for (const auto& [name, why] : trend.refused) absl::StrAppend(&all, name, ": ", why, "\n");
  EXPECT_THAT(all, HasSubstr("20261123T000000Z: the signature does not verify"));
  EXPECT_THAT(all, HasSubstr("20270101T000000Z: of another drill: example/20261124T000000Z"));
  EXPECT_THAT(all, HasSubstr("20261125T000000Z: signed by another key"));
}

TEST_F(History, AGenuineReportOfAnotherTldIsForeign) {
  const std::string kept = Keep(0);
  fs::create_directories(dir_ + "/other");
  fs::rename(kept, dir_ + "/other/20261122T000000Z");
  ASSERT_OK_AND_ASSIGN(const DrillTrend trend, Of().Trend("other"));
  EXPECT_THAT(trend.earlier, SizeIs(0));
  EXPECT_EQ(trend.refused_count, 1u);
}

// Under a name that this drill might have had.
TEST_F(History, ACopyBesideItsOriginalCountsForNothing) {
  const std::string kept = Keep(0);
  fs::copy(kept, kept + "-2", fs::copy_options::recursive);
  ASSERT_OK_AND_ASSIGN(const DrillTrend trend, Of().Trend("example"));
  EXPECT_THAT(trend.earlier, SizeIs(1));
  ASSERT_EQ(trend.refused_count, 1u);
  EXPECT_EQ(trend.refused[0].first, "20261122T000000Z-2");
  EXPECT_THAT(trend.refused[0].second, HasSubstr("of another drill: example/20261122T000000Z"));
}

TEST_F(History, APageThatWasAlteredOrExchangedIsNotBelieved) {
  const std::string first = Keep(0);
  const std::string second = Keep(1);
  const std::string third = Keep(2);
  Keep(3);
  ASSERT_OK_AND_ASSIGN(const std::string page,
                       base::ReadSmallFile(first + "/report.html", kFileBytesMax));
  ASSERT_OK(base::WriteFile(first + "/report.html",
                            absl::StrReplaceAll(page, {{">pass<", ">fail<"}}),
                            base::FileMode::kPublic));
  for (const char* file : {"/report.html", "/report.html.sig"}) {
    fs::copy_file(third + file, second + file, fs::copy_options::overwrite_existing);
    fs::remove(third + file);
  }
  ASSERT_OK_AND_ASSIGN(const DrillTrend trend, Of().Trend("example"));
  EXPECT_THAT(trend.earlier, SizeIs(1));
  ASSERT_EQ(trend.refused_count, 3u);
  EXPECT_THAT(trend.refused[0].second, HasSubstr("its page: the signature does not verify"));
  EXPECT_THAT(trend.refused[1].second, HasSubstr("its page: of another drill"));
  EXPECT_THAT(trend.refused[2].second, HasSubstr("its page: "));
}

TEST_F(History, OnlySoManyAreKeptAndNothingElseIsTouched) {
  fs::create_directories(dir_ + "/example/notes");
  for (int night = 0; night < 5; ++night) {
    ASSERT_OK(Of(/*keep_reports=*/3).Keep(Report(night), key_));
  }
  ASSERT_OK_AND_ASSIGN(const auto entries, Of().List("example"));
  ASSERT_THAT(entries, SizeIs(3));
  EXPECT_EQ(entries[0].name, "20261124T000000Z");
  EXPECT_TRUE(fs::exists(dir_ + "/example/notes"));
}

// By a clock that was wrong.
TEST_F(History, WhatWasJustKeptStaysThoughAnotherIsDatedAhead) {
  ASSERT_OK(Of(/*keep_reports=*/1).Keep(Report(3000), key_));
  ASSERT_OK_AND_ASSIGN(const KeptDrill kept, Of(/*keep_reports=*/1).Keep(Report(0), key_));
  EXPECT_OK(kept.tidied);
  EXPECT_TRUE(fs::exists(kept.dir + "/report.json"));
  EXPECT_THAT(Of().List("example"), base::IsOkAndHolds(SizeIs(1)));
}

// Somebody mounted a disk there.
TEST_F(History, WhatCannotBeRemovedKeepsNothingElseFromBeing) {
  const std::string stuck = Keep(0);
  Keep(1);
  if (mount("none", stuck.c_str(), "tmpfs", 0, "size=64k") != 0) {
    GTEST_SKIP() << "no mount allowed";
  }
  const absl::Cleanup unmounter = [&stuck] { umount(stuck.c_str()); };
  ASSERT_OK_AND_ASSIGN(const KeptDrill kept, Of(/*keep_reports=*/1).Keep(Report(2), key_));
  EXPECT_TRUE(fs::exists(kept.dir + "/report.json"));
  EXPECT_THAT(std::string(kept.tidied.message()), HasSubstr("20261122T000000Z"));
  ASSERT_OK_AND_ASSIGN(const auto entries, Of().List("example"));
  ASSERT_THAT(entries, SizeIs(2)) << "the other old one is gone";
  EXPECT_FALSE(entries[0].report.has_value());
}

TEST_F(History, TwoOfOneSecondAreBothKept) {
  EXPECT_EQ(Keep(0), dir_ + "/example/20261122T000000Z");
  EXPECT_EQ(Keep(0), dir_ + "/example/20261122T000000Z-2");
  ASSERT_OK_AND_ASSIGN(const DrillTrend trend, Of().Trend("example"));
  EXPECT_THAT(trend.earlier, SizeIs(2));
}

TEST_F(History, WhatPassedIsKnownByTldAndTime) {
  Keep(3);
  DrillReport failed = Report(4);
  failed.verdict = DrillVerdict::kFail;
  ASSERT_OK(Of().Keep(failed, key_));
  const auto passed = [this](const char* tld, int since, int until) {
    return Of()
        .HasPassed(tld, Report(since).started_at, Report(until).started_at, Demands())
        .value_or(true);
  };
  EXPECT_TRUE(passed("example", 3, 5));
  EXPECT_TRUE(passed("example", 2, 3));
  EXPECT_FALSE(passed("example", 4, 5)) << "it failed";
  EXPECT_FALSE(passed("example", 1, 2)) << "it lies ahead";
  EXPECT_FALSE(passed("other", 3, 5));
  ASSERT_OK(base::WriteFile(dir_ + "/example/20261125T000000Z/report.json", "{}",
                            base::FileMode::kPublic));
  EXPECT_FALSE(passed("example", 3, 5)) << "it is not believed";
}

// By hand, with another file.
TEST_F(History, APassCountsOnlyIfItPassesByWhatIsDemanded) {
  const auto passes = [this](const DrillReport& report, const DrillDemands& demands) {
    const std::string parent = dir_ + "/" + report.tld;
    EXPECT_OK(base::RemoveTree(parent));
    EXPECT_OK(Of().Keep(report, key_));
    return Of()
        .HasPassed(report.tld, report.started_at, report.started_at, demands)
        .value_or(true);
  };
  EXPECT_TRUE(passes(Report(0), Demands()));
  DrillDemands demands = Demands();
  demands.vault_id = "0a0c";
  EXPECT_FALSE(passes(Report(0), demands)) << "another vault";
  demands = Demands();
  demands.thresholds.rpo = absl::Seconds(9000);
  EXPECT_TRUE(passes(Report(0), demands));
  demands.thresholds.rpo = absl::Seconds(8999);
  EXPECT_FALSE(passes(Report(0), demands)) << "its data are older than this file allows";
  demands = Demands();
  demands.thresholds.rdds = absl::Seconds(4);
  EXPECT_FALSE(passes(Report(0), demands)) << "WHOIS took longer than this file allows";
  demands = Demands();
  demands.sample = 101;
  EXPECT_FALSE(passes(Report(0), demands)) << "a smaller sample";
  demands.sample = 0;
  EXPECT_FALSE(passes(Report(0), demands)) << "a sample is not all";
  demands.sample = 99;
  EXPECT_TRUE(passes(Report(0), demands));
  DrillReport report = Report(0);
  report.sample = 0;
  EXPECT_TRUE(passes(report, Demands())) << "all is more than a sample";
  demands = Demands();
  demands.by_release = true;
  report.opened_by = "an opening key: no custodian was asked";
  EXPECT_FALSE(passes(report, demands)) << "custodians are to be asked";
  report.opened_by = "a release by 2 custodians";
  EXPECT_TRUE(passes(report, demands));

  // Such as an older version wrote it.
  report = Report(0);
  report.vault.reset();
  EXPECT_FALSE(passes(report, Demands()));
  demands = Demands();
  demands.vault_id = "";
  EXPECT_FALSE(passes(report, demands)) << "no vault is none in common";
  report = Report(0);
  report.rpo_seconds.reset();
  EXPECT_FALSE(passes(report, Demands()));
}

TEST_F(History, WhatWasFoundLastIsKnownHoweverFewAreKept) {
  const DrillHistory history = Of(/*keep_reports=*/1);
  EXPECT_THAT(history.KnownTlds(absl::InfiniteFuture()), base::IsOkAndHolds(ElementsAre()));
  DrillReport never = Report(0);
  never.tld = "never";
  ASSERT_OK(history.Keep(never, key_));
  DrillReport found = Report(1);
  found.last_found = FoundDeposit{"example/20261122001/0", found.started_at};
  ASSERT_OK(history.Keep(found, key_));
  for (int night = 2; night < 4; ++night) {
    DrillReport report = Report(night);
    ASSERT_OK_AND_ASSIGN(report.last_found, history.LastFound("example", report.started_at));
    ASSERT_TRUE(report.last_found.has_value());
    EXPECT_EQ(report.last_found->drilled_at, Report(1).started_at);
    ASSERT_OK(history.Keep(report, key_));
  }
  EXPECT_THAT(history.KnownTlds(absl::InfiniteFuture()),
              base::IsOkAndHolds(ElementsAre("example")));
}

TEST_F(History, WhatWasFoundLastIsNotWhatAWrongClockDatedAhead) {
  const auto keep = [this](int night) {
    DrillReport report = Report(night);
    report.last_found = FoundDeposit{absl::StrCat("example/", night, "/0"), report.started_at};
    ASSERT_OK(Of().Keep(report, key_));
  };
  const auto last = [this]() -> std::string {
    const auto found = Of().LastFound("example", Report(5).started_at);
    return found.ok() && found->has_value() ? (*found)->id : "";
  };
  keep(3000);
  EXPECT_EQ(last(), "example/3000/0") << "there is no other";
  keep(3);
  keep(4);
  EXPECT_EQ(last(), "example/4/0");
}

TEST_F(History, OnlyOneHoldsTheLockAndItsChildWithIt) {
  ASSERT_OK_AND_ASSIGN(const DrillLock lock, DrillLock::Take(dir_));
  EXPECT_THAT(DrillLock::Take(dir_),
              base::StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("another drill")));
  // What a child can do with the lock as its standard input, and without.
  for (const auto& [in, status] : {std::make_pair(std::optional<int>(lock.fd()), 0),
                                   std::make_pair(std::optional<int>(), 1)}) {
    const std::string command =
        in.has_value() ? "flock -n 0" : absl::StrCat("flock -n ", dir_, "/drill.lock true");
    ASSERT_OK_AND_ASSIGN(const auto child,
                         base::Subprocess::Start({.argv = {"sh", "-c", command}, .in = in}));
    EXPECT_THAT(child->Wait(absl::Seconds(60)), base::IsOkAndHolds(status));
  }
}

}  // namespace
}  // namespace tidemark::failover
