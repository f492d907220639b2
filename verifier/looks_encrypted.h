// Whether a file begins like an OpenPGP message: it needs a key, and without one says nothing about
// the registry. Looks at its first bytes, without RNP. Threads: any. Errors: none; false for what
// cannot be read, and for pipes. Threat: a file that lies is then opened as what it is not, and
// refused by whoever reads it.
#ifndef TIDEMARK_VERIFIER_LOOKS_ENCRYPTED_H_
#define TIDEMARK_VERIFIER_LOOKS_ENCRYPTED_H_

#include <string>

namespace tidemark::verifier {

bool LooksEncrypted(const std::string& path);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_LOOKS_ENCRYPTED_H_
