// The verb drill as it is run every night: exit status, reports, faults, what is left.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/net.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "tools/generator/generator.h"

namespace tidemark::cli {
namespace {

namespace fs = std::filesystem;
using ::nlohmann::json;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr absl::Duration kTimeout = absl::Minutes(4);
constexpr size_t kOutputBytesMax = 16 << 20;

std::string Runfile(const std::string& path) {
  const char* const root = std::getenv("TEST_SRCDIR");
  return absl::StrCat(root == nullptr ? "." : root, "/tidemark/", path);
}

bool CanServe() {
  return access("/usr/sbin/knotd", X_OK) == 0 && access("/usr/bin/delv", X_OK) == 0;
}

base::RunResult Tidemark(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), Runfile("cli/tidemark"));
  absl::StatusOr<base::RunResult> result =
      base::RunAndCapture(arguments, kTimeout, kOutputBytesMax);
  EXPECT_OK(result);
  return result.ok() ? *std::move(result) : base::RunResult{-1, "", ""};
}

// Command lines of processes that name `text`.
std::vector<std::string> ProcessesNaming(const std::string& text) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "cmdline", std::ios::binary);
    std::string line((std::istreambuf_iterator<char>(file)), {});
    std::replace(line.begin(), line.end(), '\0', ' ');
    if (absl::StrContains(line, text)) found.push_back(line);
  }
  return found;
}

