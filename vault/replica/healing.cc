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
constexpr uint32_t kFramesPerPulse = 64;

}  // namespace

absl::StatusOr<std::unique_ptr<Healing>> HealingImpl::Begin(ReplicationImpl& replication,
                                                            PieceKind kind,
                                                            const crypto::PackId& pack) {
  ASSIGN_OR_RETURN(const PackRow row, replication.ReadPack(pack));
  if (row.state() != tidemark::v1::PACK_STATE_COMMITTED) {
    return absl::NotFoundError(absl::StrCat("there is no pack ", pack.ToHex()));
  }
  auto healing = absl::WrapUnique(new HealingImpl(replication, kind, pack));
  RETURN_IF_ERROR(healing->ReadDamaged());
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
  if (theirs_.size() + digests.size() > size_t{count_} * kDigestBytes) {
    return absl::DataLossError(
        absl::StrCat("more digests than pack ", pack_.ToHex(), " has frames"));
  }
  absl::StrAppend(&theirs_, digests);
  return absl::OkStatus();
}

absl::Status HealingImpl::TakeProof(uint32_t number, absl::string_view ciphertext) {
  if (kind_ != PieceKind::kManifestPart || is_proven_) {
    return absl::FailedPreconditionError("a part came as a proof where none was due");
  }
  if (number != parts_due_ || number >= count_ ||
      ciphertext.size() > base::kManifestPartCipherBytesMax) {
    return absl::DataLossError(
        absl::StrCat("part ", number, " came where part ", parts_due_, " of ", count_, " was due"));
  }
  ++parts_due_;
  const absl::StatusOr<std::string> own = parts_.pieces.Get({kind_, pack_, number});
  const std::optional<absl::string_view> ours =
      own.ok() ? std::optional<absl::string_view>(*own) : std::nullopt;
  const std::optional<absl::string_view> theirs =
      ciphertext.empty() ? std::nullopt : std::optional<absl::string_view>(ciphertext);
  AddPart(theirs.has_value() ? theirs : ours, by_theirs_);
  const bool is_ours_good = ours.has_value() && !damaged_.contains(number);
  AddPart(is_ours_good || !theirs.has_value() ? ours : theirs, by_ours_);
  return absl::OkStatus();
}

void HealingImpl::AddPart(const std::optional<absl::string_view>& ciphertext, Choice& choice) {
  if (!ciphertext.has_value()) {
    choice.is_whole = false;
    return;
  }
  absl::StrAppend(&choice.digests, crypto::Blake2b(*ciphertext).bytes());
  choice.proof.Update(*ciphertext);
}

absl::Status HealingImpl::ReadDamaged() {
  const uint32_t damage_kind = kind_ == PieceKind::kFrame ? schema::kFrameKind : schema::kPartKind;
  return parts_.store.ScanAround(
      Family::kScrub, schema::DamagesOf(damage_kind, schema::PiecesOf(pack_)),
      [this](absl::string_view key, absl::string_view) -> absl::Status {
        ASSIGN_OR_RETURN(const schema::ParsedDamageKey parsed, schema::ParseDamageKey(key));
        damaged_.insert(parsed.number);
        return absl::OkStatus();
      },
      [this](const RocksStore::Unreadable&) { parts_.store.NoteUnreadable(Family::kScrub); });
}

std::string HealingImpl::FrameDigest(uint32_t number, bool prefer_own) const {
  const absl::string_view theirs =
      absl::string_view(theirs_).substr(size_t{number} * kDigestBytes, kDigestBytes);
  const bool is_own_wanted = prefer_own && !damaged_.contains(number);
  if (!is_own_wanted && theirs != kUnknownDigest) return std::string(theirs);
  const std::optional<crypto::Blake2bDigest> own =
      replication_.StoredDigest({kind_, pack_, number});
  return std::string(own.has_value() ? own->bytes() : theirs);
}

absl::Status HealingImpl::ChooseFrames(bool prefer_own,
                                       const std::function<absl::Status()>& pulse,
                                       Choice& choice) const {
  choice.digests.reserve(theirs_.size());
  for (uint32_t number = 0; number < count_; ++number) {
    if (number % kFramesPerPulse == 0) RETURN_IF_ERROR(pulse());
    absl::StrAppend(&choice.digests, FrameDigest(number, prefer_own));
  }
  choice.proof.Update(choice.digests);
  return absl::OkStatus();
}

bool HealingImpl::Settle(Choice& choice) {
  if (!choice.is_whole || choice.digests.size() != size_t{count_} * kDigestBytes ||
      choice.proof.Finish().bytes() != committed_) {
    return false;
  }
  digests_ = std::move(choice.digests);
  is_proven_ = true;
  return true;
}

absl::Status HealingImpl::Prove(const std::function<absl::Status()>& pulse) {
  if (is_proven_) return absl::OkStatus();
  const absl::Status unproven = absl::DataLossError(
      absl::StrCat("what the two copies have of pack ", pack_.ToHex(),
                   " is not what the signed manifest commits to; nothing was mended"));
  if (is_refuted_) return unproven;
  is_refuted_ = true;
  if (kind_ == PieceKind::kManifestPart) {
    // What the sender did not get to say, it does not have.
    while (parts_due_ < count_) {
      RETURN_IF_ERROR(pulse());
      RETURN_IF_ERROR(TakeProof(parts_due_, ""));
    }
    return Settle(by_theirs_) || Settle(by_ours_) ? absl::OkStatus() : unproven;
  }
  if (theirs_.size() != size_t{count_} * kDigestBytes) return unproven;
  for (const bool prefer_own : {false, true}) {
    Choice choice;
    RETURN_IF_ERROR(ChooseFrames(prefer_own, pulse, choice));
    if (Settle(choice)) return absl::OkStatus();
  }
  return unproven;
}

bool HealingImpl::IsWhole(const PieceName& name, const crypto::Blake2bDigest& digest) const {
  const absl::StatusOr<std::string> stored = parts_.pieces.Get(name);
  return stored.ok() && crypto::Blake2b(*stored) == digest;
}

absl::Status HealingImpl::TakePiece(uint32_t number, absl::string_view ciphertext) {
  RETURN_IF_ERROR(Prove([] { return absl::OkStatus(); }));
  const PieceName name = {kind_, pack_, number};
  if (number >= count_) {
    return absl::InvalidArgumentError(absl::StrCat("there is no ", Describe(name)));
  }
  const crypto::Blake2bDigest digest = crypto::Blake2b(ciphertext);
  if (digest.bytes() != absl::string_view(digests_).substr(number * kDigestBytes, kDigestBytes)) {
    return absl::DataLossError(absl::StrCat(
        Describe(name), " as it came is not what the signed manifest commits to either"));
  }
  if (IsWhole(name, digest)) {
    if (damaged_.contains(number)) healed_.insert(schema::PieceKey(pack_, number));
    reply_.set_whole(reply_.whole() + 1);
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(parts_.pieces.Put(name, digest, ciphertext));
  healed_.insert(schema::PieceKey(pack_, number));
  base::Log(base::LogLevel::kWarning, "piece-healed", {{"piece", Describe(name)}});
  reply_.set_healed(reply_.healed() + 1);
  return absl::OkStatus();
}

absl::StatusOr<tidemark::v1::HealReply> HealingImpl::Finish() {
  RETURN_IF_ERROR(parts_.pieces.Sync());
  replication_.NoteHealed(kind_, healed_);
  return reply_;
}

}  // namespace tidemark::vault
