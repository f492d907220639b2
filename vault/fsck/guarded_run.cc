#include "vault/fsck/guarded_run.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <new>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace tidemark::vault {
namespace {

constexpr int kWriteFailed = 3;
constexpr int kOutOfMemory = 4;

// Of memory as a whole: a request that fails while less of it is in use asked for an absurd amount.
constexpr uint64_t kAbsurdShare = 2;

uint64_t BytesInUse() {
  std::ifstream file("/proc/self/statm");
  uint64_t pages = 0;
  file >> pages;
  return pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

uint64_t BytesThereAre() {
  const auto machine = static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) *
                       static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  rlimit limit = {};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return machine;
  return std::min<uint64_t>(machine, limit.rlim_cur);
}

// Memory is short, and that is the machine's; or a length in damaged bytes was believed.
[[noreturn]] void AtNoMemory() {
  if (BytesInUse() < BytesThereAre() / kAbsurdShare) std::abort();
  _exit(kOutOfMemory);
}

// How a program ends that meets what it holds for impossible; every other signal came from without.
bool IsItsOwnEnd(int signal) {
  return signal == SIGABRT || signal == SIGSEGV || signal == SIGBUS || signal == SIGFPE ||
         signal == SIGILL || signal == SIGTRAP;
}

[[noreturn]] void Work(int fd, const std::function<std::string()>& work) {
  std::set_new_handler(AtNoMemory);
  const std::string result = work();
  size_t done = 0;
  while (done < result.size()) {
    const ssize_t n = write(fd, result.data() + done, result.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) _exit(kWriteFailed);
    done += static_cast<size_t>(n);
  }
  _exit(0);
}

}  // namespace

absl::StatusOr<std::string> RunGuarded(const std::function<std::string()>& work) {
  std::array<int, 2> ends = {};
  if (pipe(ends.data()) != 0) return base::ErrnoStatus(errno, "a pipe");
  const pid_t child = fork();
  if (child < 0) return base::ErrnoStatus(errno, "a child process");
  if (child == 0) {
    close(ends[0]);
    Work(ends[1], work);
  }
  close(ends[1]);
  std::string result;
  std::array<char, 65536> buffer;
  bool is_too_much = false;
  while (true) {
    const ssize_t n = read(ends[0], buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    is_too_much = is_too_much || result.size() + static_cast<size_t>(n) > kGuardedBytesMax;
    if (!is_too_much) result.append(buffer.data(), static_cast<size_t>(n));
  }
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return base::ErrnoStatus(errno, "waiting for the child process");
  }
  if (WIFSIGNALED(status)) {
    const std::string how = absl::StrCat("ended by signal ", WTERMSIG(status), ", ",
                                         strsignal(WTERMSIG(status)));
    if (IsItsOwnEnd(WTERMSIG(status))) return absl::DataLossError(how);
    return absl::UnavailableError(
        absl::StrCat(how, ": somebody stopped it, or the machine had no memory left"));
  }
  if (WEXITSTATUS(status) == kOutOfMemory) {
    return absl::UnavailableError("out of memory before it was done; give it more");
  }
  if (WEXITSTATUS(status) == kWriteFailed) {
    return absl::UnavailableError("what was found could not be handed over");
  }
  if (WEXITSTATUS(status) != 0) {
    return absl::DataLossError(absl::StrCat("ended with status ", WEXITSTATUS(status)));
  }
  if (is_too_much) return absl::ResourceExhaustedError("more was found than can be reported");
  return result;
}

}  // namespace tidemark::vault
