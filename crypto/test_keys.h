// For tests only: key files with known bytes, for keys that can't be made from bytes otherwise.
#ifndef TIDEMARK_CRYPTO_TEST_KEYS_H_
#define TIDEMARK_CRYPTO_TEST_KEYS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "crypto/secret.h"

namespace tidemark::crypto {

// Writes a key file in a fresh directory and returns its path.
std::string KeyFileOf(KeyKind kind, absl::string_view key_hex);

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_TEST_KEYS_H_
