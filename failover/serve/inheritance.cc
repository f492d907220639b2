#include "failover/serve/inheritance.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status.h"

namespace tidemark::failover {
namespace {

absl::Status Reopen(int fd, const std::string& path, int flags) {
  const int opened = open(path.c_str(), flags | O_NOCTTY | O_CLOEXEC);
  if (opened < 0) return base::ErrnoStatus(errno, path);
  const absl::Cleanup closer = [opened] { close(opened); };
  return dup2(opened, fd) == fd ? absl::OkStatus() : base::ErrnoStatus(errno, path);
}

}  // namespace

absl::Status DropInheritance() {
  if (close_range(STDERR_FILENO + 1, ~0U, 0) != 0) return base::ErrnoStatus(errno, "close_range");
  std::vector<std::string> kept;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const absl::string_view text = *entry;
    const absl::string_view name = text.substr(0, text.find('='));
    if (name == "PATH" || name == "TZ" || name == "LANG") kept.emplace_back(text);
    explicit_bzero(*entry, text.size());
  }
  if (clearenv() != 0) return base::ErrnoStatus(errno, "clearenv");
  for (const std::string& entry : kept) {
    const size_t equals = std::min(entry.find('='), entry.size());
    const std::string value = entry.substr(std::min(equals + 1, entry.size()));
    if (setenv(entry.substr(0, equals).c_str(), value.c_str(), 1) != 0) {
      return base::ErrnoStatus(errno, "setenv");
    }
  }
  return absl::OkStatus();
}

absl::Status LeaveTerminal() {
  const int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (terminal >= 0) {
    const absl::Cleanup closer = [terminal] { close(terminal); };
    // Who leads the session is sent one, which is not what asks for a reload.
    struct sigaction ignore = {};
    struct sigaction before = {};
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGHUP, &ignore, &before);
    const int left = ioctl(terminal, TIOCNOTTY);
    const int error = errno;
    sigaction(SIGHUP, &before, nullptr);
    if (left != 0) return base::ErrnoStatus(error, "TIOCNOTTY");
  }
  RETURN_IF_ERROR(Reopen(STDIN_FILENO, "/dev/null", O_RDONLY));
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) {
    if (isatty(fd) == 0) continue;
    RETURN_IF_ERROR(Reopen(fd, absl::StrCat("/proc/self/fd/", fd), O_WRONLY));
  }
  return absl::OkStatus();
}

}  // namespace tidemark::failover
