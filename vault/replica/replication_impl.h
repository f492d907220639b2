// Private to vault/replica/: both copies over one RocksStore. Its methods are spread over
// replication.cc (state, pieces), witness.cc (the primary's heads, and what stops a second copy),
// source.cc (leaves), finish_healing.cc and erasure.cc; applying.h and healing.h are its sessions.
#ifndef TIDEMARK_VAULT_REPLICA_REPLICATION_IMPL_H_
#define TIDEMARK_VAULT_REPLICA_REPLICATION_IMPL_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "crypto/digest.h"
#include "proto/stored.pb.h"
#include "vault/deposit_id.h"
#include "vault/frame_store.h"
#include "vault/replica/open_replication.h"
#include "vault/replica/replica.h"
#include "vault/retention/rows.h"
#include "vault/rocks_store.h"

namespace tidemark::vault {

// Stands for the digest of a piece that one side cannot read.
inline constexpr char kUnknownDigestBytes[32] = {};
inline constexpr absl::string_view kUnknownDigest(kUnknownDigestBytes, sizeof(kUnknownDigestBytes));

class ReplicationImpl final : public Replication {
 public:
  explicit ReplicationImpl(const ReplicationParts& parts) : parts_(parts) {}

  // Of a second copy: the deposits that were said to be shredded by leaves that are still to come.
  absl::Status LoadPromises();

  bool is_replica() const override { return parts_.primary_key.has_value(); }
  absl::StatusOr<tidemark::v1::ReplicaState> State() const override;
  absl::StatusOr<tidemark::v1::ReplicatedLeaf> Leaf(uint64_t index) const override;
  absl::StatusOr<std::string> Piece(const tidemark::v1::PieceIdentity& piece) const override;
  absl::Status Digests(
      absl::string_view pack_id,
      const std::function<absl::Status(absl::string_view digests)>& sink) const override;
  absl::StatusOr<std::vector<tidemark::v1::PieceIdentity>> Damaged() const override;
  absl::StatusOr<std::unique_ptr<Healing>> Heal(tidemark::v1::PieceType type,
                                                absl::string_view pack_id) override;
  absl::StatusOr<tidemark::v1::FinishHealingReply> FinishHealing() override;
  absl::StatusOr<std::unique_ptr<Applying>> Apply(
      const tidemark::v1::SignedTreeHead& head) override;
  absl::StatusOr<std::vector<uint64_t>> Erase(std::atomic<bool>& stop) override;
  absl::StatusOr<bool> ConfirmErased(uint64_t shredded_log_index,
                                     const std::string& detail) override;

  // For the sessions.
  const ReplicationParts& parts() const { return parts_; }
  absl::StatusOr<tidemark::v1::CatalogueRow> ReadCatalogue(const DepositId& id) const;
  absl::StatusOr<tidemark::v1::SignedManifest> ReadManifest(const DepositId& id) const;
  absl::StatusOr<tidemark::v1::PackRow> ReadPack(const crypto::PackId& pack) const;
  // Keeps a leaf of the primary that deletes what must be kept, with the head that signs it, and
  // returns what to say. From then on nothing more is taken.
  absl::Status RefuseShredding(const tidemark::v1::ReplicatedLeaf& leaf, const DepositId& deposit,
                               absl::string_view why);
  // Whether a person has allowed this very leaf: another one of its number is not meant.
  absl::StatusOr<bool> IsAllowed(const tidemark::v1::ReplicatedLeaf& leaf) const;
  // Of a leaf that fits its signed head: it is the one that was decided about, if its number is. If
  // not, the primary has signed two of one number: a contradiction, kept as such.
  absl::Status CheckDecided(const tidemark::v1::ReplicatedLeaf& leaf);
  // The digest beside a stored piece, which nobody has compared with its bytes; nothing if there is
  // no such piece, or it cannot be read.
  std::optional<crypto::Blake2bDigest> StoredDigest(const PieceName& name) const;
  // That leaf `index` will say that `id` was shredded; and whether leaf `index`, now that it is
  // here, says what was promised.
  void Promise(uint64_t index, const DepositId& id);
  absl::Status CheckPromise(uint64_t index, const tidemark::v1::LogLeaf& leaf) const;
  void ForgetPromise(uint64_t index);
  // Whether a deposit of this TLD is known to be shredded by a leaf that is still to come.
  bool HasPromiseOf(absl::string_view tld) const;
  void EndTurn() { has_turn_ = false; }
  // Keys of pieces that were healed and are durable, for FinishHealing().
  void NoteHealed(PieceKind kind, const std::set<std::string>& keys);
  // Frames of one pack that no deposit in custody uses.
  struct Unneeded {
    crypto::PackId pack;
    uint64_t committed_log_index;  // of the leaf that the pack came with
    tidemark::v1::PackRow row;
    std::string bits;
  };
  // Those of the TLD's packs that came before leaf `log_index`, removed ones left out.
  absl::StatusOr<std::vector<Unneeded>> FindUnneeded(const std::string& tld,
                                                     uint64_t log_index) const;

