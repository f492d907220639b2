// The verb drill on a bad night: killed, told to stop, without what it needs. What it says and what
// is left.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "cli/drill_testing.h"

namespace tidemark::cli {
namespace {

namespace fs = std::filesystem;
using ::nlohmann::json;
using ::testing::AnyOf;
using ::testing::HasSubstr;

// Waits until the drill serves, which its process then shows.
std::string KnotdOf(const std::string& work, absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  while (absl::Now() < deadline) {
    for (const std::string& line : ProcessesNaming(work)) {
      if (absl::StrContains(line, "knotd")) return line;
    }
    absl::SleepFor(absl::Milliseconds(5));
  }
  return "";
}

class RunningDrill : public NightlyDrill {
 protected:
  absl::StatusOr<std::unique_ptr<base::Subprocess>> StartSchedule(const std::string& log_path) {
    return base::Subprocess::Start({.argv = {Runfile("cli/tidemark"), "drill", "--config",
                                             dir_ + "/drill.toml", "--all", "--schedule"},
                                    .out = base::ProcessOutput::ToFile(log_path),
                                    .err = base::ProcessOutput::ToFile(log_path)});
  }
  void StartDrill() {
    ASSERT_OK_AND_ASSIGN(
        drill_, base::Subprocess::Start({.argv = {Runfile("cli/tidemark"), "drill", "--config",
                                                  dir_ + "/drill.toml", "--all"},
                                         .out = base::ProcessOutput::ToFile(dir_ + "/drill.log"),
                                         .err = base::ProcessOutput::ToFile(dir_ + "/drill.log")}));
    ASSERT_NE(KnotdOf(work_, kTimeout), "")
        << base::ReadSmallFile(dir_ + "/drill.log").value_or("");
  }

  void ExpectNoProcesses() {
    const absl::Time deadline = absl::Now() + kTimeout;
    while (!ProcessesNaming(work_).empty() && absl::Now() < deadline) {
      absl::SleepFor(absl::Milliseconds(20));
    }
    EXPECT_THAT(ProcessesNaming(work_), ::testing::IsEmpty());
  }

