// Giving up rights: what a process does before it reads hostile bytes.
//
// Afterwards it can compute, read and write what it has open, ask for bounded memory and time, make
// threads of its own, and end. It cannot open, connect, start, signal, map as code or look at
// anything: any other system call ends it at once (seccomp, an allow-list). There is no way back,
// and threads made later are bound as well.
//
// What it does not protect: what the process already holds. Whoever calls this must have come from
// execve() with no key in memory and no descriptor that is worth having.
// Threads: REQUIRES that there is only one. Errors: UNAVAILABLE where the kernel has no filters;
// then do not go on.
#ifndef TIDEMARK_VERIFIER_SANDBOX_CONFINEMENT_H_
#define TIDEMARK_VERIFIER_SANDBOX_CONFINEMENT_H_

#include <cstdint>

#include "absl/status/status.h"

namespace tidemark::verifier {

// Of one process that reads a deposit.
struct ConfinementLimits {
  uint64_t memory_bytes_max = 2ull << 30;  // writable private memory, stacks of threads included
  uint64_t cpu_seconds_max = 3600;         // of all its threads together
};

absl::Status ConfineThisProcess(const ConfinementLimits& limits);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_SANDBOX_CONFINEMENT_H_
