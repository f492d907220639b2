#include "base/tar.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <iconv.h>
#include <langinfo.h>
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

TarMember::Kind KindOf(archive_entry* entry) {
  if (archive_entry_hardlink(entry) != nullptr) return TarMember::Kind::kLink;
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
      return archive_entry_sparse_count(entry) == 0 ? TarMember::Kind::kFile
                                                    : TarMember::Kind::kSparse;
    case AE_IFDIR:
      return TarMember::Kind::kDirectory;
    case AE_IFLNK:
      return TarMember::Kind::kLink;
    default:
      return TarMember::Kind::kSpecial;
  }
}

// What `entry` is, if its data begin at `offset`.
absl::StatusOr<TarMember> MemberOf(archive_entry* entry, uint64_t offset, const std::string& path) {
  const char* const name = archive_entry_pathname(entry);
  if (name == nullptr || archive_entry_size(entry) < 0) {
    return absl::DataLossError(absl::StrCat(path, " has a member without a name or a size"));
  }
  absl::string_view plain = name;
  if (plain.size() > kTarNameBytesMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat("over ", kTarNameBytesMax, " bytes of a name in a tar"));
  }
  absl::ConsumePrefix(&plain, "./");
  return TarMember{std::string(plain), KindOf(entry), offset,
                   static_cast<uint64_t>(archive_entry_size(entry))};
}

absl::StatusOr<std::unique_ptr<archive, ArchiveFree>> NewReader() {
  std::unique_ptr<archive, ArchiveFree> reader(archive_read_new());
  if (reader == nullptr) return absl::ResourceExhaustedError("no memory for libarchive");
  if (archive_read_support_format_tar(reader.get()) != ARCHIVE_OK) {
    return ErrorOf(reader.get(), "it");
  }
  return reader;
}

// The next entry; null at the end.
absl::StatusOr<archive_entry*> NextEntry(archive* a, const std::string& path, size_t& entries) {
  archive_entry* entry = nullptr;
  const int result = archive_read_next_header(a, &entry);
  if (result == ARCHIVE_EOF) return nullptr;
  // A warning is about names in other character sets, say.
  if (result != ARCHIVE_OK && result != ARCHIVE_WARN) return ErrorOf(a, path);
  if (++entries > kTarMembersMax) {
    return absl::ResourceExhaustedError(absl::StrCat("over ", kTarMembersMax, " files in a tar"));
  }
  return entry;
}

constexpr char kStream[] = "the stream";
constexpr uint64_t kBlockBytes = 512;
constexpr size_t kTypeOffset = 156;  // in a header's block

// Whether the file has a header of one block at `offset` that says "a regular file": then nothing
// else describes the entry.
absl::StatusOr<bool> HasPlainHeader(const std::string& path, uint64_t offset) {
  ASSIGN_OR_RETURN(const auto file, FileRange::Open(path, offset + kTypeOffset, 1));
  char type = '\0';
  RETURN_IF_ERROR(file->Read(absl::MakeSpan(&type, 1)).status());
  return type == '0' || type == '\0';
}

absl::Status NotItsSize(const std::string& path) {
  return absl::DataLossError(
      absl::StrCat(path, " is no whole tar file: a member does not have the bytes that it says"));
}

// DATA_LOSS unless the entry's bytes stand in the file one after the other. Of files with holes
// libarchive does not say all: a map of them that is wrong counts for none.
absl::Status CheckInOnePiece(archive* a, const std::string& path, uint64_t size_bytes) {
  uint64_t total = 0;
  for (;;) {
    const void* bytes = nullptr;
    size_t size = 0;
    la_int64_t at = 0;
    const int result = archive_read_data_block(a, &bytes, &size, &at);
    if (result == ARCHIVE_EOF) break;
    if (result != ARCHIVE_OK && result != ARCHIVE_WARN) return ErrorOf(a, path);
    if (static_cast<uint64_t>(at) != total) return NotItsSize(path);
    total += size;
  }
  return total == size_bytes ? absl::OkStatus() : NotItsSize(path);
}

// What libarchive reads a stream from; keeps the stream's error, which libarchive has no place for.
struct Stream {
  ByteSource& source;
  std::vector<char> buffer = std::vector<char>(kCopyBufferBytes);
  absl::Status status = absl::OkStatus();
};

la_ssize_t ReadStream(archive* a, void* data, const void** out) {
  auto& stream = *static_cast<Stream*>(data);
  const auto got = stream.source.Read(absl::MakeSpan(stream.buffer));
  if (!got.ok()) {
    stream.status = got.status();
    archive_set_error(a, EIO, "the stream failed");
    return -1;
  }
  *out = stream.buffer.data();
  return static_cast<la_ssize_t>(*got);
}

