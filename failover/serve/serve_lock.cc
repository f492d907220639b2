#include "failover/serve/serve_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace tidemark::failover {

absl::StatusOr<ServeLock> ServeLock::Take(const std::string& dir) {
  ServeLock lock(open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (lock.fd_ < 0) return base::ErrnoStatus(errno, dir);
  if (flock(lock.fd_, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) return base::ErrnoStatus(errno, dir);
  return absl::FailedPreconditionError(absl::StrCat(dir, ": in use by another tidemark serve"));
}

ServeLock::~ServeLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace tidemark::failover
