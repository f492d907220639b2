#include "vault/upload.h"

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

PieceLimits LimitsOf(PieceKind kind) {
  if (kind == PieceKind::kFrame) {
    return {"frame", base::kPackFramesMax, base::kFrameCipherBytesMax};
  }
  return {"manifest part", base::kManifestPartsMax, base::kManifestPartCipherBytesMax};
}

}  // namespace

UploadImpl::~UploadImpl() {
  vault_.EndUpload(request_.new_pack, is_committed_ ? VaultImpl::UploadEnd::kCommitted
                                                    : VaultImpl::UploadEnd::kDropped);
}

absl::Status UploadImpl::CheckPiece(PieceKind kind, uint32_t number, size_t bytes) const {
  const PieceLimits limits = LimitsOf(kind);
  const uint32_t want = kind == PieceKind::kFrame ? frames_.pieces : parts_.pieces;
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
    return absl::ResourceExhaustedError(
        absl::StrCat("more than ", limits.pieces_max, " ", limits.name, "s"));
  }
  if (frames_.bytes + parts_.bytes + bytes > base::kUploadBytesMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat("an upload has at most ", base::kUploadBytesMax, " bytes"));
  }
  return absl::OkStatus();
}

absl::Status UploadImpl::CheckDisk(size_t bytes) {
  bytes_since_disk_check_ += bytes;
  if (bytes_since_disk_check_ < base::kFreeSpaceCheckBytes) return absl::OkStatus();
  bytes_since_disk_check_ = 0;
  return vault_.CheckDiskReserve();
}

absl::Status UploadImpl::TryPut(PieceKind kind, uint32_t number, absl::string_view ciphertext) {
  RETURN_IF_ERROR(CheckPiece(kind, number, ciphertext.size()));
  RETURN_IF_ERROR(CheckDisk(ciphertext.size()));
  const crypto::Blake2bDigest digest = crypto::Blake2b(ciphertext);
  RETURN_IF_ERROR(vault_.pieces().Put({kind, request_.new_pack, number}, digest, ciphertext));
  Count& count = kind == PieceKind::kFrame ? frames_ : parts_;
  ++count.pieces;
  count.bytes += ciphertext.size();
  if (kind == PieceKind::kFrame) {
    frame_digests_.Update(digest.bytes());
  } else {
    part_bytes_.Update(ciphertext);
  }
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

absl::StatusOr<uint32_t> UploadImpl::Sync() {
  RETURN_IF_ERROR(status_);
  status_ = vault_.pieces().Sync();
  RETURN_IF_ERROR(status_);
  vault_.AtPoint("frames-synced");
  return frames_.pieces;
}

absl::StatusOr<tidemark::v1::Receipt> UploadImpl::TryCommit(
    const tidemark::v1::SignedManifest& manifest) {
  // Pieces may lie in another store than the catalogue; they are durable before it speaks of them.
  RETURN_IF_ERROR(vault_.pieces().Sync());
  const ReceivedUpload received = {request_.deposit, request_.new_pack, request_.relied_on,
                                   frames_.pieces,   frames_.bytes,     frame_digests_.Finish(),
                                   parts_.pieces,    parts_.bytes,      part_bytes_.Finish()};
  ASSIGN_OR_RETURN(VaultImpl::CommitResult result, vault_.Commit(received, manifest));
  is_committed_ = result.is_new;
  return std::move(result.receipt);
}

absl::StatusOr<tidemark::v1::Receipt> UploadImpl::Commit(
    const tidemark::v1::SignedManifest& manifest) {
  RETURN_IF_ERROR(status_);
  absl::StatusOr<tidemark::v1::Receipt> receipt = TryCommit(manifest);
  status_ =
      receipt.ok() ? absl::FailedPreconditionError("the upload is committed") : receipt.status();
  return receipt;
}

}  // namespace tidemark::vault
