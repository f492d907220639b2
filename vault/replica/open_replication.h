// Private to vault/: how a vault gets its Replication, and what that needs of the vault.
#ifndef TIDEMARK_VAULT_REPLICA_OPEN_REPLICATION_H_
#define TIDEMARK_VAULT_REPLICA_OPEN_REPLICATION_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/clock.h"
#include "crypto/sign.h"
#include "proto/custody.pb.h"
#include "vault/deposit_id.h"
#include "vault/frame_store.h"
#include "vault/replica/replica.h"
#include "vault/retention/retention.h"
#include "vault/rocks_store.h"

namespace tidemark::vault {

// The log of the vault, for a second copy that writes it on. The vault's commit lock guards it.
class CopiedLog {
 public:
  virtual ~CopiedLog() = default;
  virtual uint64_t CopiedSize() const = 0;
  // FAILED_PRECONDITION: this log with the leaf does not give the head.
  virtual absl::Status CheckNext(const std::string& leaf,
                                 const tidemark::v1::SignedTreeHead& head) = 0;
  // Adds leaf and head to the batch and writes it, synced. After a failure on the disk everything
  // further is refused until the vault is opened anew.
  virtual absl::Status WriteCopied(const std::string& leaf,
                                   const tidemark::v1::SignedTreeHead& head, StoreBatch batch) = 0;
  // On the primary: logs that the second copy has erased a shredded deposit.
  virtual absl::Status LogErasedThere(const DepositId& deposit, uint64_t shredded_log_index,
                                      const std::string& detail) = 0;
  // UNAVAILABLE: the disk is full but for its reserve.
  virtual absl::Status CheckRoom() const = 0;
};

// Borrowed objects must outlive the Replication.
struct ReplicationParts {
  RocksStore& store;
  FrameStore& pieces;
  std::string vault_id;
  // Of a second copy: the key that signs the primary's receipts and heads; else absent.
  std::optional<crypto::VerifyKey> primary_key;
  CopiedLog& log;
  // By which a second copy judges what its primary shredded.
  retention::Policy policy;
  const base::Clock& clock;
  std::function<void(absl::string_view point)> at_point;
};

absl::StatusOr<std::unique_ptr<Replication>> OpenReplication(const ReplicationParts& parts);

// What the directory is: a primary's vault, a second copy of the vault that the key signs for, or
// nothing yet. FAILED_PRECONDITION: not what is wanted; the message says what to do.
absl::Status CheckIsPrimary(const RocksStore& store);
absl::Status CheckIsReplicaOf(const RocksStore& store, absl::string_view vault_id,
                              const crypto::VerifyKey& primary_key);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_REPLICA_OPEN_REPLICATION_H_
