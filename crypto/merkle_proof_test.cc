#include "crypto/merkle_proof.h"

#include <bit>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "crypto/merkle.h"
#include "crypto/naive_merkle_testing.h"

namespace tidemark::crypto {
namespace {

using ::absl::StatusCode;
using base::IsOkAndHolds;
using base::StatusIs;

constexpr uint64_t kSizeMax = 300;

// The complete subtrees that a log of `size` leaves has, and nothing else.
class StoredNodes {
 public:
  StoredNodes(const NaiveTree& tree, uint64_t size) {
    for (int level = 0; uint64_t{1} << level <= size; ++level) {
      for (uint64_t index = 0; ((index + 1) << level) <= size; ++index) {
        nodes_.emplace(std::make_pair(level, index),
                       tree.Root(index << level, (index + 1) << level));
      }
    }
  }

  MerkleNodeSource Source() {
    return [this](MerkleNode node) -> absl::StatusOr<Sha256Digest> {
      ++reads_;
      const auto found = nodes_.find({node.level, node.index});
      if (found != nodes_.end()) return found->second;
      return absl::InternalError(
          absl::StrCat("node ", node.level, "/", node.index, " is not complete"));
    };
  }
  // Since the last call.
  uint64_t Reads() { return std::exchange(reads_, 0); }
  size_t size() const { return nodes_.size(); }

 private:
  std::map<std::pair<int, uint64_t>, Sha256Digest> nodes_;
  uint64_t reads_ = 0;
};

class MerkleProof : public ::testing::Test {
 protected:
  MerkleProof() : tree_(Leaves(kSizeMax)), stored_(tree_, kSizeMax), nodes_(stored_.Source()) {}

