// Private to crypto/: the text of a key file, apart from the file system.
#ifndef TIDEMARK_CRYPTO_KEY_FILE_H_
#define TIDEMARK_CRYPTO_KEY_FILE_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/secret.h"

namespace tidemark::crypto {

// More than any key file has; what is longer is not one.
inline constexpr size_t kKeyFileBytesMax = 256;

// The key that `text` holds. INVALID_ARGUMENT: not a key file, or one of another kind.
absl::StatusOr<SecretBytes> ParseKeyFile(absl::string_view text, KeyKind kind);

// The text of the key's file, newline included, in locked memory.
SecretBytes FormatKeyFile(KeyKind kind, const SecretBytes& key);

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_KEY_FILE_H_
