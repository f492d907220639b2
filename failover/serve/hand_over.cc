#include "failover/serve/hand_over.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <system_error>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status.h"

namespace tidemark::failover {
namespace {

constexpr int kDepthMax = 8;  // a rebuild has four levels

struct DirClose {
  void operator()(DIR* dir) const { closedir(dir); }
};

// A group's right to write counts whatever the group: its members may be others, and where there is
// an access control list these bits are the most that anybody on the list may do.
bool OnlyRootWrites(const struct stat& info) {
  return info.st_uid == 0 && (info.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

absl::Status CanBeReplaced(const std::string& path) {
  return absl::FailedPreconditionError(absl::StrCat(
      path,
      " is not root's alone to write, so others can put something else in the place of "
      "what is to be handed over: move the rebuild, or chown it yourself"));
}

// A sticky directory (/tmp) is refused, too: its links are anybody's.
absl::Status CheckOnlyRootLeadsTo(const std::string& dir, const struct stat& opened) {
  std::error_code error;
  const std::string absolute = std::filesystem::absolute(dir, error).string();
  if (error) return base::ErrnoStatus(error.value(), dir);
  std::string path = "/";
  int at = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  const absl::Cleanup closer = [&at] { close(at); };
  struct stat info;
  for (const absl::string_view part : absl::StrSplit(absolute, '/', absl::SkipEmpty())) {
    if (at < 0 || fstat(at, &info) != 0) return base::ErrnoStatus(errno, path);
    if (!OnlyRootWrites(info)) return CanBeReplaced(path);
    absl::StrAppend(&path, path == "/" ? "" : "/", part);
    const int next =
        openat(at, std::string(part).c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (next < 0 && errno == ENOTDIR) {
      return absl::FailedPreconditionError(absl::StrCat(
          path,
          " is a link, or no directory: nothing is handed over; give the path without links"));
    }
    if (next < 0) return base::ErrnoStatus(errno, path);
    close(at);
    at = next;
  }
  if (at < 0 || fstat(at, &info) != 0) return base::ErrnoStatus(errno, path);
  const bool is_same = info.st_dev == opened.st_dev && info.st_ino == opened.st_ino;
  return is_same ? absl::OkStatus() : CanBeReplaced(path);
}

// Whose the directory is that something is in. kClosed: root's, and nobody else gets through it.
// Below it knotd makes databases that root's group may write.
enum class Within { kRoots, kClosed, kUsers };

class Walk {
 public:
  Walk(uid_t uid, gid_t gid, dev_t device) : uid_(uid), gid_(gid), device_(device) {}

  // `fd` is what `path` names, opened as a path; it remains the caller's.
  absl::Status Give(int fd, const std::string& path, Within within, int depth) const {
    struct stat info;
    if (fstat(fd, &info) != 0) return base::ErrnoStatus(errno, path);
    RETURN_IF_ERROR(Check(info, path, within));
    const bool is_users = info.st_uid == uid_;
    if (S_ISDIR(info.st_mode)) {
      const bool is_closed = within == Within::kClosed || (info.st_mode & 077) == 0;
      const Within below = is_users ? Within::kUsers : is_closed ? Within::kClosed : Within::kRoots;
      RETURN_IF_ERROR(GiveChildren(fd, path, below, depth));
    }
    if (is_users) return absl::OkStatus();
    if (fchownat(fd, "", uid_, gid_, AT_EMPTY_PATH) != 0) return base::ErrnoStatus(errno, path);
    return absl::OkStatus();
  }

 private:
  absl::Status Check(const struct stat& info, const std::string& path, Within within) const {
    const auto refused = [&path](absl::string_view why) {
      return absl::FailedPreconditionError(absl::StrCat(
          path, " ", why, ": it is not handed over; remove it, or start as the user it is for"));
    };
    if (!S_ISDIR(info.st_mode) && !S_ISREG(info.st_mode)) return refused("is no file");
    if (info.st_dev != device_) return refused("is on another file system");
    if (info.st_uid == uid_) return absl::OkStatus();
    if (info.st_uid != 0) return refused("is another user's");
    if (within == Within::kUsers) return refused("is root's in a directory that is not");
    struct stat judged = info;
    if (within == Within::kClosed && info.st_gid == 0) judged.st_mode &= ~mode_t{S_IWGRP};
    if (S_ISDIR(info.st_mode) && !OnlyRootWrites(judged)) return CanBeReplaced(path);
    if (S_ISREG(info.st_mode) && info.st_nlink > 1) return refused("has a second name");
    return absl::OkStatus();
  }

  absl::Status GiveChildren(int fd, const std::string& path, Within within, int depth) const {
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
      RETURN_IF_ERROR(Give(child, below, within, depth + 1));
    }
    return absl::OkStatus();
  }

  const uid_t uid_;
  const gid_t gid_;
  const dev_t device_;
};

}  // namespace

absl::Status HandOver(int fd, const std::string& dir, uid_t uid, gid_t gid) {
  struct stat info;
  if (fstat(fd, &info) != 0) return base::ErrnoStatus(errno, dir);
  if (info.st_uid == 0) RETURN_IF_ERROR(CheckOnlyRootLeadsTo(dir, info));
  return Walk(uid, gid, info.st_dev).Give(fd, dir, Within::kRoots, 0);
}

}  // namespace tidemark::failover
