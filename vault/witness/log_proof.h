// Checking the audit log offline, with only the agent's public key: tree heads, proofs, and that
// one head's log is the beginning of another's.
//
// Threads: pure functions. Errors: DATA_LOSS says what does not hold. Threat: the bytes are from
// anywhere, and the agent is who might have rewritten its log: whatever holds here, holds if the
// agent lies, as long as it cannot find two pasts with one hash. That a head is the newest nothing
// here can say.
#ifndef TIDEMARK_VAULT_WITNESS_LOG_PROOF_H_
#define TIDEMARK_VAULT_WITNESS_LOG_PROOF_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/digest.h"
#include "crypto/merkle_proof.h"
#include "crypto/sign.h"
#include "proto/custody.pb.h"

namespace tidemark::vault {

// A tree head that the agent signed, taken apart.
struct VerifiedHead {
  tidemark::v1::SignedTreeHead head;
  std::string vault_id;
  crypto::MerkleTreeRoot tree;
  int64_t time_unix_micros;
};
absl::StatusOr<VerifiedHead> VerifyHead(const tidemark::v1::SignedTreeHead& head,
                                        const crypto::VerifyKey& agent_key);
// The same from a file's bytes: exactly one SignedTreeHead, as it is written by us.
absl::StatusOr<VerifiedHead> ParseHead(absl::string_view bytes, const crypto::VerifyKey& agent_key);

// "21 leaves, root 00ff…, of 2026-11-22T00:00:00Z": how people are told which head is meant.
std::string HeadText(const VerifiedHead& head);

// That the log of `before` is the beginning of that of `after`. DATA_LOSS names both heads: another
// vault's, a smaller log, another past, or a proof that shows nothing.
absl::Status CheckContinuation(const VerifiedHead& before, const VerifiedHead& after,
                               const std::vector<crypto::Sha256Digest>& proof);

struct VerifiedLogProof {
  uint64_t log_index;
  tidemark::v1::LogLeaf leaf;
  VerifiedHead head;
  // What was done, of a leaf about an act of custody, if the proof says it.
  std::optional<tidemark::v1::CustodyAct> act;
  // The older head whose log is shown to be the beginning; nothing if the proof has none.
  std::optional<VerifiedHead> since;
};
// `bytes`: exactly one LogProof.
absl::StatusOr<VerifiedLogProof> VerifyLogProof(absl::string_view bytes,
                                                const crypto::VerifyKey& agent_key);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_WITNESS_LOG_PROOF_H_
