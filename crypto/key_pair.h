// Whether the two halves of a private key file belong together.
//
// A PKCS #8 file of an elliptic-curve key may hold the public key beside the secret one, and most
// programs believe it: whoever signs with such a file signs with a key that nobody expects.
//
// The secret is in memory for the time of the call, in OpenSSL's own, which wipes it; no password
// is asked for. Threads: safe.
#ifndef TIDEMARK_CRYPTO_KEY_PAIR_H_
#define TIDEMARK_CRYPTO_KEY_PAIR_H_

#include <string>

#include "absl/status/status.h"

namespace tidemark::crypto {

// NOT_FOUND or PERMISSION_DENIED: the file; INVALID_ARGUMENT: no unencrypted private key in PEM, or
// its public key is another's.
absl::Status CheckKeyPair(const std::string& pem_path);

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_KEY_PAIR_H_
