#include "vault/disk_space.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace tidemark::vault {
namespace {

constexpr uint64_t kStatBlockBytes = 512;  // what st_blocks counts, whatever the file system

struct CloseDir {
  void operator()(DIR* dir) const { closedir(dir); }
};

}  // namespace

absl::Status CheckFreeSpace(const std::string& dir, uint64_t bytes_min) {
  struct statvfs disk;
  if (statvfs(dir.c_str(), &disk) != 0) return base::ErrnoStatus(errno, dir);
  const uint64_t free_bytes = uint64_t{disk.f_bavail} * disk.f_frsize;
  if (free_bytes >= bytes_min) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("the vault's disk has ", free_bytes, " bytes left, its reserve is ", bytes_min));
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
