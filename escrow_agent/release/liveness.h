// Asking custodians whether they still have their shares, without a deposit and without the key.
//
// An operator makes a challenge; each custodian proves over it on its own machine; the operator, or
// anybody with the challenge and the agent's public facts, checks the proofs offline. A proof made
// for one challenge is worth nothing for the next.
// Threads: pure functions. Errors: DATA_LOSS says what a file is not.
#ifndef TIDEMARK_ESCROW_AGENT_RELEASE_LIVENESS_H_
#define TIDEMARK_ESCROW_AGENT_RELEASE_LIVENESS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "escrow_agent/release/release.h"
#include "vault/remote/remote_vault.h"

namespace tidemark::escrow_agent {

// The bytes of a LivenessChallenge with a fresh nonce.
absl::StatusOr<std::string> AskLiveness(const vault::AgentConnection& agent, absl::Time now);

// When a challenge was made; DATA_LOSS unless it is one, PERMISSION_DENIED if it is another
// vault's or about another release key.
absl::StatusOr<absl::Time> CheckChallenge(absl::string_view challenge,
                                          const vault::AgentConnection& agent);

// The bytes of a LivenessProof.
absl::StatusOr<std::string> ProveLiveness(absl::string_view challenge,
                                          const CustodianConfig& custodian);

// The custodian whose proof of this very challenge it is. DATA_LOSS: of none.
absl::StatusOr<int> VerifyLiveness(absl::string_view challenge, absl::string_view proof,
                                   const vault::AgentConnection& agent);

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_RELEASE_LIVENESS_H_
