// The child's side of base/subprocess.h, private to it: what runs between fork() and execve(). The
// process may have other threads, so nothing here allocates, locks or throws after the fork: only
// async-signal-safe calls on what was prepared before it (signal-safety(7)).
// Threads: ForkChild() from any. Errors: the child writes one ChildFailure to `failure_pipe`.
#ifndef TIDEMARK_BASE_SUBPROCESS_CHILD_H_
#define TIDEMARK_BASE_SUBPROCESS_CHILD_H_

#include <sys/types.h>

#include "absl/strings/string_view.h"
#include "base/subprocess.h"

namespace tidemark::base {

// All that the child needs, made before fork(): after it, only async-signal-safe calls.
struct ChildPlan {
  const char* program;
  char* const* argv;
  char* const* env;
  const char* work_dir;  // null: stay
  int in;
  int out;  // -1: inherit
  int err;  // -1: inherit
  int failure_pipe;
  pid_t parent;
  const ProcessUser* user;  // null: stay
};

enum class ChildStep : int { kDescriptors, kWorkDir, kUser, kDeathSignal, kExec };

struct ChildFailure {
  ChildStep step;
  int error_number;
};

absl::string_view ChildStepName(ChildStep step);

// Like fork(2): the child's process id, or -1 and errno. Does not return in the child.
pid_t ForkChild(const ChildPlan& plan);

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_SUBPROCESS_CHILD_H_
