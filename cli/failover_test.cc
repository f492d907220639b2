// The verbs rebuild, serve and drill as a person runs them: exit status, output, files.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/installed_testing.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "cli/serve_testing.h"

namespace tidemark::cli {
namespace {

namespace fs = std::filesystem;
using ::nlohmann::json;
using ::testing::HasSubstr;

class FailoverVerbs : public ServeTest {
 protected:
  void RebuildAndServe() {
    SKIP_UNLESS_INSTALLED("knotd");
    ASSERT_NO_FATAL_FAILURE(Rebuild());
    Serve({"--rdap-port", "0", "--whois-port", "0"});
  }
};

TEST_F(FailoverVerbs, RebuildOfAGoodFileExitsWith0) {
  const base::RunResult result = Tidemark({"rebuild", deposit_, "--out", out_, "--format", "json"});
  EXPECT_EQ(result.exit_status, 0) << result.err;
  // Nothing went wrong, so nothing is said.
  EXPECT_EQ(result.err, "");
  const json report = json::parse(result.out, nullptr, false);
  EXPECT_EQ(report["complete"], true);
  EXPECT_TRUE(fs::exists(out_ + "/zone/example.zone"));
  EXPECT_TRUE(fs::exists(out_ + "/registry/CURRENT"));
  EXPECT_EQ(base::ReadSmallFile(out_ + "/report.json").value_or(""), result.out);
}

TEST_F(FailoverVerbs, RebuildOfATruncatedFileExitsWith1AndKeepsWhatItRead) {
  fs::resize_file(deposit_, fs::file_size(deposit_) / 2);
  const base::RunResult result = Tidemark({"rebuild", deposit_, "--out", out_});
  EXPECT_EQ(result.exit_status, 1);
  EXPECT_THAT(result.out, HasSubstr("NOT everything came back"));
  EXPECT_TRUE(fs::exists(out_ + "/report.json"));
}

TEST_F(FailoverVerbs, RebuildThatCannotExitsWith2AndLeavesNothing) {
  const std::string config = dir_ + "/zone.toml";
  ASSERT_OK(base::WriteFile(config, "[zone]\nserail = 1\n", base::FileMode::kPublic));
  const std::vector<std::vector<std::string>> cases = {
      {"rebuild", dir_ + "/absent.xml", "--out", out_},
      {"rebuild", "example/20261122001/0", "--out", out_},
      {"rebuild", deposit_, "--out", out_, "--tld", "other"},
      {"rebuild", deposit_, "--out", out_, "--config", config},
      {"rebuild", deposit_, "--out", out_, "--release", deposit_},
      {"rebuild", dir_ + "/zone", "--out", out_},
      {"rebuild", deposit_},
  };
  for (const std::vector<std::string>& arguments : cases) {
    EXPECT_EQ(Tidemark(arguments).exit_status, 2) << arguments[1];
    EXPECT_FALSE(fs::exists(out_)) << arguments[1];
  }
}

TEST_F(FailoverVerbs, RebuildTakesTheZoneFromTheConfiguration) {
  const std::string config = dir_ + "/zone.toml";
  ASSERT_OK(base::WriteFile(config, "[zone]\nserial = 77\n", base::FileMode::kPublic));
  EXPECT_EQ(Tidemark({"rebuild", deposit_, "--out", out_, "--config", config}).exit_status, 0);
  EXPECT_THAT(base::ReadSmallFile(out_ + "/zone/example.zone").value_or(""),
              HasSubstr("hostmaster.nic.example. 77 "));
}

TEST_F(FailoverVerbs, ServeAnswersUntilItIsToldToStop) {
  ASSERT_NO_FATAL_FAILURE(RebuildAndServe());
  if (serve_ == nullptr) return;
  EXPECT_EQ(ready_["tld"], "example");
  // Nobody may replace what is being served.
  EXPECT_EQ(Tidemark({"rebuild", deposit_, "--out", out_}).exit_status, 2);
  // Nor may a second one take its place.
  const base::RunResult second =
      Tidemark({"serve", out_, "--port", absl::StrCat(ready_["port"].get<int>()), "--rdap-port",
                "0", "--whois-port", "0"});
  EXPECT_EQ(second.exit_status, 2);
  EXPECT_THAT(second.err, HasSubstr("in use by another tidemark serve"));
  ASSERT_NO_FATAL_FAILURE(Stop());
}

TEST_F(FailoverVerbs, ServeExitsWith2WhenKnotdDies) {
  ASSERT_NO_FATAL_FAILURE(RebuildAndServe());
  if (serve_ == nullptr) return;
  ASSERT_EQ(kill(ready_["knotd_pid"].get<pid_t>(), SIGKILL), 0);
  EXPECT_THAT(serve_->Wait(kTimeout), base::IsOkAndHolds(2));
  EXPECT_THAT(ServeLog(), HasSubstr("knotd ended"));
}

TEST_F(FailoverVerbs, ServeRefusesWhatIsNoFinishedRebuild) {
  EXPECT_EQ(Tidemark({"serve", dir_}).exit_status, 2);
  ASSERT_NO_FATAL_FAILURE(Rebuild());
  fs::remove(out_ + "/report.json");
  const base::RunResult result = Tidemark({"serve", out_, "--port", "0"});
  EXPECT_EQ(result.exit_status, 2);
  EXPECT_THAT(result.err, HasSubstr("never finished"));
}

TEST_F(FailoverVerbs, TheDrillPassesWithHostsOfBothKinds) {
  SKIP_UNLESS_INSTALLED("knotd", "delv");
  for (const char* hosts : {"objects", "attributes"}) {
    const base::RunResult result = Tidemark(
        {"drill", "--demo", "--domains", "300", "--hosts", hosts, "--seed", "11", "--out", out_});
    EXPECT_EQ(result.exit_status, 0) << result.out << result.err;
    const json report =
        json::parse(base::ReadSmallFile(out_ + "/report.json").value_or(""), nullptr, false);
    ASSERT_TRUE(report.is_object());
    EXPECT_EQ(report["verdict"], "pass");
    EXPECT_EQ(report["domains"], 300);
    EXPECT_EQ(report["stages"].size(), 10u);
    EXPECT_EQ(report["receipt_verified"], true);
    EXPECT_EQ(report["verdict_signature_verified"], true);
    EXPECT_EQ(report["source_deleted"], true);
    EXPECT_GT(report["delegations"]["expected"], 200);
    EXPECT_EQ(report["delegations"]["expected"], report["delegations"]["equal"]);
    EXPECT_EQ(report["dnssec"]["validated"], report["dnssec"]["sampled"]);
    EXPECT_GT(report["rto_seconds"], 0);
    EXPECT_FALSE(fs::exists(out_ + "/logs"));
    EXPECT_THAT(base::ReadSmallFile(out_ + "/report.html").value_or(""), HasSubstr("<svg"));
  }
}

}  // namespace
}  // namespace tidemark::cli
