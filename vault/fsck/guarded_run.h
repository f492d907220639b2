// Work that may end its process, done in a child of ours: the library that reads a database ends
// the process where it meets bytes that it holds for impossible.
//
// Threads: call it before this process has threads of its own, for a child inherits none of them
// and all of their locks. Errors: DATA_LOSS the child ended itself in another way than by
// returning, and how; UNAVAILABLE it was ended from without, or memory was short when it ended: 512
// MiB more could not be had for a request that failed, or 64 MiB for any other end;
// RESOURCE_EXHAUSTED it returned too much; the system's own.
#ifndef TIDEMARK_VAULT_FSCK_GUARDED_RUN_H_
#define TIDEMARK_VAULT_FSCK_GUARDED_RUN_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"

namespace tidemark::vault {

inline constexpr size_t kGuardedBytesMax = 256u << 20;

// What `work` returns. Nothing else that it changes in memory is seen here.
absl::StatusOr<std::string> RunGuarded(const std::function<std::string()>& work);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_FSCK_GUARDED_RUN_H_
