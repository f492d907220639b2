// For tests only: a small deposit, and the verbs rebuild and serve as a person runs them on it.
#ifndef TIDEMARK_CLI_SERVE_TESTING_H_
#define TIDEMARK_CLI_SERVE_TESTING_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "tools/generator/generator.h"

namespace tidemark::cli {

class ServeTest : public ::testing::Test {
 protected:
  static constexpr absl::Duration kTimeout = absl::Minutes(4);
  static constexpr size_t kOutputBytesMax = 16 << 20;

  ServeTest() : dir_(base::TestDir()), out_(dir_ + "/out") {}

  // deposit_, and dir_/zone, the zone that its registry had.
  void SetUp() override {
    generator::GeneratorOptions options;
    options.domains = 50;
    deposit_ = absl::StrCat(dir_, "/", generator::DepositName(options));
    ASSERT_OK_AND_ASSIGN(const auto deposit,
                         base::FileSink::Create(deposit_, base::FileMode::kPrivate));
    ASSERT_OK_AND_ASSIGN(const auto zone,
                         base::FileSink::Create(dir_ + "/zone", base::FileMode::kPrivate));
    ASSERT_OK(generator::Generate(options, *deposit, *zone));
    ASSERT_OK(deposit->Close());
    ASSERT_OK(zone->Close());
  }

  static std::string Program() {
    const char* const root = std::getenv("TEST_SRCDIR");
    return absl::StrCat(root == nullptr ? "." : root, "/tidemark/cli/tidemark");
  }
  static base::RunResult RunLine(const std::vector<std::string>& line) {
    absl::StatusOr<base::RunResult> result = base::RunAndCapture(line, kTimeout, kOutputBytesMax);
    EXPECT_OK(result);
    return result.ok() ? *std::move(result) : base::RunResult{-1, "", ""};
  }
  static base::RunResult Tidemark(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), Program());
    return RunLine(arguments);
  }

  void Rebuild() {
    const base::RunResult result = Tidemark({"rebuild", deposit_, "--out", out_});
    ASSERT_EQ(result.exit_status, 0) << result.out << result.err;
  }

  // Starts `tidemark serve` on free ports and waits until it says that it answers.
  void Serve(const std::vector<std::string>& more) {
    const std::string ready = dir_ + "/ready.json";
    base::SubprocessOptions options;
    options.argv = {Program(), "serve", out_, "--port", "0", "--ready-file", ready};
    options.argv.insert(options.argv.end(), more.begin(), more.end());
    options.err = base::ProcessOutput::ToFile(dir_ + "/serve.log");
    ASSERT_OK_AND_ASSIGN(serve_, base::Subprocess::Start(options));
    const absl::Time deadline = absl::Now() + kTimeout;
    while (access(ready.c_str(), F_OK) != 0) {
      ASSERT_FALSE(serve_->Wait(absl::Milliseconds(20)).ok()) << ServeLog();
      ASSERT_LT(absl::Now(), deadline);
    }
    ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadSmallFile(ready));
    ready_ = nlohmann::json::parse(text, nullptr, false);
    ASSERT_TRUE(ready_.is_object()) << text;
  }
  void Stop() {
    ASSERT_OK(serve_->Kill(SIGTERM));
    EXPECT_THAT(serve_->Wait(kTimeout), base::IsOkAndHolds(0)) << ServeLog();
  }

  std::string ServeLog() { return base::ReadSmallFile(dir_ + "/serve.log").value_or(""); }

  const std::string dir_;
  const std::string out_;
  std::string deposit_;
  std::unique_ptr<base::Subprocess> serve_;
  nlohmann::json ready_;
};

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_SERVE_TESTING_H_
