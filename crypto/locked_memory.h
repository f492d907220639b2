// Private to crypto/: memory that is locked, left out of core dumps and wiped when it is freed.
//
// sodium_malloc() surrounds every allocation with guard pages and locks whole pages, so a deposit
// with 4096 pack secrets would need 16 MiB of locked memory where 8 MiB (or, in containers, 64 KiB)
// is what a process may have. Small secrets are therefore slots of shared guarded pages. Rejected:
// one allocation a secret, for that reason. The price: running over the end of one slot reaches the
// next secret, not a guard page.
#ifndef TIDEMARK_CRYPTO_LOCKED_MEMORY_H_
#define TIDEMARK_CRYPTO_LOCKED_MEMORY_H_

#include <cstddef>
#include <cstdint>

namespace tidemark::crypto {

// Zeroed, or nullptr if the system refuses to give or to lock the memory. Threads: safe.
uint8_t* AllocateLocked(size_t size);

// Wipes and frees what AllocateLocked(size) returned; nullptr is fine.
void FreeLocked(uint8_t* data, size_t size);

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_LOCKED_MEMORY_H_
