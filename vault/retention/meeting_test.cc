// Retention and what else goes on in a vault: holds, uploads, commits, a second run.
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "vault/retention/retention_fixture.h"

namespace tidemark::vault::retention {
namespace {

using ::absl::StatusCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::tidemark::base::StatusIs;

TEST_F(RetentionTest, HoldKeepsADepositUntilItIsLifted) {
  StoreNights(3);
  ASSERT_OK_AND_ASSIGN(const uint64_t placed, vault_->Retained().PlaceHold(Hold(0, "case-1")));
  ASSERT_OK(vault_->Retained().PlaceHold(Hold(0, "case-2")));
  EXPECT_THAT(vault_->Retained().PlaceHold(Hold(0, "case-1")),
              StatusIs(StatusCode::kAlreadyExists));
  Age(380);
  Reopen();
  ASSERT_OK_AND_ASSIGN(RunSummary summary, Run());
  EXPECT_EQ(summary.deposits_shredded, 1);
  EXPECT_OK(CheckRestores(nights_[0], *vault_));
  EXPECT_OK(CheckRestores(nights_[2], *vault_));
  ASSERT_OK_AND_ASSIGN(const auto plan, vault_->Retained().Plan("example"));
  EXPECT_THAT(plan[0].kept_by, ElementsAre("hold case-1", "hold case-2"));
  ASSERT_OK_AND_ASSIGN(const uint64_t lifted, vault_->Retained().LiftHold(Hold(0, "case-1")));
  EXPECT_GT(lifted, placed);
  ASSERT_OK(Run());
  EXPECT_OK(CheckRestores(nights_[0], *vault_));
  ASSERT_OK(vault_->Retained().LiftHold(Hold(0, "case-2")));
  EXPECT_THAT(vault_->Retained().LiftHold(Hold(0, "case-2")), StatusIs(StatusCode::kNotFound));
  ASSERT_OK(Run());
  EXPECT_OK(CheckShredded(nights_[0], *vault_));
  EXPECT_OK(CheckRestores(nights_[2], *vault_));
  EXPECT_THAT(vault_->Retained().PlaceHold(Hold(0, "case-3")),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("deleted by")));
  std::vector<std::string> cases;
  for (const auto& act : Acts()) {
    if (act.has_hold_placed()) {
      EXPECT_EQ(act.hold_placed().ordered_by(), "anne 0a1b");
      EXPECT_EQ(act.hold_placed().reason(), "the court asked");
      cases.push_back("+" + act.hold_placed().case_id());
    }
    if (act.has_hold_lifted()) cases.push_back("-" + act.hold_lifted().case_id());
  }
  EXPECT_THAT(cases, ElementsAre("+case-1", "+case-2", "-case-1", "-case-2"));
}

TEST_F(RetentionTest, HoldsThatCannotBeAreRefusedAndLeaveNoLeaf) {
  StoreNights(1);
  const auto log_bytes = vault_->TreeHead()->body();
  HoldOrder order = Hold(0, "case");
  order.deposit = Id("example/NONE/0");
  EXPECT_THAT(vault_->Retained().PlaceHold(order), StatusIs(StatusCode::kNotFound));
  for (const std::string& bad : {std::string(), std::string("a b"), std::string("a/b"),
                                 std::string("\xc3\xa9"), std::string(65, 'x')}) {
    EXPECT_THAT(vault_->Retained().PlaceHold(Hold(0, bad)),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr("case")));
  }
  for (const std::string& bad : {std::string(), std::string("a\nb"), std::string(1025, 'x')}) {
    order = Hold(0, "case");
    order.reason = bad;
    EXPECT_THAT(vault_->Retained().PlaceHold(order),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr("reason")));
  }
  EXPECT_EQ(vault_->TreeHead()->body(), log_bytes);
  for (int i = 0; i < 64; ++i) ASSERT_OK(vault_->Retained().PlaceHold(Hold(0, absl::StrCat(i))));
  EXPECT_THAT(vault_->Retained().PlaceHold(Hold(0, "one-more")),
              StatusIs(StatusCode::kResourceExhausted));
}

TEST_F(RetentionTest, CommitThatUsesARemovedFrameIsRefusedAndOneThatDoesNotIsTaken) {
  StoreNights(3);
  TestRegistry copy = registry_;
  const Night bad = NextUsingAnOldFrame();
  const Night good = copy.Next();  // the same without that frame
  Age(380);
  ASSERT_OK(Run());
  EXPECT_THAT(StoreNight(bad, depositor_, *vault_),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("send in full")));
  ASSERT_OK(StoreNight(good, depositor_, *vault_));
  EXPECT_OK(CheckRestores(good, *vault_));
}