// An escrow agent in service, two of three custodians, and a registry that has deposited once.
class NightlyDrill : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!CanServe()) GTEST_SKIP() << "knotd or delv is not installed";
    fs::create_directories(work_);
    ASSERT_OK_AND_ASSIGN(const int port, base::FreeLoopbackPort());
    Ok({"keygen", "--out", dir_ + "/agent", "--listen", absl::StrCat("127.0.0.1:", port),
        "--custodians", "2of3"});
    for (const char* role : {"depositor", "operator", "successor"}) {
      Ok({"enroll", "--agent", dir_ + "/agent", "--role", role, "--tld", "example", "--tld",
          "other", "--out", absl::StrCat(dir_, "/", role)});
    }
    StartServer();
    Ok({"drill", "--make-key", dir_ + "/drill.key"});
    WriteConfig("");
    ASSERT_NO_FATAL_FAILURE(DepositNight(0, "example"));
  }

  void StartServer() {
    const std::string ready = dir_ + "/ready";
    base::SubprocessOptions options;
    options.argv = {Runfile("cli/tidemarkd"), "--config", dir_ + "/agent/server/tidemarkd.toml",
                    "--ready-file", ready};
    options.err = base::ProcessOutput::ToFile(dir_ + "/tidemarkd.log");
    ASSERT_OK_AND_ASSIGN(server_, base::Subprocess::Start(options));
    const absl::Time deadline = absl::Now() + kTimeout;
    while (access(ready.c_str(), F_OK) != 0) {
      ASSERT_FALSE(server_->Wait(absl::Milliseconds(20)).ok());
      ASSERT_LT(absl::Now(), deadline);
    }
  }

  void Ok(const std::vector<std::string>& arguments) {
    const base::RunResult result = Tidemark(arguments);
    ASSERT_EQ(result.exit_status, 0) << arguments[0] << result.out << result.err;
  }

  // Deposits a night of a registry of 250 domains and has it judged.
  void DepositNight(int night, const std::string& tld,
                    generator::DepositKind kind = generator::DepositKind::kFull,
                    bool plant_flaw = false) {
    generator::GeneratorOptions options;
    options.tld = tld;
    options.domains = 250;
    options.night = night;
    options.kind = kind;
    options.changed_fraction = 0.1;
    options.plant_duplicate_domain = plant_flaw;
    const std::string path = absl::StrCat(dir_, "/", generator::DepositName(options));
    ASSERT_OK_AND_ASSIGN(const auto deposit,
                         base::FileSink::Create(path, base::FileMode::kPrivate));
    ASSERT_OK_AND_ASSIGN(const auto zone,
                         base::FileSink::Create(dir_ + "/zone", base::FileMode::kPrivate));
    ASSERT_OK(generator::Generate(options, *deposit, *zone));
    ASSERT_OK(deposit->Close());
    Ok({"deposit", path, "--config", dir_ + "/depositor/depositor.toml"});
    const base::RunResult list =
        Tidemark({"list", "--tld", tld, "--config", Operator(), "--format", "json"});
    const json listed = json::parse(list.out, nullptr, false);
    ASSERT_TRUE(listed.is_object()) << list.err;
    std::string newest;
    for (const json& entry : listed["deposits"]) {
      if (entry["verdict"].is_null()) newest = entry["deposit"].get<std::string>();
    }
    const base::RunResult verify =
        Tidemark({"verify", newest, "--config", dir_ + "/agent/verifier/verifier.toml"});
    ASSERT_EQ(verify.exit_status, plant_flaw ? 1 : 0) << verify.out << verify.err;
  }

  void WriteConfig(const std::string& more, const std::string& opening = "") {
    const std::string release =
        "[release]\nsuccessor_config = \"successor/successor.toml\"\ncustodian_configs = "
        "[\"agent/custodian-1/custodian.toml\", \"agent/custodian-3/custodian.toml\"]\n";
    ASSERT_OK(base::WriteFile(
        dir_ + "/drill.toml",
        absl::StrCat("[drill]\nhistory_dir = \"history\"\nreport_key = \"drill.key\"\n"
                     "operator_config = \"operator/operator.toml\"\nwork_dir = \"",
                     work_, "\"\nsample = 100\n", more, opening.empty() ? release : opening),
        base::FileMode::kPublic));
  }

  std::string Operator() const { return dir_ + "/operator/operator.toml"; }

  base::RunResult Drill(const std::vector<std::string>& more = {"--tld", "example"}) {
    std::vector<std::string> arguments = {"drill", "--config", dir_ + "/drill.toml"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Tidemark(arguments);
  }

  std::vector<std::string> Kept(const std::string& tld) const {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(dir_ + "/history/" + tld, error)) {
      const std::string name = entry.path().filename();
      if (name[0] == '2') names.push_back(entry.path());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  json NewestReport(const std::string& tld = "example") const {
    const std::vector<std::string> kept = Kept(tld);
    if (kept.empty()) return {};
    const auto text = base::ReadSmallFile(kept.back() + "/report.json", kOutputBytesMax);
    return json::parse(text.value_or(""), nullptr, false);
  }

  void ExpectNothingLeft() {
    EXPECT_TRUE(fs::is_empty(work_));
    EXPECT_THAT(ProcessesNaming(work_), ::testing::IsEmpty());
  }

  const std::string dir_ = base::TestDir();
  const std::string work_ = dir_ + "/work";
  std::unique_ptr<base::Subprocess> server_;
};

TEST_F(NightlyDrill, PassesAndSaysWhatWasComparedAndLeavesNothing) {
  const base::RunResult result = Drill();
  const json report = NewestReport();
  ASSERT_EQ(result.exit_status, 0) << result.out << result.err;
  EXPECT_EQ(report["verdict"], "pass");
  EXPECT_EQ(report["kind"], "nightly");
  EXPECT_EQ(report["deposit"]["opened_by"], "a release by 2 custodians");
  EXPECT_EQ(report["compared"]["names"], "sample");
  EXPECT_EQ(report["compared"]["sample"], 100);
  EXPECT_EQ(report["compared"]["objects"]["domain"]["announced"], 250);
  EXPECT_EQ(report["compared"]["objects"]["domain"]["witnessed"], 250);
  EXPECT_EQ(report["delegations"]["equal"], 100);
  EXPECT_EQ(report["registrations"]["right"], report["registrations"]["asked"]);
  for (const char* function : {"dns", "dnssec", "rdap", "whois"}) {
    EXPECT_EQ(report["rto"][function]["within"], true) << function;
  }
  EXPECT_GT(report["rpo_seconds"], 0);
  EXPECT_EQ(report["torn_down"], true);
  EXPECT_EQ(report["network_namespace"]["own"].get<bool>(),
            report["network_namespace"]["why_not"].is_null());
  EXPECT_TRUE(report["source_deleted"].is_null());
  ExpectNothingLeft();

  // Whoever has the public key can check it, and sees what was altered.
  const std::string file = Kept("example").back() + "/report.json";
  EXPECT_EQ(Tidemark({"drill", "--verify", file, "--key", dir_ + "/drill.key.pub"}).exit_status, 0);
  ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadSmallFile(file, kOutputBytesMax));
  ASSERT_OK(base::WriteFile(file, absl::StrReplaceAll(text, {{"\"pass\"", "\"pAss\""}}),
                            base::FileMode::kPublic));
  EXPECT_EQ(Tidemark({"drill", "--verify", file, "--key", dir_ + "/drill.key.pub"}).exit_status, 1);
  EXPECT_EQ(Tidemark({"drill", "--verify", dir_ + "/none.json", "--key", dir_ + "/drill.key.pub"})
                .exit_status,
            2);
  const base::RunResult history = Drill({"--history", "--tld", "example"});
  EXPECT_EQ(history.exit_status, 1);
  EXPECT_THAT(history.out, HasSubstr("NOT BELIEVED"));
}

