#include "crypto/merkle.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "base/testing.h"

namespace tidemark::crypto {
namespace {

using base::StatusIs;

constexpr size_t kLeavesMax = 300;

// MTH of RFC 6962 section 2.1, as it is written there.
Sha256Digest SlowRoot(const std::vector<Sha256Digest>& leaves, size_t from, size_t to) {
  if (from == to) return MerkleEmptyRoot();
  if (to - from == 1) return leaves[from];
  size_t k = 1;
  while (2 * k < to - from) k *= 2;
  return MerkleNodeHash(SlowRoot(leaves, from, from + k), SlowRoot(leaves, from + k, to));
}

// PATH of RFC 6962 section 2.1.1.
std::vector<Sha256Digest> SlowPath(const std::vector<Sha256Digest>& leaves, size_t index,
                                   size_t from, size_t to) {
  if (to - from <= 1) return {};
  size_t k = 1;
  while (2 * k < to - from) k *= 2;
  std::vector<Sha256Digest> path;
  if (index < k) {
    path = SlowPath(leaves, index, from, from + k);
    path.push_back(SlowRoot(leaves, from + k, to));
  } else {
    path = SlowPath(leaves, index - k, from + k, to);
    path.push_back(SlowRoot(leaves, from, from + k));
  }
  return path;
}

std::vector<Sha256Digest> Leaves(size_t count) {
  std::vector<Sha256Digest> leaves;
  for (size_t i = 0; i < count; ++i) leaves.push_back(MerkleLeafHash(absl::StrCat("leaf ", i)));
  return leaves;
}

TEST(Merkle, KnownAnswersOfCertificateTransparency) {
  const char* const leaves[] = {"",
                                "00",
                                "10",
                                "2021",
                                "3031",
                                "40414243",
                                "5051525354555657",
                                "606162636465666768696a6b6c6d6e6f"};
  const char* const roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                               "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                               "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                               "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                               "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                               "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                               "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                               "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  MerkleFrontier frontier;
  EXPECT_EQ(frontier.Root().ToHex(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (size_t i = 0; i < std::size(leaves); ++i) {
    ASSERT_OK_AND_ASSIGN(const std::string leaf, base::HexDecode(leaves[i]));
    frontier.Append(MerkleLeafHash(leaf));
    EXPECT_EQ(frontier.Root().ToHex(), roots[i]);
  }
}

TEST(Merkle, FrontierAgreesWithTheDefinitionAtEverySize) {
  const std::vector<Sha256Digest> leaves = Leaves(kLeavesMax);
  MerkleFrontier frontier;
  for (size_t size = 1; size <= kLeavesMax; ++size) {
    const std::vector<Sha256Digest> path = frontier.Append(leaves[size - 1]);
    ASSERT_EQ(frontier.size(), size);
    ASSERT_EQ(frontier.Root(), SlowRoot(leaves, 0, size));
    ASSERT_EQ(path, SlowPath(leaves, size - 1, 0, size));
    ASSERT_OK(VerifyMerkleInclusion(size - 1, size, leaves[size - 1], path, frontier.Root()));
  }
}

TEST(Merkle, EveryLeafOfEverySmallTreeIsProved) {
  const std::vector<Sha256Digest> leaves = Leaves(70);
  for (size_t size = 1; size <= leaves.size(); ++size) {
    const Sha256Digest root = SlowRoot(leaves, 0, size);
    for (size_t index = 0; index < size; ++index) {
      const std::vector<Sha256Digest> path = SlowPath(leaves, index, 0, size);
      ASSERT_OK(VerifyMerkleInclusion(index, size, leaves[index], path, root));
    }
  }
}

TEST(Merkle, FrontierIsRestoredFromItsPeaks) {
  const std::vector<Sha256Digest> leaves = Leaves(40);
  MerkleFrontier frontier;
  for (const Sha256Digest& leaf : leaves) {
    ASSERT_OK_AND_ASSIGN(frontier, MerkleFrontier::FromPeaks(frontier.size(), frontier.peaks()));
    frontier.Append(leaf);
  }
  EXPECT_EQ(frontier.Root(), SlowRoot(leaves, 0, leaves.size()));
}

TEST(Merkle, PeaksThatDoNotFitTheSizeAreRefused) {
  const std::vector<Sha256Digest> leaves = Leaves(3);
  EXPECT_THAT(MerkleFrontier::FromPeaks(0, {leaves[0]}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(MerkleFrontier::FromPeaks(1, {}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(MerkleFrontier::FromPeaks(4, {leaves[0], leaves[1]}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_OK(MerkleFrontier::FromPeaks(5, {leaves[0], leaves[1]}));
}

TEST(Merkle, WrongProofsAreDataLoss) {
  const std::vector<Sha256Digest> leaves = Leaves(kLeavesMax);
  const Sha256Digest stranger = MerkleLeafHash("stranger");
  for (const size_t size : {1u, 2u, 3u, 7u, 8u, 21u, 64u, 65u}) {
    const Sha256Digest root = SlowRoot(leaves, 0, size);
    for (size_t index = 0; index < size; ++index) {
      const std::vector<Sha256Digest> path = SlowPath(leaves, index, 0, size);
      const auto expect_refused = [&](uint64_t i, uint64_t n, const Sha256Digest& leaf,
                                      const std::vector<Sha256Digest>& p, const Sha256Digest& r) {
        EXPECT_THAT(VerifyMerkleInclusion(i, n, leaf, p, r), StatusIs(absl::StatusCode::kDataLoss))
            << "leaf " << index << " of " << size;
      };
      expect_refused(index, size, stranger, path, root);
      expect_refused(index, size, leaves[index], path, stranger);
      expect_refused(size, size, leaves[index], path, root);
      expect_refused(UINT64_MAX, size, leaves[index], path, root);
      expect_refused(index, 0, leaves[index], path, root);
      if (size > 1) expect_refused(index ^ 1, size, leaves[index], path, root);
      std::vector<Sha256Digest> longer = path;
      longer.push_back(stranger);
      expect_refused(index, size, leaves[index], longer, root);
      for (size_t at = 0; at < path.size(); ++at) {
        std::vector<Sha256Digest> bad = path;
        bad[at] = stranger;
        expect_refused(index, size, leaves[index], bad, root);
        bad = path;
        bad.erase(bad.begin() + static_cast<std::ptrdiff_t>(at));
        expect_refused(index, size, leaves[index], bad, root);
      }
    }
  }
}

TEST(Merkle, NodeIsNotMistakenForALeaf) {
  const std::vector<Sha256Digest> leaves = Leaves(2);
  EXPECT_NE(MerkleLeafHash(absl::StrCat(leaves[0].bytes(), leaves[1].bytes())),
            MerkleNodeHash(leaves[0], leaves[1]));
}

}  // namespace
}  // namespace tidemark::crypto
