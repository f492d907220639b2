// Makes a second copy's directory one that opens as the primary. Only for when the old primary is
// gone for good: two primaries with one log both sign, and everybody who kept a head of each can
// prove it.
//
// Threads: a free function; nobody else may have the directory open. Errors: UNAVAILABLE somebody
// has; FAILED_PRECONDITION it is not a second copy, or the receipt key is not the one that signed
// its log; nothing is changed.
#ifndef TIDEMARK_VAULT_REPLICA_PROMOTE_H_
#define TIDEMARK_VAULT_REPLICA_PROMOTE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "crypto/sign.h"

namespace tidemark::vault {

struct Promoted {
  uint64_t tree_size;  // of the log as it is here
  // A head of a primary that contradicts this copy, or a leaf that was refused, is kept: look at it
  // before anything is signed.
  bool has_contradiction;
};

// Removes the mark that says whose second copy it is, and nothing else.
absl::StatusOr<Promoted> PromoteReplica(const std::string& dir,
                                        const crypto::SigningKey& receipt_key);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_REPLICA_PROMOTE_H_
