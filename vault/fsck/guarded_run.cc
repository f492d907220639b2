#include "vault/fsck/guarded_run.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace tidemark::vault {
namespace {

constexpr int kWriteFailed = 3;

[[noreturn]] void Work(int fd, const std::function<std::string()>& work) {
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
    return absl::DataLossError(absl::StrCat("ended by signal ", WTERMSIG(status), ", ",
                                            strsignal(WTERMSIG(status))));
  }
  if (WEXITSTATUS(status) != 0) {
    return absl::DataLossError(absl::StrCat("ended with status ", WEXITSTATUS(status)));
  }
  if (is_too_much) return absl::ResourceExhaustedError("more was found than can be reported");
  return result;
}

}  // namespace tidemark::vault
