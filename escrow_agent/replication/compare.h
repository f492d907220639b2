// Private to replication/: what two copies say of themselves, held against each other.
#ifndef TIDEMARK_ESCROW_AGENT_REPLICATION_COMPARE_H_
#define TIDEMARK_ESCROW_AGENT_REPLICATION_COMPARE_H_

#include "absl/status/statusor.h"
#include "crypto/sign.h"
#include "escrow_agent/replication/copier.h"
#include "escrow_agent/replication/replica_peer.h"

namespace tidemark::escrow_agent {

// See Copier::Compare(). `key` signs the heads of both.
absl::StatusOr<CopyComparison> Compare(ReplicaPeer& primary, ReplicaPeer& replica,
                                       const crypto::VerifyKey& key);

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_REPLICATION_COMPARE_H_
