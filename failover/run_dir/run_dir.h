// A directory that is there as long as its process: the owner removes it, or, if that was killed,
// whoever makes the next one of its kind.
//
// Whether its process still runs shows in a lock that the kernel takes back, not in an id that
// another process may have by then. What it is not: a lock on anything else, or a promise that
// nothing of it is left before the next one is made.
//
// Owner: whoever made it. Threads: one. Threat: PARENT may be a directory where everybody writes.
// Only directories of the calling user are touched, links are not followed, and the mode is 0700
// from the beginning.
#ifndef TIDEMARK_FAILOVER_RUN_DIR_RUN_DIR_H_
#define TIDEMARK_FAILOVER_RUN_DIR_RUN_DIR_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace tidemark::failover {

class RunDir {
 public:
  // Makes PARENT/PREFIXxxxxxx. Errors are the system's.
  static absl::StatusOr<std::unique_ptr<RunDir>> Create(const std::string& parent,
                                                        const std::string& prefix);
  // Removes it with all that is in it.
  ~RunDir();
  RunDir(const RunDir&) = delete;
  RunDir& operator=(const RunDir&) = delete;

  const std::string& path() const { return path_; }

 private:
  RunDir(std::string path, int lock_fd) : path_(std::move(path)), lock_fd_(lock_fd) {}

  const std::string path_;
  const int lock_fd_;
};

// Removes those of this user whose process has ended. The first error, after all were tried.
absl::Status RemoveLeftRunDirs(const std::string& parent, const std::string& prefix);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_RUN_DIR_RUN_DIR_H_
