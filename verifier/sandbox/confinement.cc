#include "verifier/sandbox/confinement.h"

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <type_traits>

#include "base/status.h"

namespace tidemark::verifier {
namespace {

// Allowed whatever their arguments: none of them names a file, an address or another process.
constexpr int kAllowed[] = {
    // Open descriptors: the socket to the verifier and scratch files.
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(pread64),
    SCMP_SYS(pwrite64),
    SCMP_SYS(ftruncate),
    SCMP_SYS(close),
    // Memory. Mapping and protecting follow below, without executable pages.
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(mlock),
    SCMP_SYS(munlock),
    // Threads, locks, time.
    SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom),
    // Its own signals, and the end.
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

struct ReleaseFilter {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<std::remove_pointer_t<scmp_filter_ctx>, ReleaseFilter>;

// libseccomp returns a negative errno.
absl::Status Checked(int result) {
  return result == 0 ? absl::OkStatus() : base::ErrnoStatus(-result, "system call filter");
}

template <typename... Conditions>
absl::Status Allow(void* filter, int call, Conditions... conditions) {
  return Checked(
      seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, sizeof...(Conditions), conditions...));
}

absl::Status LoadFilter() {
  const Filter filter(seccomp_init(SCMP_ACT_KILL_PROCESS));
  if (filter == nullptr) return absl::UnavailableError("system call filter: no memory");
  for (const int call : kAllowed) RETURN_IF_ERROR(Allow(filter.get(), call));
  // Anonymous memory of its own, which RLIMIT_DATA counts; no files, nothing shared, no code. What
  // grows downwards is a stack to the kernel, and huge pages are a pool: neither is counted.
  constexpr scmp_datum_t kMapMask =
      MAP_SHARED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_HUGETLB;
  RETURN_IF_ERROR(Allow(filter.get(), SCMP_SYS(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                        SCMP_A3(SCMP_CMP_MASKED_EQ, kMapMask, MAP_PRIVATE | MAP_ANONYMOUS)));
  RETURN_IF_ERROR(
      Allow(filter.get(), SCMP_SYS(mprotect), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)));
  // A thread, not a process. The filter cannot see the arguments of clone3(), which lie in memory;
  // the C library uses clone() where there is none.
  constexpr scmp_datum_t kThread = CLONE_VM | CLONE_THREAD;
  RETURN_IF_ERROR(
      Allow(filter.get(), SCMP_SYS(clone), SCMP_A0(SCMP_CMP_MASKED_EQ, kThread, kThread)));
  RETURN_IF_ERROR(
      Checked(seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0)));
  // abort(), so that a failed check of ours ends as what it is.
  RETURN_IF_ERROR(Allow(filter.get(), SCMP_SYS(tgkill),
                        SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(getpid()), 0)));
  return Checked(seccomp_load(filter.get()));
}

absl::Status Limit(__rlimit_resource resource, rlim_t soft, rlim_t hard) {
  const rlimit limit = {soft, hard};
  return setrlimit(resource, &limit) == 0 ? absl::OkStatus()
                                          : base::ErrnoStatus(errno, "resource limit");
}

}  // namespace

absl::Status ConfineThisProcess(const ConfinementLimits& limits) {
  RETURN_IF_ERROR(Limit(RLIMIT_CORE, 0, 0));
  // The soft limit ends it with SIGXCPU, which says why; the hard one cannot be caught.
  RETURN_IF_ERROR(Limit(RLIMIT_CPU, limits.cpu_seconds_max, limits.cpu_seconds_max + 1));
  // Not debugged and not read by other processes of the same user.
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return base::ErrnoStatus(errno, "PR_SET_DUMPABLE");
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return base::ErrnoStatus(errno, "PR_SET_NO_NEW_PRIVS");
  }
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  // A sanitizer maps terabytes and reads /proc. Builds with one are for tests only.
  return absl::OkStatus();
#else
  RETURN_IF_ERROR(Limit(RLIMIT_DATA, limits.memory_bytes_max, limits.memory_bytes_max));
  return LoadFilter();
#endif
}

}  // namespace tidemark::verifier