// The bytes of the entry that libarchive is at.
class EntrySource final : public ByteSource {
 public:
  EntrySource(archive* a, const Stream& stream, uint64_t size_bytes)
      : archive_(a), stream_(stream), left_(size_bytes) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    const la_ssize_t got = archive_read_data(archive_, buffer.data(), buffer.size());
    if (got < 0) return stream_.status.ok() ? ErrorOf(archive_, kStream) : stream_.status;
    if (static_cast<uint64_t>(got) > left_ || (got == 0 && left_ > 0)) return NotItsSize(kStream);
    left_ -= static_cast<uint64_t>(got);
    return static_cast<size_t>(got);
  }
  absl::Status Close() override { return absl::OkStatus(); }

 private:
  archive* const archive_;
  const Stream& stream_;
  uint64_t left_;
};

absl::Status ReadToEnd(ByteSource& source, std::vector<char>& buffer) {
  for (;;) {
    ASSIGN_OR_RETURN(const size_t got, source.Read(absl::MakeSpan(buffer)));
    if (got == 0) return source.Close();
  }
}

}  // namespace

absl::StatusOr<std::vector<TarMember>> ListTar(const std::string& path) {
  ASSIGN_OR_RETURN(const auto reader, NewReader());
  archive* const a = reader.get();
  struct stat st {};
  if (stat(path.c_str(), &st) != 0) return absl::ErrnoToStatus(errno, path);
  if (archive_read_open_filename(a, path.c_str(), kCopyBufferBytes) != ARCHIVE_OK) {
    return ErrorOf(a, path);
  }
  std::vector<TarMember> members;
  uint64_t end = 0;  // of the entry before
  for (size_t entries = 0;;) {
    ASSIGN_OR_RETURN(archive_entry* const entry, NextEntry(a, path, entries));
    if (entry == nullptr) break;
    ASSIGN_OR_RETURN(TarMember member,
                     MemberOf(entry, static_cast<uint64_t>(archive_filter_bytes(a, 0)), path));
    if (member.kind == TarMember::Kind::kFile) {
      const bool one_header = member.offset == end + kBlockBytes;
      ASSIGN_OR_RETURN(const bool plain, one_header ? HasPlainHeader(path, end) : false);
      if (!plain) RETURN_IF_ERROR(CheckInOnePiece(a, path, member.size_bytes));
    }
    members.push_back(std::move(member));
    if (archive_read_data_skip(a) < ARCHIVE_WARN) return ErrorOf(a, path);
    end = static_cast<uint64_t>(archive_filter_bytes(a, 0));
  }
  const auto size = static_cast<uint64_t>(st.st_size);
  for (const TarMember& member : members) {
    if (member.kind != TarMember::Kind::kFile) continue;
    if (member.offset > size || member.size_bytes > size - member.offset) {
      return absl::DataLossError(absl::StrCat(path, " is cut off"));
    }
  }
  return members;
}

absl::Status ReadTar(ByteSource& source, const TakeMember& take) {
  ASSIGN_OR_RETURN(const auto reader, NewReader());
  archive* const a = reader.get();
  Stream stream{source};
  const auto error = [&](const absl::Status& status) {
    return stream.status.ok() ? status : stream.status;
  };
  if (archive_read_open(a, &stream, nullptr, ReadStream, nullptr) != ARCHIVE_OK) {
    return error(ErrorOf(a, kStream));
  }
  for (size_t entries = 0;;) {
    const auto entry = NextEntry(a, kStream, entries);
    if (!entry.ok()) return error(entry.status());
    if (*entry == nullptr) break;
    ASSIGN_OR_RETURN(const TarMember member, MemberOf(*entry, 0, kStream));
    EntrySource bytes(a, stream, member.size_bytes);
    RETURN_IF_ERROR(take(member, bytes));
  }
  // What follows the end of the archive.
  return ReadToEnd(source, stream.buffer);
}

void PrepareToReadTars() {
  // What libarchive converts: names in pax headers.
  const iconv_t conversion = iconv_open(nl_langinfo(CODESET), "UTF-8");
  if (conversion != reinterpret_cast<iconv_t>(-1)) iconv_close(conversion);
}

bool LooksLikeTar(absl::string_view head) {
  return head.size() >= kTarHeadBytes && head.substr(257, 5) == "ustar";
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
