// What is in a tar (ustar, pax, GNU), and the bytes of a member: nothing is unpacked.
//
// Names and kinds are as they are: that they are harmless is for the caller to see.
//
// Threads: free functions are safe; a FileRange belongs to one thread. Threat: the file is hostile;
// libarchive reads it with every format but tar and every filter switched off.
#ifndef TIDEMARK_BASE_TAR_H_
#define TIDEMARK_BASE_TAR_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/bytes.h"

namespace tidemark::base {

inline constexpr size_t kTarMembersMax = 100'000;
inline constexpr size_t kTarNameBytesMax = 1024;

struct TarMember {
  std::string name;  // without a leading "./"
  enum class Kind {
    kFile,
    kDirectory,
    kLink,     // symbolic or hard
    kSpecial,  // a device, a pipe, or what no file system has
    kSparse,   // a file with holes
  } kind = Kind::kFile;
  // Of a file.
  uint64_t offset = 0;
  uint64_t size_bytes = 0;
};

// In the order of the file. DATA_LOSS if it is not a tar or is cut off; RESOURCE_EXHAUSTED for more
// than kTarMembersMax members or kTarNameBytesMax bytes of a name; the system's errors.
absl::StatusOr<std::vector<TarMember>> ListTar(const std::string& path);

// Reads a tar from a stream to its end, and closes it: `take` is called for each member with its
// bytes, in the order of the stream; what it leaves of them is passed over. Offsets are 0. Errors
// as of ListTar, and the first of the source or of `take`.
using TakeMember = std::function<absl::Status(const TarMember& member, ByteSource& bytes)>;
absl::Status ReadTar(ByteSource& source, const TakeMember& take);

// Loads what names in a tar may need of the system: for a process that is about to give up its
// right to open files. Conversions between encodings come from a table on the disk, read once.
void PrepareToReadTars();

// Whether what begins so is a tar: 512 bytes are enough to say.
inline constexpr size_t kTarHeadBytes = 512;
bool LooksLikeTar(absl::string_view head);

// Reads a part of a file. DATA_LOSS if the file ends before it.
class FileRange final : public ByteSource {
 public:
  static absl::StatusOr<std::unique_ptr<FileRange>> Open(const std::string& path, uint64_t offset,
                                                         uint64_t size_bytes);
  ~FileRange() override;
  FileRange(const FileRange&) = delete;
  FileRange& operator=(const FileRange&) = delete;

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override;
  absl::Status Close() override;

 private:
  FileRange(int fd, uint64_t offset, uint64_t size_bytes)
      : fd_(fd), offset_(offset), left_(size_bytes) {}

  const int fd_;
  uint64_t offset_;
  uint64_t left_;
  absl::Status status_;
};

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_TAR_H_
