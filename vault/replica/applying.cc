#include "vault/replica/applying.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "vault/frame_bits.h"
#include "vault/manifest.h"
#include "vault/receipt.h"
#include "vault/replica/piece_names.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using tidemark::v1::PackRow;
using tidemark::v1::ReplicatedLeaf;

constexpr uint32_t kFormat = 1;

// From `number` on, the first frame that was not removed.
uint32_t SkipRemoved(const PackRow& row, uint32_t number) {
  while (number < row.frame_count() && HasBit(row.removed_frames(), number)) ++number;
  return number;
}

}  // namespace

absl::Status ApplyingImpl::Witness(const tidemark::v1::SignedTreeHead& head) {
  tidemark::v1::TreeHeadBody body;
  if (!body.ParseFromString(head.body())) return absl::DataLossError("tree head: is not one");
  primary_size_ = body.tree_size();
  return absl::OkStatus();
}

absl::Status ApplyingImpl::CheckLeaf(UnderWay& next) {
  const ReplicatedLeaf& leaf = next.leaf;
  const uint64_t size = parts_.log.CopiedSize();
  if (leaf.log_index() != size) {
    return absl::FailedPreconditionError(
        absl::StrCat("leaf ", leaf.log_index(), " came where leaf ", size, " was due"));
  }
  if (!next.log_leaf.ParseFromString(leaf.leaf()) || next.log_leaf.format() != kFormat) {
    return absl::DataLossError(absl::StrCat("leaf ", size, " is not one of format ", kFormat));
  }
  ASSIGN_OR_RETURN(const tidemark::v1::TreeHeadBody head,
                   VerifyTreeHead(leaf.tree_head(), *parts_.primary_key));
  if (head.vault_id() != parts_.vault_id) {
    return absl::FailedPreconditionError("the leaf's tree head is of another vault");
  }
  if (head.tree_size() != size + 1) {
    return absl::DataLossError(
        absl::StrCat("leaf ", size, " came with the tree head of ", head.tree_size(), " leaves"));
  }
  const absl::Status continues = parts_.log.CheckNext(leaf.leaf(), leaf.tree_head());
  if (absl::IsFailedPrecondition(continues)) {
    // Nothing proves which: the head may be the primary's own, and the leaf altered on the way.
    return absl::DataLossError(
        absl::StrCat(continues.message(),
                     ": it was altered on the way, or the primary's log is not a continuation of "
                     "this copy's"));
  }
  RETURN_IF_ERROR(continues);
  RETURN_IF_ERROR(replication_.CheckDecided(leaf));
  return replication_.CheckPromise(size, next.log_leaf);
}

absl::StatusOr<PiecesDue> ApplyingImpl::Begin(const ReplicatedLeaf& leaf) {
  if (under_way_ != nullptr) {
    return absl::FailedPreconditionError("a leaf came before the last one was committed");
  }
  RETURN_IF_ERROR(parts_.log.CheckRoom());
  auto next = std::make_unique<UnderWay>();
  next->leaf = leaf;
  RETURN_IF_ERROR(CheckLeaf(*next));
  RETURN_IF_ERROR(BeginEvent(*next));
  RETURN_IF_ERROR(DropOthers(next->incoming == nullptr
                                 ? std::nullopt
                                 : std::optional<crypto::PackId>(next->incoming->pack)));
  if (next->incoming != nullptr) RETURN_IF_ERROR(OpenPack(*next, *next->incoming));
  AtPoint("replica-leaf-begun");
  under_way_ = std::move(next);
  return under_way_->incoming == nullptr ? PiecesDue() : under_way_->incoming->due;
}

absl::Status ApplyingImpl::DropOthers(const std::optional<crypto::PackId>& but) {
  std::vector<crypto::PackId> others;
  RETURN_IF_ERROR(parts_.store.Scan(
      Family::kPacks, {}, [&](absl::string_view key, absl::string_view value) -> absl::Status {
        ASSIGN_OR_RETURN(const crypto::PackId pack, schema::ParsePackKey(key));
        PackRow row;
        if (!row.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
          return absl::DataLossError(absl::StrCat("row of pack ", pack.ToHex(), " is not one"));
        }
        if (row.state() == tidemark::v1::PACK_STATE_UPLOADING && pack != but) {
          others.push_back(pack);
        }
        return absl::OkStatus();
      }));
  for (const crypto::PackId& pack : others) {
    RETURN_IF_ERROR(parts_.pieces.Drop(pack));
    StoreBatch batch;
    batch.Delete(Family::kPacks, schema::PackKey(pack));
    RETURN_IF_ERROR(parts_.store.Apply(batch, Durability::kUnsynced));
  }
  return absl::OkStatus();
}