  std::unique_ptr<base::Subprocess> drill_;
};

TEST_F(RunningDrill, NeverTwoAtOnceAndToldToStopItTearsDown) {
  ASSERT_NO_FATAL_FAILURE(StartDrill());
  // It stands still, so that it is sure to be there while the second one asks.
  ASSERT_OK(drill_->Kill(SIGSTOP));
  const base::RunResult second = Drill();
  EXPECT_EQ(second.exit_status, 2);
  EXPECT_THAT(second.err, HasSubstr("another drill runs"));
  ASSERT_OK(drill_->Kill(SIGCONT));
  ASSERT_OK(drill_->Kill(SIGTERM));
  EXPECT_OK(drill_->Wait(kTimeout));
  ExpectNoProcesses();
  ExpectNothingLeft();
}

TEST_F(RunningDrill, ToldToStopItStillTellsTheNoThatItHad) {
  ASSERT_NO_FATAL_FAILURE(Remember("gone", 400));
  WriteConfig("tlds = [\"gone\", \"example\", \"other\"]\n");
  ASSERT_NO_FATAL_FAILURE(StartDrill());
  ASSERT_OK(drill_->Kill(SIGTERM));
  EXPECT_THAT(drill_->Wait(kTimeout), base::IsOkAndHolds(1));
  const std::string log = base::ReadSmallFile(dir_ + "/drill.log").value_or("");
  EXPECT_THAT(log, HasSubstr("1 NO: gone, 1 could not run: example, 1 not reached, told to stop: "
                             "other"));
  ExpectNoProcesses();
  ExpectNothingLeft();
}

TEST_F(RunningDrill, AScheduleThatIsStoppedTellsTheNoOfItsLatestNight) {
  ASSERT_NO_FATAL_FAILURE(Remember("gone", 400));
  WriteConfig("tlds = [\"gone\"]\n");
  const std::string path = dir_ + "/schedule.log";
  ASSERT_OK_AND_ASSIGN(const auto schedule, StartSchedule(path));
  const auto log = [&path] { return base::ReadSmallFile(path).value_or(""); };
  const absl::Time deadline = absl::Now() + kTimeout;
  while (!absl::StrContains(log(), "drill-ends") && absl::Now() < deadline) {
    ASSERT_FALSE(schedule->Wait(absl::Milliseconds(50)).ok()) << log();
  }
  ASSERT_OK(schedule->Kill(SIGTERM));
  EXPECT_THAT(schedule->Wait(kTimeout), base::IsOkAndHolds(1)) << log();
  EXPECT_THAT(log(), HasSubstr("drill-schedule-stops"));
  EXPECT_THAT(log(), HasSubstr("1 NO: gone"));
}

// Somebody drills by hand when the night begins, and it passes: nothing is left to do.
TEST_F(RunningDrill, AScheduleWaitsForADrillByHandAndCountsIt) {
  const absl::Time long_ago = absl::Now() - absl::Hours(12);
  WriteConfig(
      absl::StrCat("at = \"", absl::FormatTime("%H:%M", long_ago, absl::UTCTimeZone()), "\"\n"));
  ASSERT_NO_FATAL_FAILURE(StartDrill());
  ASSERT_OK(drill_->Kill(SIGSTOP));
  const std::string path = dir_ + "/schedule.log";
  ASSERT_OK_AND_ASSIGN(const auto schedule, StartSchedule(path));
  const auto wait_for = [&](const char* word) {
    const absl::Time deadline = absl::Now() + kTimeout;
    while (!absl::StrContains(base::ReadSmallFile(path).value_or(""), word) &&
           absl::Now() < deadline) {
      absl::SleepFor(absl::Milliseconds(50));
    }
    EXPECT_THAT(base::ReadSmallFile(path).value_or(""), HasSubstr(word));
  };
  wait_for("drill-cannot-begin-yet");
  ASSERT_OK(drill_->Kill(SIGCONT));
  EXPECT_THAT(drill_->Wait(kTimeout), base::IsOkAndHolds(0));
  wait_for("drill-ends");
  EXPECT_THAT(base::ReadSmallFile(path).value_or(""),
              HasSubstr("drills of 1 TLDs: 0 pass, 1 had passed before"));
  EXPECT_EQ(Kept("example").size(), 1u);
  ASSERT_OK(schedule->Kill(SIGTERM));
  EXPECT_THAT(schedule->Wait(kTimeout), base::IsOkAndHolds(0));
  ExpectNothingLeft();
}

TEST_F(RunningDrill, AScheduleCatchesUpWaitsForTheNextNightAndStopsWhenTold) {
  ASSERT_OK_AND_ASSIGN(drill_, StartSchedule(dir_ + "/drill.log"));
  const absl::Time deadline = absl::Now() + kTimeout;
  const auto log = [this] { return base::ReadSmallFile(dir_ + "/drill.log").value_or(""); };
  while (!absl::StrContains(log(), "drill-ends") && absl::Now() < deadline) {
    ASSERT_FALSE(drill_->Wait(absl::Milliseconds(50)).ok()) << log();
  }
  EXPECT_EQ(Kept("example").size(), 1u) << log();
  ASSERT_OK(drill_->Kill(SIGTERM));
  EXPECT_THAT(drill_->Wait(kTimeout), base::IsOkAndHolds(0)) << log();
  ExpectNothingLeft();
}

TEST_F(RunningDrill, KilledItTakesItsChildrenAlongAndTheNextOneCleansUp) {
  ASSERT_NO_FATAL_FAILURE(StartDrill());
  ASSERT_OK(drill_->Kill(SIGKILL));
  EXPECT_OK(drill_->Wait(kTimeout));
  ExpectNoProcesses();
  EXPECT_FALSE(fs::is_empty(work_));
  EXPECT_EQ(Drill().exit_status, 0);
  ExpectNothingLeft();
}

TEST_F(RunningDrill, KnotdDyingIsANoOrUndecidedAndNeverAPass) {
  ASSERT_NO_FATAL_FAILURE(StartDrill());
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string line = base::ReadSmallFile(entry.path() / "cmdline").value_or("");
    if (absl::StrContains(line, "knotd") && absl::StrContains(line, work_)) {
      kill(static_cast<pid_t>(std::stol(entry.path().filename())), SIGKILL);
    }
  }
  ASSERT_OK_AND_ASSIGN(const int status, drill_->Wait(kTimeout));
  EXPECT_THAT(status, AnyOf(1, 2)) << base::ReadSmallFile(dir_ + "/drill.log").value_or("");
  EXPECT_NE(NewestReport()["verdict"], "pass");
  EXPECT_FALSE(NewestReport()["reasons"].empty());
  ExpectNoProcesses();
  ExpectNothingLeft();
}

TEST_F(NightlyDrill, WithoutKnotdItIsUndecidedAndSaysWhatToInstall) {
  const std::vector<std::string> hidden = {"/usr/bin/unshare", "--mount", "/bin/sh", "-c",
                                           "mount -t tmpfs none /usr/sbin && exec \"$0\" \"$@\""};
  const auto run = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), hidden.begin(), hidden.end());
    return base::RunAndCapture(arguments, kTimeout, kOutputBytesMax);
  };
  const auto allowed = run({"/bin/true"});
  if (!allowed.ok() || allowed->exit_status != 0) GTEST_SKIP() << "no mount allowed";
  ASSERT_OK_AND_ASSIGN(const base::RunResult result,
                       run({Runfile("cli/tidemark"), "drill", "--config", dir_ + "/drill.toml",
                            "--tld", "example"}));
  EXPECT_EQ(result.exit_status, 2) << result.out << result.err;
  const json report = NewestReport();
  EXPECT_EQ(report["verdict"], "undecided");
  EXPECT_THAT(report["reasons"].dump(), HasSubstr("knotd is not installed"));
  EXPECT_TRUE(report["rto"]["dns"]["seconds"].is_null());
  ExpectNothingLeft();
}

