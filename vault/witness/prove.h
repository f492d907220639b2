// Asking a server for proofs, and holding everything that comes against the agent's key before it
// is given on.
//
// Threads: a call uses the caller's thread. Errors: the server's; DATA_LOSS for answers that do not
// hold; NOT_FOUND. Threat: the server answers what it likes.
#ifndef TIDEMARK_VAULT_WITNESS_PROVE_H_
#define TIDEMARK_VAULT_WITNESS_PROVE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/sign.h"
#include "proto/custody.pb.h"
#include "proto/service.pb.h"
#include "vault/remote/remote_log.h"
#include "vault/witness/log_proof.h"

namespace tidemark::vault {

// A leaf, and where it says to be.
struct ClaimedLeaf {
  uint64_t log_index;
  std::string leaf;      // LogLeaf
  std::string act = {};  // CustodyAct, of a leaf about one
};

// The leaf of a verdict: the first behind leaf `from` that is about this very verdict. NOT_FOUND.
absl::StatusOr<ClaimedLeaf> FindVerdictLeaf(RemoteLog& log, uint64_t from, uint64_t tree_size,
                                            const tidemark::v1::DepositIdentity& deposit,
                                            const tidemark::v1::SignedVerdict& verdict);

// That the leaf is in the log of `head` and, if `since` is given, that its log is the beginning of
// that. What comes back passes VerifyLogProof(). DATA_LOSS also: the log does not go on from
// `since`.
absl::StatusOr<tidemark::v1::LogProof> FetchLogProof(RemoteLog& log, const ClaimedLeaf& leaf,
                                                     const VerifiedHead& head,
                                                     const std::optional<VerifiedHead>& since,
                                                     const crypto::VerifyKey& agent_key);

// Leaves `from` and on, up to those of `head`. True if they are all of its leaves and their root is
// the one that it signs (DATA_LOSS if it is another); false if some were not asked for, or not
// shown to this certificate: then nothing says that they are right.
absl::StatusOr<bool> ReadLeaves(
    RemoteLog& log, const VerifiedHead& head, uint64_t from,
    const std::function<absl::Status(const tidemark::v1::StoredLeaf&)>& sink);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_WITNESS_PROVE_H_
