// What the primary deletes, judged by the second copy's own holds, policy and log.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"
#include "proto/stored.pb.h"
#include "vault/replica/replica_testing.h"
#include "vault/replica/resolve.h"
#include "vault/retention/retention.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using schema::Family;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::tidemark::base::StatusIs;
using tidemark::v1::VERDICT_OUTCOME_PASS;

using tidemark::v1::DecidedLeafRow;

class ShreddingTest : public ::testing::Test {
 protected:
  // Two FULLs a week apart, the older one on hold in both copies if that is wanted, and old enough
  // for the primary's policy of a day.
  enum class Hold { kNone, kPlaced };
  void MakeOldDeposit(Hold hold) {
    old_ = copies_.Deposit("example/A1/0").deposit;
    if (hold == Hold::kPlaced) {
      ASSERT_OK(copies_.primary().Retained().PlaceHold({*old_, "2026-117", "court", "operator"}));
    }
    copies_.clock().Advance(absl::Hours(24 * 7));
    copies_.Judge(copies_.Deposit("example/A2/0").deposit, VERDICT_OUTCOME_PASS);
    copies_.clock().Advance(absl::Hours(24 * 7));
  }
  // A primary whose administrator has removed the row of the hold.
  void ForgetHold() { ForgetHold(*old_); }
  void ForgetHold(const DepositId& id) {
    copies_.ClosePrimary();
    {
      auto store = RocksStore::Open(copies_.primary_dir());
      ASSERT_OK(store);
      StoreBatch batch;
      batch.Delete(Family::kHolds, schema::HoldKey(id, "2026-117"));
      ASSERT_OK((*store)->Apply(batch, Durability::kSynced));
    }
    copies_.OpenPrimary();
  }
  // The index of the leaf.
  uint64_t Shred() {
    std::atomic<bool> stop = false;
    const auto run = copies_.primary().Retained().Run(retention::RunMode::kDelete, stop);
    EXPECT_OK(run);
    EXPECT_EQ(run->deposits_shredded, 1u);
    const auto entries = copies_.primary().List("");
    EXPECT_OK(entries);
    for (const CatalogueEntry& entry : *entries) {
      if (entry.shredded_log_index != 0) return entry.shredded_log_index;
    }
    ADD_FAILURE() << "nothing was shredded";
    return 0;
  }
  // The copy has refused leaf `index`, keeps it, and goes on with nothing, also after a restart.
  void ExpectRefused(uint64_t index, absl::Duration keep_for, const std::string& why) {
    const auto refused = StatusIs(
        StatusCode::kFailedPrecondition,
        AllOf(HasSubstr(absl::StrCat("leaf ", index)), HasSubstr("example/A1/0"), HasSubstr(why),
              HasSubstr("replica resolve")));
    EXPECT_THAT(copies_.Copy(), refused);
    EXPECT_OK(copies_.replica().Manifest(*old_)) << "nothing was deleted";
    EXPECT_EQ(*copies_.replica().log().Size(), index);
    copies_.CloseReplica();
    tidemark::v1::RefusedLeafRow row;
    ASSERT_TRUE(row.ParseFromString(RowsOf(
        copies_.replica_dir(), Family::kMeta)[std::string(schema::kRefusedShreddingKey)]));
    EXPECT_EQ(row.log_index(), index);
    tidemark::v1::TreeHeadBody signed_head;
    ASSERT_TRUE(signed_head.ParseFromString(row.tree_head().body()));
    EXPECT_EQ(signed_head.tree_size(), index + 1);
    copies_.OpenReplica(keep_for);
    EXPECT_THAT(copies_.Copy(), refused);
    EXPECT_THAT(copies_.replica().replication().State()->stopped(), HasSubstr(why));
  }