TEST_F(NightlyDrill, WithoutAVaultItIsUndecidedAndKept) {
  ASSERT_OK(server_->Stop());
  const base::RunResult result = Drill();
  EXPECT_EQ(result.exit_status, 2);
  EXPECT_EQ(NewestReport()["verdict"], "undecided");
  EXPECT_THAT(NewestReport()["reasons"][0].get<std::string>(), HasSubstr("find: "));
  // The first drill of a TLD, and not passed: reports are for all to read, logs are not.
  EXPECT_EQ(fs::status(dir_ + "/history/example").permissions(), fs::perms(0755));
  EXPECT_EQ(fs::status(dir_ + "/history/example/last-logs").permissions(), fs::perms(0700));
  ExpectNothingLeft();
}

// The frames' table: of two small deposits nothing else is as large.
std::string LargestTable(const std::string& data_dir) {
  std::string largest;
  uintmax_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(data_dir)) {
    if (entry.path().extension() != ".sst" || entry.file_size() <= bytes) continue;
    bytes = entry.file_size();
    largest = entry.path();
  }
  return largest;
}

// As a disk does it: nobody is told. The verdicts stand, and the vault lists it. Nothing comes back
// of a DIFF without its base.
TEST_F(NightlyDrill, ABaseThatCustodyHasLostIsANo) {
  ASSERT_NO_FATAL_FAILURE(DepositNight(1, "example", generator::DepositKind::kDiff));
  ASSERT_EQ(Drill().exit_status, 0);
  const std::string base = NewestReport()["deposit"]["bases"][0];
  // What came since its last start lies in a log; a start writes it into tables.
  ASSERT_OK(server_->Stop().status());
  ASSERT_NO_FATAL_FAILURE(StartServer());
  ASSERT_OK(server_->Stop().status());
  const std::string table = LargestTable(dir_ + "/agent/server/data");
  ASSERT_OK_AND_ASSIGN(const std::string whole, base::ReadSmallFile(table, kOutputBytesMax));
  std::string outcome;
  for (size_t place = 0; place < 16 && outcome != "lost"; ++place) {
    std::string damaged = whole;
    damaged[whole.size() / 16 * place] ^= 1;
    ASSERT_OK(base::WriteFile(table, damaged, base::FileMode::kPrivate));
    ASSERT_NO_FATAL_FAILURE(StartServer());
    const base::RunResult restored =
        Tidemark({"restore", base, "--out", dir_ + "/restored", "--config",
                  dir_ + "/agent/verifier/verifier.toml", "--format", "json"});
    outcome = json::parse(restored.out, nullptr, false).value("outcome", "");
    if (outcome != "lost") {
      ASSERT_OK(server_->Stop().status());
    }
  }
  ASSERT_EQ(outcome, "lost");
  const base::RunResult result = Drill({"--all"});
  EXPECT_EQ(result.exit_status, 1) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("1 NO: example"));
  EXPECT_EQ(NewestReport()["verdict"], "fail");
  EXPECT_THAT(NewestReport()["reasons"][0].get<std::string>(),
              HasSubstr(absl::StrCat("observe: custody does not give ", base, " back any more")));
  ExpectNothingLeft();
}

