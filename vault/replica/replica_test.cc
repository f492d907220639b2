// A second copy in step: the same rows as the primary, whatever happens on the way.
#include "vault/replica/replica.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "vault/replica/promote.h"
#include "vault/replica/replica_testing.h"
#include "vault/retention/retention.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using schema::Family;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::base::IsOkAndHolds;
using ::tidemark::base::StatusIs;
using tidemark::v1::CustodyAct;
using tidemark::v1::VERDICT_OUTCOME_FAIL;
using tidemark::v1::VERDICT_OUTCOME_PASS;

class ReplicaTest : public ::testing::Test {
 protected:
  // Closes both and compares all that custody consists of, byte for byte.
  void ExpectSameRows() {
    copies_.ClosePrimary();
    copies_.CloseReplica();
    for (const Family family :
         {Family::kFrames, Family::kParts, Family::kDeposits, Family::kVerdicts, Family::kLog,
          Family::kNodes, Family::kActs, Family::kHolds, Family::kPacks}) {
      SCOPED_TRACE(schema::kFamilyNames[static_cast<size_t>(family)]);
      EXPECT_EQ(RowsOf(copies_.primary_dir(), family), RowsOf(copies_.replica_dir(), family));
    }
    copies_.OpenPrimary();
    copies_.OpenReplica();
  }

  retention::RunSummary RunRetention() {
    std::atomic<bool> stop = false;
    const auto summary = copies_.primary().Retained().Run(retention::RunMode::kDelete, stop);
    EXPECT_OK(summary);
    return summary.ok() ? *summary : retention::RunSummary();
  }

  TwoCopies copies_;
};

TEST_F(ReplicaTest, HasTheSameRowsAfterNightsVerdictsAndHolds) {
  const TestUpload first = copies_.Deposit("example/A1/0", {.frames = 20, .parts = 3});
  ASSERT_OK(copies_.Copy());
  ExpectSameRows();
  copies_.DepositOn(first, "example/A2/0");
  copies_.Judge(first.deposit, VERDICT_OUTCOME_PASS);
  copies_.Judge(first.deposit, VERDICT_OUTCOME_FAIL);
  for (const char* const case_id : {"case-1", "case-2"}) {
    ASSERT_OK(copies_.primary().Retained().PlaceHold(
        {first.deposit, case_id, "a reason", "operator, serial 1"}));
  }
  ASSERT_OK(copies_.primary().Retained().LiftHold(
      {first.deposit, "case-1", "it is over", "operator, serial 1"}));
  copies_.Deposit("example/A3/0", {.frames = 0, .parts = 1});
  ASSERT_OK(copies_.Copy());
  ExpectSameRows();
  // It reads like any vault.
  EXPECT_THAT(*copies_.replica().List("example"), SizeIs(3));
  EXPECT_THAT(copies_.replica().Frame(first.deposit, first.pack, 7), IsOkAndHolds(first.frames[7]));
  EXPECT_THAT(copies_.replica().ManifestPart(first.deposit, 2), IsOkAndHolds(first.parts[2]));
  ASSERT_OK_AND_ASSIGN(const auto head, copies_.replica().TreeHead());
  EXPECT_EQ(head.body(), copies_.primary().TreeHead()->body());
  EXPECT_OK(copies_.replica().log().Consistency(2, 5));
  // Nothing more to do.
  ASSERT_OK(copies_.Copy());
  ExpectSameRows();
}

TEST_F(ReplicaTest, TakesNothingButWhatItsPrimaryLogged) {
  const TestUpload stored = copies_.Deposit("example/A1/0");
  ASSERT_OK(copies_.Copy());
  const TestPeer depositor = TestPeer::Make(Role::kDepositor, {"example"});
  const auto refused = StatusIs(StatusCode::kFailedPrecondition, HasSubstr("second copy"));
  EXPECT_THAT(Store(MakeUpload(copies_.replica().vault_id(), Id("example/B1/0")), depositor,
                    copies_.replica()),
              refused);
  const crypto::SigningKey key = crypto::SigningKey::Generate();
  EXPECT_THAT(
      copies_.replica().AppendVerdict(
          MakeVerdict(copies_.replica().vault_id(), stored.deposit,
                      *copies_.replica().Manifest(stored.deposit), VERDICT_OUTCOME_PASS, key),
          key.verify_key()),
      refused);
  EXPECT_THAT(copies_.replica().Retained().PlaceHold({stored.deposit, "case", "why", "who"}),
              refused);
  std::atomic<bool> stop = false;
  EXPECT_THAT(copies_.primary().replication().Apply(*copies_.primary().TreeHead()).status(),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("no second copy")));
  EXPECT_THAT(copies_.primary().replication().Erase(stop).status(),
              StatusIs(StatusCode::kFailedPrecondition));
  EXPECT_THAT(copies_.replica().replication().ConfirmErased(1, "x").status(),
              StatusIs(StatusCode::kFailedPrecondition));
  ExpectSameRows();
}

