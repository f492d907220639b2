#include "base/subprocess_child.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace tidemark::base {
namespace {

constexpr absl::string_view kChildStepNames[] = {"descriptors", "working directory", "user",
                                                 "death signal", "execve"};

[[noreturn]] void Fail(const ChildPlan& plan, ChildStep step) {
  const ChildFailure failure = {step, errno};
  [[maybe_unused]] const ssize_t n = ::write(plan.failure_pipe, &failure, sizeof(failure));
  ::_exit(127);
}

void CloseOthersOnExec() {
  if (::syscall(SYS_close_range, STDERR_FILENO + 1, ~0u, CLOSE_RANGE_CLOEXEC) == 0) return;
  // Before Linux 5.11. What lies above was opened with O_CLOEXEC if it is ours.
  for (int fd = STDERR_FILENO + 1; fd < 1024; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

// System calls, not glibc's wrappers: those look for other threads, of which the child has none.
bool BecomeUser(const ProcessUser& user) {
  return ::syscall(SYS_setgroups, 0, nullptr) == 0 &&
         ::syscall(SYS_setresgid, user.gid, user.gid, user.gid) == 0 &&
         ::syscall(SYS_setresuid, user.uid, user.uid, user.uid) == 0 &&
         ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

// Runs in the child between fork() and execve(), with every signal blocked.
[[noreturn]] void RunChild(const ChildPlan& plan) {
  for (int signal = 1; signal < NSIG; ++signal) {
    struct sigaction action = {};
    action.sa_handler = SIG_DFL;
    ::sigaction(signal, &action, nullptr);  // fails for SIGKILL, SIGSTOP and glibc's own
  }
  if (::dup2(plan.in, STDIN_FILENO) < 0 || (plan.out >= 0 && ::dup2(plan.out, STDOUT_FILENO) < 0) ||
      (plan.err >= 0 && ::dup2(plan.err, STDERR_FILENO) < 0)) {
    Fail(plan, ChildStep::kDescriptors);
  }
  CloseOthersOnExec();
  if (plan.work_dir != nullptr && ::chdir(plan.work_dir) != 0) Fail(plan, ChildStep::kWorkDir);
  if (plan.user != nullptr && !BecomeUser(*plan.user)) Fail(plan, ChildStep::kUser);
  // After the change of user, which clears it. The parent may have died before this line.
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) Fail(plan, ChildStep::kDeathSignal);
  if (::getppid() != plan.parent) ::_exit(127);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(plan.program, plan.argv, plan.env);
  Fail(plan, ChildStep::kExec);
}

}  // namespace

absl::string_view ChildStepName(ChildStep step) {
  return kChildStepNames[static_cast<size_t>(step)];
}

pid_t ForkChild(const ChildPlan& plan) {
  // No handler of ours may run in the child.
  sigset_t all;
  sigset_t old;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &old);
  const pid_t pid = ::fork();
  if (pid == 0) RunChild(plan);
  const int error_number = errno;
  ::pthread_sigmask(SIG_SETMASK, &old, nullptr);
  errno = error_number;
  return pid;
}

}  // namespace tidemark::base
