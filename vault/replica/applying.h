// Private to vault/replica/: a copier's turn at a second copy; applying.cc has pieces and their
// digests, apply_events.cc what each event writes.
#ifndef TIDEMARK_VAULT_REPLICA_APPLYING_H_
#define TIDEMARK_VAULT_REPLICA_APPLYING_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "crypto/digest.h"
#include "crypto/pack_id.h"
#include "proto/custody.pb.h"
#include "proto/stored.pb.h"
#include "vault/deposit_id.h"
#include "vault/replica/replication_impl.h"

namespace tidemark::vault {

class ApplyingImpl final : public Applying {
 public:
  // `replication` must outlive it, and has given it the turn.
  explicit ApplyingImpl(ReplicationImpl& replication)
      : replication_(replication), parts_(replication.parts()) {}
  ~ApplyingImpl() override { replication_.EndTurn(); }

  // The primary's newest head, which was checked.
  absl::Status Witness(const tidemark::v1::SignedTreeHead& head);

  uint64_t next_leaf() const override { return parts_.log.CopiedSize(); }
  absl::StatusOr<PiecesDue> Begin(const tidemark::v1::ReplicatedLeaf& leaf) override;
  absl::Status Put(const tidemark::v1::SealedPiece& piece) override;
  absl::StatusOr<PiecesDue> Sync() override;
  absl::StatusOr<uint64_t> Commit() override;

 private:
  // The pieces of the deposit under way.
  struct Incoming {
    crypto::PackId pack;
    tidemark::v1::PackRow row;  // as it will be committed, but for its state
    uint32_t parts = 0;         // 0: the deposit was shredded since
    std::string parts_digest = {};
    uint64_t part_bytes_said = 0;
    PiecesDue due = {};
    struct Sums {
      crypto::Blake2bStream frame_digests;
      crypto::Blake2bStream part_bytes_digest;
      uint64_t frame_bytes = 0;
      uint64_t part_bytes = 0;
    };
    std::unique_ptr<Sums> sums = std::make_unique<Sums>();

    bool is_complete() const {
      return due.next_frame >= row.frame_count() && due.next_part == parts;
    }
  };
  // The leaf under way, parsed and checked.
  struct UnderWay {
    tidemark::v1::ReplicatedLeaf leaf;
    tidemark::v1::LogLeaf log_leaf;
    std::optional<DepositId> deposit = std::nullopt;
    std::unique_ptr<Incoming> incoming = nullptr;  // of LOG_EVENT_DEPOSIT_COMMITTED only
    StoreBatch batch = {};  // what the event writes; of a deposit it is filled in at the end
  };

  absl::Status CheckLeaf(UnderWay& next);
  absl::Status BeginEvent(UnderWay& next);
  absl::Status BeginDeposit(UnderWay& next);
  absl::Status CheckReceipt(const UnderWay& next) const;
  absl::Status CheckManifest(UnderWay& next);
  absl::Status CheckShredded(UnderWay& next) const;
  absl::Status CheckReliedOn(const tidemark::v1::ClearManifest& clear) const;
  absl::Status FillVerdict(UnderWay& next) const;
  absl::Status FillAct(UnderWay& next) const;
  // FAILED_PRECONDITION: this copy, by what it knows itself, would not have shredded it.
  absl::Status JudgeShredding(const UnderWay& next) const;
  absl::Status FillShredding(const UnderWay& next, const tidemark::v1::CustodyAct& act,
                             StoreBatch& batch) const;
  // Frames that no deposit in custody uses any more, once the primary has confirmed that they are
  // gone there.
  absl::Status FillRemoval(const UnderWay& next, uint64_t shredded_log_index,
                           StoreBatch& batch) const;
  absl::Status FillDeposit(UnderWay& next) const;

  // Goes on with what is here of the pack, or begins it.
  absl::Status OpenPack(const UnderWay& next, Incoming& incoming);
  absl::Status Recall(Incoming& incoming) const;
  void Take(PieceKind kind, const crypto::Blake2bDigest& digest, absl::string_view ciphertext,
            Incoming& incoming) const;
  absl::Status CheckDigests(Incoming& incoming) const;
  // Packs that were begun for a leaf which came out otherwise.
  absl::Status DropOthers(const std::optional<crypto::PackId>& but);
  void AtPoint(absl::string_view point) const {
    if (parts_.at_point) parts_.at_point(point);
  }

  ReplicationImpl& replication_;
  const ReplicationParts& parts_;
  uint64_t primary_size_ = 0;
  uint64_t bytes_since_room_check_ = 0;
  std::unique_ptr<UnderWay> under_way_;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_REPLICA_APPLYING_H_
