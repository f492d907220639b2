// Private to replication/: pieces that one copy knows to be damaged, fetched from the other.
#ifndef TIDEMARK_ESCROW_AGENT_REPLICATION_MEND_H_
#define TIDEMARK_ESCROW_AGENT_REPLICATION_MEND_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "escrow_agent/replication/replica_peer.h"

namespace tidemark::escrow_agent {

// Adds to `healed` how many pieces of `damaged` were put in place, and to `not_healed` what could
// not be, with the reason: one pack that cannot be mended keeps no other from it, nor does a side
// that is there and is too busy for it now. An error: one of the two is away.
absl::Status Mend(ReplicaPeer& good, ReplicaPeer& damaged, uint64_t& healed,
                  std::vector<std::string>& not_healed);

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_REPLICATION_MEND_H_
