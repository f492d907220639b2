#include "base/tar.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::base {
namespace {

struct ArchiveFree {
  void operator()(archive* a) const { archive_read_free(a); }
};

absl::Status ErrorOf(archive* a, const std::string& path) {
  const char* const why = archive_error_string(a);
  return absl::DataLossError(
      absl::StrCat(path, " is no whole tar file: ", why == nullptr ? "no reason given" : why));
}

// Adds what `entry` is, if it is a regular file whose data begin at `offset`.
void Take(archive_entry* entry, uint64_t offset, std::vector<TarMember>& members) {
  const char* const name = archive_entry_pathname(entry);
  const bool regular = archive_entry_filetype(entry) == AE_IFREG &&
                       archive_entry_hardlink(entry) == nullptr &&
                       archive_entry_sparse_count(entry) == 0;
  if (name == nullptr || !regular || archive_entry_size(entry) < 0) return;
  absl::string_view plain = name;
  absl::ConsumePrefix(&plain, "./");
  members.push_back({std::string(plain), offset, static_cast<uint64_t>(archive_entry_size(entry))});
}

}  // namespace

absl::StatusOr<std::vector<TarMember>> ListTar(const std::string& path) {
  const std::unique_ptr<archive, ArchiveFree> reader(archive_read_new());
  if (reader == nullptr) return absl::ResourceExhaustedError("no memory for libarchive");
  archive* const a = reader.get();
  struct stat st {};
  if (stat(path.c_str(), &st) != 0) return absl::ErrnoToStatus(errno, path);
  if (archive_read_support_format_tar(a) != ARCHIVE_OK ||
      archive_read_open_filename(a, path.c_str(), kCopyBufferBytes) != ARCHIVE_OK) {
    return ErrorOf(a, path);
  }
  std::vector<TarMember> members;
  while (true) {
    archive_entry* entry = nullptr;
    const int result = archive_read_next_header(a, &entry);
    if (result == ARCHIVE_EOF) break;
    // A warning is about names in other character sets, say.
    if (result != ARCHIVE_OK && result != ARCHIVE_WARN) return ErrorOf(a, path);
    if (members.size() >= kTarMembersMax) {
      return absl::ResourceExhaustedError(absl::StrCat("over ", kTarMembersMax, " files in a tar"));
    }
    Take(entry, static_cast<uint64_t>(archive_filter_bytes(a, 0)), members);
  }
  const auto size = static_cast<uint64_t>(st.st_size);
  for (const TarMember& member : members) {
    if (member.offset > size || member.size_bytes > size - member.offset) {
      return absl::DataLossError(absl::StrCat(path, " is cut off"));
    }
  }
  return members;
}

absl::StatusOr<std::unique_ptr<FileRange>> FileRange::Open(const std::string& path, uint64_t offset,
                                                           uint64_t size_bytes) {
  if (size_bytes > kDepositBytesMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat("a file of over ", kDepositBytesMax, " bytes"));
  }
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return absl::ErrnoToStatus(errno, path);
  return absl::WrapUnique(new FileRange(fd, offset, size_bytes));
}

FileRange::~FileRange() { close(fd_); }

absl::StatusOr<size_t> FileRange::Read(absl::Span<char> buffer) {
  RETURN_IF_ERROR(status_);
  const size_t wanted = static_cast<size_t>(std::min<uint64_t>(buffer.size(), left_));
  if (wanted == 0) return 0;
  ssize_t got = 0;
  do {
    got = pread(fd_, buffer.data(), wanted, static_cast<off_t>(offset_));
  } while (got < 0 && errno == EINTR);
  if (got < 0) status_ = absl::ErrnoToStatus(errno, "read");
  if (got == 0) status_ = absl::DataLossError("the file ends early");
  RETURN_IF_ERROR(status_);
  offset_ += static_cast<uint64_t>(got);
  left_ -= static_cast<uint64_t>(got);
  return static_cast<size_t>(got);
}

absl::Status FileRange::Close() {
  if (status_.ok() && left_ > 0) {
    status_ = absl::FailedPreconditionError("closed before the end");
  }
  return status_;
}

}  // namespace tidemark::base
