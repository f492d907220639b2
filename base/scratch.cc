#include "base/scratch.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "base/status.h"

namespace tidemark::base {
namespace {

// Shared by a space and its files.
struct Account {
  explicit Account(ScratchOptions account_options) : options(std::move(account_options)) {}

  const ScratchOptions options;
  std::atomic<uint64_t> live_bytes{0};
  std::atomic<uint64_t> written_bytes{0};
};

// Open files without content, for whoever cannot open any.
class DescriptorPool {
 public:
  DescriptorPool() = default;
  ~DescriptorPool() {
    for (const int fd : free_) ::close(fd);
  }
  DescriptorPool(const DescriptorPool&) = delete;
  DescriptorPool& operator=(const DescriptorPool&) = delete;

  // One whose content cannot be let go is not used again.
  void Give(int fd) {
    if (::ftruncate(fd, 0) != 0) {
      ::close(fd);
      return;
    }
    absl::MutexLock lock(&mutex_);
    free_.push_back(fd);
  }
  absl::StatusOr<int> Take() {
    absl::MutexLock lock(&mutex_);
    if (free_.empty()) {
      return absl::ResourceExhaustedError("all scratch files that were opened are in use");
    }
    const int fd = free_.back();
    free_.pop_back();
    return fd;
  }

 private:
  absl::Mutex mutex_;
  std::vector<int> free_ ABSL_GUARDED_BY(mutex_);
};

class PlainFile final : public ScratchFile {
 public:
  // Without a pool the descriptor is closed at the end.
  PlainFile(int fd, std::shared_ptr<Account> account, std::shared_ptr<DescriptorPool> pool)
      : fd_(fd), account_(std::move(account)), pool_(std::move(pool)) {}
  ~PlainFile() override {
    if (pool_ != nullptr) {
      pool_->Give(fd_);
    } else {
      ::close(fd_);
    }
    account_->live_bytes -= charged_bytes_;
  }
  PlainFile(const PlainFile&) = delete;
  PlainFile& operator=(const PlainFile&) = delete;

  absl::Status Append(absl::string_view data) override {
    if (status_.ok()) status_ = Charge(data.size());
    if (status_.ok()) status_ = WriteAll(data);
    return status_;
  }

