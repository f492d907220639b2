#include "failover/drill/drill.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <ctime>
#include <string>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/testing.h"

namespace {

std::atomic<int64_t> wall_clock_back_seconds = 0;

}  // namespace

// In place of the C library's, so that a test can set the wall clock, and nobody else's.
extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  const auto result = static_cast<int>(syscall(SYS_clock_gettime, clock, time));
  if (clock == CLOCK_REALTIME) time->tv_sec -= wall_clock_back_seconds;
  return result;
}

namespace tidemark::failover {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::Duration kHalfPastTwo = absl::Hours(2) + absl::Minutes(30);

absl::Time Utc(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M", text, &time, &error)) << error;
  return time;
}

TEST(Demo, AMissingProgramIsUndecidedAndNamed) {
  DemoOptions options;
  options.programs_dir = base::TestDir();
  options.logs_dir = base::TestDir();
  const DrillReport report = PlayDemo(options);
  EXPECT_EQ(report.verdict, DrillVerdict::kUndecided);
  ASSERT_EQ(report.reasons.size(), 1u);
  EXPECT_THAT(report.reasons[0], HasSubstr("tidemark is missing"));
  EXPECT_EQ(report.stages_not_run.size(), 10u);
}

TEST(Schedule, ANightBeginsAtItsTimeOfDay) {
  EXPECT_EQ(NightOf(Utc("2026-11-22 01:00"), kHalfPastTwo), Utc("2026-11-21 02:30"));
  EXPECT_EQ(NightOf(Utc("2026-11-22 02:30"), kHalfPastTwo), Utc("2026-11-22 02:30"));
  EXPECT_EQ(NightOf(Utc("2026-11-23 02:29"), kHalfPastTwo), Utc("2026-11-22 02:30"));
  EXPECT_EQ(NightOf(Utc("2026-11-22 00:00"), absl::ZeroDuration()), Utc("2026-11-22 00:00"));
}

// Plays a schedule on a clock that only its own waits move, until so many nights were run. `busy`:
// until when another drill runs.
std::vector<std::string> Nights(const std::string& now, absl::Duration drill_takes, size_t nights,
                                absl::Time busy = absl::InfinitePast()) {
  base::FakeClock clock(Utc(now));
  std::vector<std::string> begun;
  RunSchedule({.clock = &clock,
               .at = kHalfPastTwo,
               .wait =
                   [&](absl::Duration duration) {
                     clock.Advance(duration);
                     return begun.size() < nights;
                   },
               .run = [&](absl::Time night) -> absl::Status {
                 if (clock.Now() < busy) return absl::FailedPreconditionError("another drill runs");
                 begun.push_back(absl::StrCat(
                     absl::FormatTime("%d %H:%M", clock.Now(), absl::UTCTimeZone()), ", night of ",
                     absl::FormatTime("%d", night, absl::UTCTimeZone())));
                 clock.Advance(drill_takes);
                 return absl::OkStatus();
               }});
  return begun;
}

TEST(Schedule, RunsOnceANightAndTheNightThatItBeginsIn) {
  EXPECT_THAT(
      Nights("2026-11-22 14:00", absl::Minutes(20), 3),
      ElementsAre("22 14:00, night of 22", "23 02:30, night of 23", "24 02:30, night of 24"));
  EXPECT_THAT(Nights("2026-11-22 02:29", absl::Minutes(20), 2),
              ElementsAre("22 02:29, night of 21", "22 02:49, night of 22"));
}

// What passed after half past two is not drilled again then; the callee sees to that.
TEST(Schedule, ANightThatTakesLongerThanADayIsFollowedByTheNextAtOnce) {
  EXPECT_THAT(Nights("2026-11-22 02:30", absl::Hours(26), 2),
              ElementsAre("22 02:30, night of 22", "23 04:30, night of 23"));
}

// Somebody drills by hand while the night begins.
TEST(Schedule, ANightThatCannotBeginIsTriedAgainUntilTheNextOne) {
  EXPECT_THAT(Nights("2026-11-22 02:30", absl::Minutes(20), 2, Utc("2026-11-22 03:10")),
              ElementsAre("22 03:10, night of 22", "23 02:30, night of 23"));
  EXPECT_THAT(Nights("2026-11-22 02:30", absl::Minutes(20), 2, Utc("2026-11-23 12:00")),
              ElementsAre("23 12:00, night of 23", "24 02:30, night of 24"));
}

// As of a machine that wakes up without a battery, and is put right later.
TEST(Schedule, AClockThatIsSetBackDoesNotStopDrills) {
  base::FakeClock clock(Utc("2036-01-01 00:00"));
  std::vector<std::string> begun;
  RunSchedule({.clock = &clock,
               .at = kHalfPastTwo,
               .wait =
                   [&](absl::Duration duration) {
                     const absl::Time right = Utc("2026-11-22 14:00");
                     clock.Advance(begun.size() == 1 && clock.Now() > Utc("2030-01-01 00:00")
                                       ? right - clock.Now()
                                       : duration);
                     return begun.size() < 2;
                   },
               .run =
                   [&](absl::Time) {
                     begun.push_back(
                         absl::FormatTime("%Y-%m-%d %H:%M", clock.Now(), absl::UTCTimeZone()));
                     return absl::OkStatus();
                   }});
  EXPECT_THAT(begun, ElementsAre("2036-01-01 00:00", "2026-11-22 14:00"));
}

TEST(Schedule, AWaitEndsThoughTheClockIsSetBack) {
  const absl::Cleanup put_right = [] { wall_clock_back_seconds = 0; };
  int looks = 0;
  EXPECT_TRUE(WaitUnlessStopped(absl::Milliseconds(300), [&looks] {
    wall_clock_back_seconds = 365 * 24 * 3600;
    return ++looks > 50;
  }));
  EXPECT_FALSE(WaitUnlessStopped(absl::Hours(1), [] { return true; }));
}

class Configured : public ::testing::Test {
 protected:
  absl::StatusOr<DrillConfig> Load(const std::string& text) {
    EXPECT_OK(base::WriteFile(dir_ + "/successor.toml",
                              "[zone]\npublish_pending_delete = true\norphan_glue = false\n"
                              "apex_ttl_seconds = 7200\ndelegation_ttl_seconds = 1800\n"
                              "ds_ttl_seconds = 900\nminimum_seconds = 600\n"
                              "mname = \"ns.hidden.test\"\nrname = \"dns.nic.example\"\n"
                              "refresh_seconds = 3600\nretry_seconds = 1200\n"
                              "expire_seconds = 1209600\n"
                              "[[zone.nameserver]]\nname = \"ns1.nic.example\"\n"
                              "addresses = [\"192.0.2.1\"]\n"
                              "[rdds.redaction]\nname = \"always\"\nroles = [\"admin\"]\n"
                              "domain_id = false\n",
                              base::FileMode::kPublic));
    EXPECT_OK(base::WriteFile(dir_ + "/drill.toml", text, base::FileMode::kPublic));
    return LoadDrillConfig(dir_ + "/drill.toml");
  }