  const NaiveTree tree_;
  StoredNodes stored_;
  const MerkleNodeSource nodes_;
};

// Proofs over older sizes come from the nodes of the newest.
TEST_F(MerkleProof, RootsAgreeWithTheDefinitionAtEverySize) {
  for (uint64_t size = 0; size <= kSizeMax; ++size) {
    EXPECT_THAT(MerkleRoot(size, nodes_), IsOkAndHolds(tree_.Root(0, size))) << size;
  }
}

TEST_F(MerkleProof, EveryLeafOfEverySizeIsProvedAsTheDefinitionSays) {
  for (uint64_t size = 1; size <= kSizeMax; ++size) {
    const Sha256Digest root = tree_.Root(0, size);
    for (uint64_t index = 0; index < size; ++index) {
      ASSERT_OK_AND_ASSIGN(const auto proof, MerkleInclusionProof(index, size, nodes_));
      ASSERT_EQ(proof, tree_.Path(index, 0, size)) << index << " of " << size;
      ASSERT_OK(VerifyMerkleInclusion(index, size, tree_.leaf(index), proof, root));
    }
  }
}

TEST_F(MerkleProof, EveryPairOfSizesIsProvedAsTheDefinitionSays) {
  for (uint64_t after = 1; after <= kSizeMax; ++after) {
    for (uint64_t before = 1; before <= after; ++before) {
      ASSERT_OK_AND_ASSIGN(const auto proof, MerkleConsistencyProof(before, after, nodes_));
      ASSERT_EQ(proof, tree_.Subproof(before, 0, after, true)) << before << " to " << after;
      ASSERT_OK(VerifyMerkleConsistency(tree_.At(before), tree_.At(after), proof));
    }
  }
}

TEST_F(MerkleProof, AProofCostsNoMoreReadsThanItsHashesAndTheBitsOfTheSize) {
  for (uint64_t size = 1; size <= kSizeMax; ++size) {
    const auto bits = static_cast<uint64_t>(std::bit_width(size));
    for (uint64_t other = 1; other <= size; ++other) {
      stored_.Reads();
      ASSERT_OK(MerkleInclusionProof(other - 1, size, nodes_));
      ASSERT_LE(stored_.Reads(), 2 * bits);
      ASSERT_OK(MerkleConsistencyProof(other, size, nodes_));
      ASSERT_LE(stored_.Reads(), 2 * bits);
    }
  }
}

TEST_F(MerkleProof, WhatEachLeafCompletesIsEveryNodeOnce) {
  std::set<std::pair<int, uint64_t>> completed;
  MerkleFrontier frontier;
  for (uint64_t index = 0; index < kSizeMax; ++index) {
    std::vector<Sha256Digest> hashes;
    frontier.Append(tree_.leaf(index), &hashes);
    const std::vector<MerkleNode> nodes = MerkleNodesCompletedBy(index);
    ASSERT_EQ(nodes.size(), hashes.size());
    for (size_t i = 0; i < nodes.size(); ++i) {
      ASSERT_TRUE(completed.insert({nodes[i].level, nodes[i].index}).second);
      ASSERT_THAT(nodes_(nodes[i]), IsOkAndHolds(hashes[i]));
    }
  }
  EXPECT_EQ(completed.size(), stored_.size());
}

TEST_F(MerkleProof, SizesThatNoTreeHasAreOutOfRange) {
  EXPECT_THAT(MerkleInclusionProof(0, 0, nodes_), StatusIs(StatusCode::kOutOfRange));
  EXPECT_THAT(MerkleInclusionProof(7, 7, nodes_), StatusIs(StatusCode::kOutOfRange));
  EXPECT_THAT(MerkleInclusionProof(UINT64_MAX, 7, nodes_), StatusIs(StatusCode::kOutOfRange));
  EXPECT_THAT(MerkleConsistencyProof(0, 7, nodes_), StatusIs(StatusCode::kOutOfRange));
  EXPECT_THAT(MerkleConsistencyProof(8, 7, nodes_), StatusIs(StatusCode::kOutOfRange));
}

TEST_F(MerkleProof, LargestSizesDoNotOverflow) {
  const MerkleNodeSource any = [this](MerkleNode node) -> absl::StatusOr<Sha256Digest> {
    EXPECT_LT(node.level, 64);
    return tree_.leaf(0);
  };
  ASSERT_OK_AND_ASSIGN(const auto inclusion, MerkleInclusionProof(0, UINT64_MAX, any));
  EXPECT_EQ(inclusion.size(), 64u);
  // What base/limits.h allows a proof is enough for half of the largest log.
  EXPECT_EQ(MerkleConsistencyProof((uint64_t{1} << 62) + 1, uint64_t{1} << 63, any)->size(), 64u);
  ASSERT_OK_AND_ASSIGN(const auto consistency,
                       MerkleConsistencyProof((uint64_t{1} << 63) + 1, UINT64_MAX, any));
  EXPECT_EQ(consistency.size(), 65u);
  EXPECT_THAT(VerifyMerkleConsistency({(uint64_t{1} << 63) + 1, tree_.leaf(1)},
                                      {UINT64_MAX, tree_.leaf(2)}, consistency),
              StatusIs(StatusCode::kDataLoss));
}

TEST_F(MerkleProof, WhatTheSourceReturnsIsReturned) {
  const MerkleNodeSource broken = [](MerkleNode) -> absl::StatusOr<Sha256Digest> {
    return absl::DataLossError("rotten");
  };
  EXPECT_THAT(MerkleInclusionProof(1, 3, broken), StatusIs(StatusCode::kDataLoss));
  EXPECT_THAT(MerkleConsistencyProof(1, 3, broken), StatusIs(StatusCode::kDataLoss));
  EXPECT_THAT(MerkleRoot(3, broken), StatusIs(StatusCode::kDataLoss));
}

// Every hash altered, dropped, added before and behind, swapped with the next.
std::vector<std::vector<Sha256Digest>> Spoiled(const std::vector<Sha256Digest>& proof) {
  const Sha256Digest stranger = MerkleLeafHash("stranger");
  std::vector<std::vector<Sha256Digest>> spoiled;
  for (size_t at = 0; at <= proof.size(); ++at) {
    std::vector<Sha256Digest> bad = proof;
    bad.insert(bad.begin() + static_cast<std::ptrdiff_t>(at), stranger);
    spoiled.push_back(bad);
    if (at == proof.size()) break;
    bad = proof;
    bad[at] = stranger;
    spoiled.push_back(bad);
    bad = proof;
    bad.erase(bad.begin() + static_cast<std::ptrdiff_t>(at));
    spoiled.push_back(bad);
    bad = proof;
    bad.insert(bad.begin() + static_cast<std::ptrdiff_t>(at), bad[at]);
    spoiled.push_back(bad);
    if (at + 1 == proof.size()) continue;
    bad = proof;
    std::swap(bad[at], bad[at + 1]);
    spoiled.push_back(bad);
  }
  return spoiled;
}

TEST_F(MerkleProof, SpoiledConsistencyProofsAreDataLoss) {
  int refused = 0;
  for (const uint64_t after : {1u, 2u, 3u, 7u, 8u, 21u, 64u, 65u, 100u}) {
    for (uint64_t before = 1; before <= after; ++before) {
      for (const auto& bad : Spoiled(tree_.Subproof(before, 0, after, true))) {
        ASSERT_THAT(VerifyMerkleConsistency(tree_.At(before), tree_.At(after), bad),
                    StatusIs(StatusCode::kDataLoss))
            << before << " to " << after;
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, 1000);
}

TEST_F(MerkleProof, SpoiledInclusionProofsAreDataLoss) {
  for (const uint64_t size : {1u, 2u, 3u, 7u, 8u, 21u, 64u, 65u}) {
    for (uint64_t index = 0; index < size; ++index) {
      for (const auto& bad : Spoiled(tree_.Path(index, 0, size))) {
        ASSERT_THAT(VerifyMerkleInclusion(index, size, tree_.leaf(index), bad, tree_.Root(0, size)),
                    StatusIs(StatusCode::kDataLoss))
            << index << " of " << size;
      }
    }
  }
}

TEST_F(MerkleProof, WrongSizesAndRootsAreDataLoss) {
  const auto expect_refused = [](const MerkleTreeRoot& before, const MerkleTreeRoot& after,
                                 const std::vector<Sha256Digest>& proof) {
    EXPECT_THAT(VerifyMerkleConsistency(before, after, proof), StatusIs(StatusCode::kDataLoss))
        << before.size << " to " << after.size;
  };
  const Sha256Digest stranger = MerkleLeafHash("stranger");
  for (const uint64_t after : {2u, 3u, 7u, 8u, 21u, 64u, 65u}) {
    for (uint64_t before = 1; before < after; ++before) {
      const auto proof = tree_.Subproof(before, 0, after, true);
      const MerkleTreeRoot old_tree = tree_.At(before);
      const MerkleTreeRoot new_tree = tree_.At(after);
      expect_refused({before, stranger}, new_tree, proof);
      expect_refused(old_tree, {after, stranger}, proof);
      expect_refused({before, new_tree.root}, {after, old_tree.root}, proof);
      expect_refused(new_tree, old_tree, proof);
      expect_refused({0, old_tree.root}, new_tree, proof);
      expect_refused({0, MerkleEmptyRoot()}, new_tree, {});
      expect_refused(old_tree, {0, new_tree.root}, proof);
      expect_refused({after, old_tree.root}, new_tree, proof);
      expect_refused(old_tree, new_tree, {});
      expect_refused({UINT64_MAX, old_tree.root}, new_tree, proof);
    }
  }
}

// A proof between other sizes of the same log, for every pair of neighbours.
TEST_F(MerkleProof, AProofIsOfItsSizesOnly) {
  for (uint64_t after = 2; after <= 70; ++after) {
    for (uint64_t before = 1; before < after; ++before) {
      const auto proof = tree_.Subproof(before, 0, after, true);
      const auto claim = [&](uint64_t old_size, uint64_t new_size) {
        return VerifyMerkleConsistency(tree_.At(old_size), tree_.At(new_size), proof);
      };
      ASSERT_THAT(claim(before, after + 1), StatusIs(StatusCode::kDataLoss));
      if (before + 1 < after) {
        ASSERT_THAT(claim(before + 1, after), StatusIs(StatusCode::kDataLoss));
      }
      if (before > 1) {
        ASSERT_THAT(claim(before - 1, after), StatusIs(StatusCode::kDataLoss));
      }
    }
  }
}

TEST_F(MerkleProof, EqualSizesTakeAnEmptyProofAndTheSameRoot) {
  EXPECT_OK(VerifyMerkleConsistency(tree_.At(9), tree_.At(9), {}));
  EXPECT_THAT(VerifyMerkleConsistency(tree_.At(9), tree_.At(9), {tree_.leaf(0)}),
              StatusIs(StatusCode::kDataLoss));
  EXPECT_THAT(VerifyMerkleConsistency(tree_.At(9), {9, tree_.Root(0, 8)}, {}),
              StatusIs(StatusCode::kDataLoss));
}

// A log of another past: same sizes, one leaf in the old part is another.
TEST_F(MerkleProof, NoProofLeadsToAnotherPast) {
  std::vector<Sha256Digest> leaves = Leaves(65);
  leaves[5] = MerkleLeafHash("rewritten");
  const NaiveTree rewritten(leaves);
  for (uint64_t before = 6; before < 65; ++before) {
    EXPECT_THAT(VerifyMerkleConsistency(tree_.At(before), rewritten.At(65),
                                        rewritten.Subproof(before, 0, 65, true)),
                StatusIs(StatusCode::kDataLoss));
  }
  // What was kept before the leaf was written says nothing about it.
  EXPECT_OK(
      VerifyMerkleConsistency(tree_.At(5), rewritten.At(65), rewritten.Subproof(5, 0, 65, true)));
}

}  // namespace
}  // namespace tidemark::crypto
