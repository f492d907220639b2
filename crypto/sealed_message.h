// Private to crypto/: a short secret message to the holder of an X25519 key.
//
//   box key = H(X25519(e, P), domain, E || P || pre(associated))
//   message = E || AEAD(box key, 24 zero bytes, plaintext, "")
//
// The ephemeral secret e comes from the caller, who derives it from everything that the plaintext
// depends on; therefore one box key seals one plaintext, and the constant nonce is safe. Says
// nothing of who sealed it. Threads: pure functions.
#ifndef TIDEMARK_CRYPTO_SEALED_MESSAGE_H_
#define TIDEMARK_CRYPTO_SEALED_MESSAGE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/deposit_key.h"
#include "crypto/secret.h"

namespace tidemark::crypto {

// E and the tag.
inline constexpr size_t kSealedMessageOverheadBytes = 48;

std::string SealMessage(const OpeningPublicKey& to, const SecretBytes& ephemeral,
                        absl::string_view domain, absl::string_view associated,
                        const SecretBytes& plaintext);

// DATA_LOSS: not sealed to `key` under this domain and these associated data, or altered.
absl::StatusOr<SecretBytes> OpenMessage(const OpeningKey& key, absl::string_view domain,
                                        absl::string_view associated, absl::string_view sealed);

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_SEALED_MESSAGE_H_
