// RFC 6962 Merkle tree hashing for the audit log: the frontier that a writer keeps, and the check
// of an inclusion proof. How proofs over older sizes are made is in merkle_proof.h.
//
// The writer keeps only the frontier: the roots of the full subtrees, largest first, one per set
// bit of the size. Appending leaf n yields tree size n+1 and, because the new leaf is the last, its
// inclusion proof is the frontier itself. Defends against: a vault that rewrites history for
// somebody who kept a signed tree head. Does not: say that a tree head is the newest (witnesses
// do).
#ifndef TIDEMARK_CRYPTO_MERKLE_H_
#define TIDEMARK_CRYPTO_MERKLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/digest.h"

namespace tidemark::crypto {

// SHA-256(0x00 || leaf) and SHA-256(0x01 || left || right): RFC 6962 section 2.1.
Sha256Digest MerkleLeafHash(absl::string_view leaf);
Sha256Digest MerkleNodeHash(const Sha256Digest& left, const Sha256Digest& right);
// Root of the empty tree: SHA-256 of nothing.
Sha256Digest MerkleEmptyRoot();

class MerkleFrontier final {
 public:
  MerkleFrontier() = default;
  // INVALID_ARGUMENT unless there is one peak per set bit of `size`.
  static absl::StatusOr<MerkleFrontier> FromPeaks(uint64_t size, std::vector<Sha256Digest> peaks);

  uint64_t size() const { return size_; }
  const std::vector<Sha256Digest>& peaks() const { return peaks_; }
  Sha256Digest Root() const;
  // Appends and returns the leaf's audit path in the tree of size() after it (RFC 6962 section
  // 2.1.1), nearest sibling first. `completed` receives the roots of the subtrees that are complete
  // with this leaf, in the order of MerkleNodesCompletedBy() in merkle_proof.h.
  std::vector<Sha256Digest> Append(const Sha256Digest& leaf_hash,
                                   std::vector<Sha256Digest>* completed = nullptr);

 private:
  uint64_t size_ = 0;
  std::vector<Sha256Digest> peaks_;
};

// DATA_LOSS unless `path` leads from the leaf at `index` to `root` in a tree of `size` leaves.
absl::Status VerifyMerkleInclusion(uint64_t index, uint64_t size, const Sha256Digest& leaf_hash,
                                   const std::vector<Sha256Digest>& path, const Sha256Digest& root);

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_MERKLE_H_
