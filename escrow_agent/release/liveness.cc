#include "escrow_agent/release/liveness.h"

#include "absl/strings/str_cat.h"
#include "base/parse_exactly.h"
#include "base/status.h"
#include "crypto/release_liveness.h"

namespace tidemark::escrow_agent {
namespace {

constexpr size_t kMessageBytesMax = 1024;

}  // namespace

absl::StatusOr<std::string> AskLiveness(const vault::AgentConnection& agent, absl::Time now) {
  ASSIGN_OR_RETURN(const verifier::Custodians custodians, verifier::CustodiansOf(agent));
  tidemark::v1::LivenessChallenge challenge;
  challenge.set_format(1);
  challenge.set_vault_id(agent.vault_id);
  challenge.set_release_key_id(custodians.sharing.public_key().key_id());
  challenge.set_nonce(crypto::LivenessNonce());
  challenge.set_asked_at_unix_micros(absl::ToUnixMicros(now));
  return challenge.SerializeAsString();
}

absl::StatusOr<absl::Time> CheckChallenge(absl::string_view challenge,
                                          const vault::AgentConnection& agent) {
  ASSIGN_OR_RETURN(const verifier::Custodians custodians, verifier::CustodiansOf(agent));
  tidemark::v1::LivenessChallenge parsed;
  if (challenge.size() > kMessageBytesMax || !base::ParseExactly(challenge, parsed) ||
      parsed.format() != 1 ||
      parsed.nonce().size() != crypto::kLivenessNonceBytes) {
    return absl::DataLossError("not a challenge for custodians");
  }
  if (parsed.vault_id() != agent.vault_id ||
      parsed.release_key_id() != custodians.sharing.public_key().key_id()) {
    return absl::PermissionDeniedError(
        "a challenge for another vault's custodians, or about another release key");
  }
  return absl::FromUnixMicros(parsed.asked_at_unix_micros());
}

absl::StatusOr<std::string> ProveLiveness(absl::string_view challenge,
                                          const CustodianConfig& custodian) {
  RETURN_IF_ERROR(CheckChallenge(challenge, custodian.agent).status());
  ASSIGN_OR_RETURN(const std::string proof,
                   crypto::ProveLiveness(custodian.number, custodian.share,
                                         custodian.custodians.sharing, challenge));
  tidemark::v1::LivenessProof message;
  message.set_format(1);
  message.set_challenge(std::string(challenge));
  message.set_custodian(custodian.number);
  message.set_proof(proof);
  return message.SerializeAsString();
}

absl::StatusOr<int> VerifyLiveness(absl::string_view challenge, absl::string_view proof,
                                   const vault::AgentConnection& agent) {
  RETURN_IF_ERROR(CheckChallenge(challenge, agent).status());
  ASSIGN_OR_RETURN(const verifier::Custodians custodians, verifier::CustodiansOf(agent));
  tidemark::v1::LivenessProof parsed;
  if (proof.size() > kMessageBytesMax || !base::ParseExactly(proof, parsed) ||
      parsed.format() != 1 || parsed.custodian() < 1 ||
      parsed.custodian() > custodians.keys.size()) {
    return absl::DataLossError("not a proof of one of this agent's custodians");
  }
  const int number = static_cast<int>(parsed.custodian());
  if (parsed.challenge() != challenge) {
    return absl::DataLossError(
        absl::StrCat("the proof of custodian ", number, " is of another challenge"));
  }
  RETURN_IF_ERROR(crypto::VerifyLiveness(custodians.sharing, number, challenge, parsed.proof()));
  return number;
}

}  // namespace tidemark::escrow_agent
