// Keeps a second copy in step: carries what the primary logged to the replica, and what either has
// damaged to the other.
//
// It has a replicator's certificate and no key that opens or signs anything; all that passes
// through it is ciphertext, rows and signatures. It decides nothing: the second copy checks every
// byte by itself, and so does either side when a piece is healed. It may be killed at any moment;
// the next round goes on with what the second copy holds durably.
//
// Memory: a message at a time, and for healing 32 bytes for each frame of one pack.
// Threads: one at a time. Errors: FAILED_PRECONDITION the two logs contradict each other, the
// primary was set back, the second copy waits for a person's decision, or one of the two is not
// what it is taken for; DATA_LOSS something does not fit what was signed or logged; UNAVAILABLE,
// DEADLINE_EXCEEDED one of them is away: try again later.
#ifndef TIDEMARK_ESCROW_AGENT_REPLICATION_COPIER_H_
#define TIDEMARK_ESCROW_AGENT_REPLICATION_COPIER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "vault/remote/remote_vault.h"

namespace tidemark::escrow_agent {

// What one round did.
struct CopyRound {
  uint64_t leaves = 0;  // written to the second copy
  uint64_t pieces = 0;
  uint64_t bytes = 0;      // of those pieces
  uint64_t tree_size = 0;  // of the second copy's log at the end
  uint64_t primary_healed = 0;
  uint64_t replica_healed = 0;
  uint64_t erasures_confirmed = 0;
  // Why the second copy has not all leaves of the primary: what one of them needs the primary has
  // lost, and no copy was made before. Empty: it has. The rest of the round was done.
  std::string not_copied = "";
  // Damage that could not be mended, each with the reason; the rest of the round was done.
  std::vector<std::string> not_healed = {};
};

// Two copies as they are, without a byte written.
struct CopyComparison {
  uint64_t primary_size = 0;
  uint64_t replica_size = 0;  // below the other one: it is behind, and nothing is wrong
  uint64_t deposits_compared = 0;
  uint64_t primary_damaged = 0;  // pieces that are known to be
  uint64_t replica_damaged = 0;
  // What is not as it should be, in words.
  std::vector<std::string> differences = {};
};

struct CopierOptions {
  // How much has been written to the second copy, now and then.
  std::function<void(uint64_t bytes)> on_progress = nullptr;
};

class Copier {
 public:
  static absl::StatusOr<std::unique_ptr<Copier>> Connect(const vault::AgentConnection& primary,
                                                         const vault::AgentConnection& replica,
                                                         const CopierOptions& options);
  virtual ~Copier() = default;
  // Until the second copy has every leaf that the primary had at the beginning, or those before one
  // that cannot be copied any more (not_copied).
  virtual absl::StatusOr<CopyRound> Run() = 0;
  // Compares the signed heads at the size that both have, and the newest deposits' manifests,
  // receipts and digests. Reads no piece: what a disk has lost the scrub of each finds.
  virtual absl::StatusOr<CopyComparison> Compare() = 0;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_REPLICATION_COPIER_H_
