#include "vault/replica/healing.h"

#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status.h"
#include "vault/manifest.h"
#include "vault/replica/piece_names.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using tidemark::v1::PackRow;

constexpr size_t kDigestBytes = 32;

}  // namespace

absl::StatusOr<std::unique_ptr<Healing>> HealingImpl::Begin(ReplicationImpl& replication,
                                                            PieceKind kind,
                                                            const crypto::PackId& pack) {
  ASSIGN_OR_RETURN(const PackRow row, replication.ReadPack(pack));
  if (row.state() != tidemark::v1::PACK_STATE_COMMITTED) {
    return absl::NotFoundError(absl::StrCat("there is no pack ", pack.ToHex()));
  }
  auto healing = absl::WrapUnique(new HealingImpl(replication.parts(), kind, pack));
  if (kind == PieceKind::kFrame) {
    if (!row.removed_frames().empty()) {
      return absl::FailedPreconditionError(
          absl::StrCat("frames of pack ", pack.ToHex(),
                       " were removed and their digests with them: nothing proves what the "
                       "damaged ones were"));
    }
    healing->count_ = row.frame_count();
    healing->committed_ = row.frames_digest();
    return healing;
  }
  ASSIGN_OR_RETURN(const DepositId owner, IdOf(row.owner()));
  ASSIGN_OR_RETURN(const tidemark::v1::SignedManifest manifest, replication.ReadManifest(owner));
  ASSIGN_OR_RETURN(const tidemark::v1::ClearManifest clear, ParseClearManifest(manifest.body()));
  healing->count_ = clear.manifest_parts();
  healing->committed_ = clear.manifest_digest();
  return healing;
}

absl::Status HealingImpl::TakeDigests(absl::string_view digests) {
  if (kind_ != PieceKind::kFrame || is_proven_) {
    return absl::FailedPreconditionError("digests came where none were due");
  }
  if (digests_.size() + digests.size() > size_t{count_} * kDigestBytes) {
    return absl::DataLossError(
        absl::StrCat("more digests than pack ", pack_.ToHex(), " has frames"));
  }
  absl::StrAppend(&digests_, digests);
  proof_.Update(digests);
  return absl::OkStatus();
}

absl::Status HealingImpl::TakeProof(uint32_t number, absl::string_view ciphertext) {
  if (kind_ != PieceKind::kManifestPart || is_proven_) {
    return absl::FailedPreconditionError("a part came as a proof where none was due");
  }
  const size_t due = digests_.size() / kDigestBytes;
  if (number != due || due >= count_ || ciphertext.size() > base::kManifestPartCipherBytesMax) {
    return absl::DataLossError(
        absl::StrCat("part ", number, " came where part ", due, " of ", count_, " was due"));
  }
  absl::StrAppend(&digests_, crypto::Blake2b(ciphertext).bytes());
  proof_.Update(ciphertext);
  return absl::OkStatus();
}

absl::Status HealingImpl::Prove() {
  if (is_proven_) return absl::OkStatus();
  if (digests_.size() != size_t{count_} * kDigestBytes || proof_.Finish().bytes() != committed_) {
    return absl::DataLossError(
        absl::StrCat("what the other copy says of pack ", pack_.ToHex(),
                     " is not what the signed manifest commits to; nothing was mended"));
  }
  is_proven_ = true;
  return absl::OkStatus();
}

bool HealingImpl::IsWhole(const PieceName& name, const crypto::Blake2bDigest& digest) const {
  const absl::StatusOr<std::string> stored = parts_.pieces.Get(name);
  return stored.ok() && crypto::Blake2b(*stored) == digest;
}

absl::Status HealingImpl::TakePiece(uint32_t number, absl::string_view ciphertext) {
  RETURN_IF_ERROR(Prove());
  const PieceName name = {kind_, pack_, number};
  if (number >= count_) {
    return absl::InvalidArgumentError(absl::StrCat("there is no ", Describe(name)));
  }
  const crypto::Blake2bDigest digest = crypto::Blake2b(ciphertext);
  if (digest.bytes() != absl::string_view(digests_).substr(number * kDigestBytes, kDigestBytes)) {
    return absl::DataLossError(absl::StrCat(
        Describe(name), " as it came is not what the signed manifest commits to either"));
  }
  const uint32_t damage_kind = kind_ == PieceKind::kFrame ? schema::kFrameKind : schema::kPartKind;
  const std::string key = schema::PieceKey(pack_, number);
  mended_.Delete(Family::kScrub, schema::DamageKey(damage_kind, key));
  mended_keys_.push_back({key, key + '\0'});
  if (IsWhole(name, digest)) {
    reply_.set_whole(reply_.whole() + 1);
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(parts_.pieces.Put(name, digest, ciphertext));
  base::Log(base::LogLevel::kWarning, "piece-healed", {{"piece", Describe(name)}});
  reply_.set_healed(reply_.healed() + 1);
  return absl::OkStatus();
}

absl::StatusOr<tidemark::v1::HealReply> HealingImpl::Finish() {
  RETURN_IF_ERROR(parts_.pieces.Sync());
  // A block that cannot be read still lies below the new row, in the way of every compaction and
  // of whoever reads this pack from end to end. Until it is gone the piece counts as damaged.
  const Family family = kind_ == PieceKind::kFrame ? Family::kFrames : Family::kParts;
  RETURN_IF_ERROR(parts_.store.RemakeTables(family, mended_keys_, parts_.at_point).status());
  RETURN_IF_ERROR(parts_.store.Apply(mended_, Durability::kSynced));
  return reply_;
}

}  // namespace tidemark::vault
