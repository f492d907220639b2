#include "crypto/merkle.h"

#include <bit>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace tidemark::crypto {

Sha256Digest MerkleLeafHash(absl::string_view leaf) {
  Sha256Stream hash;
  hash.Update(absl::string_view("\x00", 1));
  hash.Update(leaf);
  return hash.Finish();
}

Sha256Digest MerkleNodeHash(const Sha256Digest& left, const Sha256Digest& right) {
  return Sha256(absl::StrCat(absl::string_view("\x01", 1), left.bytes(), right.bytes()));
}

Sha256Digest MerkleEmptyRoot() { return Sha256(""); }

absl::StatusOr<MerkleFrontier> MerkleFrontier::FromPeaks(uint64_t size,
                                                         std::vector<Sha256Digest> peaks) {
  const auto wanted = static_cast<size_t>(std::popcount(size));
  if (peaks.size() != wanted) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a frontier of ", peaks.size(), " peaks for a tree of ", size, " leaves, want ", wanted));
  }
  MerkleFrontier frontier;
  frontier.size_ = size;
  frontier.peaks_ = std::move(peaks);
  return frontier;
}

Sha256Digest MerkleFrontier::Root() const {
  if (peaks_.empty()) return MerkleEmptyRoot();
  // RFC 6962 splits at the largest power of two, so the small subtrees fold into the right.
  Sha256Digest root = peaks_.back();
  for (size_t i = peaks_.size() - 1; i-- > 0;) root = MerkleNodeHash(peaks_[i], root);
  return root;
}

std::vector<Sha256Digest> MerkleFrontier::Append(const Sha256Digest& leaf_hash,
                                                 std::vector<Sha256Digest>* completed) {
  CHECK(size_ < UINT64_MAX);
  std::vector<Sha256Digest> path(peaks_.rbegin(), peaks_.rend());
  // As in binary addition: each full subtree that is as large as the carry merges with it.
  Sha256Digest carry = leaf_hash;
  if (completed != nullptr) *completed = {carry};
  for (uint64_t ones = size_; (ones & 1) != 0; ones >>= 1) {
    carry = MerkleNodeHash(peaks_.back(), carry);
    peaks_.pop_back();
    if (completed != nullptr) completed->push_back(carry);
  }
  peaks_.push_back(carry);
  ++size_;
  return path;
}

absl::Status VerifyMerkleInclusion(uint64_t index, uint64_t size, const Sha256Digest& leaf_hash,
                                   const std::vector<Sha256Digest>& path,
                                   const Sha256Digest& root) {
  if (index >= size) {
    return absl::DataLossError(
        absl::StrCat("log leaf ", index, " is not in a tree of ", size, " leaves"));
  }
  // RFC 9162 section 2.1.3.2: `node` and `last` are positions on the level that `hash` is on.
  uint64_t node = index;
  uint64_t last = size - 1;
  Sha256Digest hash = leaf_hash;
  for (const Sha256Digest& sibling : path) {
    if (last == 0) {
      return absl::DataLossError(
          absl::StrCat("an inclusion proof of ", path.size(), " hashes is too long"));
    }
    if ((node & 1) != 0 || node == last) {
      hash = MerkleNodeHash(sibling, hash);
      // A last node without a right sibling rises until it is a right child.
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      hash = MerkleNodeHash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  if (last != 0) {
    return absl::DataLossError(
        absl::StrCat("an inclusion proof of ", path.size(), " hashes is too short"));
  }
  if (hash != root) {
    return absl::DataLossError(
        absl::StrCat("log leaf ", index, " is not proved to be in the tree of ", size, " leaves"));
  }
  return absl::OkStatus();
}

}  // namespace tidemark::crypto
