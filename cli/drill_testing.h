// For tests only: a vault in service, and the verb drill as it is run every night on it.
#ifndef TIDEMARK_CLI_DRILL_TESTING_H_
#define TIDEMARK_CLI_DRILL_TESTING_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/installed_testing.h"
#include "base/net.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "crypto/sign.h"
#include "failover/drill/history/history.h"
#include "failover/drill/report/report.h"
#include "tools/generator/generator.h"

namespace tidemark::cli {

inline constexpr absl::Duration kTimeout = absl::Minutes(4);
inline constexpr size_t kOutputBytesMax = 16 << 20;

inline std::string Runfile(const std::string& path) {
  const char* const root = std::getenv("TEST_SRCDIR");
  return absl::StrCat(root == nullptr ? "." : root, "/tidemark/", path);
}

inline base::RunResult Tidemark(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), Runfile("cli/tidemark"));
  absl::StatusOr<base::RunResult> result =
      base::RunAndCapture(arguments, kTimeout, kOutputBytesMax);
  EXPECT_OK(result);
  return result.ok() ? *std::move(result) : base::RunResult{-1, "", ""};
}

// Command lines of processes that name `text`.
inline std::vector<std::string> ProcessesNaming(const std::string& text) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    // A process may end while it is read.
    std::string line = base::ReadSmallFile(entry.path() / "cmdline").value_or("");
    std::replace(line.begin(), line.end(), '\0', ' ');
    if (absl::StrContains(line, text)) found.push_back(line);
  }
  return found;
}

inline constexpr char kRelease[] =
    "[release]\nsuccessor_config = \"successor/successor.toml\"\ncustodian_configs = "
    "[\"agent/custodian-1/custodian.toml\", \"agent/custodian-3/custodian.toml\"]\n";
// The watermark of the first night; a DIFF of the second one is as old as today.
inline const absl::Time kYesterday = absl::UnixEpoch() +
                                     absl::Floor(absl::Now() - absl::UnixEpoch(), absl::Hours(24)) -
                                     absl::Hours(24);

