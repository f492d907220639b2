#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "failover/drill/history/history.h"

namespace tidemark::failover {
namespace {

// A lock of flock(2) belongs to the open file, which a child has from its parent: it can lock it
// again, and nobody who merely opens the same path can.
bool IsOpenOn(int fd, const std::string& path) {
  struct stat mine;
  struct stat theirs;
  return fstat(fd, &mine) == 0 && stat(path.c_str(), &theirs) == 0 &&
         mine.st_dev == theirs.st_dev && mine.st_ino == theirs.st_ino;
}

}  // namespace

absl::StatusOr<DrillLock> DrillLock::Take(const std::string& history_dir) {
  RETURN_IF_ERROR(base::MakeDirs(history_dir, base::FileMode::kPublic));
  const std::string path = history_dir + "/drill.lock";
  const int fd = IsOpenOn(STDIN_FILENO, path)
                     ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
                     : open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return base::ErrnoStatus(errno, path);
  DrillLock lock(fd);
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) return base::ErrnoStatus(errno, path);
  return absl::FailedPreconditionError(
      absl::StrCat(history_dir, ": another drill runs; there is never more than one at once"));
}

DrillLock::~DrillLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace tidemark::failover
