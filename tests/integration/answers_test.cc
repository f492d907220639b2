// What deposit and status say to whoever asks, and to the script that reads it.

#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "nlohmann/json.hpp"
#include "tests/support/deposits.h"
#include "tests/support/escrow.h"

namespace tidemark::tests {
namespace {

using ::nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class Answers : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(escrow_, Escrow::Start({.tld = "example"}));
    ASSERT_OK_AND_ASSIGN(first_, Night(0));
  }

  // The path of a night's deposit.
  static absl::StatusOr<std::string> Night(int night) {
    const std::string dir = absl::StrCat(base::TestDir(), "/night", night);
    const absl::Status made = base::MakeDirs(dir, base::FileMode::kPrivate);
    if (!made.ok()) return made;
    generator::GeneratorOptions options;
    options.tld = "example";
    options.domains = 60;
    options.night = night;
    options.changed_fraction = 0.05;
    absl::StatusOr<GeneratedDeposit> deposit = WriteDeposit(dir, options);
    if (!deposit.ok()) return deposit.status();
    return deposit->deposit_path;
  }

  base::RunResult Deposit(const std::string& path, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"deposit", path, "--config", escrow_->depositor()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const absl::StatusOr<base::RunResult> result = Tidemark(arguments);
    EXPECT_OK(result);
    return *result;
  }

  // What `--stats json` says of a deposit that is kept.
  json Stats(const std::string& path, std::vector<std::string> more = {}) {
    more.insert(more.end(), {"--stats", "json", "--quiet"});
    const base::RunResult result = Deposit(path, more);
    EXPECT_EQ(result.exit_status, 0) << result.err;
    return json::parse(result.out);
  }

  base::RunResult Status(const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"status", "--config", escrow_->operator_config()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const absl::StatusOr<base::RunResult> result = Tidemark(arguments);
    EXPECT_OK(result);
    return *result;
  }

  std::unique_ptr<Escrow> escrow_;
  std::string first_;
};

TEST_F(Answers, StatusOfATldWithoutDepositsIsNo) {
  const base::RunResult none = Status({"example"});
  EXPECT_EQ(none.exit_status, 1);
  EXPECT_THAT(none.err, HasSubstr("the vault has no deposit of TLD example"));
  const base::RunResult none_json = Status({"example", "--format", "json"});
  EXPECT_EQ(none_json.exit_status, 1);
  EXPECT_EQ(json::parse(none_json.out)["tlds"], json::array());
  // Of an empty vault as such there is nothing to say no to.
  EXPECT_EQ(Status({}).exit_status, 0);

  EXPECT_EQ(Deposit(first_).exit_status, 0);
  const base::RunResult some = Status({"example"});
  EXPECT_EQ(some.exit_status, 0);
  EXPECT_THAT(some.out, HasSubstr("example"));
  // Another's TLD is not the operator's to ask for.
  EXPECT_EQ(Status({"nosuch"}).exit_status, 1);
}

TEST_F(Answers, StatsSayWhatWasRepeatedAndWhyEverythingWasSent) {
  const json first = Stats(first_);
  EXPECT_EQ(first["repeated"], false);
  EXPECT_EQ(first["why_everything_was_sent"], "there is none yet");
  EXPECT_EQ(Stats(first_)["repeated"], true);

  ASSERT_OK_AND_ASSIGN(const std::string second, Night(1));
  const json usual = Stats(second);
  EXPECT_EQ(usual["repeated"], false);
  EXPECT_EQ(usual["why_everything_was_sent"], nullptr);
  EXPECT_EQ(usual["why_most_was_sent"], nullptr);

  ASSERT_OK_AND_ASSIGN(const std::string third, Night(2));
  const json everything = Stats(third, {"--send-everything"});
  EXPECT_EQ(everything["new_objects"], everything["objects"]);
  EXPECT_THAT(everything["why_everything_was_sent"].get<std::string>(),
              HasSubstr("--send-everything"));
}

// An export that broke off behind its header, and was deposited all the same.
TEST_F(Answers, AfterABrokenFullTheNextNightSaysWhyItIsFuller) {
  EXPECT_EQ(Deposit(first_).exit_status, 0);
  ASSERT_OK_AND_ASSIGN(const std::string second, Night(1));
  ASSERT_OK(EditFile(second, second, [](std::string text) {
    return text.substr(0, text.size() / 4) + "</rde:contents></rde:deposit>";
  }));
  EXPECT_EQ(Deposit(second).exit_status, 0);
  ASSERT_OK_AND_ASSIGN(const std::string third, Night(2));
  const base::RunResult result = Deposit(third);
  EXPECT_EQ(result.exit_status, 0);
  EXPECT_THAT(result.err, HasSubstr("most objects were sent: "));
  EXPECT_THAT(result.err, HasSubstr("was the last FULL cut short"));
}

TEST_F(Answers, AReceiptThatMayNotBeWrittenIsNoMatterOfRoom) {
  const std::string receipts = escrow_->dir() + "/depositor/state/receipts";
  ASSERT_OK(base::MakeDirs(receipts, base::FileMode::kPrivate));
  ASSERT_EQ(chmod(receipts.c_str(), 0500), 0);
  std::vector<std::string> command = {
      Runfile("cli/tidemark"), "deposit", first_, "--config", escrow_->depositor()};
  // The superuser may write anywhere, unless that right is taken away.
  if (geteuid() == 0) {
    command.insert(command.begin(), {"/usr/bin/setpriv", "--bounding-set", "-dac_override"});
  }
  ASSERT_OK_AND_ASSIGN(const base::RunResult result,
                       base::RunAndCapture(command, absl::Minutes(1), 1 << 20));
  ASSERT_EQ(chmod(receipts.c_str(), 0700), 0);
  EXPECT_EQ(result.exit_status, 2);
  EXPECT_THAT(result.err, HasSubstr("the receipt could not be kept"));
  EXPECT_THAT(result.err, HasSubstr("let this user write there and deposit again"));
  EXPECT_THAT(result.err, Not(HasSubstr("room")));
  EXPECT_THAT(Deposit(first_).out, HasSubstr("had this deposit already"));
}

}  // namespace
}  // namespace tidemark::tests