  // Three FULLs, the older two on hold in both copies and old enough; with a backup of the primary.
  void MakeTwoHeld() {
    old_ = copies_.Deposit("example/A1/0").deposit;
    other_ = copies_.Deposit("example/A2/0").deposit;
    for (const DepositId& id : {*old_, *other_}) {
      ASSERT_OK(copies_.primary().Retained().PlaceHold({id, "2026-117", "court", "operator"}));
    }
    copies_.clock().Advance(absl::Hours(24 * 7));
    copies_.Judge(copies_.Deposit("example/A3/0").deposit, VERDICT_OUTCOME_PASS);
    copies_.clock().Advance(absl::Hours(24 * 7));
    ASSERT_OK(copies_.Copy());
    copies_.ClosePrimary();
    Copy(copies_.primary_dir(), backup_);
    copies_.OpenPrimary();
  }
  static void Copy(const std::string& from, const std::string& to) {
    std::filesystem::remove_all(to);
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
  }
  void PutPrimaryBack(const std::string& from) {
    copies_.ClosePrimary();
    Copy(from, copies_.primary_dir());
    copies_.OpenPrimary();
  }
  // The primary has signed another leaf `index` than the one that was decided about: nothing is
  // deleted, and both signed heads stay, also when a person lets the copy go on.
  void ExpectForkOf(uint64_t index) {
    const auto fork = StatusIs(StatusCode::kFailedPrecondition,
                               AllOf(HasSubstr(absl::StrCat("at ", index + 1, " leaves")),
                                     HasSubstr("fork"), HasSubstr("replica resolve")));
    EXPECT_THAT(copies_.Copy(), fork);
    EXPECT_OK(copies_.replica().Manifest(*old_)) << "nothing was deleted";
    EXPECT_OK(copies_.replica().Manifest(*other_)) << "nothing was deleted";
    EXPECT_EQ(*copies_.replica().log().Size(), index);
    const std::string dir = base::TestDir() + "/fork";
    Resolve({dir}, absl::Hours(24));
    tidemark::v1::SignedTreeHead head;
    tidemark::v1::TreeHeadBody now;
    ASSERT_OK_AND_ASSIGN(const std::string now_bytes,
                         base::ReadSmallFile(dir + "/contradicting.head"));
    ASSERT_TRUE(head.ParseFromString(now_bytes) && now.ParseFromString(head.body()));
    DecidedLeafRow decided;
    tidemark::v1::TreeHeadBody before;
    ASSERT_OK_AND_ASSIGN(const std::string decided_bytes,
                         base::ReadSmallFile(dir + "/decided.leaf"));
    ASSERT_TRUE(decided.ParseFromString(decided_bytes) &&
                before.ParseFromString(decided.refused().tree_head().body()));
    EXPECT_EQ(now.tree_size(), index + 1);
    EXPECT_EQ(before.tree_size(), index + 1);
    EXPECT_NE(now.root(), before.root());
    EXPECT_THAT(copies_.Copy(), fork) << "the primary's log is still the other one";
    EXPECT_OK(copies_.replica().Manifest(*other_));
  }

  void Resolve(const Resolution& resolution, absl::Duration keep_for) {
    copies_.CloseReplica();
    ASSERT_OK(ResolveStop(copies_.replica_dir(), resolution));
    copies_.OpenReplica(keep_for);
  }

  TwoCopies copies_;
  std::optional<DepositId> old_;
  std::optional<DepositId> other_;
  const std::string evidence_ = base::TestDir() + "/evidence";
  const std::string backup_ = base::TestDir() + "/backup";
  const std::string first_ = base::TestDir() + "/first";
};

TEST_F(ShreddingTest, WhatIsOnHoldHereStays) {
  MakeOldDeposit(Hold::kPlaced);
  ASSERT_OK(copies_.Copy());
  ForgetHold();
  const uint64_t index = Shred();
  ExpectRefused(index, absl::Hours(24), "hold 2026-117");
  // Looked at again it is the same; allowed by a person, it happens here, too.
  Resolve({evidence_}, absl::Hours(24));
  ExpectRefused(index, absl::Hours(24), "hold 2026-117");
  Resolve({evidence_, index}, absl::Hours(24));
  ASSERT_OK(copies_.Copy());
  EXPECT_THAT(copies_.replica().Manifest(*old_), StatusIs(StatusCode::kNotFound));
  EXPECT_EQ(copies_.replica().TreeHead()->body(), copies_.primary().TreeHead()->body());
  copies_.CloseReplica();
  EXPECT_FALSE(RowsOf(copies_.replica_dir(), Family::kMeta)
                   .contains(std::string(schema::kDecidedLeafKey)));
}