TEST_F(ReplicaTest, OneCopierAtATime) {
  ASSERT_OK_AND_ASSIGN(const auto first,
                       copies_.replica().replication().Apply(*copies_.primary().TreeHead()));
  EXPECT_THAT(copies_.Copy(), StatusIs(StatusCode::kUnavailable, HasSubstr("another copier")));
}

TEST_F(ReplicaTest, GoesOnBehindEveryPieceThatCame) {
  const TestUpload upload = copies_.Deposit("example/A1/0", {.frames = 7, .parts = 3});
  for (int round = 0; round < 9; ++round) {
    SCOPED_TRACE(round);
    int sent = 0;
    // One piece gets through each time.
    EXPECT_THAT(copies_.Copy({.on_piece = [&](tidemark::v1::SealedPiece&) { return sent++ == 0; }}),
                StatusIs(StatusCode::kCancelled));
    EXPECT_THAT(*copies_.replica().List(""), IsEmpty()) << "nothing half is visible";
    copies_.CloseReplica();
    copies_.OpenReplica();
  }
  int sent = 0;
  ASSERT_OK(copies_.Copy({.on_piece = [&](tidemark::v1::SealedPiece&) { return ++sent > 0; }}));
  EXPECT_EQ(sent, 1);
  ExpectSameRows();
}