// A history that has no room: what was found out is told, and a no stays one.
TEST_F(NightlyDrill, ANoIsOneThoughItsReportCannotBeKept) {
  const std::string history = dir_ + "/history";
  fs::create_directories(history);
  if (mount("none", history.c_str(), "tmpfs", 0, "size=64k") != 0) {
    GTEST_SKIP() << "no mount allowed";
  }
  const absl::Cleanup unmounter = [&history] { umount(history.c_str()); };
  for (int i = 0; base::WriteFile(absl::StrCat(history, "/fill", i), std::string(4096, 'x'),
                                  base::FileMode::kPublic)
                      .ok();
       ++i) {
  }
  const base::RunResult passed = Drill();
  EXPECT_EQ(passed.exit_status, 2) << passed.out << passed.err;
  EXPECT_THAT(passed.out, HasSubstr("250 domains: pass"));
  EXPECT_THAT(passed.err, HasSubstr("no report was kept: "));
  WriteConfig("tlds = [\"example\"]\n", kRelease, "1m");
  const base::RunResult failed = Drill();
  EXPECT_EQ(failed.exit_status, 1) << failed.out << failed.err;
  EXPECT_THAT(failed.out, HasSubstr("old; the threshold is 1m"));
  EXPECT_THAT(failed.err, HasSubstr("no report was kept: "));
  const base::RunResult all = Drill({"--all"});
  EXPECT_EQ(all.exit_status, 1) << all.out << all.err;
  EXPECT_THAT(all.out, HasSubstr("1 NO: example"));
  EXPECT_THAT(Kept("example"), ::testing::IsEmpty());
}

TEST_F(NightlyDrill, AFullDiskIsSaidAndNothingIsLeft) {
  if (mount("none", work_.c_str(), "tmpfs", 0, "size=300k") != 0) {
    GTEST_SKIP() << "no mount allowed";
  }
  const absl::Cleanup unmounter = [this] { umount(work_.c_str()); };
  const base::RunResult result = Drill();
  EXPECT_EQ(result.exit_status, 2) << result.out << result.err;
  EXPECT_EQ(NewestReport()["verdict"], "undecided");
  EXPECT_THAT(NewestReport()["reasons"].dump(), AnyOf(HasSubstr("No space"), HasSubstr("space")));
  ExpectNothingLeft();
}

}  // namespace
}  // namespace tidemark::cli
