#include "vault/upload_progress.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace tidemark::vault {

void UploadProgress::Take(PieceKind kind, const crypto::Blake2bDigest& digest,
                          absl::string_view ciphertext) {
  Count& count = kind == PieceKind::kFrame ? frames : parts;
  ++count.pieces;
  count.bytes += ciphertext.size();
  if (kind == PieceKind::kFrame) {
    frame_digests.Update(digest.bytes());
  } else {
    part_bytes.Update(ciphertext);
  }
}

absl::StatusOr<std::unique_ptr<UploadProgress>> ReadProgress(const FrameStore& pieces,
                                                             const crypto::PackId& pack) {
  auto progress = std::make_unique<UploadProgress>();
  for (const PieceKind kind : {PieceKind::kFrame, PieceKind::kManifestPart}) {
    const UploadProgress::Count& count =
        kind == PieceKind::kFrame ? progress->frames : progress->parts;
    RETURN_IF_ERROR(pieces.Scan(kind, pack,
                                [&](uint32_t number, const crypto::Blake2bDigest& digest,
                                    absl::string_view ciphertext) -> absl::Status {
                                  if (number != count.pieces) {
                                    return absl::DataLossError(
                                        absl::StrCat("pack ", pack.ToHex(), " has piece ", number,
                                                     " where ", count.pieces, " was due"));
                                  }
                                  progress->Take(kind, digest, ciphertext);
                                  return absl::OkStatus();
                                }));
  }
  return progress;
}

}  // namespace tidemark::vault
