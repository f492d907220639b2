// Proofs over an RFC 6962 Merkle tree of any size that the log once had: that a leaf is in it, and
// that a smaller tree is its beginning.
//
// They are made from the roots of complete subtrees, which never change once they are complete: a
// proof takes as many reads as it has hashes, and at most one for each bit of the size besides. A
// ragged right edge is folded from them and never stored. Checking needs only what the proof holds.
//
// Threads: pure functions; a source is called on the caller's thread. Errors: makers return
// OUT_OF_RANGE for sizes and indexes that no tree has, and what the source returns; checks return
// DATA_LOSS. Threat: a proof is from anybody, of any length; whoever makes one cannot make it lead
// from a root that was signed to another past than that root's.
#ifndef TIDEMARK_CRYPTO_MERKLE_PROOF_H_
#define TIDEMARK_CRYPTO_MERKLE_PROOF_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/digest.h"

namespace tidemark::crypto {

// The root of a complete subtree: number `index` of those of 2^level leaves. Level 0 is leaf
// hashes.
struct MerkleNode {
  int level;
  uint64_t index;
  bool operator==(const MerkleNode&) const = default;
};
using MerkleNodeSource = std::function<absl::StatusOr<Sha256Digest>(MerkleNode)>;

// The nodes that are complete with leaf `index`, its own first, each the parent of the one before.
std::vector<MerkleNode> MerkleNodesCompletedBy(uint64_t index);

// Root of the first `size` leaves.
absl::StatusOr<Sha256Digest> MerkleRoot(uint64_t size, const MerkleNodeSource& nodes);

// RFC 6962 section 2.1.1, nearest sibling first. VerifyMerkleInclusion() in merkle.h checks it.
absl::StatusOr<std::vector<Sha256Digest>> MerkleInclusionProof(uint64_t index, uint64_t size,
                                                               const MerkleNodeSource& nodes);

// RFC 6962 section 2.1.2: empty for equal sizes. OUT_OF_RANGE unless 0 < old_size <= new_size.
absl::StatusOr<std::vector<Sha256Digest>> MerkleConsistencyProof(uint64_t old_size,
                                                                 uint64_t new_size,
                                                                 const MerkleNodeSource& nodes);

// A tree as a tree head has it.
struct MerkleTreeRoot {
  uint64_t size;
  Sha256Digest root;
};

// RFC 9162 section 2.1.4.2. DATA_LOSS unless `proof` shows that `before` is the beginning of
// `after`: also if it is empty, for sizes or roots that differ, or not, for ones that do not.
absl::Status VerifyMerkleConsistency(const MerkleTreeRoot& before, const MerkleTreeRoot& after,
                                     const std::vector<Sha256Digest>& proof);

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_MERKLE_PROOF_H_
