#include "verifier/input/judge_on_bet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "rde/reader.h"
#include "verifier/report_json.h"
#include "verifier/testing/csv_deposit_text.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using ::testing::ElementsAre;

absl::Status ReadXmlOf(base::ByteSource& xml, rde::RecordSink& sink) {
  return rde::ReadDeposit(xml, sink);
}

class JudgeOnBetTest : public ::testing::Test {
 protected:
  // Writes a deposit with its CSV files into a directory.
  void Write(const std::string& text) {
    ASSERT_OK(base::WriteFile(dir_ + "/text", text, base::FileMode::kPrivate));
    const auto split =
        base::RunAndCapture({"/bin/sh", "-c",
                             absl::StrCat("cd ", dir_,
                                          " && awk '/^=== /{to=$2; printf \"\" > to; next} "
                                          "{print > (to ? to : \"test.xml\")}' text")},
                            absl::Seconds(60), 1 << 16);
    ASSERT_OK(split);
    ASSERT_EQ(split->exit_status, 0) << split->err;
  }

  // What is said of it, and how often it was read for that; `bets` notes which of them were bets.
  std::string Judge(std::vector<bool>& bets) {
    const auto input = DepositInput::Open(dir_ + "/test.xml", {});
    EXPECT_OK(input);
    const Judged judged =
        JudgeOnBet(GoodOptions(), [&](const CsvReading& reading, DepositChecker& checker) {
          bets.push_back(reading.on_bet);
          return ReadInput(**input, ReadXmlOf, {}, checker, reading);
        });
    EXPECT_OK(judged.status);
    return ReportJson(judged.checker->Finish());
  }
  std::string JudgeWithoutBet() {
    const auto input = DepositInput::Open(dir_ + "/test.xml", {});
    EXPECT_OK(input);
    DepositChecker checker(GoodOptions());
    EXPECT_OK(ReadInput(**input, ReadXmlOf, {}, checker));
    return ReportJson(checker.Finish());
  }

  const std::string dir_ = base::TestDir();
};

TEST_F(JudgeOnBetTest, AGoodDepositIsReadOnce) {
  Write(CsvDepositText());
  std::vector<bool> bets;
  const std::string report = Judge(bets);
  EXPECT_THAT(bets, ElementsAre(true));
  EXPECT_EQ(report, JudgeWithoutBet());
}

TEST_F(JudgeOnBetTest, ABetThatIsLostLeavesNothingBehind) {
  // The last row of the last file is too short: all others were judged when that shows.
  Write(CsvDepositText() + "x\n");
  std::vector<bool> bets;
  const std::string report = Judge(bets);
  EXPECT_THAT(bets, ElementsAre(true, false));
  EXPECT_THAT(report, ::testing::HasSubstr("RDE_INVALID_CSV"));
  EXPECT_EQ(report, JudgeWithoutBet());
}

}  // namespace
}  // namespace tidemark::verifier
