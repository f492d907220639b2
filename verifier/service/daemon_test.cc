// The loop's bookkeeping against a vault that answers as told. That verdicts come out right over
// real custody is tests/integration's.
#include "verifier/service/daemon.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/testing.h"
#include "proto/service.pb.h"

namespace tidemark::verifier {
namespace {

using base::StatusIs;
using tidemark::v1::DepositSummary;

// Lists deposits, and has lost them.
class ForgetfulVault final : public vault::RemoteVault {
 public:
  std::vector<DepositSummary> deposits;
  absl::Status list_status;
  int lists_of_all = 0;
  int shows = 0;
  int appends = 0;
  bool is_second_copy = false;

  absl::StatusOr<std::vector<DepositSummary>> List(
      const tidemark::v1::ListRequest& request) override {
    if (!list_status.ok()) return list_status;
    lists_of_all += request.without_verdict() ? 0 : 1;
    return deposits;
  }
  absl::StatusOr<tidemark::v1::DepositRecord> Show(const vault::DepositId&) override {
    ++shows;
    return absl::UnavailableError("later");
  }
  absl::StatusOr<tidemark::v1::StatusReply> Status(absl::string_view) override {
    if (!is_second_copy) return absl::UnavailableError("later");
    tidemark::v1::StatusReply reply;
    reply.set_is_second_copy(true);
    return reply;
  }
  absl::Status ReadManifest(const vault::DepositId&,
                            std::function<absl::Status(absl::string_view)>) override {
    return absl::UnavailableError("later");
  }
  absl::Status ReadFrames(const vault::DepositId&, const crypto::PackId&, uint32_t, uint32_t,
                          std::function<absl::Status(uint32_t, absl::string_view)>) override {
    return absl::UnavailableError("later");
  }
  absl::StatusOr<uint64_t> AppendVerdict(const tidemark::v1::SignedVerdict&) override {
    ++appends;
    return 1;
  }
};

// Nothing gets as far as content here.
class NoContent final : public ContentJudge {
 public:
  absl::StatusOr<Report> Judge(const Content&, const tidemark::v1::ClearManifest&, absl::Time,
                               const JudgeOptions&) const override {
    ADD_FAILURE() << "content was to be judged";
    return absl::InternalError("no content");
  }
};

class LoopTest : public ::testing::Test {
 protected:
  LoopTest()
      : opening_key_(crypto::OpeningKey::Generate()),
        signing_key_(crypto::SigningKey::Generate()),
        clock_(absl::UnixEpoch()) {
    agent_.receipt_key_hex = signing_key_.verify_key().ToHex();
  }

  void AddDeposit(int id, tidemark::v1::VerdictOutcome latest) {
    DepositSummary deposit;
    deposit.mutable_identity()->set_tld("test");
    deposit.mutable_identity()->set_id(absl::StrCat(id));
    deposit.set_latest_verdict(latest);
    vault_.deposits.push_back(deposit);
  }
  VerifierLoop Loop() {
    return VerifierLoop({vault_, agent_, opening_key_, signing_key_, clock_, content_judge_},
                        Standards(), Resources(), [this] { return stop_; });
  }

  ForgetfulVault vault_;
  vault::AgentConnection agent_;
  crypto::OpeningKey opening_key_;
  crypto::SigningKey signing_key_;
  base::FakeClock clock_;
  const NoContent content_judge_;
  bool stop_ = false;
};

TEST_F(LoopTest, JudgesWhatHasNoDecisionAndWaitsBeforeTryingAgain) {
  AddDeposit(1, tidemark::v1::VERDICT_OUTCOME_UNSPECIFIED);
  AddDeposit(2, tidemark::v1::VERDICT_OUTCOME_UNDECIDED);
  AddDeposit(3, tidemark::v1::VERDICT_OUTCOME_PASS);
  AddDeposit(4, tidemark::v1::VERDICT_OUTCOME_FAIL);
  VerifierLoop loop = Loop();
  ASSERT_OK_AND_ASSIGN(const Round first, loop.RunRound());
  EXPECT_EQ(first.undecided, 2);
  EXPECT_EQ(vault_.shows, 2);
  ASSERT_OK_AND_ASSIGN(const Round second, loop.RunRound());
  EXPECT_EQ(second.undecided, 0);
  clock_.Advance(JudgingQueue::kFirstPause);
  ASSERT_OK_AND_ASSIGN(const Round third, loop.RunRound());
  EXPECT_EQ(third.undecided, 2);
  // Nothing to bind a verdict to, so nothing was recorded; all deposits were listed once only.
  EXPECT_EQ(vault_.appends, 0);
  EXPECT_EQ(vault_.lists_of_all, 1);
}

TEST_F(LoopTest, StopsBetweenDeposits) {
  AddDeposit(1, tidemark::v1::VERDICT_OUTCOME_UNSPECIFIED);
  stop_ = true;
  VerifierLoop loop = Loop();
  EXPECT_THAT(loop.RunRound(), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(vault_.shows, 0);
}

TEST_F(LoopTest, VaultThatCannotBeAskedIsAnError) {
  vault_.list_status = absl::UnavailableError("down");
  VerifierLoop loop = Loop();
  EXPECT_THAT(loop.RunRound(), StatusIs(absl::StatusCode::kUnavailable));
}

// Its verdicts would go nowhere; a primary in its place is judged at the next round.
TEST_F(LoopTest, ASecondCopyIsNotJudged) {
  AddDeposit(1, tidemark::v1::VERDICT_OUTCOME_UNSPECIFIED);
  vault_.is_second_copy = true;
  VerifierLoop loop = Loop();
  EXPECT_THAT(loop.RunRound(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                        ::testing::HasSubstr("a second copy")));
  EXPECT_EQ(vault_.shows, 0);
  vault_.is_second_copy = false;
  ASSERT_OK(loop.RunRound());
  EXPECT_EQ(vault_.shows, 1);
}

}  // namespace
}  // namespace tidemark::verifier
