// Reading the audit log: tree heads, leaves, and proofs over every size that it ever had.
//
// It only grows, so an answer stays true: a proof between two sizes is the same for ever. What is
// read is what is durable. A proof is held against the stored tree heads before it is given: rot in
// this vault's rows is DATA_LOSS here, and not a proof that looks like a rewritten past to whoever
// asked.
//
// Threads: safe for concurrent use, also with a writer. Errors: NOT_FOUND, OUT_OF_RANGE a size or
// an index that the log does not have; DATA_LOSS a stored row is missing or is not what was stored.
// Threat: what is asked for is a stranger's; every answer is bounded. Says nothing about whether
// the vault's directory was set back: that only a witness can (vault/witness).
#ifndef TIDEMARK_VAULT_LOG_LOG_READER_H_
#define TIDEMARK_VAULT_LOG_LOG_READER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/digest.h"
#include "proto/custody.pb.h"

namespace tidemark::vault {

struct StoredLogLeaf {
  uint64_t index;
  std::string leaf;  // LogLeaf, the bytes that were hashed
  std::string act;   // CustodyAct, of events 4 to 7; "" otherwise
};

class LogReader {
 public:
  virtual ~LogReader() = default;

  // How many leaves there are.
  virtual absl::StatusOr<uint64_t> Size() const = 0;
  // The tree head that was signed when the log had `size` leaves; 0: the newest. NOT_FOUND.
  virtual absl::StatusOr<tidemark::v1::SignedTreeHead> Head(uint64_t size) const = 0;
  // Leaves first .. first+count-1, as far as they are there: none past the end. OUT_OF_RANGE if
  // `count` is over kLogLeavesMax.
  virtual absl::StatusOr<std::vector<StoredLogLeaf>> Leaves(uint64_t first,
                                                            uint32_t count) const = 0;
  // crypto/merkle_proof.h.
  virtual absl::StatusOr<std::vector<crypto::Sha256Digest>> Inclusion(uint64_t index,
                                                                      uint64_t size) const = 0;
  virtual absl::StatusOr<std::vector<crypto::Sha256Digest>> Consistency(
      uint64_t old_size, uint64_t new_size) const = 0;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_LOG_LOG_READER_H_
