// No core dumps: the memory of whoever seals, opens, judges or holds keys has what must be on no
// disk in the clear.
#ifndef TIDEMARK_BASE_CORE_DUMPS_H_
#define TIDEMARK_BASE_CORE_DUMPS_H_

#include <errno.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdio>

#include "absl/status/status.h"
#include "base/status.h"

namespace tidemark::base {

// This process and those that it starts write none (RLIMIT_CORE), and nobody but root may look into
// it: no dump through a pipe, no debugger of the same user (PR_SET_DUMPABLE, which a change of the
// user may undo, and becoming another program does). Does not keep memory out of swap.
inline absl::Status ForbidCoreDumps() {
  const rlimit none = {0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0) return ErrnoStatus(errno, "RLIMIT_CORE");
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return ErrnoStatus(errno, "PR_SET_DUMPABLE");
  return absl::OkStatus();
}

// Among the first statements of a main: the process ends with status 2 where it cannot be had.
inline void RequireNoCoreDumps() {
  const absl::Status forbidden = ForbidCoreDumps();
  if (forbidden.ok()) return;
  std::fprintf(stderr, "core dumps cannot be turned off: %s\n", forbidden.ToString().c_str());
  exit(2);
}

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_CORE_DUMPS_H_
