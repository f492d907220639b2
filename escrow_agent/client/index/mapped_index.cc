#include "escrow_agent/client/index/mapped_index.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "escrow_agent/client/index/checksum.h"

namespace tidemark::escrow_agent {
namespace {

// DATA_LOSS if there are fewer bytes.
absl::Status ReadAt(int fd, uint64_t offset, absl::Span<char> out) {
  while (!out.empty()) {
    const ssize_t n = pread(fd, out.data(), out.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return base::ErrnoStatus(errno, "reading the object index");
    if (n == 0) return absl::DataLossError("it is cut short");
    out.remove_prefix(static_cast<size_t>(n));
    offset += static_cast<uint64_t>(n);
  }
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> RegularFileBytes(int fd, const std::string& path) {
  struct stat info;
  if (fstat(fd, &info) != 0) return base::ErrnoStatus(errno, path);
  if (!S_ISREG(info.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": is no regular file; remove it, and the next deposit makes it anew"));
  }
  return static_cast<uint64_t>(info.st_size);
}

absl::Status CheckWhose(const IndexOwner& found, const IndexOwner& wanted) {
  if (found.vault_id != wanted.vault_id) return absl::DataLossError("it is of another vault");
  if (found.tld != wanted.tld) return absl::DataLossError("it is of another TLD");
  if (found.secret_check != wanted.secret_check) {
    return absl::DataLossError(
        "it was made with another object secret, or by a tidemark that named objects otherwise");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<MappedIndex>> MappedIndex::Open(const std::string& path,
                                                               const IndexOwner& owner) {
  // Not blocked by a pipe that lies in its place.
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return base::ErrnoStatus(errno, path);
  const auto closing = absl::MakeCleanup([&fd] {
    if (fd >= 0) close(fd);
  });
  ASSIGN_OR_RETURN(const uint64_t file_bytes, RegularFileBytes(fd, path));
  std::string bytes(std::min<uint64_t>(kIndexHeaderBytes, file_bytes), '\0');
  RETURN_IF_ERROR(ReadAt(fd, 0, absl::MakeSpan(bytes)));
  ASSIGN_OR_RETURN(IndexHeader header, DecodeHeader(bytes));
  RETURN_IF_ERROR(CheckWhose(header.owner, owner));
  if (header.file_bytes() != file_bytes) {
    return absl::DataLossError(
        absl::StrCat("it has ", file_bytes, " bytes, want ", header.file_bytes()));
  }
  bytes.resize(header.tables_bytes);
  RETURN_IF_ERROR(ReadAt(fd, header.tables_offset(), absl::MakeSpan(bytes)));
  ASSIGN_OR_RETURN(IndexTables tables, DecodeTables(header, bytes));
  void* const mapping = mmap(nullptr, header.tables_offset(), PROT_READ, MAP_PRIVATE, fd, 0);
  if (mapping == MAP_FAILED) return base::ErrnoStatus(errno, path);
  return absl::WrapUnique(new MappedIndex(std::exchange(fd, -1), std::move(header),
                                          std::move(tables), static_cast<const char*>(mapping)));
}

MappedIndex::MappedIndex(int fd, IndexHeader header, IndexTables tables, const char* mapping)
    : fd_(fd),
      header_(std::move(header)),
      tables_(std::move(tables)),
      mapping_(mapping),
      entries_(reinterpret_cast<const IndexEntry*>(mapping + IndexHeader::entries_offset())),
      slots_(reinterpret_cast<const uint32_t*>(mapping + header_.slots_offset())),
      states_(tables_.block_checksums.size(), BlockState::kUntouched) {}

MappedIndex::~MappedIndex() {
  munmap(const_cast<char*>(mapping_), header_.tables_offset());
  close(fd_);
}

void MappedIndex::ReleasePages() {
  madvise(const_cast<char*>(mapping_), header_.tables_offset(), MADV_DONTNEED);
}

void MappedIndex::Verify(uint64_t block) {
  uint64_t offset;
  if (block < header_.entry_blocks()) {
    const uint64_t first = block * kEntriesABlock;
    buffer_.resize(std::min(kEntriesABlock, header_.objects - first) * sizeof(IndexEntry));
    offset = IndexHeader::entries_offset() + first * sizeof(IndexEntry);
  } else {
    const uint64_t first = (block - header_.entry_blocks()) * kSlotsABlock;
    buffer_.resize(std::min(kSlotsABlock, header_.slots - first) * sizeof(uint32_t));
    offset = header_.slots_offset() + first * sizeof(uint32_t);
  }
  const bool is_sound = ReadAt(fd_, offset, absl::MakeSpan(buffer_)).ok() &&
                        Checksum(buffer_) == tables_.block_checksums[block];
  states_[block] = is_sound ? BlockState::kSound : BlockState::kDamaged;
  if (!is_sound) ++damaged_blocks_;
}

}  // namespace tidemark::escrow_agent
