// A custodian proves that it still has its share: no deposit, and nobody puts the key together.
//
// A proof of knowledge (Schnorr) of the discrete logarithm of X_i, over a challenge that somebody
// else chose afresh; so a proof that is kept for later proves nothing later. Deterministic, as
// answers are. It shows that whoever proved has the share, not that nobody else has it.
// Threads: pure functions. Errors: DATA_LOSS unless it is this custodian's proof of this challenge.
#ifndef TIDEMARK_CRYPTO_RELEASE_LIVENESS_H_
#define TIDEMARK_CRYPTO_RELEASE_LIVENESS_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/deposit_key.h"
#include "crypto/release_sharing.h"

namespace tidemark::crypto {

inline constexpr size_t kLivenessProofBytes = 64;
inline constexpr size_t kLivenessNonceBytes = 32;

// Fresh and random: what makes a challenge one that nobody could foresee.
std::string LivenessNonce();

// `custodian`: 1 to sharing.custodians(). FAILED_PRECONDITION: the share is not that custodian's.
absl::StatusOr<std::string> ProveLiveness(int custodian, const ReleaseShare& share,
                                          const ReleaseSharing& sharing,
                                          absl::string_view challenge);

absl::Status VerifyLiveness(const ReleaseSharing& sharing, int custodian,
                            absl::string_view challenge, absl::string_view proof);

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_RELEASE_LIVENESS_H_
