// A verdict: a report bound to one deposit's manifest, signed by the verifier.
//
// It says who judged what, when, by which rules and with which outcome; the report inside is what
// `tidemark check --format json` prints, without names.
//
// Threat: verdicts lie in the vault, which must not be able to read a deposit. So a finding in a
// verdict names the kind of its object, its place in the file and its count, never the object: who
// may read the deposit finds it there, and the registry runs `tidemark check`.
// A later verdict supersedes an earlier one, never replaces
// it. Checking one: CheckVerdict() of verifier/opening/opening.h.
#ifndef TIDEMARK_VERIFIER_VERDICT_H_
#define TIDEMARK_VERIFIER_VERDICT_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "crypto/sign.h"
#include "proto/custody.pb.h"
#include "vault/deposit_id.h"
#include "verifier/check.h"

namespace tidemark::verifier {

// What a verdict is bound to.
struct VerdictBinding {
  std::string vault_id;
  vault::DepositId deposit;
  std::string manifest_digest;
  absl::Time judged_at;
  // What a DIFF or INCR was judged on, oldest first; no more than base::kChainDepositsMax.
  struct Base {
    vault::DepositId deposit;
    std::string manifest_digest;
  };
  std::vector<Base> bases = {};
};

tidemark::v1::VerdictOutcome OutcomeOf(Verdict verdict);

// Fits into base::kVerdictBytesMax: of a report that is too large, findings are left out, the last
// of each code first; their counts stay true, and `skipped` says so for each code.
tidemark::v1::SignedVerdict MakeVerdict(const Report& report, const VerdictBinding& binding,
                                        const crypto::SigningKey& key);

// The report as JSON in at most `bytes_max`, cut as above. At least one finding of each code stays,
// which is far below every limit that is used.
std::string FittingReportJson(const Report& report, size_t bytes_max);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_VERDICT_H_
