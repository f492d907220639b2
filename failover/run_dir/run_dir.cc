#include "failover/run_dir/run_dir.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"

namespace tidemark::failover {
namespace {

namespace fs = std::filesystem;

// Between its making and its locking another process may take a new directory for a left one.
constexpr int kAttemptsMax = 100;

int OpenDir(const std::string& path) {
  return open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

bool IsStillThere(const std::string& path, int fd) {
  struct stat held;
  struct stat named;
  return fstat(fd, &held) == 0 && lstat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
         held.st_dev == named.st_dev;
}

absl::Status RemoveIfLeft(const std::string& path) {
  const int fd = OpenDir(path);
  if (fd < 0) return absl::OkStatus();  // somebody else's, gone, or no directory
  const absl::Cleanup closer = [fd] { close(fd); };
  struct stat info;
  if (fstat(fd, &info) != 0 || info.st_uid != geteuid()) return absl::OkStatus();
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) return absl::OkStatus();
  return IsStillThere(path, fd) ? base::RemoveTree(path) : absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<RunDir>> RunDir::Create(const std::string& parent,
                                                       const std::string& prefix) {
  for (int i = 0; i < kAttemptsMax; ++i) {
    std::string path = absl::StrCat(parent, "/", prefix, "XXXXXX");
    if (mkdtemp(path.data()) == nullptr) return base::ErrnoStatus(errno, path);
    const int fd = OpenDir(path);
    if (fd >= 0 && flock(fd, LOCK_EX) == 0 && IsStillThere(path, fd)) {
      return absl::WrapUnique(new RunDir(std::move(path), fd));
    }
    if (fd >= 0) close(fd);
  }
  return absl::UnavailableError(absl::StrCat(parent, ": a new directory does not stay"));
}

RunDir::~RunDir() {
  base::RemoveTree(path_).IgnoreError();
  close(lock_fd_);
}

absl::Status RemoveLeftRunDirs(const std::string& parent, const std::string& prefix) {
  std::vector<std::string> paths;
  std::error_code error;
  for (fs::directory_iterator entry(parent, error), end; !error && entry != end;
       entry.increment(error)) {
    if (absl::StartsWith(entry->path().filename().string(), prefix)) {
      paths.push_back(entry->path().string());
    }
  }
  if (error) return base::ErrnoStatus(error.value(), parent);
  absl::Status status;
  for (const std::string& path : paths) status.Update(RemoveIfLeft(path));
  return status;
}

}  // namespace tidemark::failover
