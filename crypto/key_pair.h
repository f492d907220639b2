// Private key files: in one form, and whether their two halves belong together.
//
// A PKCS #8 file of an elliptic-curve key may hold the public key beside the secret one, and most
// programs believe it: whoever signs with such a file signs with a key that nobody expects.
//
// The secret is in memory for the time of the call. Threads: safe. Threat: the file is a
// stranger's. No password is asked for or tried, since the file says how much work that is, and it
// may have 64 KiB.
#ifndef TIDEMARK_CRYPTO_KEY_PAIR_H_
#define TIDEMARK_CRYPTO_KEY_PAIR_H_

#include <string>

#include "absl/status/status.h"

namespace tidemark::crypto {

// NOT_FOUND or PERMISSION_DENIED: the file; INVALID_ARGUMENT: no unencrypted private key in PEM, or
// its public key is another's, or it is too large.
absl::Status CheckKeyPair(const std::string& pem_path);

// Writes the private key of `pem_path`, PKCS #8 (RFC 5958), SEC 1 (RFC 5915) or PKCS #1 (RFC 8017),
// as PKCS #8 to `to_path`, a new file of mode 0600. For an elliptic-curve key the public half is in
// it: the file's, or, where it has none, as both of the first may, the one that the secret gives.
// INVALID_ARGUMENT: no unencrypted private key in PEM, or too large; ALREADY_EXISTS, and others:
// the files.
absl::Status CopyAsPkcs8(const std::string& pem_path, const std::string& to_path);

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_KEY_PAIR_H_
