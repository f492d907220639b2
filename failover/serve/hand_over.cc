#include "failover/serve/hand_over.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace tidemark::failover {
namespace {

constexpr int kDepthMax = 8;  // a rebuild has four levels

struct DirClose {
  void operator()(DIR* dir) const { closedir(dir); }
};

class Walk {
 public:
  Walk(uid_t uid, gid_t gid, dev_t device) : uid_(uid), gid_(gid), device_(device) {}

  // `fd` is what `path` names, opened as a path; it remains the caller's.
  absl::Status Give(int fd, const std::string& path, int depth) const {
    struct stat info;
    if (fstat(fd, &info) != 0) return base::ErrnoStatus(errno, path);
    RETURN_IF_ERROR(Check(info, path));
    if (S_ISDIR(info.st_mode)) RETURN_IF_ERROR(GiveChildren(fd, path, depth));
    if (info.st_uid == uid_) return absl::OkStatus();
    if (fchownat(fd, "", uid_, gid_, AT_EMPTY_PATH) != 0) return base::ErrnoStatus(errno, path);
    return absl::OkStatus();
  }

 private:
  absl::Status Check(const struct stat& info, const std::string& path) const {
    const auto refused = [&path](absl::string_view why) {
      return absl::FailedPreconditionError(absl::StrCat(
          path, " ", why, ": it is not handed over; remove it, or start as the user it is for"));
    };
    if (!S_ISDIR(info.st_mode) && !S_ISREG(info.st_mode)) return refused("is no file");
    if (info.st_dev != device_) return refused("is on another file system");
    if (info.st_uid != 0 && info.st_uid != uid_) return refused("is another user's");
    if (S_ISREG(info.st_mode) && info.st_nlink > 1) return refused("has a second name");
    return absl::OkStatus();
  }

  absl::Status GiveChildren(int fd, const std::string& path, int depth) const {
    if (depth == kDepthMax) {
      return absl::FailedPreconditionError(absl::StrCat(path, ": deeper than any rebuild"));
    }
    const int opened = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0) return base::ErrnoStatus(errno, path);
    const std::unique_ptr<DIR, DirClose> dir(fdopendir(opened));
    if (dir == nullptr) return base::ErrnoStatus(errno, path);
    while (const dirent* const entry = readdir(dir.get())) {
      const std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      const std::string below = absl::StrCat(path, "/", name);
      const int child = openat(fd, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC);
      if (child < 0) return base::ErrnoStatus(errno, below);
      const absl::Cleanup closer = [child] { close(child); };
      RETURN_IF_ERROR(Give(child, below, depth + 1));
    }
    return absl::OkStatus();
  }

  const uid_t uid_;
  const gid_t gid_;
  const dev_t device_;
};

}  // namespace

absl::Status HandOver(const std::string& dir, uid_t uid, gid_t gid) {
  const int fd = open(dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return base::ErrnoStatus(errno, dir);
  const absl::Cleanup closer = [fd] { close(fd); };
  struct stat info;
  if (fstat(fd, &info) != 0) return base::ErrnoStatus(errno, dir);
  return Walk(uid, gid, info.st_dev).Give(fd, dir, 0);
}

}  // namespace tidemark::failover
