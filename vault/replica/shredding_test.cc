// What the primary deletes, judged by the second copy's own holds, policy and log.
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
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
  void ForgetHold() {
    copies_.ClosePrimary();
    {
      auto store = RocksStore::Open(copies_.primary_dir());
      ASSERT_OK(store);
      StoreBatch batch;
      batch.Delete(Family::kHolds, schema::HoldKey(*old_, "2026-117"));
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

  void Resolve(const Resolution& resolution, absl::Duration keep_for) {
    copies_.CloseReplica();
    ASSERT_OK(ResolveStop(copies_.replica_dir(), resolution));
    copies_.OpenReplica(keep_for);
  }

  TwoCopies copies_;
  std::optional<DepositId> old_;
  const std::string evidence_ = base::TestDir() + "/evidence";
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
                   .contains(std::string(schema::kAllowedShreddingKey)));
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
