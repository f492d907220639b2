// For tests only: a Merkle tree by the letter of RFC 6962.
#ifndef TIDEMARK_CRYPTO_NAIVE_MERKLE_TESTING_H_
#define TIDEMARK_CRYPTO_NAIVE_MERKLE_TESTING_H_

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "crypto/merkle.h"
#include "crypto/merkle_proof.h"

namespace tidemark::crypto {

inline std::vector<Sha256Digest> Leaves(uint64_t count) {
  std::vector<Sha256Digest> leaves;
  for (uint64_t i = 0; i < count; ++i) leaves.push_back(MerkleLeafHash(absl::StrCat("leaf ", i)));
  return leaves;
}

// RFC 6962 section 2.1 as it is written there, word for word and slowly. Roots are remembered, for
// they are asked for again and again; nothing else is shared with what is tested.
class NaiveTree {
 public:
  explicit NaiveTree(std::vector<Sha256Digest> leaves) : leaves_(std::move(leaves)) {}

  // MTH(D[from:to]).
  Sha256Digest Root(uint64_t from, uint64_t to) const {
    if (from == to) return MerkleEmptyRoot();
    if (to - from == 1) return leaves_[from];
    const auto known = roots_.find({from, to});
    if (known != roots_.end()) return known->second;
    const uint64_t k = Split(to - from);
    const Sha256Digest root = MerkleNodeHash(Root(from, from + k), Root(from + k, to));
    roots_.emplace(std::make_pair(from, to), root);
    return root;
  }

  // PATH(m, D[from:to]).
  std::vector<Sha256Digest> Path(uint64_t m, uint64_t from, uint64_t to) const {
    if (to - from <= 1) return {};
    const uint64_t k = Split(to - from);
    std::vector<Sha256Digest> path = m < k ? Path(m, from, from + k) : Path(m - k, from + k, to);
    path.push_back(m < k ? Root(from + k, to) : Root(from, from + k));
    return path;
  }

  // SUBPROOF(m, D[from:to], b).
  std::vector<Sha256Digest> Subproof(uint64_t m, uint64_t from, uint64_t to, bool b) const {
    if (m == to - from) {
      if (b) return {};
      return {Root(from, to)};
    }
    const uint64_t k = Split(to - from);
    std::vector<Sha256Digest> proof =
        m <= k ? Subproof(m, from, from + k, b) : Subproof(m - k, from + k, to, false);
    proof.push_back(m <= k ? Root(from + k, to) : Root(from, from + k));
    return proof;
  }

  MerkleTreeRoot At(uint64_t size) const { return {size, Root(0, size)}; }
  const Sha256Digest& leaf(uint64_t index) const { return leaves_[index]; }

 private:
  static uint64_t Split(uint64_t n) {
    uint64_t k = 1;
    while (2 * k < n) k *= 2;
    return k;
  }

  const std::vector<Sha256Digest> leaves_;
  mutable std::map<std::pair<uint64_t, uint64_t>, Sha256Digest> roots_;
};

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_NAIVE_MERKLE_TESTING_H_
