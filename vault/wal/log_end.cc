#include "vault/wal/log_end.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/log.h"
#include "base/status.h"
#include "vault/wal/log_walk.h"

namespace tidemark::vault {
namespace {

// Whatever the system says, it is the disk, and not what was stored.
absl::Status DiskFailed(const std::string& path, int error_number) {
  return absl::UnavailableError(
      absl::StrCat("the disk failed, ", path, ": ", std::strerror(error_number)));
}

class OpenFile final {
 public:
  OpenFile(const std::string& path, int flags) : fd_(open(path.c_str(), flags | O_CLOEXEC)) {}
  ~OpenFile() {
    if (fd_ >= 0) close(fd_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

// Fills `block` as far as the file goes. The number of bytes, or -1.
ssize_t ReadBlock(int fd, std::string& block) {
  size_t size = 0;
  while (size < block.size()) {
    const ssize_t got = read(fd, block.data() + size, block.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    size += static_cast<size_t>(got);
  }
  return static_cast<ssize_t>(size);
}

// The library's names have nothing but digits before the ending.
bool IsWriteAheadLog(absl::string_view name) {
  if (!absl::EndsWith(name, ".log")) return false;
  name.remove_suffix(4);
  return !name.empty() && std::all_of(name.begin(), name.end(), absl::ascii_isdigit);
}

absl::StatusOr<std::vector<std::string>> WriteAheadLogs(const std::string& dir) {
  DIR* const handle = opendir(dir.c_str());
  if (handle == nullptr) return DiskFailed(dir, errno);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = readdir(handle)) {
    if (IsWriteAheadLog(entry->d_name)) names.push_back(entry->d_name);
  }
  const int error_number = errno;
  closedir(handle);
  if (error_number != 0) return DiskFailed(dir, error_number);
  std::sort(names.begin(), names.end());
  return names;
}

absl::Status Damage(const std::string& name, const LogEnd& end) {
  return absl::DataLossError(absl::StrCat(
      name, ": the record at byte ", end.at, " is damaged, not torn by a crash: ", end.why,
      ". It and what follows it in this file may have been acknowledged, and would be dropped. "
      "Nothing was changed. Copy the whole directory; run tidemark fsck on the copy with --witness "
      "and --receipts, which say what is lost; take the store from its second copy if there is one "
      "(docs/runbook.md). If nothing that was acknowledged is missing without it, cut the file "
      "there (truncate -s ", end.at, " ", name, ") and start again"));
}

absl::Status CutOff(const std::string& path, uint64_t at) {
  const OpenFile file(path, O_WRONLY);
  if (file.fd() < 0 || ftruncate(file.fd(), static_cast<off_t>(at)) != 0 || fsync(file.fd()) != 0) {
    return DiskFailed(path, errno);
  }
  return absl::OkStatus();
}

absl::Status MakeLogReady(const std::string& dir, const std::string& name, LogFile file) {
  const std::string path = absl::StrCat(dir, "/", name);
  ASSIGN_OR_RETURN(const LogEnd end, ReadLogEnd(path, file));
  if (end.kind == LogEnd::Kind::kDamaged) return Damage(name, end);
  if (end.hole_at.has_value()) {
    base::Log(base::LogLevel::kWarning, "log-has-a-hole",
              {{"file", name}, {"byte", *end.hole_at},
               {"means", "a power cut, or lost pages: compare with a witness"}});
  }
  if (end.kind == LogEnd::Kind::kWhole) return absl::OkStatus();
  base::Log(base::LogLevel::kWarning, "log-ends-torn",
            {{"file", name}, {"byte", end.at}, {"bytes", end.size - end.at}});
  // Of the MANIFEST the library keeps what it refuses: it says which tables there are.
  if (end.kind != LogEnd::Kind::kTornInZeros || file != LogFile::kWriteAhead) {
    return absl::OkStatus();
  }
  return CutOff(path, end.at);
}

}  // namespace

absl::StatusOr<LogEnd> ReadLogEnd(const std::string& path, LogFile file) {
  const OpenFile log(path, O_RDONLY);
  if (log.fd() < 0) return DiskFailed(path, errno);
  std::string block(LogWalk::kBlockBytes, '\0');
  LogWalk walk(file);
  while (true) {
    const ssize_t size = ReadBlock(log.fd(), block);
    if (size < 0) return DiskFailed(path, errno);
    walk.Add(absl::string_view(block).substr(0, static_cast<size_t>(size)));
    if (static_cast<size_t>(size) < block.size()) return walk.End();
  }
}

absl::Status MakeLogsReady(const std::string& dir) {
  ASSIGN_OR_RETURN(const std::vector<std::string> logs, WriteAheadLogs(dir));
  for (const std::string& name : logs) {
    RETURN_IF_ERROR(MakeLogReady(dir, name, LogFile::kWriteAhead));
  }
  // A directory that is new, or whose CURRENT is gone, is the library's to judge.
  const absl::StatusOr<std::string> current = base::ReadSmallFile(dir + "/CURRENT");
  if (!current.ok()) return absl::OkStatus();
  const std::string manifest(absl::StripAsciiWhitespace(*current));
  const bool is_there = absl::StartsWith(manifest, "MANIFEST-") &&
                        !absl::StrContains(manifest, '/') && !absl::StrContains(manifest, '\0') &&
                        access(absl::StrCat(dir, "/", manifest).c_str(), F_OK) == 0;
  return is_there ? MakeLogReady(dir, manifest, LogFile::kManifest) : absl::OkStatus();
}

}  // namespace tidemark::vault
