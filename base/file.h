// Files and directories: bounded reads, atomic durable writes.
//
// A reader of a file that we wrote sees either the old content or the new one, also after a power
// cut: data goes to a temporary file in the same directory, is synced, renamed, and the directory
// is synced. Key files are created with mode 0600 and never through a looser one.
//
// Threads: free functions are safe; a FileSource or FileSink belongs to one thread.
#ifndef TIDEMARK_BASE_FILE_H_
#define TIDEMARK_BASE_FILE_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "base/limits.h"

namespace tidemark::base {

enum class FileMode : mode_t {
  kPrivate = 0600,  // keys and anything that may hold a deposit's content
  kPublic = 0644,   // certificates, public keys, reports
};

// The whole of a small file. RESOURCE_EXHAUSTED if it is larger than `bytes_max`.
absl::StatusOr<std::string> ReadSmallFile(const std::string& path,
                                          size_t bytes_max = kSmallFileBytesMax);

// Replaces `path` atomically and durably.
absl::Status WriteFile(const std::string& path, absl::string_view data, FileMode mode);

// Creates `path` and its missing parents. A new directory is 0700 for kPrivate, 0755 for kPublic.
absl::Status MakeDirs(const std::string& path, FileMode mode);

// Syncs a directory, so that names created in it survive a power cut.
absl::Status SyncDir(const std::string& path);

// Removes a directory and everything below it; absent is OK. Never follows a symbolic link.
absl::Status RemoveTree(const std::string& path);

// Reads a file from its start. "-" is standard input. More than `bytes_max` bytes are
// RESOURCE_EXHAUSTED: at once when the size is known, else in the Read() that goes past it.
// Close() is FAILED_PRECONDITION before the end, and DATA_LOSS if a regular file did not have the
// size at its end that it had when it was opened (its writer was not done).
class FileSource final : public ByteSource {
 public:
  static absl::StatusOr<std::unique_ptr<FileSource>> Open(const std::string& path,
                                                          uint64_t bytes_max = kDepositBytesMax);
  ~FileSource() override;
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override;
  absl::Status Close() override;

  // Bytes of a regular file when it was opened; 0 when that is not known (a pipe).
  uint64_t size_bytes() const { return size_bytes_; }

 private:
  FileSource(int fd, std::string path, uint64_t size_bytes, uint64_t bytes_max)
      : fd_(fd), path_(std::move(path)), size_bytes_(size_bytes), bytes_max_(bytes_max) {}
  absl::Status CheckUnchanged() const;

  int fd_;
  const std::string path_;
  const uint64_t size_bytes_;
  const uint64_t bytes_max_;
  uint64_t read_bytes_ = 0;
  bool at_end_ = false;
  absl::Status status_;
};

// Writes a file that appears at `path` only in Close(). If Close() fails in its last step, the
// sync of the directory, the complete file is there but may not survive a power cut.
class FileSink final : public ByteSink {
 public:
  static absl::StatusOr<std::unique_ptr<FileSink>> Create(const std::string& path, FileMode mode);
  ~FileSink() override;
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;

  absl::Status Write(absl::string_view data) override;
  absl::Status Close() override;

 private:
  FileSink(int fd, std::string path, std::string temp_path)
      : fd_(fd), path_(std::move(path)), temp_path_(std::move(temp_path)) {}
  absl::Status Flush();

  int fd_;
  const std::string path_;
  const std::string temp_path_;
  std::string buffer_;
  absl::Status status_;
};

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_FILE_H_
