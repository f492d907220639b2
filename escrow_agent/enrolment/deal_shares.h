// Shares of a new release key, dealt by one process.
//
// The ceremony of crypto/release_ceremony.h with a single dealer and all custodians in one place:
// this process holds the key while it deals, and forgets it. Threads: a pure function.
#ifndef TIDEMARK_ESCROW_AGENT_ENROLMENT_DEAL_SHARES_H_
#define TIDEMARK_ESCROW_AGENT_ENROLMENT_DEAL_SHARES_H_

#include <vector>

#include "absl/status/statusor.h"
#include "crypto/deposit_key.h"
#include "crypto/release_sharing.h"

namespace tidemark::escrow_agent {

struct DealtShares {
  crypto::ReleaseSharing sharing;
  std::vector<crypto::ReleaseShare> shares;  // by custodian
};

// INVALID_ARGUMENT: not 1 <= threshold <= custodians <= kCustodiansMax.
absl::StatusOr<DealtShares> DealShares(int threshold, int custodians);

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_ENROLMENT_DEAL_SHARES_H_