// An escrow agent in service, two of three custodians, and a registry that has deposited once.
class NightlyDrill : public ::testing::Test {
 protected:
  void SetUp() override {
    SKIP_UNLESS_INSTALLED("knotd", "delv");
    std::filesystem::create_directories(work_);
    ASSERT_OK_AND_ASSIGN(const int port, base::FreeLoopbackPort());
    Ok({"keygen", "--out", dir_ + "/agent", "--listen", absl::StrCat("127.0.0.1:", port),
        "--custodians", "2of3"});
    for (const char* role : {"depositor", "operator", "successor"}) {
      Ok({"enroll", "--agent", dir_ + "/agent", "--role", role, "--tld", "example", "--tld",
          "other", "--out", absl::StrCat(dir_, "/", role)});
    }
    // As a successor's file looks that says how to rebuild and serve, too.
    const std::string successor = dir_ + "/successor/successor.toml";
    ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadSmallFile(successor));
    ASSERT_OK(base::WriteFile(successor,
                              text + "\n[zone]\ndelegation_ttl_seconds = 1800\n"
                                     "[rdds]\nterms_url = \"https://nic.example/terms\"\n",
                              base::FileMode::kPublic));
    StartServer();
    Ok({"drill", "--make-key", dir_ + "/drill.key"});
    WriteConfig("");
    ASSERT_NO_FATAL_FAILURE(DepositNight(0, "example"));
  }

  void StartServer() {
    const std::string ready = dir_ + "/ready";
    std::filesystem::remove(ready);
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
    options.watermark = kYesterday;
    options.plant_duplicate_domain = plant_flaw;
    const std::string path =
        absl::StrReplaceAll(absl::StrCat(dir_, "/", generator::DepositName(options)),
                            {{"_R0.", absl::StrCat("_R", resend_, ".")}});
    ASSERT_OK_AND_ASSIGN(const auto deposit,
                         base::FileSink::Create(path, base::FileMode::kPrivate));
    ASSERT_OK_AND_ASSIGN(const auto zone,
                         base::FileSink::Create(dir_ + "/zone", base::FileMode::kPrivate));
    ASSERT_OK(generator::Generate(options, *deposit, *zone));
    ASSERT_OK(deposit->Close());
    ASSERT_OK_AND_ASSIGN(std::string text, base::ReadSmallFile(path, kOutputBytesMax));
    if (edit_) text = edit_(text);
    if (resend_ > 0) {
      absl::StrReplaceAll(
          {{"<rde:deposit ", absl::StrCat("<rde:deposit resend=\"", resend_, "\" ")}}, &text);
    }
    ASSERT_OK(base::WriteFile(path, text, base::FileMode::kPrivate));
    Ok({"deposit", path, "--config", dir_ + "/depositor/depositor.toml"});
    const base::RunResult list =
        Tidemark({"list", "--tld", tld, "--config", Operator(), "--format", "json"});
    const nlohmann::json listed = nlohmann::json::parse(list.out, nullptr, false);
    ASSERT_TRUE(listed.is_object()) << list.err;
    std::string newest;
    for (const nlohmann::json& entry : listed["deposits"]) {
      if (entry["verdict"].is_null()) newest = entry["deposit"].get<std::string>();
    }
    const base::RunResult verify =
        Tidemark({"verify", newest, "--config", dir_ + "/agent/verifier/verifier.toml"});
    ASSERT_EQ(verify.exit_status, plant_flaw ? 1 : 0) << verify.out << verify.err;
  }

  void WriteConfig(const std::string& more, const std::string& opening = kRelease,
                   const std::string& rpo = "72h") {
    ASSERT_OK(base::WriteFile(
        dir_ + "/drill.toml",
        absl::StrCat("[drill]\nhistory_dir = \"history\"\nreport_key = \"drill.key\"\n"
                     "operator_config = \"operator/operator.toml\"\nwork_dir = \"",
                     work_, "\"\nsample = 100\n", more, opening, "[thresholds]\nrpo = \"", rpo,
                     "\"\n"),
        base::FileMode::kPublic));
  }

  // The history as it is after a night on which the vault had a deposit of this TLD.
  void Remember(const std::string& tld, size_t keep_reports) {
    failover::DrillReport report;
    report.kind = failover::DrillKind::kNightly;
    report.verdict = failover::DrillVerdict::kPass;
    report.tld = tld;
    report.started_at = kYesterday;
    report.last_found = failover::FoundDeposit{tld + "/20261122001/0", kYesterday};
    ASSERT_OK_AND_ASSIGN(const crypto::SigningKey key,
                         crypto::SigningKey::Load(dir_ + "/drill.key"));
    const failover::DrillHistory history(
        {.dir = dir_ + "/history", .keep_reports = keep_reports, .keys = {key.verify_key()}});
    ASSERT_OK(history.Keep(report, key));
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
    for (const auto& entry : std::filesystem::directory_iterator(dir_ + "/history/" + tld, error)) {
      const std::string name = entry.path().filename();
      if (name[0] == '2') names.push_back(entry.path());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  nlohmann::json NewestReport(const std::string& tld = "example") const {
    const std::vector<std::string> kept = Kept(tld);
    if (kept.empty()) return {};
    const auto text = base::ReadSmallFile(kept.back() + "/report.json", kOutputBytesMax);
    return nlohmann::json::parse(text.value_or(""), nullptr, false);
  }

  void ExpectNothingLeft() {
    EXPECT_TRUE(std::filesystem::is_empty(work_));
    EXPECT_THAT(ProcessesNaming(work_), ::testing::IsEmpty());
  }

  const std::string dir_ = base::TestDir();
  const std::string work_ = dir_ + "/work";
  std::unique_ptr<base::Subprocess> server_;
  std::function<std::string(const std::string& deposit)> edit_;  // before it is deposited
  int resend_ = 0;                                               // of the night that is deposited
};

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_DRILL_TESTING_H_