  const std::string dir_ = base::TestDir();
  const std::string drill_ =
      "[drill]\nhistory_dir = \"history\"\nreport_key = \"k\"\noperator_config = \"o\"\n";
  const std::string release_ =
      "[release]\nsuccessor_config = \"successor.toml\"\ncustodian_configs = [\"c1\", \"/c2\"]\n";
};

TEST_F(Configured, DefaultsAndPaths) {
  ASSERT_OK_AND_ASSIGN(const DrillConfig config, Load(drill_ + release_));
  EXPECT_EQ(config.history_dir, dir_ + "/history");
  EXPECT_EQ(config.at, kHalfPastTwo);
  EXPECT_EQ(config.sample, 1000u);
  EXPECT_EQ(config.successor_public, dir_ + "/successor.pub.toml");
  EXPECT_THAT(config.custodian_configs, ElementsAre(dir_ + "/c1", "/c2"));
  EXPECT_TRUE(config.zone_policy.publish_pending_delete);
  EXPECT_FALSE(config.zone_policy.orphan_glue);
  EXPECT_EQ(config.zone_policy.apex_ttl_seconds, 7200u);
  EXPECT_EQ(config.zone_policy.delegation_ttl_seconds, 1800u);
  EXPECT_EQ(config.zone_policy.ds_ttl_seconds, 900u);
  EXPECT_EQ(config.zone_policy.minimum_seconds, 600u);
  EXPECT_EQ(config.zone_policy.mname, "ns.hidden.test");
  EXPECT_EQ(config.zone_policy.rname, "dns.nic.example");
  EXPECT_EQ(config.zone_policy.refresh_seconds, 3600u);
  EXPECT_EQ(config.zone_policy.retry_seconds, 1200u);
  EXPECT_EQ(config.zone_policy.expire_seconds, 1209600u);
  EXPECT_TRUE(config.verify_zone);
  EXPECT_EQ(config.verify_timeout, absl::Hours(1));
  ASSERT_EQ(config.zone_policy.own_servers.size(), 1u);
  EXPECT_EQ(config.zone_policy.own_servers[0].name, "ns1.nic.example");
  EXPECT_THAT(config.zone_policy.own_servers[0].addresses, ElementsAre("192.0.2.1"));
  EXPECT_EQ(config.disclosure.Of(ContactValue::kName), Shown::kAlways);
  EXPECT_EQ(config.disclosure.Of(ContactValue::kState), Shown::kRegistrant);
  EXPECT_THAT(config.disclosure.roles, ElementsAre("admin"));
  EXPECT_FALSE(config.disclosure.domain_id);
  EXPECT_EQ(config.thresholds.dns, absl::Hours(4));
  EXPECT_EQ(config.thresholds.rdds, absl::Hours(24));
}

TEST_F(Configured, AllOrANumberIsASample) {
  ASSERT_OK_AND_ASSIGN(const DrillConfig all, Load(drill_ + "sample = \"all\"\n" + release_));
  EXPECT_EQ(all.sample, 0u);
  ASSERT_OK_AND_ASSIGN(const DrillConfig some, Load(drill_ + "sample = 7\n" + release_));
  EXPECT_EQ(some.sample, 7u);
}

TEST_F(Configured, WhatIsWrongIsNamed) {
  const std::pair<std::string, const char*> cases[] = {
      {drill_, "either [release]"},
      {drill_ + release_ + "[opening]\nconfig = \"v\"\n", "either [release]"},
      {drill_ + "[release]\nsuccessor_config = \"successor.toml\"\n", "either [release]"},
      {drill_ + "at = \"25:00\"\n" + release_, "drill.at"},
      {drill_ + "at = \"2:30\"\n" + release_, "drill.at"},
      {drill_ + "at = \"+2:30\"\n" + release_, "drill.at"},
      {drill_ + "at = \"02:+3\"\n" + release_, "drill.at"},
      {drill_ + "at = \" 2:30\"\n" + release_, "drill.at"},
      {drill_ + "at = \"02:60\"\n" + release_, "drill.at"},
      {drill_ + "at = \"\"\n" + release_, "drill.at"},
      {drill_ + "retired = [\"../etc\"]\n" + release_, "name of a TLD"},
      {drill_ + "tlds = [\"a\", \"b\"]\nretired = [\"b\"]\n" + release_, "drill.retired: b"},
      {drill_ + "sample = \"some\"\n" + release_, "drill.sample"},
      {drill_ + "sample = 0\n" + release_, "drill.sample"},
      {drill_ + "tlds = [\"../etc\"]\n" + release_, "name of a TLD"},
      {drill_ + "tlds = [\"UPPER\"]\n" + release_, "name of a TLD"},
      {drill_ + "keep_reports = 0\n" + release_, "keep_reports"},
      {drill_ + "verify_zone = \"yes\"\n" + release_, "drill.verify_zone"},
      {drill_ + "verify_timeout = \"0s\"\n" + release_, "drill.verify_timeout"},
      {drill_ + release_ + "[thresholds]\ndns = \"0s\"\n", "thresholds.dns"},
      {drill_ + "nightly = true\n" + release_, "nightly"},
  };
  for (const auto& [text, words] : cases) {
    EXPECT_THAT(Load(text), base::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(words)))
        << text;
  }
}