TEST_F(NightlyDrill, OpensWithAKeyAndComparesAllNames) {
  WriteConfig("tlds = [\"example\"]\n", "[opening]\nconfig = \"agent/verifier/verifier.toml\"\n");
  ASSERT_OK_AND_ASSIGN(std::string text, base::ReadSmallFile(dir_ + "/drill.toml"));
  ASSERT_OK(base::WriteFile(dir_ + "/drill.toml",
                            absl::StrReplaceAll(text, {{"sample = 100", "sample = \"all\""}}),
                            base::FileMode::kPublic));
  const base::RunResult result = Drill({"--all"});
  ASSERT_EQ(result.exit_status, 0) << result.out << result.err;
  const json report = NewestReport();
  EXPECT_EQ(report["compared"]["names"], "all");
  EXPECT_EQ(report["delegations"]["expected"], report["compared"]["witness"]["delegations"]);
  EXPECT_THAT(report["deposit"]["opened_by"].get<std::string>(), HasSubstr("an opening key"));
  EXPECT_THAT(report["not_known"].dump(), HasSubstr("whether the custodians would release it"));
  ExpectNothingLeft();
}

TEST_F(NightlyDrill, ADiffComesBackWithWhatItBuildsOn) {
  ASSERT_NO_FATAL_FAILURE(DepositNight(1, "example", generator::DepositKind::kDiff));
  const base::RunResult result = Drill();
  ASSERT_EQ(result.exit_status, 0) << result.out << result.err;
  const json report = NewestReport();
  EXPECT_EQ(report["deposit"]["kind"], "DIFF");
  EXPECT_EQ(report["deposit"]["bases"].size(), 1u);
  EXPECT_GT(report["delegations"]["equal"], 0);
  ExpectNothingLeft();
}

TEST_F(NightlyDrill, ABadDepositIsPassedOverAndNamed) {
  ASSERT_NO_FATAL_FAILURE(DepositNight(1, "example", generator::DepositKind::kFull,
                                       /*plant_flaw=*/true));
  const base::RunResult result = Drill();
  ASSERT_EQ(result.exit_status, 0) << result.out << result.err;
  const json report = NewestReport();
  ASSERT_EQ(report["deposit"]["passed_over"].size(), 1u);
  EXPECT_EQ(report["deposit"]["passed_over"][0]["why"], "its verdict is fail");
}

TEST_F(NightlyDrill, OneTldsTroubleDoesNotStopTheOthers) {
  // Listed first, and its only deposit is bad.
  ASSERT_NO_FATAL_FAILURE(DepositNight(0, "other", generator::DepositKind::kFull,
                                       /*plant_flaw=*/true));
  WriteConfig("tlds = [\"other\", \"example\"]\n");
  const base::RunResult result = Drill({"--all"});
  EXPECT_EQ(result.exit_status, 2) << result.out << result.err;
  EXPECT_EQ(NewestReport("example")["verdict"], "pass");
  const json other = NewestReport("other");
  EXPECT_EQ(other["verdict"], "undecided");
  EXPECT_THAT(other["reasons"][0].get<std::string>(),
              HasSubstr("no deposit has a passing verdict"));
  EXPECT_THAT(other["stage_outcomes"].dump(), HasSubstr(R"({"name":"serve","outcome":"not run"})"));
  EXPECT_EQ(other["torn_down"], true);
  ExpectNothingLeft();
}

TEST_F(NightlyDrill, WithoutAVaultItIsUndecidedAndKept) {
  ASSERT_OK(server_->Stop());
  const base::RunResult result = Drill();
  EXPECT_EQ(result.exit_status, 2);
  EXPECT_EQ(NewestReport()["verdict"], "undecided");
  EXPECT_THAT(NewestReport()["reasons"][0].get<std::string>(), HasSubstr("find: "));
  ExpectNothingLeft();
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

TEST_F(RunningDrill, AScheduleCatchesUpWaitsForTheNextNightAndStopsWhenTold) {
  ASSERT_OK_AND_ASSIGN(
      drill_, base::Subprocess::Start({.argv = {Runfile("cli/tidemark"), "drill", "--config",
                                                dir_ + "/drill.toml", "--all", "--schedule"},
                                       .out = base::ProcessOutput::ToFile(dir_ + "/drill.log"),
                                       .err = base::ProcessOutput::ToFile(dir_ + "/drill.log")}));
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
    std::ifstream file(entry.path() / "cmdline", std::ios::binary);
    const std::string line((std::istreambuf_iterator<char>(file)), {});
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

}  // namespace
}  // namespace tidemark::cli
