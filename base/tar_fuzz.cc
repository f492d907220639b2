// Whatever the bytes: a tar or a reason; a list of members that lie in the file; and the stream has
// the members of the list, with the same bytes.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "base/status.h"
#include "base/tar.h"

namespace tidemark::base {
namespace {

// A header may say that a member has any size; no more of it is compared.
constexpr size_t kBytesMax = 1 << 20;

struct Member {
  std::string name;
  std::string bytes;
  bool operator==(const Member&) const = default;
};
using Members = std::vector<Member>;

// A file without a name in a directory.
class MemoryFile {
 public:
  explicit MemoryFile(absl::string_view bytes) : fd_(memfd_create("tar", MFD_CLOEXEC)) {
    CHECK(fd_ >= 0);
    CHECK(write(fd_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  ~MemoryFile() { close(fd_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::string Path() const { return absl::StrCat("/proc/self/fd/", fd_); }

 private:
  const int fd_;
};

bool IsReason(const absl::Status& status) {
  return absl::IsDataLoss(status) || absl::IsResourceExhausted(status);
}

absl::StatusOr<Members> List(absl::string_view tar) {
  const MemoryFile file(tar);
  ASSIGN_OR_RETURN(const std::vector<TarMember> list, ListTar(file.Path()));
  Members members;
  for (const TarMember& member : list) {
    if (member.kind != TarMember::Kind::kFile) continue;
    CHECK(member.offset <= tar.size() && member.size_bytes <= tar.size() - member.offset);
    const auto range = FileRange::Open(file.Path(), member.offset, member.size_bytes);
    CHECK(range.ok());
    Member& read = members.emplace_back(Member{member.name, ""});
    StringSink sink(read.bytes, kBytesMax);
    CHECK(CopyAll(**range, sink).ok() && (*range)->Close().ok());
  }
  return members;
}

absl::StatusOr<Members> Stream(absl::string_view tar) {
  Members members;
  StringSource source(tar);
  RETURN_IF_ERROR(ReadTar(source, [&members](const TarMember& member, ByteSource& bytes) {
    if (member.kind != TarMember::Kind::kFile) return absl::OkStatus();
    Member& read = members.emplace_back(Member{member.name, ""});
    StringSink sink(read.bytes, kBytesMax);
    return CopyAll(bytes, sink);
  }));
  return members;
}

}  // namespace
}  // namespace tidemark::base

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view tar(reinterpret_cast<const char*>(data), size);
  const auto list = tidemark::base::List(tar);
  const auto stream = tidemark::base::Stream(tar);
  CHECK(list.ok() || tidemark::base::IsReason(list.status()));
  CHECK(stream.ok() || tidemark::base::IsReason(stream.status()));
  CHECK(!list.ok() || !stream.ok() || *list == *stream);
  return 0;
}
