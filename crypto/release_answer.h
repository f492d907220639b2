// A custodian's answer to one release case, and what the successor makes of m of them.
//
// Of the deposit's release wrap R || box, custodian i answers D_i = f(i) R, with a proof (Chaum and
// Pedersen, made non-interactive by hashing) that it is the share behind X_i. m answers give x R,
// and with it the one deposit key; x itself is nowhere, and x R is of no use for another deposit.
// The answer is sealed to the successor: whoever carries it learns nothing, however many he
// carries. Deterministic: who answers one case twice says the same twice.
//
// What it is not: consent. What a custodian looks at before it answers is in
// escrow_agent/release/release.h. An answer does not show that it was made for a case before the
// successor has opened it; carriers check signatures.
// Threads: pure functions. Threat: up to n - m custodians may lie; each is named, and the others'
// answers suffice.
#ifndef TIDEMARK_CRYPTO_RELEASE_ANSWER_H_
#define TIDEMARK_CRYPTO_RELEASE_ANSWER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/deposit_key.h"
#include "crypto/release_sharing.h"

namespace tidemark::crypto {

inline constexpr size_t kReleaseCaseIdBytes = 32;
inline constexpr size_t kSealedAnswerBytes = 144;

// What an answer is bound to, besides the custodian and the successor.
struct ReleaseTerms {
  absl::string_view context;  // the deposit's sealing context
  absl::string_view wrap;     // its release wrap
  absl::string_view case_id;  // kReleaseCaseIdBytes
};

// kSealedAnswerBytes, for `successor`, of custodian `index` (from 1). FAILED_PRECONDITION: the
// share is not that custodian's. DATA_LOSS: the wrap does not begin with a point.
absl::StatusOr<std::string> AnswerRelease(int index, const ReleaseShare& share,
                                          const ReleaseSharing& sharing, const ReleaseTerms& terms,
                                          const OpeningPublicKey& successor);

struct SealedAnswer {
  int custodian;  // 1 to sharing.custodians(), each at most once
  absl::string_view sealed;
};

struct ReleasedKey {
  DepositKey key;
  std::vector<int> liars;  // custodians whose answers are not what they should be
};

// PERMISSION_DENIED: fewer than m good answers; says who answered wrongly. DATA_LOSS: m good
// answers, and the wrap does not open: the depositor did not make it as wraps are made.
absl::StatusOr<ReleasedKey> CombineAnswers(const ReleaseSharing& sharing, const ReleaseTerms& terms,
                                           const OpeningKey& successor,
                                           const std::vector<SealedAnswer>& answers);

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_RELEASE_ANSWER_H_
