#include "vault/disk_space.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <memory>

#include "base/status.h"

namespace tidemark::vault {
namespace {

constexpr uint64_t kStatBlockBytes = 512;  // what st_blocks counts, whatever the file system

struct CloseDir {
  void operator()(DIR* dir) const { closedir(dir); }
};

}  // namespace

absl::StatusOr<uint64_t> FreeBytes(const std::string& dir) {
  struct statvfs disk;
  if (statvfs(dir.c_str(), &disk) != 0) return base::ErrnoStatus(errno, dir);
  return uint64_t{disk.f_bavail} * disk.f_frsize;
}

absl::StatusOr<uint64_t> DirectoryBytes(const std::string& dir) {
  const std::unique_ptr<DIR, CloseDir> entries(opendir(dir.c_str()));
  if (entries == nullptr) return base::ErrnoStatus(errno, dir);
  uint64_t bytes = 0;
  errno = 0;
  while (const dirent* entry = readdir(entries.get())) {
    struct stat file;
    // RocksDB removes files while we look; one that is gone takes no room.
    if (fstatat(dirfd(entries.get()), entry->d_name, &file, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISREG(file.st_mode)) {
      bytes += static_cast<uint64_t>(file.st_blocks) * kStatBlockBytes;
    }
    errno = 0;
  }
  if (errno != 0) return base::ErrnoStatus(errno, dir);
  return bytes;
}

}  // namespace tidemark::vault
