// What a release is, read and checked: cases, answers, packages, and what a successor gets of them.
//
// A package says that the custodians release one deposit to one opening key. Format 2 holds the
// case and sealed answers of at least m custodians; the successor combines them
// (crypto/release_answer.h), and a custodian who answered wrongly is named. Format 1 was made by
// one custodian of one, and opens as it did.
//
// What it is not: making any of them (escrow_agent/release/release.h).
// Threads: pure functions. Threat: a package is what whoever carried it made of it; a case is its
// opener's word. Nothing of either counts that the deposit, the configuration or a proof does not
// bear out.
#ifndef TIDEMARK_VERIFIER_RELEASE_RELEASE_H_
#define TIDEMARK_VERIFIER_RELEASE_RELEASE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/deposit_key.h"
#include "crypto/release_sharing.h"
#include "crypto/sign.h"
#include "proto/custody.pb.h"
#include "vault/deposit_id.h"
#include "vault/remote/remote_vault.h"
#include "verifier/opening/opening.h"

namespace tidemark::verifier {

inline constexpr size_t kReleaseReasonBytesMax = 4096;
// A case: its reason, and less than half a kilobyte of keys, digests and names.
inline constexpr size_t kReleaseCaseBytesMax = kReleaseReasonBytesMax + 512;

// Who releases: custodian i (from 1) has public share i of the sharing and signs with keys[i - 1].
struct Custodians {
  crypto::ReleaseSharing sharing;
  std::vector<crypto::VerifyKey> keys;
};
// From [release], or from [agent] where one custodian of one is. INVALID_ARGUMENT.
absl::StatusOr<Custodians> CustodiansOf(const vault::AgentConnection& agent);

struct ReleaseCase {
  std::string bytes;
  std::string id;  // BLAKE2b-256 of the bytes
  tidemark::v1::ReleaseCase body;
  vault::DepositId deposit;
  crypto::OpeningPublicKey successor;
};
// DATA_LOSS names what is wrong with it. Every field has its size, and nothing else is there.
absl::StatusOr<ReleaseCase> ParseCase(absl::string_view bytes);

// PERMISSION_DENIED unless the case is about this very deposit and the key that it was sealed for.
absl::Status CheckCaseIsAbout(const ReleaseCase& release_case, const SealedDeposit& deposit);

// The number of the custodian who signed this answer to this case. DATA_LOSS: nobody did.
absl::StatusOr<int> CheckAnswer(const tidemark::v1::ReleaseAnswer& answer,
                                const ReleaseCase& release_case, const Custodians& custodians);

// What the bytes of a file are, and for which deposit the package says it is. DATA_LOSS.
absl::StatusOr<tidemark::v1::ReleasePackage> ParsePackage(absl::string_view bytes);
absl::StatusOr<vault::DepositId> ReleasedDeposit(const tidemark::v1::ReleasePackage& package);

struct Released {
  crypto::DepositKey key;
  // Answers that did not count, by custodian, for people: who lied, and what nobody signed.
  std::vector<std::string> remarks;
};

// The deposit key from a release package for `key`; checks the key commitment, and that the release
// wrap is the one that this key gives. PERMISSION_DENIED: for another deposit or another successor,
// or fewer good answers than it takes (the message names the others). DATA_LOSS: altered, or not
// signed by the agent's custodian.
absl::StatusOr<Released> UnwrapForSuccessor(const SealedDeposit& deposit,
                                            const tidemark::v1::ReleasePackage& package,
                                            const crypto::OpeningKey& key,
                                            const vault::AgentConnection& agent);

// The context that a successor's wrap of format 1 is bound to: the deposit's own, "/release" and
// the key id.
std::string ReleaseContext(const SealedDeposit& deposit, absl::string_view successor_key_id);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_RELEASE_RELEASE_H_
