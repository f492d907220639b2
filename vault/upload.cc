#include "vault/upload.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::vault {
namespace {

struct PieceLimits {
  absl::string_view name;
  uint32_t pieces_max;
  size_t piece_bytes_max;
};

PieceLimits LimitsOf(PieceKind kind, const UploadLimits& limits) {
  if (kind == PieceKind::kFrame) {
    return {"frame", std::min(limits.frames_per_deposit_max, base::kPackFramesMax),
            base::kFrameCipherBytesMax};
  }
  return {"manifest part", base::kManifestPartsMax, base::kManifestPartCipherBytesMax};
}

absl::Status IsOver() { return absl::FailedPreconditionError("the upload is committed"); }

}  // namespace

UploadImpl::~UploadImpl() {
  if (is_committed_) {
    vault_.ledger().Leave(request_.new_pack);
  } else if (status_.ok()) {
    // Nothing was wrong with it: its stream broke.
    vault_.ledger().Park(request_.new_pack, std::move(progress_));
  } else {
    vault_.DropUpload(request_.new_pack);
  }
}

PiecesHeld UploadImpl::held() const { return {progress_->frames.pieces, progress_->parts.pieces}; }

void UploadImpl::Discard() {
  if (status_.ok()) status_ = absl::CancelledError("the upload was given up");
}

absl::Status UploadImpl::CheckPiece(PieceKind kind, uint32_t number, size_t bytes) const {
  const PieceLimits limits = LimitsOf(kind, vault_.limits());
  const uint32_t want =
      kind == PieceKind::kFrame ? progress_->frames.pieces : progress_->parts.pieces;
  if (number != want) {
    return absl::InvalidArgumentError(
        absl::StrCat(limits.name, " ", number, " came where ", want, " was due"));
  }
  if (bytes == 0)
    return absl::InvalidArgumentError(absl::StrCat(limits.name, " ", number, " is empty"));
  if (bytes > limits.piece_bytes_max) {
    return absl::ResourceExhaustedError(absl::StrCat(limits.name, " ", number, ": ", bytes,
                                                     " bytes, limit ", limits.piece_bytes_max));
  }
  if (number >= limits.pieces_max) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "more than ", limits.pieces_max, " ", limits.name, "s, the limit of one deposit",
        kind == PieceKind::kFrame ? " (limits.frames_per_deposit_max); put more into each frame"
                                  : ""));
  }
  if (progress_->bytes() + bytes > base::kUploadBytesMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat("an upload has at most ", base::kUploadBytesMax, " bytes"));
  }
  return absl::OkStatus();
}

absl::Status UploadImpl::CheckDisk(size_t bytes) {
  bytes_since_disk_check_ += bytes;
  if (bytes_since_disk_check_ < base::kFreeSpaceCheckBytes) return absl::OkStatus();
  bytes_since_disk_check_ = 0;
  return vault_.CheckDiskReserve(request_.deposit.tld());
}

absl::Status UploadImpl::TryPut(PieceKind kind, uint32_t number, absl::string_view ciphertext) {
  RETURN_IF_ERROR(CheckPiece(kind, number, ciphertext.size()));
  RETURN_IF_ERROR(CheckDisk(ciphertext.size()));
  RETURN_IF_ERROR(vault_.ledger().Grow(request_.new_pack, ciphertext.size()));
  const crypto::Blake2bDigest digest = crypto::Blake2b(ciphertext);
  RETURN_IF_ERROR(vault_.pieces().Put({kind, request_.new_pack, number}, digest, ciphertext));
  progress_->Take(kind, digest, ciphertext);
  return absl::OkStatus();
}

absl::Status UploadImpl::PutFrame(uint32_t number, absl::string_view ciphertext) {
  RETURN_IF_ERROR(status_);
  status_ = TryPut(PieceKind::kFrame, number, ciphertext);
  if (status_.ok()) vault_.AtPoint("frame-written");
  return status_;
}

absl::Status UploadImpl::PutManifestPart(uint32_t number, absl::string_view ciphertext) {
  RETURN_IF_ERROR(status_);
  status_ = TryPut(PieceKind::kManifestPart, number, ciphertext);
  if (status_.ok()) vault_.AtPoint("manifest-written");
  return status_;
}

absl::StatusOr<PiecesHeld> UploadImpl::Sync() {
  RETURN_IF_ERROR(status_);
  status_ = vault_.pieces().Sync();
  RETURN_IF_ERROR(status_);
  vault_.AtPoint("frames-synced");
  return held();
}

absl::StatusOr<tidemark::v1::Receipt> UploadImpl::TryCommit(
    const tidemark::v1::SignedManifest& manifest) {
  // Pieces may lie in another store than the catalogue; they are durable before it speaks of them.
  RETURN_IF_ERROR(vault_.pieces().Sync());
  const ReceivedUpload received = {.deposit = request_.deposit,
                                   .pack = request_.new_pack,
                                   .relied_on = request_.relied_on,
                                   .frames = progress_->frames.pieces,
                                   .frame_bytes = progress_->frames.bytes,
                                   .frames_digest = progress_->frame_digests.Finish(),
                                   .parts = progress_->parts.pieces,
                                   .part_bytes = progress_->parts.bytes,
                                   .parts_digest = progress_->part_bytes.Finish()};
  ASSIGN_OR_RETURN(VaultImpl::CommitResult result, vault_.Commit(received, manifest));
  is_committed_ = result.is_new;
  return std::move(result.receipt);
}

absl::StatusOr<tidemark::v1::Receipt> UploadImpl::Commit(
    const tidemark::v1::SignedManifest& manifest) {
  RETURN_IF_ERROR(status_);
  absl::StatusOr<tidemark::v1::Receipt> receipt = TryCommit(manifest);
  status_ = receipt.ok() ? IsOver() : receipt.status();
  return receipt;
}

absl::Status CommittedUpload::PutFrame(uint32_t, absl::string_view) { return IsOver(); }
absl::Status CommittedUpload::PutManifestPart(uint32_t, absl::string_view) { return IsOver(); }

absl::StatusOr<tidemark::v1::Receipt> CommittedUpload::Commit(
    const tidemark::v1::SignedManifest& manifest) {
  return vault_.AnswerAgain(deposit_, manifest);
}

}  // namespace tidemark::vault
