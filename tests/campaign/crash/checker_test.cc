// The checker itself: it keeps quiet about a vault that keeps its promises, and names those that
// one does not keep.
#include "tests/campaign/crash/checker.h"

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/campaign/crash/session.h"
#include "tests/campaign/crash/works.h"

namespace tidemark::campaign {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Checker : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(MakeKeys(options_.keys));
    Start();
  }

  // Another process: all that it knows it has from the journal.
  void Start() {
    session_ = nullptr;
    ASSERT_OK_AND_ASSIGN(session_, Session::Start(options_));
  }

  // Works of all kinds; at the end the vault is closed.
  void WorkFor(int steps) {
    ASSERT_OK(session_->OpenVault());
    for (int i = 0; i < steps; ++i) {
      const Work& work = DrawWork(Script::kOrdinary, *session_);
      ASSERT_OK(work.run(*session_)) << work.name;
    }
    session_->CloseVault();
    ASSERT_THAT(session_->breaches(), IsEmpty());
  }

  // A deposit, its verdict and a tree head.
  void PromiseAll() {
    ASSERT_OK(session_->OpenVault());
    const uint32_t number = session_->promises().NextNumber();
    {
      ASSERT_OK_AND_ASSIGN(const auto upload, session_->BeginNew());
      ASSERT_OK(session_->Send(session_->record(number), 100, *upload));
      ASSERT_OK(session_->Commit(session_->record(number), *upload));
    }
    ASSERT_OK(session_->Judge(session_->record(number), false));
    ASSERT_OK(session_->AskTreeHead());
    session_->CloseVault();
  }

  void Copy(const std::string& from, const std::string& to) {
    std::error_code error;
    std::filesystem::remove_all(to, error);
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive, error);
    ASSERT_FALSE(error) << error.message();
  }

  Tally Check() {
    Tally tally;
    EXPECT_OK(session_->OpenVault());
    EXPECT_OK(CheckPromises(*session_, tally));
    return tally;
  }

  const std::string dir_ = base::TestDir();
  const SessionOptions options_ = {
      .dir = dir_ + "/vault", .journal = dir_ + "/journal", .keys = dir_ + "/keys", .seed = 3};
  std::unique_ptr<Session> session_;
};

TEST_F(Checker, FindsNothingAgainstAVaultThatNothingHappenedTo) {
  WorkFor(40);
  Start();
  const Tally tally = Check();
  EXPECT_THAT(session_->breaches(), IsEmpty());
  EXPECT_GT(tally.receipts_given, 0u);
  EXPECT_EQ(tally.receipts_given, tally.receipts_honoured);
  EXPECT_EQ(tally.pieces_acked, tally.pieces_held);
  EXPECT_GT(tally.verdicts_given, 0u);
  EXPECT_EQ(tally.verdicts_given, tally.verdicts_honoured);
  EXPECT_EQ(tally.heads_given, tally.heads_honoured);
}

TEST_F(Checker, OlderCopyOfTheDirectoryBreaksEveryPromiseSinceThen) {
  WorkFor(10);
  Copy(options_.dir, dir_ + "/older");
  PromiseAll();
  const uint32_t number = session_->promises().NextNumber() - 1;
  Copy(dir_ + "/older", options_.dir);
  Start();
  const Tally tally = Check();
  EXPECT_THAT(session_->breaches(),
              Contains(absl::StrCat("upload ", number, ": has a receipt and is not listed")));
  EXPECT_THAT(session_->breaches(), Contains(HasSubstr("its verdicts")));
  EXPECT_THAT(session_->breaches(), Contains(HasSubstr("its receipt's leaf is not in the log")));
  EXPECT_THAT(session_->breaches(), Contains(HasSubstr("does not go on from the tree head")));
  EXPECT_LT(tally.receipts_honoured, tally.receipts_given);
  EXPECT_LT(tally.verdicts_honoured, tally.verdicts_given);
  EXPECT_LT(tally.heads_honoured, tally.heads_given);
}

TEST_F(Checker, AcknowledgedPiecesThatAreGoneAreABreach) {
  ASSERT_OK(session_->OpenVault());
  session_->journal().Begin(1, std::nullopt, UploadSize::kSmall);
  session_->journal().Acked(1, {.frames = 1, .parts = 1});
  session_->CloseVault();
  Start();
  const Tally tally = Check();
  EXPECT_THAT(session_->breaches(), Contains(HasSubstr("1 frames and 1 parts were acknowledged")));
  EXPECT_EQ(tally.pieces_acked, 2u);
  EXPECT_EQ(tally.pieces_held, 0u);
}

TEST_F(Checker, DepositThatNobodyCommittedIsABreach) {
  PromiseAll();
  std::error_code error;
  std::filesystem::remove(options_.journal, error);
  ASSERT_FALSE(error) << error.message();
  Start();
  session_->journal().Begin(1, std::nullopt, UploadSize::kSmall);
  session_->journal().MayBeGone(1);
  Check();
  EXPECT_THAT(session_->breaches(), Contains("upload 1: is listed and was never committed"));
}

TEST_F(Checker, DistrustThatWasForgottenIsABreach) {
  PromiseAll();
  session_->journal().TryVerdict(1, true);
  session_->journal().Verdict(1, {"no such verdict", 2}, true);
  Start();
  Check();
  EXPECT_THAT(session_->breaches(), Contains(HasSubstr("its pack is distrusted")));
  EXPECT_THAT(session_->breaches(), Contains(HasSubstr("verdict 2 is not in the log")));
}

}  // namespace
}  // namespace tidemark::campaign