class Scenarios : public ::testing::Test {
 protected:
  absl::StatusOr<DrillScenario> Load(const std::string& text) {
    const std::string path = base::TestDir() + "/scenario.toml";
    EXPECT_OK(base::WriteFile(path, text, base::FileMode::kPublic));
    return LoadScenario(path);
  }

  static DrillReport Damaged() {
    DrillReport report;
    report.verdict = DrillVerdict::kFail;
    report.reasons = {"rebuild: custody does not have all of it any more"};
    report.stages = {{"verify", 0, 1, StageOutcome::kPassed},
                     {"rebuild", 1, 1, StageOutcome::kFailed}};
    report.objects = {{"domain", 300, 280, 280, std::nullopt}, {"host", 20, 20, 20, std::nullopt}};
    return report;
  }

  const std::string good_ =
      "name = \"frame damaged\"\nfault = \"frame-damaged\"\n[expect]\nverdict = \"fail\"\n"
      "stage = \"rebuild\"\nreasons = [\"custody does not have all\"]\n"
      "[[expect.lost]]\nobject = \"domain\"\nmin = 1\nmax = 20\n";
};

TEST_F(Scenarios, TheExpectedOutcomeDiffersInNothing) {
  ASSERT_OK_AND_ASSIGN(const DrillScenario scenario, Load(good_));
  EXPECT_EQ(scenario.fault, DrillFault::kFrameDamaged);
  EXPECT_THAT(CompareOutcome(scenario, Damaged()), IsEmpty());
}