  absl::Status ReadAt(uint64_t offset, absl::Span<char> buffer) override {
    if (offset > size_bytes_ || buffer.size() > size_bytes_ - offset) {
      return absl::OutOfRangeError(absl::StrCat("scratch file of ", size_bytes_,
                                                " bytes: ", buffer.size(), " bytes at ", offset));
    }
    while (!buffer.empty()) {
      const ssize_t n = ::pread(fd_, buffer.data(), buffer.size(), static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return ErrnoStatus(errno, account_->options.dir);
      if (n == 0) return absl::DataLossError("a scratch file lost its end");
      offset += static_cast<uint64_t>(n);
      buffer.remove_prefix(static_cast<size_t>(n));
    }
    return absl::OkStatus();
  }

  uint64_t size_bytes() const override { return size_bytes_; }

 private:
  absl::Status Charge(uint64_t bytes) {
    const uint64_t bytes_max = account_->options.bytes_max;
    const uint64_t before = account_->live_bytes.fetch_add(bytes);
    charged_bytes_ += bytes;
    if (before <= bytes_max && bytes <= bytes_max - before) return absl::OkStatus();
    return absl::ResourceExhaustedError(absl::StrCat("scratch space in ", account_->options.dir,
                                                     ": over the limit of ", bytes_max, " bytes"));
  }

  absl::Status WriteAll(absl::string_view data) {
    while (!data.empty()) {
      const ssize_t n = ::pwrite(fd_, data.data(), data.size(), static_cast<off_t>(size_bytes_));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return ErrnoStatus(errno, absl::StrCat("scratch in ", account_->options.dir));
      size_bytes_ += static_cast<uint64_t>(n);
      account_->written_bytes += static_cast<uint64_t>(n);
      data.remove_prefix(static_cast<size_t>(n));
    }
    return absl::OkStatus();
  }

  const int fd_;
  const std::shared_ptr<Account> account_;
  const std::shared_ptr<DescriptorPool> pool_;
  uint64_t size_bytes_ = 0;
  uint64_t charged_bytes_ = 0;
  absl::Status status_;
};

// For file systems without O_TMPFILE: the name is gone before the first byte.
absl::StatusOr<int> MakeUnlinked(const std::string& dir) {
  std::string path = absl::StrCat(dir, "/tidemark-scratch-XXXXXX");
  const int fd = ::mkostemp(path.data(), O_CLOEXEC);  // mode 0600
  if (fd < 0) return ErrnoStatus(errno, absl::StrCat("scratch in ", dir));
  if (::unlink(path.c_str()) == 0) return fd;
  const absl::Status status = ErrnoStatus(errno, path);
  ::close(fd);
  return status;
}

absl::StatusOr<int> MakeNameless(const std::string& dir) {
  // O_EXCL: nobody can give it a name later.
  const int fd = ::open(dir.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
  if (fd >= 0) return fd;
  // A kernel or a file system that does not know O_TMPFILE answers one of these.
  if (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL || errno == ENOENT) {
    return MakeUnlinked(dir);
  }
  return ErrnoStatus(errno, absl::StrCat("scratch in ", dir));
}

class PlainSpace final : public ScratchSpace {
 public:
  explicit PlainSpace(ScratchOptions options)
      : account_(std::make_shared<Account>(std::move(options))) {}

  absl::StatusOr<std::unique_ptr<ScratchFile>> NewFile() override {
    ASSIGN_OR_RETURN(const int fd, MakeNameless(account_->options.dir));
    return std::make_unique<PlainFile>(fd, account_, nullptr);
  }

  uint64_t written_bytes() const override { return account_->written_bytes; }

 private:
  const std::shared_ptr<Account> account_;
};

class PreopenedSpace final : public ScratchSpace {
 public:
  PreopenedSpace(ScratchOptions options, std::shared_ptr<DescriptorPool> pool)
      : account_(std::make_shared<Account>(std::move(options))), pool_(std::move(pool)) {}

  absl::StatusOr<std::unique_ptr<ScratchFile>> NewFile() override {
    ASSIGN_OR_RETURN(const int fd, pool_->Take());
    return std::make_unique<PlainFile>(fd, account_, pool_);
  }

  uint64_t written_bytes() const override { return account_->written_bytes; }

 private:
  const std::shared_ptr<Account> account_;
  const std::shared_ptr<DescriptorPool> pool_;
};

class UnavailableSpace final : public ScratchSpace {
 public:
  explicit UnavailableSpace(absl::Status why) : why_(std::move(why)) { CHECK(!why_.ok()); }

  absl::StatusOr<std::unique_ptr<ScratchFile>> NewFile() override { return why_; }
  uint64_t written_bytes() const override { return 0; }

 private:
  const absl::Status why_;
};

std::string SystemDir() {
  const char* const dir = std::getenv("TMPDIR");
  return dir != nullptr && dir[0] != '\0' ? dir : "/tmp";
}

// With a directory that is there and may be written to.
absl::StatusOr<ScratchOptions> Resolve(const ScratchOptions& options) {
  ScratchOptions resolved = options;
  if (resolved.dir.empty()) resolved.dir = SystemDir();
  const std::string what = absl::StrCat("scratch directory ", resolved.dir);
  struct stat info;
  if (::stat(resolved.dir.c_str(), &info) != 0) return ErrnoStatus(errno, what);
  if (!S_ISDIR(info.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat(what, ": is not a directory"));
  }
  if (::access(resolved.dir.c_str(), W_OK | X_OK) != 0) return ErrnoStatus(errno, what);
  return resolved;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ScratchSpace>> NewPlainScratchSpace(const ScratchOptions& options) {
  ASSIGN_OR_RETURN(ScratchOptions resolved, Resolve(options));
  return std::make_unique<PlainSpace>(std::move(resolved));
}

absl::StatusOr<std::unique_ptr<ScratchSpace>> NewPreopenedScratchSpace(
    const ScratchOptions& options, size_t files) {
  ASSIGN_OR_RETURN(ScratchOptions resolved, Resolve(options));
  auto pool = std::make_shared<DescriptorPool>();
  for (size_t i = 0; i < files; ++i) {
    ASSIGN_OR_RETURN(const int fd, MakeNameless(resolved.dir));
    pool->Give(fd);
  }
  return std::make_unique<PreopenedSpace>(std::move(resolved), std::move(pool));
}

std::unique_ptr<ScratchSpace> NewUnavailableScratchSpace(absl::Status why) {
  return std::make_unique<UnavailableSpace>(std::move(why));
}

}  // namespace tidemark::base
