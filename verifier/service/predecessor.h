// The numbers that a deposit is compared with: those of the newest accepted FULL before it, from
// the vault's own verdict about that one (verifier/previous_report.h). Nothing is opened for it.
#ifndef TIDEMARK_VERIFIER_SERVICE_PREDECESSOR_H_
#define TIDEMARK_VERIFIER_SERVICE_PREDECESSOR_H_

#include <optional>

#include "absl/status/statusor.h"
#include "vault/remote/remote_vault.h"
#include "verifier/opening/opening.h"
#include "verifier/previous_report.h"

namespace tidemark::verifier {

// Nothing if there is no such deposit, or its verdict has no statistics (an older verifier's).
// DATA_LOSS: custody altered the predecessor or its verdict. UNAVAILABLE and the like: as the vault
// answers.
absl::StatusOr<std::optional<PreviousReport>> FindPredecessor(vault::RemoteVault& vault,
                                                              const vault::AgentConnection& agent,
                                                              const SealedDeposit& deposit);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_SERVICE_PREDECESSOR_H_
