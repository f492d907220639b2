#include "failover/rebuild/output_dir.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"

namespace tidemark::failover {
namespace {

namespace fs = std::filesystem;

absl::Status Rename(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::rename(from, to, error);
  return error ? base::ErrnoStatus(error.value(), absl::StrCat(from, " to ", to))
               : absl::OkStatus();
}

absl::StatusOr<bool> IsEmptyDir(const std::string& dir) {
  std::error_code error;
  const bool empty = fs::is_empty(dir, error);
  if (error) return base::ErrnoStatus(error.value(), dir);
  return empty;
}

}  // namespace

absl::StatusOr<int> LockRebuildDir(const std::string& dir, DirLock lock) {
  const std::string path = absl::StrCat(dir, "/", kMarkerFile);
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return base::ErrnoStatus(errno, path);
  if (flock(fd, (lock == DirLock::kShared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0) {
    close(fd);
    return absl::FailedPreconditionError(
        absl::StrCat(dir, ": in use by another tidemark (rebuild or serve)"));
  }
  return fd;
}

absl::StatusOr<std::unique_ptr<OutputDir>> OutputDir::Prepare(const std::string& dir) {
  if (dir.empty()) return absl::InvalidArgumentError("no output directory given");
  auto out = absl::WrapUnique(new OutputDir(dir));
  const std::string marker = absl::StrCat(dir, "/", kMarkerFile);
  std::error_code error;
  const fs::file_status status = fs::status(dir, error);
  if (status.type() == fs::file_type::not_found) {
    RETURN_IF_ERROR(base::MakeDirs(dir, base::FileMode::kPrivate));
    out->made_dir_ = true;
  } else if (status.type() != fs::file_type::directory) {
    return absl::FailedPreconditionError(absl::StrCat(dir, ": not a directory"));
  }
  if (!fs::exists(marker, error)) {
    ASSIGN_OR_RETURN(const bool empty, IsEmptyDir(dir));
    if (!empty) {
      return absl::FailedPreconditionError(
          absl::StrCat(dir, ": not empty, and not made by tidemark rebuild; give another --out"));
    }
    RETURN_IF_ERROR(base::WriteFile(marker, "This directory belongs to tidemark rebuild.\n",
                                    base::FileMode::kPrivate));
    out->is_new_ = true;
  }
  ASSIGN_OR_RETURN(out->lock_fd_, LockRebuildDir(dir, DirLock::kExclusive));
  RETURN_IF_ERROR(base::RemoveTree(out->partial_));
  RETURN_IF_ERROR(base::MakeDirs(out->partial_ + "/zone", base::FileMode::kPrivate));
  return out;
}

absl::Status OutputDir::Commit(absl::string_view report_json) {
  std::error_code error;
  const std::string report = absl::StrCat(dir_, "/", kReportFile);
  fs::remove(report, error);
  if (error) return base::ErrnoStatus(error.value(), report);
  RETURN_IF_ERROR(base::SyncDir(dir_));
  for (const char* part : {"zone", "registry"}) {
    const std::string place = absl::StrCat(dir_, "/", part);
    if (fs::exists(place, error)) {
      RETURN_IF_ERROR(Rename(place, absl::StrCat(partial_, "/old-", part)));
    }
    RETURN_IF_ERROR(Rename(absl::StrCat(partial_, "/", part), place));
  }
  RETURN_IF_ERROR(base::SyncDir(dir_));
  RETURN_IF_ERROR(base::WriteFile(report, report_json, base::FileMode::kPrivate));
  committed_ = true;
  return base::RemoveTree(partial_);
}

OutputDir::~OutputDir() {
  if (!committed_) {
    base::RemoveTree(partial_).IgnoreError();
    std::error_code error;
    if (is_new_) fs::remove(absl::StrCat(dir_, "/", kMarkerFile), error);
    if (made_dir_) fs::remove(dir_, error);  // only if it is empty
  }
  if (lock_fd_ >= 0) close(lock_fd_);
}

}  // namespace tidemark::failover
