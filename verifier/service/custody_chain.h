// Opening deposits in custody: the one that is judged, and those that it builds on.
#ifndef TIDEMARK_VERIFIER_SERVICE_CUSTODY_CHAIN_H_
#define TIDEMARK_VERIFIER_SERVICE_CUSTODY_CHAIN_H_

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vault/deposit_id.h"
#include "verifier/base_chain.h"
#include "verifier/opening/opening.h"
#include "verifier/service/judge.h"
#include "verifier/verdict.h"

namespace tidemark::verifier {

struct Opened {
  absl::Status status;
  std::unique_ptr<OpenedDeposit> deposit;
};
Opened Open(const JudgePeers& peers, const SealedDeposit& sealed);

// What of the TLD is usable as a base (label.h), `id` itself left out, from the vault's list; each
// is fetched and unwrapped when it is opened, and noted in `read` when it was read to its authentic
// end. Peers and `read` must outlive the result. One fails with FAILED_PRECONDITION where the
// depositor's seal does not hold, with DATA_LOSS where the vault's list does not.
absl::StatusOr<std::vector<ChainDeposit>> BasesInCustody(const JudgePeers& peers,
                                                         const vault::DepositId& id,
                                                         std::vector<VerdictBinding::Base>& read);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_SERVICE_CUSTODY_CHAIN_H_