// No directory to play in, a program that is missing.
TEST_F(Scenarios, ThatNothingWasPlayedIsNotAsExpected) {
  ASSERT_OK_AND_ASSIGN(
      const DrillScenario scenario,
      Load("name = \"x\"\nfault = \"none\"\n[expect]\nverdict = \"undecided\"\n"));
  DrillReport report;
  report.reasons = {"prepare: no such directory"};
  EXPECT_THAT(CompareOutcome(scenario, report), ElementsAre("nothing was played"));
  report.stages = {{"generate", 0, 1, StageOutcome::kPassed}};
  EXPECT_THAT(CompareOutcome(scenario, report), IsEmpty());
}

TEST_F(Scenarios, EveryDifferenceIsNamed) {
  ASSERT_OK_AND_ASSIGN(DrillScenario scenario, Load(good_));
  scenario.verdict = DrillVerdict::kPass;
  scenario.stage = "";
  scenario.reasons = {"a word that nobody said"};
  scenario.notices = {"cut-over"};
  scenario.lost = {{"domain", 0, 19}};
  EXPECT_THAT(CompareOutcome(scenario, Damaged()),
              ElementsAre(HasSubstr("verdict: expected pass, got fail"),
                          HasSubstr("expected none, got rebuild"), HasSubstr("nobody said"),
                          HasSubstr("cut-over"), HasSubstr("lost domain: expected 0 to 19")));
}

TEST_F(Scenarios, WhatIsNotExpectedToBeLostMustNotBe) {
  ASSERT_OK_AND_ASSIGN(DrillScenario scenario, Load(good_));
  DrillReport report = Damaged();
  report.objects[1].restored = 19;
  EXPECT_THAT(CompareOutcome(scenario, report), ElementsAre(HasSubstr("lost host")));
  scenario.lost.push_back({"domian", 1, 2});
  EXPECT_THAT(CompareOutcome(scenario, report),
              ElementsAre(HasSubstr("lost host"), HasSubstr("lost domian: the rebuild speaks of")));
}

TEST_F(Scenarios, WhatIsWrongIsNamed) {
  const std::pair<std::string, const char*> cases[] = {
      {"fault = \"none\"\n[expect]\nverdict = \"pass\"\n", "name"},
      {"name = \"x\"\nfault = \"flood\"\n[expect]\nverdict = \"pass\"\n", "flood"},
      {"name = \"x\"\nfault = \"none\"\n[expect]\nverdict = \"good\"\n", "expect.verdict"},
      {"name = \"x\"\nfault = \"none\"\n[expect]\nverdict = \"pass\"\nstages = 3\n", "stages"},
  };
  for (const auto& [text, words] : cases) {
    EXPECT_THAT(Load(text), base::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(words)))
        << text;
  }
}

}  // namespace
}  // namespace tidemark::failover
