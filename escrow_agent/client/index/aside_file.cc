#include "escrow_agent/client/index/aside_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "escrow_agent/client/index/index_format.h"

namespace tidemark::escrow_agent {
namespace {

// The disk begins with a part when there is as much of it, or all of the work waits for the end.
constexpr uint64_t kWriteBackBytes = 8 << 20;

}  // namespace

std::string AsideFile::PathOfIndex(const std::string& dir) { return absl::StrCat(dir, "/index"); }
std::string AsideFile::PathAside(const std::string& dir) { return absl::StrCat(dir, "/index.new"); }

absl::StatusOr<std::unique_ptr<AsideFile>> AsideFile::Create(const std::string& dir) {
  const std::string path = PathAside(dir);
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return base::ErrnoStatus(errno, path);
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
                      static_cast<mode_t>(base::FileMode::kPrivate));
  if (fd < 0) return base::ErrnoStatus(errno, path);
  return std::unique_ptr<AsideFile>(new AsideFile(fd, dir));
}

AsideFile::~AsideFile() {
  if (!mapped_.empty()) munmap(const_cast<char*>(mapped_.data()), mapped_.size());
  close(fd_);
  if (!is_installed_) unlink(PathAside(dir_).c_str());
}

absl::Status AsideFile::WriteAt(uint64_t offset, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return base::ErrnoStatus(errno, PathAside(dir_));
    bytes.remove_prefix(static_cast<size_t>(n));
    offset += static_cast<uint64_t>(n);
  }
  if (offset >= unsynced_begin_ + kWriteBackBytes) {
    // Advice: what it can't do, Install() does.
    static_cast<void>(sync_file_range(fd_, static_cast<off_t>(unsynced_begin_),
                                      static_cast<off_t>(offset - unsynced_begin_),
                                      SYNC_FILE_RANGE_WRITE));
    unsynced_begin_ = offset;
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::string_view> AsideFile::Map(uint64_t size) {
  CHECK(mapped_.empty());
  if (size == 0) return mapped_;
  void* const mapping = mmap(nullptr, size, PROT_READ, MAP_SHARED, fd_, 0);
  if (mapping == MAP_FAILED) return base::ErrnoStatus(errno, PathAside(dir_));
  mapped_ = {static_cast<const char*>(mapping), size};
  return mapped_;
}

void AsideFile::Release(absl::string_view part) const {
  // Of other memory this would be its end.
  CHECK(part.data() >= mapped_.data() &&
        part.data() + part.size() <= mapped_.data() + mapped_.size());
  const uintptr_t begin = reinterpret_cast<uintptr_t>(part.data());
  const uintptr_t first = (begin + kIndexPageBytes - 1) / kIndexPageBytes * kIndexPageBytes;
  const uintptr_t end = (begin + part.size()) / kIndexPageBytes * kIndexPageBytes;
  if (first < end) madvise(reinterpret_cast<void*>(first), end - first, MADV_DONTNEED);
}

absl::Status AsideFile::Install() {
  const std::string aside = PathAside(dir_);
  if (fdatasync(fd_) != 0) return base::ErrnoStatus(errno, aside);
  if (rename(aside.c_str(), PathOfIndex(dir_).c_str()) != 0) return base::ErrnoStatus(errno, aside);
  is_installed_ = true;
  return base::SyncDir(dir_);
}

}  // namespace tidemark::escrow_agent
