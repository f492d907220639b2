#include "vault/log/stored_log.h"

#include <string>
#include <vector>

#include "base/limits.h"
#include "base/testing.h"
#include "crypto/merkle.h"
#include "crypto/merkle_proof.h"
#include "vault/log/log_testing.h"
#include "vault/log/node_rebuild.h"
#include "vault/receipt.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using base::IsOkAndHolds;
using base::StatusIs;
using schema::Family;
using ::testing::HasSubstr;
using tidemark::v1::TreeHeadBody;

constexpr uint64_t kSize = 70;

class StoredLogTest : public ::testing::Test {
 protected:
  StoredLogTest() : log_(base::TestDir()), reader_(log_.store()) { log_.GrowTo(kSize); }

  // What the head of `size` signs, its signature checked.
  crypto::MerkleTreeRoot Tree(uint64_t size) {
    const absl::StatusOr<tidemark::v1::SignedTreeHead> head = reader_.Head(size);
    EXPECT_OK(head.status());
    const absl::StatusOr<TreeHeadBody> body = VerifyTreeHead(*head, log_.key().verify_key());
    EXPECT_OK(body.status());
    EXPECT_EQ(body->vault_id(), log_.vault_id());
    return {body->tree_size(), *crypto::Sha256Digest::FromBytes(body->root())};
  }

  TestLog log_;
  const StoredLog reader_;
};

TEST_F(StoredLogTest, HeadOfEverySizeIsTheOneThatWasSignedThen) {
  ASSERT_OK_AND_ASSIGN(const std::vector<StoredLogLeaf> leaves, reader_.Leaves(0, kSize));
  crypto::MerkleFrontier frontier;
  for (uint64_t size = 1; size <= kSize; ++size) {
    frontier.Append(crypto::MerkleLeafHash(leaves[size - 1].leaf));
    const crypto::MerkleTreeRoot tree = Tree(size);
    EXPECT_EQ(tree.size, size);
    EXPECT_EQ(tree.root, frontier.Root());
  }
  EXPECT_EQ(Tree(0).size, kSize);
  EXPECT_THAT(reader_.Size(), IsOkAndHolds(kSize));
}

TEST_F(StoredLogTest, EveryLeafAndEveryPairOfSizesIsProved) {
  ASSERT_OK_AND_ASSIGN(const std::vector<StoredLogLeaf> leaves, reader_.Leaves(0, kSize));
  for (uint64_t size = 1; size <= kSize; ++size) {
    const crypto::MerkleTreeRoot tree = Tree(size);
    for (uint64_t index = 0; index < size; ++index) {
      ASSERT_OK_AND_ASSIGN(const auto inclusion, reader_.Inclusion(index, size));
      ASSERT_OK(crypto::VerifyMerkleInclusion(
          index, size, crypto::MerkleLeafHash(leaves[index].leaf), inclusion, tree.root));
      ASSERT_OK_AND_ASSIGN(const auto consistency, reader_.Consistency(index + 1, size));
      ASSERT_OK(crypto::VerifyMerkleConsistency(Tree(index + 1), tree, consistency));
    }
  }
}

TEST_F(StoredLogTest, WhatTheLogDoesNotHaveIsSaid) {
  EXPECT_THAT(reader_.Head(kSize + 1), StatusIs(StatusCode::kNotFound, HasSubstr("70 leaves")));
  EXPECT_THAT(reader_.Inclusion(kSize, kSize), StatusIs(StatusCode::kOutOfRange));
  EXPECT_THAT(reader_.Inclusion(0, kSize + 1), StatusIs(StatusCode::kOutOfRange));
  EXPECT_THAT(reader_.Inclusion(0, 0), StatusIs(StatusCode::kOutOfRange));
  EXPECT_THAT(reader_.Consistency(0, kSize), StatusIs(StatusCode::kOutOfRange));
  EXPECT_THAT(reader_.Consistency(1, kSize + 1), StatusIs(StatusCode::kOutOfRange));
  EXPECT_THAT(reader_.Consistency(3, 2), StatusIs(StatusCode::kOutOfRange));
  EXPECT_THAT(reader_.Consistency(1, UINT64_MAX), StatusIs(StatusCode::kOutOfRange));
}

