// Who may serve a directory: one process. Taken before anything in it, or beside it, is written or
// removed, so that a second one that is refused leaves the first as it was.
#ifndef TIDEMARK_FAILOVER_SERVE_SERVE_LOCK_H_
#define TIDEMARK_FAILOVER_SERVE_SERVE_LOCK_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace tidemark::failover {

class ServeLock {
 public:
  // FAILED_PRECONDITION: somebody else has it.
  static absl::StatusOr<ServeLock> Take(const std::string& dir);
  ServeLock(ServeLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ServeLock& operator=(ServeLock&&) = delete;
  ~ServeLock();

  // The directory, open; the lock's.
  int dir_fd() const { return fd_; }

 private:
  explicit ServeLock(int fd) : fd_(fd) {}

  int fd_;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_SERVE_SERVE_LOCK_H_
