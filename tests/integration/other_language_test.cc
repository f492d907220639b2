// A client that shares no code with ours (Node, @grpc/grpc-js) commits a deposit that was sealed
// before, and it opens.
#include <stdlib.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "nlohmann/json.hpp"
#include "tests/integration/custody_fixture.h"
#include "tests/integration/recording_intake.h"

namespace tidemark::tests {
namespace {

using base::IsOkAndHolds;
using base::StatusIs;
using ::testing::HasSubstr;

constexpr absl::Duration kTimeout = absl::Minutes(2);
constexpr size_t kOutputBytesMax = 1 << 20;

std::string Runfiles() {
  const char* const root = getenv("TEST_SRCDIR");
  return absl::StrCat(root == nullptr ? "." : root, "/tidemark");
}

class OtherLanguage : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto modules = base::RunAndCapture({"npm", "root", "-g"}, kTimeout, kOutputBytesMax);
    if (!modules.ok() || modules->exit_status != 0) {
      GTEST_SKIP() << "no npm here: tools/setup installs it";
    }
    modules_ = std::string(absl::StripAsciiWhitespace(modules->out));
    if (!base::ReadSmallFile(modules_ + "/@grpc/grpc-js/package.json").ok()) {
      GTEST_SKIP() << "no @grpc/grpc-js below " << modules_ << ": tools/setup installs it";
    }
    ASSERT_OK_AND_ASSIGN(custody_, Custody::Start());
  }

  absl::StatusOr<base::RunResult> RunNode(const std::string& connection) const {
    return base::RunAndCapture(
        {"env", "NODE_PATH=" + modules_, "node", Runfiles() + "/tests/integration/node/deposit.mjs",
         custody_->dir() + "/prepared", connection, Runfiles()},
        kTimeout, kOutputBytesMax);
  }

  std::string modules_;
  std::unique_ptr<Custody> custody_;
};

TEST_F(OtherLanguage, CommitsADepositThatOpensAndGetsTheSameReceiptAgain) {
  // More frames than may be unacknowledged.
  const std::string content = MakeDeposit({.id = "A1", .objects = 400, .filler_bytes = 60'000});
  const std::string depositor = custody_->dir() + "/depositor";
  {
    ASSERT_OK_AND_ASSIGN(
        const auto recorder,
        RecordingIntake::Start(custody_->dir() + "/agent/server", custody_->dir() + "/prepared"));
    ASSERT_OK_AND_ASSIGN(auto config, custody_->Depositor(depositor + "/depositor.toml"));
    config.agent.address = recorder->address();
    const std::string path = custody_->dir() + "/a.xml";
    ASSERT_OK(base::WriteFile(path, content, base::FileMode::kPrivate));
    EXPECT_THAT(escrow_agent::DepositFile(config, path, {.attempts_max = 1}),
                StatusIs(absl::StatusCode::kAborted));
  }
  ASSERT_OK_AND_ASSIGN(const auto config, custody_->Depositor(depositor + "/depositor.toml"));
  const std::string connection = custody_->dir() + "/connection.json";
  ASSERT_OK(base::WriteFile(connection,
                            nlohmann::json({{"address", config.agent.address},
                                            {"server_name", config.agent.server_name},
                                            {"authority", depositor + "/authority.pem"},
                                            {"certificate", depositor + "/depositor.pem"},
                                            {"key", depositor + "/depositor.key"}})
                                .dump(),
                            base::FileMode::kPrivate));
  ASSERT_OK_AND_ASSIGN(const base::RunResult first, RunNode(connection));
  ASSERT_EQ(first.exit_status, 0) << first.err;
  EXPECT_THAT(custody_->Open(*vault::DepositId::Create("example", "A1", 0)), IsOkAndHolds(content));
  ASSERT_OK_AND_ASSIGN(const std::string receipt,
                       base::HexDecode(absl::StripAsciiWhitespace(first.out)));
  EXPECT_THAT(receipt, HasSubstr("example"));
  // The same begin again: the commit is answered with the receipt of then.
  ASSERT_OK_AND_ASSIGN(const base::RunResult second, RunNode(connection));
  ASSERT_EQ(second.exit_status, 0) << second.err;
  EXPECT_EQ(second.out, first.out);
}

}  // namespace
}  // namespace tidemark::tests