TEST_F(ReplicaTest, ShreddingHasTheSameEffectAndIsConfirmed) {
  const TestUpload first = copies_.Deposit("example/A1/0", {.frames = 9, .parts = 2});
  const TestUpload second = copies_.DepositOn(first, "example/A2/0");
  copies_.clock().Advance(absl::Hours(24 * 7));
  const TestUpload third = copies_.Deposit("example/A3/0");
  ASSERT_OK(copies_.Copy());
  copies_.clock().Advance(absl::Hours(24 * 7));
  copies_.Judge(third.deposit, VERDICT_OUTCOME_PASS);
  copies_.clock().Advance(absl::Hours(24 * 7));
  ASSERT_EQ(RunRetention().deposits_shredded, 2u);
  ASSERT_OK(copies_.Copy());
  EXPECT_THAT(copies_.replica().Manifest(first.deposit), StatusIs(StatusCode::kNotFound));
  std::atomic<bool> stop = false;
  ASSERT_OK_AND_ASSIGN(const std::vector<uint64_t> gone,
                       copies_.replica().replication().Erase(stop));
  ASSERT_THAT(gone, SizeIs(2));
  for (const uint64_t index : gone) {
    EXPECT_THAT(copies_.primary().replication().ConfirmErased(index, "copy, serial 2"),
                IsOkAndHolds(true));
    EXPECT_THAT(copies_.primary().replication().ConfirmErased(index, "copy, serial 2"),
                IsOkAndHolds(false));
  }
  ASSERT_OK(copies_.Copy());
  EXPECT_THAT(copies_.replica().replication().Erase(stop), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(copies_.primary().replication().ConfirmErased(0, "x").status(),
              StatusIs(StatusCode::kInvalidArgument));
  ExpectSameRows();
}

TEST_F(ReplicaTest, ACopyBegunAfterTheShreddingComesOutTheSame) {
  const TestUpload first = copies_.Deposit("example/A1/0", {.frames = 9, .parts = 2});
  copies_.Judge(first.deposit, VERDICT_OUTCOME_PASS);
  copies_.clock().Advance(absl::Hours(24 * 7));
  const TestUpload third = copies_.Deposit("example/A3/0");
  copies_.clock().Advance(absl::Hours(24 * 7));
  copies_.Judge(third.deposit, VERDICT_OUTCOME_PASS);
  copies_.clock().Advance(absl::Hours(24 * 7));
  ASSERT_EQ(RunRetention().deposits_shredded, 1u);
  ASSERT_OK(copies_.Copy());
  EXPECT_THAT(copies_.replica().Receipt(first.deposit),
              IsOkAndHolds(testing::Truly([&](const tidemark::v1::Receipt& receipt) {
                return receipt.body() == copies_.primary().Receipt(first.deposit)->body();
              })));
  ExpectSameRows();
}

TEST_F(ReplicaTest, AnUploadThatReliesOnAFreedFrameKeepsItInBothCopies) {
  const TestUpload first = copies_.Deposit("example/A1/0", {.frames = 9, .parts = 2});
  copies_.clock().Advance(absl::Hours(24 * 7));
  const TestUpload second = copies_.DepositOn(first, "example/A2/0");
  copies_.clock().Advance(absl::Hours(24 * 7));
  copies_.Judge(second.deposit, VERDICT_OUTCOME_PASS);
  ASSERT_EQ(RunRetention().deposits_shredded, 1u);
  ASSERT_OK(copies_.Copy());
  EXPECT_THAT(copies_.replica().Frame(second.deposit, first.pack, 3),
              IsOkAndHolds(first.frames[3]));
  ExpectSameRows();
}

TEST_F(ReplicaTest, ADirectoryOfAnotherFormatIsRefused) {
  copies_.Deposit("example/A1/0");
  ASSERT_OK(copies_.Copy());
  copies_.CloseReplica();
  {
    const auto store = RocksStore::Open(copies_.replica_dir());
    ASSERT_OK(store);
    StoreBatch batch;
    batch.Put(Family::kMeta, std::string(schema::kFormatKey),
              schema::FormatValue(schema::kSchemaFormatWithoutNodes));
    ASSERT_OK((*store)->Apply(batch, Durability::kSynced));
  }
  base::FakeClock clock(TestNow());
  EXPECT_THAT(
      Vault::OpenReplica({.dir = copies_.replica_dir()}, std::string(copies_.primary().vault_id()),
                         copies_.receipt_key().verify_key(), clock),
      StatusIs(StatusCode::kFailedPrecondition, HasSubstr("begin one in an empty directory")));
}

TEST_F(ReplicaTest, OpensAsThePrimaryOnlyAfterPromotion) {
  const TestUpload upload = copies_.Deposit("example/A1/0");
  ASSERT_OK(copies_.Copy());
  const auto receipt = copies_.primary().Receipt(upload.deposit);
  copies_.ClosePrimary();
  copies_.CloseReplica();
  base::FakeClock clock(TestNow());
  EXPECT_THAT(Vault::Open({.dir = copies_.replica_dir()}, "", copies_.receipt_key(), clock),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("replica promote")));
  EXPECT_THAT(Vault::OpenReplica({.dir = copies_.primary_dir()}, std::string(16, 'x'),
                                 copies_.receipt_key().verify_key(), clock),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("holds vault")));
  EXPECT_THAT(PromoteReplica(copies_.replica_dir(), crypto::SigningKey::Generate()),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("not the one that signed")));
  EXPECT_THAT(PromoteReplica(copies_.primary_dir(), copies_.receipt_key()),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("no second copy")));
  EXPECT_THAT(PromoteReplica(copies_.replica_dir() + "/absent", copies_.receipt_key()),
              StatusIs(StatusCode::kNotFound));
  ASSERT_OK_AND_ASSIGN(const Promoted promoted,
                       PromoteReplica(copies_.replica_dir(), copies_.receipt_key()));
  EXPECT_EQ(promoted.tree_size, 2u);
  EXPECT_FALSE(promoted.has_contradiction);
  ASSERT_OK_AND_ASSIGN(const auto vault, Vault::Open({.dir = copies_.replica_dir()}, "",
                                                     copies_.receipt_key(), clock));
  EXPECT_EQ(vault->Receipt(upload.deposit)->body(), receipt->body());
  const TestPeer depositor = TestPeer::Make(Role::kDepositor, {"example"});
  EXPECT_OK(Store(MakeUpload(vault->vault_id(), Id("example/B1/0")), depositor, *vault));
  EXPECT_EQ(*vault->log().Size(), 3u);
}

}  // namespace
}  // namespace tidemark::vault
