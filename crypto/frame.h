// Frames of a pack: XChaCha20-Poly1305 under a key per frame, padded to length classes.
//
//   frame key  = keyed BLAKE2b-256(pack secret, "tidemark/v1/frame-key" || 0 || BE32 number)
//   ciphertext = nonce (24 random bytes) || AEAD(frame key, nonce, padded, associated data)
//   padded     = BE32 length || data || zeros up to the next length class
//   associated = "tidemark/v1/frame" || 0 || BE32 label length || label || pack id || BE32 number
//
// Length classes are Padmé's: at most 12 % longer, so that a frame's size tells little about what
// is in it. Associated data binds each frame to its place: a frame moved, renumbered or put under
// another registry's label does not open.
//
// Not promised: that a thief of the disk does not learn number and classes of the frames.
#ifndef TIDEMARK_CRYPTO_FRAME_H_
#define TIDEMARK_CRYPTO_FRAME_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/pack_id.h"
#include "crypto/secret.h"

namespace tidemark::crypto {

// Opens and seals the frames of one pack. The secret stands in sealed manifests, and in the index
// of the depositor who made the pack.
class PackSecret final {
 public:
  static PackSecret Generate();
  // From a sealed manifest that was opened, or the depositor's own index. INVALID_ARGUMENT: not 32
  // bytes; RESOURCE_EXHAUSTED: no more memory can be locked.
  static absl::StatusOr<PackSecret> FromManifest(absl::string_view bytes);
  // For the sealed manifest and the depositor's own index, and nothing else. The string is secret,
  // and is not wiped.
  std::string ForManifest() const;

  // `label` is the frame namespace (the TLD). RESOURCE_EXHAUSTED over kFrameCipherBytesMax.
  absl::StatusOr<std::string> SealFrame(absl::string_view label, const PackId& pack,
                                        uint32_t number, absl::string_view plaintext) const;
  // DATA_LOSS if the ciphertext is not this frame of this pack, unaltered; RESOURCE_EXHAUSTED as
  // above.
  absl::StatusOr<std::string> OpenFrame(absl::string_view label, const PackId& pack,
                                        uint32_t number, absl::string_view ciphertext) const;

 private:
  explicit PackSecret(SecretBytes secret) : secret_(std::move(secret)) {}
  SecretBytes secret_;
};

// The length class of `bytes`: the smallest Padmé length that is not less.
uint64_t PaddedLength(uint64_t bytes);

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_FRAME_H_