// What a person allows is a leaf, and not whatever the primary signs under its number later.
TEST_F(ShreddingTest, AnAllowedLeafIsNotReplacedByAnother) {
  MakeTwoHeld();
  ForgetHold(*old_);
  const uint64_t index = Shred();
  ExpectRefused(index, absl::Hours(24), "hold 2026-117");
  Resolve({evidence_, index}, absl::Hours(24));
  copies_.ClosePrimary();
  Copy(copies_.primary_dir(), first_);
  copies_.OpenPrimary();
  PutPrimaryBack(backup_);
  ForgetHold(*other_);
  ASSERT_EQ(Shred(), index);
  ExpectForkOf(index);

  // The true primary is back: what was allowed is still that, and happens.
  PutPrimaryBack(first_);
  Resolve({base::TestDir() + "/again"}, absl::Hours(24));
  ASSERT_OK(copies_.Copy());
  EXPECT_THAT(copies_.replica().Manifest(*old_), StatusIs(StatusCode::kNotFound));
  EXPECT_OK(copies_.replica().Manifest(*other_));
  copies_.CloseReplica();
  EXPECT_FALSE(RowsOf(copies_.replica_dir(), Family::kMeta)
                   .contains(std::string(schema::kDecidedLeafKey)));
}

// The copy has seen two signatures over one size, whatever the second leaf is, and whether or not
// the first was allowed.
TEST_F(ShreddingTest, ALeafThatIsJudgedAgainIsNotReplacedByAnother) {
  MakeTwoHeld();
  ForgetHold(*old_);
  const uint64_t index = Shred();
  ExpectRefused(index, absl::Hours(24), "hold 2026-117");
  Resolve({evidence_}, absl::Hours(24));
  PutPrimaryBack(backup_);
  copies_.Deposit("example/A4/0");
  ExpectForkOf(index);
}

TEST_F(ShreddingTest, EvidenceIsNotReplacedByOther) {
  MakeOldDeposit(Hold::kPlaced);
  ASSERT_OK(copies_.Copy());
  ForgetHold();
  const uint64_t index = Shred();
  ExpectRefused(index, absl::Hours(24), "hold 2026-117");
  ASSERT_OK(base::MakeDirs(evidence_, base::FileMode::kPrivate));
  ASSERT_OK(base::WriteFile(evidence_ + "/refused.leaf", "of before", base::FileMode::kPrivate));
  copies_.CloseReplica();
  EXPECT_THAT(ResolveStop(copies_.replica_dir(), {evidence_, index}),
              StatusIs(StatusCode::kAlreadyExists, HasSubstr("name another directory")));
  EXPECT_THAT(base::ReadSmallFile(evidence_ + "/refused.leaf"),
              base::IsOkAndHolds(std::string("of before")));
  copies_.OpenReplica(absl::Hours(24));
  ExpectRefused(index, absl::Hours(24), "hold 2026-117");
}

TEST_F(ShreddingTest, WhatIsNotDueByTheCopysOwnPolicyStays) {
  MakeOldDeposit(Hold::kNone);
  copies_.CloseReplica();
  copies_.OpenReplica(absl::Hours(24 * 365));
  const uint64_t index = Shred();
  EXPECT_THAT(copies_.Copy(),
              StatusIs(StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr(absl::StrCat("leaf ", index)), HasSubstr("days = 365"))));
  Resolve({evidence_}, absl::Hours(24));
  // The policy was what was wrong.
  ASSERT_OK(copies_.Copy());
  EXPECT_EQ(copies_.replica().TreeHead()->body(), copies_.primary().TreeHead()->body());
}

TEST_F(ShreddingTest, AnAheadLogDeletesNothing) {
  MakeOldDeposit(Hold::kNone);
  Shred();
  // The log is of a month from now, by this machine's clock.
  copies_.clock().Advance(-absl::Hours(24 * 30));
  EXPECT_THAT(copies_.Copy(), StatusIs(StatusCode::kUnavailable, HasSubstr("ahead of this")));
  EXPECT_EQ(copies_.replica().replication().State()->stopped(), "");
  copies_.clock().Advance(absl::Hours(24 * 30));
  ASSERT_OK(copies_.Copy());
}

}  // namespace
}  // namespace tidemark::vault