absl::Status ApplyingImpl::OpenPack(const UnderWay& next, Incoming& incoming) {
  const absl::StatusOr<PackRow> there = replication_.ReadPack(incoming.pack);
  if (absl::IsNotFound(there.status())) {
    // Synced, so that no piece is ever on the disk without a row that says whose it is.
    StoreBatch batch;
    batch.Put(Family::kPacks, schema::PackKey(incoming.pack), incoming.row.SerializeAsString());
    RETURN_IF_ERROR(parts_.store.Apply(batch, Durability::kSynced));
    incoming.due.next_frame = SkipRemoved(incoming.row, 0);
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(there.status());
  const absl::StatusOr<DepositId> owner = IdOf(there->owner());
  if (there->state() != tidemark::v1::PACK_STATE_UPLOADING || !owner.ok() ||
      *owner != *next.deposit) {
    return absl::DataLossError(
        absl::StrCat("pack ", incoming.pack.ToHex(), " is another deposit's already"));
  }
  const absl::Status recalled = Recall(incoming);
  if (!absl::IsDataLoss(recalled)) {
    RETURN_IF_ERROR(recalled);
    return parts_.pieces.Sync();  // what is told to be here is durable
  }
  // A crash left what cannot be gone on with, or the primary removed frames meanwhile: from the
  // start.
  RETURN_IF_ERROR(parts_.pieces.Drop(incoming.pack));
  incoming.due = {SkipRemoved(incoming.row, 0), 0};
  incoming.sums = std::make_unique<Incoming::Sums>();
  return absl::OkStatus();
}

absl::Status ApplyingImpl::Recall(Incoming& incoming) const {
  incoming.due.next_frame = SkipRemoved(incoming.row, 0);
  for (const PieceKind kind : {PieceKind::kFrame, PieceKind::kManifestPart}) {
    RETURN_IF_ERROR(parts_.pieces.Scan(
        kind, incoming.pack,
        [&](uint32_t number, const crypto::Blake2bDigest& digest,
            absl::string_view ciphertext) -> absl::Status {
          const uint32_t due =
              kind == PieceKind::kFrame ? incoming.due.next_frame : incoming.due.next_part;
          if (number != due || crypto::Blake2b(ciphertext) != digest) {
            return absl::DataLossError(
                absl::StrCat(Describe({kind, incoming.pack, number}), " does not fit"));
          }
          Take(kind, digest, ciphertext, incoming);
          return absl::OkStatus();
        }));
  }
  return absl::OkStatus();
}

void ApplyingImpl::Take(PieceKind kind, const crypto::Blake2bDigest& digest,
                        absl::string_view ciphertext, Incoming& incoming) const {
  if (kind == PieceKind::kFrame) {
    incoming.sums->frame_digests.Update(digest.bytes());
    incoming.sums->frame_bytes += ciphertext.size();
    incoming.due.next_frame = SkipRemoved(incoming.row, incoming.due.next_frame + 1);
  } else {
    incoming.sums->part_bytes_digest.Update(ciphertext);
    incoming.sums->part_bytes += ciphertext.size();
    ++incoming.due.next_part;
  }
}

absl::Status ApplyingImpl::Put(const tidemark::v1::SealedPiece& piece) {
  if (under_way_ == nullptr || under_way_->incoming == nullptr) {
    return absl::FailedPreconditionError("a piece came where no deposit is under way");
  }
  Incoming& incoming = *under_way_->incoming;
  ASSIGN_OR_RETURN(const PieceKind kind, KindOf(piece.type()));
  const bool is_frame = kind == PieceKind::kFrame;
  const uint32_t due = is_frame ? incoming.due.next_frame : incoming.due.next_part;
  const uint32_t end = is_frame ? incoming.row.frame_count() : incoming.parts;
  if (piece.number() != due || due >= end) {
    return absl::DataLossError(absl::StrCat(Describe({kind, incoming.pack, piece.number()}),
                                            " came where ", due, " of ", end, " was due"));
  }
  const size_t bytes_max =
      is_frame ? base::kFrameCipherBytesMax : base::kManifestPartCipherBytesMax;
  if (piece.ciphertext().empty() || piece.ciphertext().size() > bytes_max) {
    return absl::DataLossError(absl::StrCat(Describe({kind, incoming.pack, due}), ": ",
                                            piece.ciphertext().size(), " bytes, want 1 to ",
                                            bytes_max));
  }
  bytes_since_room_check_ += piece.ciphertext().size();
  if (bytes_since_room_check_ >= base::kFreeSpaceCheckBytes) {
    bytes_since_room_check_ = 0;
    RETURN_IF_ERROR(parts_.log.CheckRoom());
  }
  const crypto::Blake2bDigest digest = crypto::Blake2b(piece.ciphertext());
  RETURN_IF_ERROR(parts_.pieces.Put({kind, incoming.pack, due}, digest, piece.ciphertext()));
  Take(kind, digest, piece.ciphertext(), incoming);
  AtPoint("replica-piece-written");
  return absl::OkStatus();
}

absl::StatusOr<PiecesDue> ApplyingImpl::Sync() {
  RETURN_IF_ERROR(parts_.pieces.Sync());
  AtPoint("replica-pieces-synced");
  if (under_way_ == nullptr || under_way_->incoming == nullptr) return PiecesDue();
  return under_way_->incoming->due;
}

absl::Status ApplyingImpl::CheckDigests(Incoming& incoming) const {
  if (!incoming.is_complete()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the leaf was to be committed before frame ", incoming.due.next_frame,
                     " and manifest part ", incoming.due.next_part, " came"));
  }
  // Removed frames took their digests along: what is left cannot be compared with all of them.
  if (incoming.row.removed_frames().empty()) {
    if (incoming.sums->frame_bytes != incoming.row.frame_bytes() ||
        incoming.sums->frame_digests.Finish().bytes() != incoming.row.frames_digest()) {
      return absl::DataLossError(absl::StrCat("the frames of pack ", incoming.pack.ToHex(),
                                              " are not those that the manifest names"));
    }
  }
  if (incoming.parts == 0) return absl::OkStatus();
  if (incoming.sums->part_bytes != incoming.part_bytes_said ||
      incoming.sums->part_bytes_digest.Finish().bytes() != incoming.parts_digest) {
    return absl::DataLossError(absl::StrCat("the sealed manifest of pack ", incoming.pack.ToHex(),
                                            " is not the one that was signed"));
  }
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> ApplyingImpl::Commit() {
  if (under_way_ == nullptr) return absl::FailedPreconditionError("no leaf is under way");
  // Whatever comes of it, this leaf is begun anew.
  const std::unique_ptr<UnderWay> done = std::move(under_way_);
  if (done->incoming != nullptr) {
    const absl::Status fits = CheckDigests(*done->incoming);
    if (absl::IsDataLoss(fits)) {
      // Somebody altered them on the way; they must not be gone on with.
      RETURN_IF_ERROR(parts_.pieces.Drop(done->incoming->pack));
    }
    RETURN_IF_ERROR(fits);
    RETURN_IF_ERROR(parts_.pieces.Sync());
    RETURN_IF_ERROR(FillDeposit(*done));
  }
  const uint64_t index = done->leaf.log_index();
  if (index == 0) {
    done->batch.Put(Family::kMeta, std::string(schema::kFormatKey),
                    schema::FormatValue(schema::kSchemaFormat));
    done->batch.Put(Family::kMeta, std::string(schema::kVaultIdKey), parts_.vault_id);
    done->batch.Put(Family::kMeta, std::string(schema::kReplicaOfKey),
                    std::string(parts_.primary_key->bytes()));
  }
  AtPoint("replica-before-batch");
  RETURN_IF_ERROR(
      parts_.log.WriteCopied(done->leaf.leaf(), done->leaf.tree_head(), std::move(done->batch)));
  AtPoint("replica-after-batch");
  const uint64_t shredded = done->leaf.deposit().shredded_log_index();
  if (shredded != 0) replication_.Promise(shredded, *done->deposit);
  replication_.ForgetPromise(index);
  return index + 1;
}

}  // namespace tidemark::vault