TEST_F(RetentionTest, PacksThatAnUnfinishedUploadReliesOnAreLeftAlone) {
  StoreNights(3);
  TestRegistry copy = registry_;
  const Night tonight = copy.Next();
  Age(380);
  std::unique_ptr<Upload> open;
  std::vector<crypto::PackId> all;
  for (const Night& night : nights_) all.push_back(night.upload.pack);
  const auto begin = [&] {
    auto upload = vault_->Begin({.deposit = tonight.upload.deposit,
                                 .new_pack = tonight.upload.pack,
                                 .relied_on = all,
                                 .begin_digest = std::string(32, 'd'),
                                 .signer = std::string(32, 's')});
    ASSERT_OK(upload);
    open = *std::move(upload);
  };
  begin();
  ASSERT_OK_AND_ASSIGN(RunSummary summary, Run());
  EXPECT_EQ(summary.deposits_shredded, 2);
  EXPECT_EQ(summary.frames_removed, 0);
  EXPECT_EQ(summary.tlds_deferred, 1);
  EXPECT_EQ(summary.erasures_confirmed, 0);
  // Parked by a restart: which packs it needs is not known until it comes back.
  open = nullptr;
  Reopen();
  ASSERT_OK_AND_ASSIGN(summary, Run());
  EXPECT_EQ(summary.frames_removed, 0);
  EXPECT_EQ(summary.tlds_deferred, 1);
  begin();
  ASSERT_OK(Send(tonight.upload, *open));
  ASSERT_OK(open->Commit(tonight.upload.Sign(depositor_)));
  open = nullptr;
  ASSERT_OK_AND_ASSIGN(summary, Run());
  EXPECT_GT(summary.frames_removed, 0);
  EXPECT_EQ(summary.erasures_confirmed, 2);
  EXPECT_OK(CheckRestores(nights_[2], *vault_));
  EXPECT_OK(CheckRestores(tonight, *vault_));
}

TEST_F(RetentionTest, DepositThatComesBetweenPlanAndBatchKeepsItsFrames) {
  StoreNights(3);
  const Night tonight = NextUsingAnOldFrame();
  Age(380);
  int stored = 0;
  hook_ = [&](absl::string_view point) {
    if (point == "before-shred-batch" && stored++ == 0) {
      EXPECT_OK(StoreNight(tonight, depositor_, *vault_));
    }
  };
  ASSERT_OK_AND_ASSIGN(const RunSummary summary, Run());
  EXPECT_EQ(summary.deposits_shredded, 2);
  EXPECT_GT(summary.frames_removed, 0);
  EXPECT_GT(stored, 1);
  EXPECT_OK(CheckShredded(nights_[0], *vault_));
  EXPECT_OK(CheckRestores(tonight, *vault_));
  EXPECT_OK(CheckRestores(nights_[2], *vault_));
}

TEST_F(RetentionTest, HoldThatComesBetweenPlanAndBatchHolds) {
  StoreNights(3);
  Age(380);
  int placed = 0;
  hook_ = [&](absl::string_view point) {
    if (point == "before-shred-batch" && placed++ == 0) {
      EXPECT_OK(vault_->Retained().PlaceHold(Hold(1, "just-in-time")));
    }
  };
  ASSERT_OK_AND_ASSIGN(const RunSummary summary, Run());
  EXPECT_EQ(summary.deposits_shredded, 1);
  EXPECT_OK(CheckShredded(nights_[0], *vault_));
  EXPECT_OK(CheckRestores(nights_[1], *vault_));
}

TEST_F(RetentionTest, TldThatNeverRestsIsLeftToTheNextRun) {
  StoreNights(3);
  Age(380);
  int nights = 0;
  hook_ = [&](absl::string_view point) {
    if (point != "before-shred-batch") return;
    EXPECT_OK(vault_->Retained().PlaceHold(Hold(2, absl::StrCat("case-", nights++))));
  };
  ASSERT_OK_AND_ASSIGN(RunSummary summary, Run());
  EXPECT_EQ(summary.deposits_shredded, 0);
  EXPECT_EQ(summary.tlds_deferred, 1);
  hook_ = nullptr;
  ASSERT_OK_AND_ASSIGN(summary, Run());
  EXPECT_EQ(summary.deposits_shredded, 2);
  EXPECT_EQ(summary.erasures_confirmed, 2);
}

TEST_F(RetentionTest, OneRunAtATime) {
  StoreNights(2);
  Age(380);
  int refused = 0;
  hook_ = [&](absl::string_view point) {
    if (point != "before-compaction") return;
    std::thread([&] {
      EXPECT_THAT(Run(), StatusIs(StatusCode::kUnavailable, HasSubstr("going on")));
      ++refused;
    }).join();
  };
  ASSERT_OK(Run());
  EXPECT_EQ(refused, 1);
}

TEST_F(RetentionTest, CommittedPacksTakeNoPieceMore) {
  nights_.push_back(registry_.Next());
  const TestUpload& upload = nights_[0].upload;
  const UploadRequest request = {.deposit = upload.deposit, .new_pack = upload.pack};
  ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin(request));
  ASSERT_OK(Send(upload, *open));
  ASSERT_OK(open->Commit(upload.Sign(depositor_)));
  EXPECT_THAT(open->PutFrame(0, "x"), StatusIs(StatusCode::kFailedPrecondition));
  EXPECT_THAT(open->PutFrame(20, "x"), StatusIs(StatusCode::kFailedPrecondition));
  EXPECT_THAT(open->PutManifestPart(2, "x"), StatusIs(StatusCode::kFailedPrecondition));
  open->Discard();
  {
    ASSERT_OK_AND_ASSIGN(const auto again, vault_->Begin(request));
    EXPECT_THAT(again->PutFrame(0, "x"), StatusIs(StatusCode::kFailedPrecondition));
    EXPECT_THAT(again->PutManifestPart(0, "x"), StatusIs(StatusCode::kFailedPrecondition));
    again->Discard();
  }
  UploadRequest stolen = request;
  stolen.signer = std::string(32, 't');
  EXPECT_THAT(vault_->Begin(stolen), StatusIs(StatusCode::kAlreadyExists));
  EXPECT_OK(CheckRestores(nights_[0], *vault_));
}

}  // namespace
}  // namespace tidemark::vault::retention
