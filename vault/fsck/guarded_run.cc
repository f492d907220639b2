#include "vault/fsck/guarded_run.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <iterator>
#include <new>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace tidemark::vault {
namespace {

constexpr int kWriteFailed = 3;
constexpr int kOutOfMemory = 4;

// No honest request is larger: a result grows to at most twice what is reported.
constexpr size_t kRequestBytesMax = 2 * kGuardedBytesMax;
// What a thread's stack and the like may want, and the program ends if it does not get it.
constexpr size_t kSmallRequestsBytes = 64u << 20;
// Somebody else may have held the memory and given it back since: a request is made again.
constexpr int kTriesMax = 20;
constexpr useconds_t kTryMicros = 10'000;

std::atomic<int> tries = 0;

// Asked of the system itself, so that every limit has its say, whoever set it. May be called in a
// signal handler.
bool CanHave(size_t bytes) {
  void* const got =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (got == MAP_FAILED) return false;
  munmap(got, bytes);
  return true;
}

// Memory is short; or a length in damaged bytes was believed, and then much is to be had still.
void AtNoMemory() {
  if (!CanHave(kRequestBytesMax)) _exit(kOutOfMemory);
  if (++tries > kTriesMax) std::abort();
  usleep(kTryMicros);
}

// Not every request that fails comes by AtNoMemory().
void AtOwnEnd(int signal) {
  if (!CanHave(kSmallRequestsBytes)) _exit(kOutOfMemory);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

constexpr int kOwnEnds[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};

// How a program ends that meets what it holds for impossible; every other signal came from without.
bool IsItsOwnEnd(int signal) {
  return std::find(std::begin(kOwnEnds), std::end(kOwnEnds), signal) != std::end(kOwnEnds);
}

[[noreturn]] void Work(int fd, const std::function<std::string()>& work) {
  std::set_new_handler(AtNoMemory);
  for (const int end : kOwnEnds) std::signal(end, AtOwnEnd);
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
