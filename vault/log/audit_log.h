// Private to vault/: the writer of the audit log: leaves, nodes, frontier and signed tree heads.
//
// An event is prepared into the batch that carries the change which it records, so that neither is
// ever without the other. The frontier in memory moves on only when the caller says that the batch
// was written (Adopt).
//
// Time never runs backwards in the log: a leaf's time is the clock's or its predecessor's,
// whichever is later, and a receipt of such a moment says "unsynchronised".
//
// In a second copy nothing is prepared and nothing signed: the primary's leaves and heads are
// copied (PrepareCopy), each only if it gives the root that the primary signed.
//
// Threads: the caller's commit lock guards it.
#ifndef TIDEMARK_VAULT_LOG_AUDIT_LOG_H_
#define TIDEMARK_VAULT_LOG_AUDIT_LOG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/clock.h"
#include "crypto/digest.h"
#include "crypto/merkle.h"
#include "crypto/sign.h"
#include "proto/custody.pb.h"
#include "vault/deposit_id.h"
#include "vault/rocks_store.h"

namespace tidemark::vault {

class AuditLog final {
 public:
  // Borrowed objects must outlive the log. Without a key only PrepareCopy() may be called.
  AuditLog(std::string vault_id, const crypto::SigningKey* key, const base::Clock& clock)
      : vault_id_(std::move(vault_id)), key_(key), clock_(clock) {}

  // Reads the frontier and compares it with the last leaf's row: DATA_LOSS if they do not agree.
  // Nodes are not looked at: nothing is appended from them, and proofs look for themselves.
  absl::Status Load(const RocksStore& store);

  // What one event adds.
  struct Entry {
    uint64_t index;
    std::string leaf;  // LogLeaf
    int64_t time_unix_micros;
    std::string clock_state;
    std::vector<crypto::Sha256Digest> inclusion_proof;  // in the tree of `tree_head`
    tidemark::v1::SignedTreeHead tree_head;
  };
  // `deposit` is absent for events about the vault itself.
  Entry Prepare(tidemark::v1::LogEvent event, const std::optional<DepositId>& deposit,
                const crypto::Blake2bDigest& digest, StoreBatch& batch);
  // The primary's next leaf and the head that was signed over it; the caller has checked the head's
  // signature. FAILED_PRECONDITION: this log with the leaf does not give that head.
  absl::Status PrepareCopy(const std::string& leaf, const tidemark::v1::SignedTreeHead& tree_head,
                           StoreBatch& batch);
  // The batch of the last Prepare() or PrepareCopy() is durable.
  void Adopt();

  uint64_t size() const { return frontier_.size(); }

 private:
  // The next frontier with the leaf, and the leaf's audit path there; adds the nodes that it
  // completes.
  std::vector<crypto::Sha256Digest> Extend(const std::string& leaf, int64_t time_unix_micros,
                                           StoreBatch& batch);
  // Adds the leaf's row and the next frontier.
  void PutRows(const std::string& leaf, const tidemark::v1::SignedTreeHead& tree_head,
               StoreBatch& batch) const;

  const std::string vault_id_;
  const crypto::SigningKey* const key_;
  const base::Clock& clock_;
  crypto::MerkleFrontier frontier_;
  int64_t last_time_unix_micros_ = 0;
  crypto::MerkleFrontier next_frontier_;
  int64_t next_time_unix_micros_ = 0;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_LOG_AUDIT_LOG_H_
