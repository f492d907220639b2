// Scratch files (base/scratch.h) encrypted under a key that lives as long as the space: what
// verifying and rebuilding spill may be a whole deposit, and must not be readable on a disk that is
// stolen, or kept after a crash.
//
// XChaCha20 with a nonce a file, so that any place can be read by itself. Not authenticated: who
// can alter an unnamed file of a running process could alter the process; what comes back altered
// makes a wrong verdict, never a leak.
//
// Errors: base/scratch.h's, and RESOURCE_EXHAUSTED where memory for the key can't be locked.
#ifndef TIDEMARK_CRYPTO_SEALED_SCRATCH_H_
#define TIDEMARK_CRYPTO_SEALED_SCRATCH_H_

#include <memory>

#include "absl/status/statusor.h"
#include "base/scratch.h"

namespace tidemark::crypto {

absl::StatusOr<std::unique_ptr<base::ScratchSpace>> NewSealedScratchSpace(
    const base::ScratchOptions& options);

// The same over another space's files.
absl::StatusOr<std::unique_ptr<base::ScratchSpace>> SealScratchSpace(
    std::unique_ptr<base::ScratchSpace> space);

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_SEALED_SCRATCH_H_