TEST_F(StoredLogTest, LeavesComeInOrderAndEndWithTheLog) {
  ASSERT_OK_AND_ASSIGN(std::vector<StoredLogLeaf> leaves, reader_.Leaves(kSize - 2, 10));
  ASSERT_EQ(leaves.size(), 2u);
  EXPECT_EQ(leaves[0].index, kSize - 2);
  EXPECT_EQ(leaves[1].index, kSize - 1);
  EXPECT_EQ(leaves[1].act, "");
  for (const uint64_t first : {kSize, uint64_t{UINT64_MAX}}) {
    ASSERT_OK_AND_ASSIGN(leaves, reader_.Leaves(first, base::kLogLeavesMax));
    EXPECT_TRUE(leaves.empty());
  }
  EXPECT_THAT(reader_.Leaves(0, base::kLogLeavesMax + 1), StatusIs(StatusCode::kOutOfRange));
}

TEST_F(StoredLogTest, ActsOfCustodyComeWithTheirLeaves) {
  log_.Append(tidemark::v1::LOG_EVENT_HOLD_PLACED, "a hold");
  log_.Append(tidemark::v1::LOG_EVENT_ERASURE_CONFIRMED, "an erasure");
  ASSERT_OK_AND_ASSIGN(const std::vector<StoredLogLeaf> leaves, reader_.Leaves(kSize - 1, 3));
  ASSERT_EQ(leaves.size(), 3u);
  EXPECT_EQ(leaves[0].act, "");
  EXPECT_EQ(leaves[1].act, "a hold");
  EXPECT_EQ(leaves[2].act, "an erasure");
  log_.Delete(Family::kActs, schema::LogKey(kSize));
  EXPECT_THAT(reader_.Leaves(kSize, 1),
              StatusIs(StatusCode::kDataLoss, HasSubstr("act of leaf 70 is missing")));
}

TEST_F(StoredLogTest, MissingLeafIsDataLoss) {
  log_.Delete(Family::kLog, schema::LogKey(20));
  EXPECT_OK(reader_.Leaves(0, 20));
  EXPECT_THAT(reader_.Leaves(0, 30), StatusIs(StatusCode::kDataLoss, HasSubstr("leaf 20")));
  EXPECT_THAT(reader_.Leaves(19, 2), StatusIs(StatusCode::kDataLoss, HasSubstr("leaf 20")));
  EXPECT_THAT(reader_.Head(21), StatusIs(StatusCode::kDataLoss, HasSubstr("leaf 20")));
}

// Rot must not look like a rewritten past to whoever asks for a proof.
TEST_F(StoredLogTest, DamagedNodeIsDataLossAndNotAProof) {
  log_.Damage(Family::kNodes, schema::NodeKey(4, 1));
  EXPECT_THAT(reader_.Consistency(16, 32), StatusIs(StatusCode::kDataLoss, HasSubstr("fsck")));
  EXPECT_THAT(reader_.Inclusion(0, kSize), StatusIs(StatusCode::kDataLoss, HasSubstr("fsck")));
  EXPECT_OK(reader_.Inclusion(0, 16));
  ASSERT_OK(RebuildNodes(log_.store()));
  EXPECT_OK(reader_.Inclusion(0, kSize));
  log_.Delete(Family::kNodes, schema::NodeKey(4, 1));
  EXPECT_THAT(reader_.Consistency(16, 32),
              StatusIs(StatusCode::kDataLoss, HasSubstr("node 1 of level 4 is missing")));
}

TEST_F(StoredLogTest, HeadThatIsAnotherLeafsIsDataLoss) {
  ASSERT_OK_AND_ASSIGN(const std::string other, log_.store().Get(Family::kLog, schema::LogKey(5)));
  log_.Put(Family::kLog, schema::LogKey(6), other);
  EXPECT_THAT(reader_.Head(7), StatusIs(StatusCode::kDataLoss, HasSubstr("not its own")));
}

}  // namespace
}  // namespace tidemark::vault
