// Private to crypto/: XChaCha20-Poly1305, as libsodium's crypto_aead_xchacha20poly1305_ietf has it
// (draft-irtf-cfrg-xchacha-03), three times as fast: the key of a nonce is libsodium's HChaCha20,
// the cipher under it OpenSSL's (RFC 8439), which has AVX-512. Where OpenSSL is configured not to
// offer that cipher, all of it is libsodium's: the same bytes, slower.
//
// For what is as long as a frame: OpenSSL's calls cost about a microsecond. Keys lie in OpenSSL's
// memory while a call lasts, which is wiped and not locked, as the caller's own are.
// Threads: any. Not checked here: that a nonce is used once.
#ifndef TIDEMARK_CRYPTO_FRAME_CIPHER_H_
#define TIDEMARK_CRYPTO_FRAME_CIPHER_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace tidemark::crypto {

inline constexpr size_t kFrameKeyBytes = 32;
inline constexpr size_t kFrameNonceBytes = 24;
inline constexpr size_t kFrameTagBytes = 16;

// One text's key, nonce and associated data. REQUIRES: of these sizes; the texts of at most
// INT_MAX bytes.
struct FrameCipher {
  absl::Span<const uint8_t> key;
  absl::Span<const uint8_t> nonce;
  absl::string_view associated;

  // Encrypts in place all but the last kFrameTagBytes of `text`, where the tag comes.
  void Encrypt(absl::Span<uint8_t> text) const;
  // `plain` has kFrameTagBytes less than `ciphertext`. False unless that is authentic; `plain` then
  // has zeros.
  [[nodiscard]] bool Decrypt(absl::Span<const uint8_t> ciphertext, absl::Span<uint8_t> plain) const;
};

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_FRAME_CIPHER_H_
