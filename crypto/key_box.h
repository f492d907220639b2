// Private to crypto/: a 32-byte key sealed under another one that is used for nothing else.
#ifndef TIDEMARK_CRYPTO_KEY_BOX_H_
#define TIDEMARK_CRYPTO_KEY_BOX_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/secret.h"

namespace tidemark::crypto {

// 32 bytes of point and 48 of box: the size of both wraps.
inline constexpr size_t kPointBytes = 32;
inline constexpr size_t kKeyBoxBytes = 48;
inline constexpr size_t kWrapBytes = kPointBytes + kKeyBoxBytes;

// First 16 bytes of BLAKE2b-256 over a public key.
std::string PublicKeyId(absl::string_view public_key);

// XChaCha20-Poly1305 with a zero nonce and no associated data. The nonce may be constant only
// because `box_key` is derived anew from everything that could differ, for this one message.
std::string SealKeyBox(const SecretBytes& box_key, const SecretBytes& key);

// DATA_LOSS: not sealed under `box_key`.
absl::StatusOr<SecretBytes> OpenKeyBox(const SecretBytes& box_key, absl::string_view box);

// DATA_LOSS unless a wrap has the only size that there is.
absl::Status CheckWrapSize(absl::string_view wrap);

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_KEY_BOX_H_
