#include "failover/rebuild/output_dir.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "failover/rebuild/rebuild.h"

namespace tidemark::failover {
namespace {

namespace fs = std::filesystem;

constexpr size_t kEntryBytesMax = 64 * 1024;  // of a user

absl::Status Rename(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::rename(from, to, error);
  return error ? base::ErrnoStatus(error.value(), absl::StrCat(from, " to ", to))
               : absl::OkStatus();
}

std::string PartialOf(const std::string& dir) { return dir + "/.partial"; }

absl::StatusOr<bool> IsEmptyDir(const std::string& dir) {
  std::error_code error;
  const bool empty = fs::is_empty(dir, error);
  if (error) return base::ErrnoStatus(error.value(), dir);
  return empty;
}

std::string NameOf(uid_t uid) {
  std::string buffer(kEntryBytesMax, '\0');
  passwd entry;
  passwd* found = nullptr;
  if (getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) {
    return absl::StrCat("#", uid);
  }
  return found->pw_name;
}

// Configuration that names programs may be in it, too.
absl::Status CheckRootMayWorkIn(int dir_fd, const std::string& dir) {
  struct stat info;
  if (fstat(dir_fd, &info) != 0) return base::ErrnoStatus(errno, dir);
  if (geteuid() != 0 || info.st_uid == 0) return absl::OkStatus();
  const std::string name = NameOf(info.st_uid);
  return absl::FailedPreconditionError(absl::StrCat(dir, " is ", name, "'s: run as ", name,
                                                    " (runuser -u ", name,
                                                    " -- tidemark ...), not as root"));
}

absl::StatusOr<int> OpenDir(const std::string& dir) {
  const int fd = open(dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return base::ErrnoStatus(errno, dir);
  return fd;
}

// Under its own name at once. By way of a temporary one, a rebuild killed between the two would
// leave a directory that looks like another's, and two that begin together would lock two files.
absl::Status MakeMarker(const std::string& dir, const std::string& marker) {
  const int fd = open(marker.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return base::ErrnoStatus(errno, marker);
  close(fd);
  return base::SyncDir(dir);
}

}  // namespace

absl::Status CheckRootMayWorkIn(const std::string& dir) {
  ASSIGN_OR_RETURN(const int dir_fd, OpenDir(dir));
  const absl::Cleanup closer = [dir_fd] { close(dir_fd); };
  return CheckRootMayWorkIn(dir_fd, dir);
}

absl::StatusOr<int> LockRebuildDir(const std::string& dir, DirLock lock) {
  ASSIGN_OR_RETURN(const int dir_fd, OpenDir(dir));
  const absl::Cleanup closer = [dir_fd] { close(dir_fd); };
  const int fd = openat(dir_fd, kMarkerFile, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return base::ErrnoStatus(errno, absl::StrCat(dir, "/", kMarkerFile));
  const absl::Status allowed = CheckRootMayWorkIn(dir_fd, dir);
  if (!allowed.ok()) {
    close(fd);
    return allowed;
  }
  if (flock(fd, (lock == DirLock::kShared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0) {
    close(fd);
    return absl::FailedPreconditionError(
        absl::StrCat(dir, ": in use by another tidemark (rebuild or serve)"));
  }
  return fd;
}

absl::StatusOr<uint64_t> FileBytes(const std::string& dir) {
  std::error_code error;
  uint64_t bytes = 0;
  fs::directory_iterator entry(dir, error);
  while (!error && entry != fs::directory_iterator()) {
    const uint64_t size = entry->file_size(error);
    if (error) break;
    bytes += size;
    entry.increment(error);
  }
  if (error) return base::ErrnoStatus(error.value(), dir);
  return bytes;
}

absl::StatusOr<bool> HasUnfinishedCommit(const std::string& dir) {
  const std::string report = absl::StrCat(PartialOf(dir), "/", kReportFile);
  std::error_code error;
  const bool is_there = fs::exists(report, error);
  if (error) return base::ErrnoStatus(error.value(), report);
  return is_there;
}

absl::Status FinishCommit(const std::string& dir) {
  ASSIGN_OR_RETURN(const bool is_due, HasUnfinishedCommit(dir));
  if (!is_due) return absl::OkStatus();
  const std::string partial = PartialOf(dir);
  const std::string report = absl::StrCat(dir, "/", kReportFile);
  std::error_code error;
  fs::remove(report, error);
  if (error) return base::ErrnoStatus(error.value(), report);
  RETURN_IF_ERROR(base::SyncDir(dir));
  for (const char* part : {"zone", "registry"}) {
    const std::string built = absl::StrCat(partial, "/", part);
    const std::string place = absl::StrCat(dir, "/", part);
    if (!fs::exists(built, error)) continue;  // it is in its place already
    if (fs::exists(place, error)) {
      RETURN_IF_ERROR(Rename(place, absl::StrCat(partial, "/old-", part)));
    }
    RETURN_IF_ERROR(Rename(built, place));
  }
  RETURN_IF_ERROR(base::SyncDir(dir));
  RETURN_IF_ERROR(Rename(absl::StrCat(partial, "/", kReportFile), report));
  RETURN_IF_ERROR(base::SyncDir(dir));
  return base::RemoveTree(partial);
}

absl::StatusOr<std::unique_ptr<OutputDir>> OutputDir::Prepare(const std::string& dir) {
  if (dir.empty()) return absl::InvalidArgumentError("no output directory given");
  auto out = absl::WrapUnique(new OutputDir(dir));
  const std::string marker = absl::StrCat(dir, "/", kMarkerFile);
  std::error_code error;
  const fs::file_status status = fs::status(dir, error);
  if (status.type() == fs::file_type::not_found) {
    for (fs::path missing = fs::absolute(dir, error);
         !error && missing.has_relative_path() && !fs::exists(missing, error);
         missing = missing.parent_path()) {
      out->made_dirs_.push_back(missing);
    }
    RETURN_IF_ERROR(base::MakeDirs(dir, base::FileMode::kPrivate));
  } else if (status.type() != fs::file_type::directory) {
    return absl::FailedPreconditionError(absl::StrCat(dir, ": not a directory"));
  }
  RETURN_IF_ERROR(CheckRootMayWorkIn(dir));
  if (!fs::exists(marker, error)) {
    ASSIGN_OR_RETURN(const bool empty, IsEmptyDir(dir));
    if (!empty) {
      return absl::FailedPreconditionError(
          absl::StrCat(dir, ": not empty, and not made by tidemark rebuild; give another --out"));
    }
    RETURN_IF_ERROR(MakeMarker(dir, marker));
    out->is_new_ = true;
  }
  ASSIGN_OR_RETURN(out->lock_fd_, LockRebuildDir(dir, DirLock::kExclusive));
  RETURN_IF_ERROR(FinishCommit(dir));
  RETURN_IF_ERROR(base::RemoveTree(out->partial_));
  RETURN_IF_ERROR(base::MakeDirs(out->partial_ + "/zone", base::FileMode::kPrivate));
  return out;
}

absl::StatusOr<uint64_t> OutputDir::FreeBytes() const {
  std::error_code error;
  const fs::space_info space = fs::space(dir_, error);
  if (error) return base::ErrnoStatus(error.value(), dir_);
  return space.available;
}

absl::Status OutputDir::Commit(absl::string_view report_json) {
  // From here on it counts: whoever comes next would finish it.
  RETURN_IF_ERROR(base::WriteFile(absl::StrCat(partial_, "/", kReportFile), report_json,
                                  base::FileMode::kPrivate));
  committed_ = true;
  return FinishCommit(dir_);
}

OutputDir::~OutputDir() {
  // Without the lock it is another's.
  if (!committed_ && lock_fd_ >= 0) {
    base::RemoveTree(partial_).IgnoreError();
    std::error_code error;
    if (is_new_) fs::remove(absl::StrCat(dir_, "/", kMarkerFile), error);
    for (const std::string& made : made_dirs_) fs::remove(made, error);  // only if it is empty
  }
  if (lock_fd_ >= 0) close(lock_fd_);
}

}  // namespace tidemark::failover
