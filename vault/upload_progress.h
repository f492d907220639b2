// Private to vault/: what has come in of one upload, and the digests over it so far.
#ifndef TIDEMARK_VAULT_UPLOAD_PROGRESS_H_
#define TIDEMARK_VAULT_UPLOAD_PROGRESS_H_

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "crypto/digest.h"
#include "crypto/pack_id.h"
#include "vault/frame_store.h"

namespace tidemark::vault {

struct UploadProgress {
  struct Count {
    uint32_t pieces = 0;
    uint64_t bytes = 0;
  };
  Count frames;
  Count parts;
  crypto::Blake2bStream frame_digests;  // over the digests of all frames
  crypto::Blake2bStream part_bytes;     // over all parts

  uint64_t bytes() const { return frames.bytes + parts.bytes; }
  // One piece more, in order of its number.
  void Take(PieceKind kind, const crypto::Blake2bDigest& digest, absl::string_view ciphertext);
};

// From the pieces that are stored; reads all of them. DATA_LOSS: their numbers have a gap, which
// nothing that was acknowledged can explain.
absl::StatusOr<std::unique_ptr<UploadProgress>> ReadProgress(const FrameStore& pieces,
                                                             const crypto::PackId& pack);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_UPLOAD_PROGRESS_H_
