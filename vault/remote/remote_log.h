// The Log service seen from a client: what every peer may ask of the audit log.
//
// Nothing that comes back is to be believed: tree heads are signed, and proofs lead from one signed
// root to another or they do not (vault/witness checks both). Threads: safe for concurrent use.
// Errors are the server's, plus UNAVAILABLE and DEADLINE_EXCEEDED; DATA_LOSS for an answer that is
// not one. Every call has a deadline, every answer a bound.
#ifndef TIDEMARK_VAULT_REMOTE_REMOTE_LOG_H_
#define TIDEMARK_VAULT_REMOTE_REMOTE_LOG_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/digest.h"
#include "proto/custody.pb.h"
#include "proto/service.pb.h"
#include "vault/remote/remote_vault.h"

namespace tidemark::vault {

class RemoteLog {
 public:
  static absl::StatusOr<std::unique_ptr<RemoteLog>> Connect(const AgentConnection& agent);
  virtual ~RemoteLog() = default;

  // The head signed when the log had `tree_size` leaves; 0: the newest. NOT_FOUND: it is shorter.
  virtual absl::StatusOr<tidemark::v1::SignedTreeHead> TreeHead(uint64_t tree_size) = 0;
  // OUT_OF_RANGE: the server's log does not have these sizes, or this leaf.
  virtual absl::StatusOr<std::vector<crypto::Sha256Digest>> Consistency(uint64_t old_size,
                                                                        uint64_t new_size) = 0;
  virtual absl::StatusOr<std::vector<crypto::Sha256Digest>> Inclusion(uint64_t log_index,
                                                                      uint64_t tree_size) = 0;
  // Leaves first .. first+count-1 in order, without those of TLDs that the certificate is not for,
  // and none past the end. `sink` returning an error cancels the call and is returned. `count` is
  // at most kLogLeavesMax.
  virtual absl::Status Leaves(
      uint64_t first, uint32_t count,
      const std::function<absl::Status(const tidemark::v1::StoredLeaf&)>& sink) = 0;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_REMOTE_REMOTE_LOG_H_
