// Private to crypto/: every entry into libsodium comes after EnsureSodium().
#ifndef TIDEMARK_CRYPTO_SODIUM_INIT_H_
#define TIDEMARK_CRYPTO_SODIUM_INIT_H_

namespace tidemark::crypto {

// Initialises libsodium once for the process (fast implementations are chosen, the generator is
// opened); ends the process if that fails, because nothing of ours may go on without it.
// Threads: safe. Cheap after the first call.
void EnsureSodium();

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_SODIUM_INIT_H_