 private:
  absl::StatusOr<tidemark::v1::LogRow> ReadLog(uint64_t index) const;
  absl::StatusOr<uint64_t> ReadSize() const;
  absl::Status FillDeposit(const DepositId& id, tidemark::v1::ReplicatedLeaf& out) const;
  absl::Status FillVerdict(const DepositId& id, tidemark::v1::ReplicatedLeaf& out) const;
  absl::Status FillAct(tidemark::v1::ReplicatedLeaf& out) const;
  absl::StatusOr<uint64_t> LogIndexOf(const DepositId& id) const;
  // Ranges of what went with shredded deposits; and the leaves of those of which nothing is left,
  // at most kErasedLeavesMax: the next call finds the others. Reads each TLD's manifests once.
  absl::Status FindShredded(const std::atomic<bool>& stop,
                            std::vector<RocksStore::Deleted>& deleted,
                            std::vector<uint64_t>& gone) const;
  absl::Status FindShreddedOf(const std::string& tld, const retention::Erasures& erasures,
                              std::vector<RocksStore::Deleted>& deleted,
                              std::vector<uint64_t>& gone) const;
  // The primary's head against this log: where both have one for one size, it is the same.
  absl::Status CheckHead(const tidemark::v1::SignedTreeHead& head);
  // The same, with the head under which the leaf that is decided about was refused.
  absl::Status CheckHeadOfDecided(const tidemark::v1::SignedTreeHead& head,
                                  const tidemark::v1::TreeHeadBody& body);
  absl::StatusOr<std::optional<tidemark::v1::DecidedLeafRow>> ReadDecided() const;
  // Keeps a head that contradicts this log, and returns what to say. `how` ends the sentence.
  absl::Status Contradiction(const tidemark::v1::SignedTreeHead& head, absl::string_view how);
  // Why nothing more is taken of the primary; empty: it is.
  absl::StatusOr<std::string> ReadStopped() const;
  absl::Status CheckNotStopped() const;
  // FinishHealing() for pieces of one kind.
  absl::Status TakeOutBlocks(PieceKind kind, const std::set<std::string>& healed,
                             tidemark::v1::FinishHealingReply& reply);

  const ReplicationParts parts_;
  // One turn at a time.
  std::atomic<bool> has_turn_ = false;
  // On the primary: shredded deposits whose erasure at the second copy is logged, once that was
  // asked for. Whoever has the turn uses it.
  std::optional<std::set<uint64_t>> confirmed_;
  mutable absl::Mutex mutex_;
  std::map<uint64_t, DepositId> promises_ ABSL_GUARDED_BY(mutex_);
  // Each was damaged; so there are no more than that.
  std::map<PieceKind, std::set<std::string>> healed_ ABSL_GUARDED_BY(mutex_);
  bool is_finishing_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_REPLICA_REPLICATION_IMPL_H_
