// What is relied on in a second copy, and in both copies when something was shredded, against what
// is stored there.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>

#include "base/testing.h"
#include "vault/expected_keys_testing.h"
#include "vault/replica/replica_testing.h"
#include "vault/retention/retention.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using schema::Family;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::base::IsOkAndHolds;
using ::tidemark::base::StatusIs;

class ReliedOnTest : public ::testing::Test {
 protected:
  static std::unique_ptr<RocksStore> Open(const std::string& dir) {
    auto store = RocksStore::Open(dir);
    EXPECT_OK(store);
    return *std::move(store);
  }
  // Of a vault that nobody has open.
  static void ExpectAllAndNothingElse(const std::string& dir) {
    const auto store = Open(dir);
    for (const Family family : kReliedOnFamilies) {
      ASSERT_OK_AND_ASSIGN(const Keys stored, StoredKeys(*store, family));
      EXPECT_FALSE(stored.empty());
      EXPECT_THAT(ReliedOnKeys(*store, family), IsOkAndHolds(stored));
    }
  }
  // So many pieces of the next leaf, and then the copier dies.
  void CopyPieces(int count) {
    const Meddling dying = {
        .on_piece = [&count](tidemark::v1::SealedPiece&) { return count-- > 0; }};
    ASSERT_FALSE(copies_.Copy(dying).ok());
  }

  TwoCopies copies_;
};

TEST_F(ReliedOnTest, OfALeafUnderWayNobodyKnowsAndOfTheOthersAllIs) {
  const TestUpload whole = copies_.Deposit("example/A1/0", {.frames = 6, .parts = 3});
  ASSERT_OK(copies_.Copy());
  const TestUpload under_way = copies_.Deposit("example/A2/0", {.frames = 6, .parts = 3});
  // In the middle of the frames, and of the parts.
  for (const int pieces : {3, 5}) {
    ASSERT_NO_FATAL_FAILURE(CopyPieces(pieces));
    copies_.CloseReplica();
    auto store = Open(copies_.replica_dir());
    for (const Family family : {Family::kFrames, Family::kParts}) {
      const auto busy =
          StatusIs(StatusCode::kUnavailable, HasSubstr(under_way.pack.ToHex() + " is being"));
      EXPECT_THAT(ReliedOnKeys(*store, family, schema::PiecesOf(under_way.pack)), busy);
      EXPECT_THAT(ReliedOnKeys(*store, family), busy) << "a gap may reach into it";
      ASSERT_OK_AND_ASSIGN(const Keys stored,
                           StoredKeys(*store, family, schema::PiecesOf(whole.pack)));
      EXPECT_THAT(stored, SizeIs(family == Family::kFrames ? 6 : 3));
      EXPECT_THAT(ReliedOnKeys(*store, family, schema::PiecesOf(whole.pack)), IsOkAndHolds(stored));
    }
    EXPECT_THAT(*StoredKeys(*store, Family::kFrames, schema::PiecesOf(under_way.pack)),
                SizeIs(pieces == 3 ? 3 : 6));
    ASSERT_OK_AND_ASSIGN(const Keys nodes, StoredKeys(*store, Family::kNodes));
    EXPECT_THAT(ReliedOnKeys(*store, Family::kNodes), IsOkAndHolds(nodes));
    store = nullptr;
    copies_.OpenReplica();
  }
}

TEST_F(ReliedOnTest, ACopyThatIsInStepReliesOnAllThatItHas) {
  copies_.Deposit("example/A1/0");
  copies_.DepositOn(copies_.Deposit("example/A2/0"), "example/A3/0");
  ASSERT_OK(copies_.Copy());
  copies_.ClosePrimary();
  copies_.CloseReplica();
  ExpectAllAndNothingElse(copies_.primary_dir());
  ExpectAllAndNothingElse(copies_.replica_dir());
}

TEST_F(ReliedOnTest, WhatWasShreddedIsReliedOnInNeitherCopy) {
  const TestUpload old = copies_.Deposit("example/A1/0");
  copies_.clock().Advance(absl::Hours(24 * 7));
  copies_.Judge(copies_.Deposit("example/A2/0").deposit, tidemark::v1::VERDICT_OUTCOME_PASS);
  copies_.clock().Advance(absl::Hours(24 * 7));
  ASSERT_OK(copies_.Copy());
  std::atomic<bool> stop = false;
  ASSERT_OK_AND_ASSIGN(const auto run,
                       copies_.primary().Retained().Run(retention::RunMode::kDelete, stop));
  ASSERT_EQ(run.deposits_shredded, 1u);
  copies_.ClosePrimary();
  ExpectAllAndNothingElse(copies_.primary_dir());
  copies_.OpenPrimary();
  ASSERT_OK(copies_.Copy());
  ASSERT_OK(copies_.replica().replication().Erase(stop));
  copies_.CloseReplica();
  ExpectAllAndNothingElse(copies_.replica_dir());
  const auto store = Open(copies_.replica_dir());
  for (const Family family : {Family::kFrames, Family::kParts}) {
    EXPECT_THAT(*ReliedOnKeys(*store, family, schema::PiecesOf(old.pack)), IsEmpty());
  }
}

}  // namespace
}  // namespace tidemark::vault
