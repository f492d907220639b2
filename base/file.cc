#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"

namespace tidemark::base {
namespace {

std::string ParentOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// One read(2) that is not stopped by a signal.
absl::StatusOr<size_t> ReadSome(int fd, absl::Span<char> buffer, const std::string& path) {
  ssize_t n;
  do {
    n = ::read(fd, buffer.data(), buffer.size());
  } while (n < 0 && errno == EINTR);
  if (n < 0) return ErrnoStatus(errno, path);
  return static_cast<size_t>(n);
}

struct OpenedFile {
  int fd;
  uint64_t size_bytes;  // 0 if it is not a regular file
};

absl::StatusOr<OpenedFile> OpenForReading(const std::string& path) {
  const int fd = path == "-" ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                             : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return ErrnoStatus(errno, path);
  struct stat info;
  if (::fstat(fd, &info) != 0) {
    const absl::Status status = ErrnoStatus(errno, path);
    ::close(fd);
    return status;
  }
  if (S_ISDIR(info.st_mode)) {
    ::close(fd);
    return absl::InvalidArgumentError(absl::StrCat(path, ": is a directory"));
  }
  // What was read from standard input before us is not ours, so its size says nothing.
  const bool is_sized = S_ISREG(info.st_mode) && path != "-";
  return OpenedFile{fd, is_sized ? static_cast<uint64_t>(info.st_size) : 0};
}

absl::Status TooLarge(const std::string& path, uint64_t bytes_max) {
  return absl::ResourceExhaustedError(
      absl::StrCat(path, ": over the limit of ", bytes_max, " bytes"));
}

}  // namespace

absl::StatusOr<std::string> ReadSmallFile(const std::string& path, size_t bytes_max) {
  ASSIGN_OR_RETURN(const std::unique_ptr<FileSource> source, FileSource::Open(path, bytes_max));
  std::string data;
  StringSink sink(data, bytes_max);
  RETURN_IF_ERROR(CopyAll(*source, sink));
  RETURN_IF_ERROR(source->Close());
  return data;
}

absl::Status WriteFile(const std::string& path, absl::string_view data, FileMode mode) {
  ASSIGN_OR_RETURN(const std::unique_ptr<FileSink> sink, FileSink::Create(path, mode));
  RETURN_IF_ERROR(sink->Write(data));
  return sink->Close();
}

absl::Status MakeDirs(const std::string& path, FileMode mode) {
  if (path.empty()) return absl::InvalidArgumentError("a directory needs a name");
  const mode_t dir_mode = mode == FileMode::kPrivate ? 0700 : 0755;
  size_t end = 0;
  while (end < path.size()) {
    end = std::min(path.find('/', end + 1), path.size());
    const std::string prefix = path.substr(0, end);
    if (::mkdir(prefix.c_str(), dir_mode) == 0) {
      // The umask may have taken bits away; it can never have added any.
      if (::chmod(prefix.c_str(), dir_mode) != 0) return ErrnoStatus(errno, prefix);
      RETURN_IF_ERROR(SyncDir(ParentOf(prefix)));
      continue;
    }
    const int error_number = errno;
    struct stat info;
    if (::stat(prefix.c_str(), &info) != 0) return ErrnoStatus(error_number, prefix);
    if (!S_ISDIR(info.st_mode)) {
      return absl::FailedPreconditionError(absl::StrCat(prefix, ": is not a directory"));
    }
  }
  return absl::OkStatus();
}

absl::Status SyncDir(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return ErrnoStatus(errno, path);
  absl::Status status;
  if (::fsync(fd) != 0) status = ErrnoStatus(errno, path);
  ::close(fd);
  return status;
}

absl::Status RemoveTree(const std::string& path) {
  // With a trailing slash, a link would be followed.
  absl::string_view name = path;
  while (name.size() > 1 && absl::ConsumeSuffix(&name, "/")) {
  }
  const absl::string_view last = name.substr(name.rfind('/') + 1);  // npos + 1 is 0
  if (last.empty() || last == "." || last == "..") {
    return absl::InvalidArgumentError(absl::StrCat("will not remove '", path, "'"));
  }
  std::error_code error;
  std::filesystem::remove_all(std::filesystem::path(std::string(name)), error);
  if (error) return ErrnoStatus(error.value(), name);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<FileSource>> FileSource::Open(const std::string& path,
                                                             uint64_t bytes_max) {
  ASSIGN_OR_RETURN(const OpenedFile file, OpenForReading(path));
  if (file.size_bytes > bytes_max) {
    ::close(file.fd);
    return TooLarge(path, bytes_max);
  }
  ::posix_fadvise(file.fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  return std::unique_ptr<FileSource>(new FileSource(file.fd, path, file.size_bytes, bytes_max));
}

FileSource::~FileSource() {
  if (fd_ >= 0) ::close(fd_);
}

absl::StatusOr<size_t> FileSource::Read(absl::Span<char> buffer) {
  if (!status_.ok()) return status_;
  if (at_end_) return 0;
  absl::StatusOr<size_t> n = ReadSome(fd_, buffer, path_);
  if (!n.ok()) {
    status_ = n.status();
    return status_;
  }
  read_bytes_ += *n;
  if (read_bytes_ > bytes_max_) {
    status_ = TooLarge(path_, bytes_max_);
    return status_;
  }
  at_end_ = *n == 0 && !buffer.empty();
  return n;
}

absl::Status FileSource::Close() {
  if (!status_.ok()) return status_;
  if (!at_end_) {
    status_ = absl::FailedPreconditionError(
        absl::StrCat(path_, ": closed after ", read_bytes_, " bytes, before its end"));
  } else if (fd_ >= 0) {
    status_ = CheckUnchanged();
  }
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  return status_;
}

absl::Status FileSource::CheckUnchanged() const {
  if (path_ == "-") return absl::OkStatus();
  struct stat info;
  if (::fstat(fd_, &info) != 0) return ErrnoStatus(errno, path_);
  if (!S_ISREG(info.st_mode)) return absl::OkStatus();
  // The kernel's own files say that they are empty, before and after; they are what was read.
  const auto size_now = static_cast<uint64_t>(info.st_size);
  const bool read_whole = read_bytes_ == size_bytes_ || size_bytes_ == 0;
  if (size_now == size_bytes_ && read_whole) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(path_, ": had ", size_bytes_, " bytes when opened, ",
                                          read_bytes_, " were read, has ", size_now,
                                          ": still being written?"));
}

namespace {

// What a rename to `path` would replace: a link's target rather than the link; never a device or a
// pipe, which somebody meant to be written to.
absl::StatusOr<std::string> FileToReplace(const std::string& path) {
  struct stat info;
  if (::lstat(path.c_str(), &info) != 0) return path;
  std::string target = path;
  if (S_ISLNK(info.st_mode)) {
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                           &std::free);
    if (real == nullptr || ::stat(real.get(), &info) != 0) return ErrnoStatus(errno, path);
    target = real.get();
  }
  // A directory is for the rename to refuse.
  if (S_ISREG(info.st_mode) || S_ISDIR(info.st_mode)) return target;
  return absl::FailedPreconditionError(
      absl::StrCat(path, ": is no regular file; a device or a pipe is not replaced by one"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<FileSink>> FileSink::Create(const std::string& name_given,
                                                           FileMode mode) {
  ASSIGN_OR_RETURN(const std::string path, FileToReplace(name_given));
  const size_t slash = path.rfind('/');
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (name.empty() || name == "." || name == "..") {
    return absl::InvalidArgumentError(absl::StrCat("'", path, "' does not name a file"));
  }
  const std::string dir = slash == std::string::npos ? "" : path.substr(0, slash + 1);
  std::string temp_path = absl::StrCat(dir, ".", name.substr(0, 200), ".tmp.XXXXXX");
  const int fd = ::mkostemp(temp_path.data(), O_CLOEXEC);  // 0600, whatever the umask
  if (fd < 0) return ErrnoStatus(errno, path);
  std::unique_ptr<FileSink> sink(new FileSink(fd, path, temp_path));
  if (::fchmod(fd, static_cast<mode_t>(mode)) != 0) return ErrnoStatus(errno, path);
  return sink;
}

FileSink::~FileSink() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(temp_path_.c_str());
}

absl::Status FileSink::Write(absl::string_view data) {
  if (!status_.ok()) return status_;
  if (fd_ < 0) return absl::FailedPreconditionError(absl::StrCat(path_, ": is closed"));
  while (!data.empty()) {
    const size_t n = std::min(data.size(), kCopyBufferBytes - buffer_.size());
    buffer_.append(data.data(), n);
    data.remove_prefix(n);
    if (buffer_.size() == kCopyBufferBytes) RETURN_IF_ERROR(Flush());
  }
  return absl::OkStatus();
}

absl::Status FileSink::Flush() {
  absl::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t n = ::write(fd_, rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return status_ = ErrnoStatus(errno, path_);
    rest.remove_prefix(static_cast<size_t>(n));
  }
  buffer_.clear();
  return absl::OkStatus();
}

absl::Status FileSink::Close() {
  if (!status_.ok() || fd_ < 0) return status_;
  RETURN_IF_ERROR(Flush());
  if (::fsync(fd_) != 0) return status_ = ErrnoStatus(errno, path_);
  if (::rename(temp_path_.c_str(), path_.c_str()) != 0) {
    return status_ = ErrnoStatus(errno, path_);
  }
  ::close(fd_);
  fd_ = -1;
  return status_ = SyncDir(ParentOf(path_));
}

}  // namespace tidemark::base
