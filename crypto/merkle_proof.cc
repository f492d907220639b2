#include "crypto/merkle_proof.h"

#include <algorithm>
#include <bit>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/merkle.h"

namespace tidemark::crypto {
namespace {

// Leaves begin .. end-1, of which the tree has at least one. `begin` is a multiple of the power of
// two at or above their number: every split of RFC 6962 gives such ranges.
struct Range {
  uint64_t begin;
  uint64_t end;
  uint64_t size() const { return end - begin; }
  // Where RFC 6962 splits: the largest power of two below the size, which is at least 2.
  uint64_t Middle() const { return begin + std::bit_floor(size() - 1); }
};

// A complete subtree is one read; the ragged right edge is folded from those that it consists of.
absl::StatusOr<Sha256Digest> RootOf(Range range, const MerkleNodeSource& nodes) {
  std::vector<Sha256Digest> peaks;
  for (uint64_t at = range.begin; at < range.end;) {
    const uint64_t leaves = std::bit_floor(range.end - at);
    const int level = std::countr_zero(leaves);
    ASSIGN_OR_RETURN(const Sha256Digest peak, nodes({level, at >> level}));
    peaks.push_back(peak);
    at += leaves;
  }
  Sha256Digest root = peaks.back();
  for (size_t i = peaks.size() - 1; i-- > 0;) root = MerkleNodeHash(peaks[i], root);
  return root;
}

// The roots of these ranges, the last first.
absl::StatusOr<std::vector<Sha256Digest>> RootsFromTheLast(const std::vector<Range>& ranges,
                                                           const MerkleNodeSource& nodes) {
  std::vector<Sha256Digest> roots;
  for (size_t i = ranges.size(); i-- > 0;) {
    ASSIGN_OR_RETURN(const Sha256Digest root, RootOf(ranges[i], nodes));
    roots.push_back(root);
  }
  return roots;
}

absl::Status NotShown(const MerkleTreeRoot& before, const MerkleTreeRoot& after,
                      absl::string_view why) {
  return absl::DataLossError(absl::StrCat("the tree of ", before.size,
                                          " leaves is not shown to be the beginning of that of ",
                                          after.size, ": ", why));
}

// RFC 9162 section 2.1.4.2 from its step 4 on. `path` has at least one hash.
absl::Status FollowPath(const MerkleTreeRoot& before, const MerkleTreeRoot& after,
                        const std::vector<Sha256Digest>& path) {
  // Positions, on the level that the hashes are on, of the last node of either tree.
  uint64_t old_node = before.size - 1;
  uint64_t new_node = after.size - 1;
  while ((old_node & 1) != 0) {
    old_node >>= 1;
    new_node >>= 1;
  }
  Sha256Digest old_root = path.front();
  Sha256Digest new_root = path.front();
  for (size_t i = 1; i < path.size(); ++i) {
    if (new_node == 0) return NotShown(before, after, "the proof is too long");
    if ((old_node & 1) != 0 || old_node == new_node) {
      old_root = MerkleNodeHash(path[i], old_root);
      new_root = MerkleNodeHash(path[i], new_root);
      while ((old_node & 1) == 0 && old_node != 0) {
        old_node >>= 1;
        new_node >>= 1;
      }
    } else {
      new_root = MerkleNodeHash(new_root, path[i]);
    }
    old_node >>= 1;
    new_node >>= 1;
  }
  if (new_node != 0) return NotShown(before, after, "the proof is too short");
  if (old_root != before.root) return NotShown(before, after, "it leads to another old root");
  if (new_root != after.root) return NotShown(before, after, "it leads to another new root");
  return absl::OkStatus();
}

}  // namespace

std::vector<MerkleNode> MerkleNodesCompletedBy(uint64_t index) {
  std::vector<MerkleNode> nodes = {{0, index}};
  // A right child completes its parent.
  for (int level = 1; (index & 1) != 0; ++level) {
    index >>= 1;
    nodes.push_back({level, index});
  }
  return nodes;
}

absl::StatusOr<Sha256Digest> MerkleRoot(uint64_t size, const MerkleNodeSource& nodes) {
  if (size == 0) return MerkleEmptyRoot();
  return RootOf({0, size}, nodes);
}

absl::StatusOr<std::vector<Sha256Digest>> MerkleInclusionProof(uint64_t index, uint64_t size,
                                                               const MerkleNodeSource& nodes) {
  if (index >= size) {
    return absl::OutOfRangeError(
        absl::StrCat("there is no leaf ", index, " in a tree of ", size, " leaves"));
  }
  std::vector<Range> siblings;
  for (Range range = {0, size}; range.size() > 1;) {
    const uint64_t middle = range.Middle();
    const bool is_left = index < middle;
    siblings.push_back(is_left ? Range{middle, range.end} : Range{range.begin, middle});
    (is_left ? range.end : range.begin) = middle;
  }
  return RootsFromTheLast(siblings, nodes);
}

absl::StatusOr<std::vector<Sha256Digest>> MerkleConsistencyProof(uint64_t old_size,
                                                                 uint64_t new_size,
                                                                 const MerkleNodeSource& nodes) {
  if (old_size == 0 || old_size > new_size) {
    return absl::OutOfRangeError(absl::StrCat("there is no proof that a tree of ", new_size,
                                              " leaves goes on from one of ", old_size));
  }
  std::vector<Range> pieces;
  Range range = {0, new_size};
  while (range.end != old_size) {
    const uint64_t middle = range.Middle();
    const bool is_left = old_size <= middle;
    pieces.push_back(is_left ? Range{middle, range.end} : Range{range.begin, middle});
    (is_left ? range.end : range.begin) = middle;
  }
  // The old tree as a whole is not named: whoever checks has its root.
  if (range.begin != 0) pieces.push_back(range);
  return RootsFromTheLast(pieces, nodes);
}

absl::Status VerifyMerkleConsistency(const MerkleTreeRoot& before, const MerkleTreeRoot& after,
                                     const std::vector<Sha256Digest>& proof) {
  if (before.size == 0) return NotShown(before, after, "an empty tree shows nothing");
  if (before.size > after.size) return NotShown(before, after, "it is the larger one");
  if (before.size == after.size) {
    if (!proof.empty()) return NotShown(before, after, "equal sizes take no proof");
    if (before.root != after.root) return NotShown(before, after, "the roots differ");
    return absl::OkStatus();
  }
  if (proof.empty()) return NotShown(before, after, "the proof is empty");
  std::vector<Sha256Digest> path = proof;
  if (std::has_single_bit(before.size)) path.insert(path.begin(), before.root);
  return FollowPath(before, after, path);
}

}  // namespace tidemark::crypto
