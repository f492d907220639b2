// Overflow space: what a bounded computation cannot hold in memory waits in files of its own.
//
// A ScratchFile is written once from its start to its end and read anywhere after; it is for this
// process only and does not outlive it. Scratch may hold the whole of a deposit, so the files have
// no name on the disk (O_TMPFILE, or unlinked before the first byte), mode 0600, and everything
// outside base/'s own tests uses crypto/sealed_scratch.h, which encrypts them under a key that
// exists in memory only: what a disk keeps after a crash or a theft is noise.
//
// What it is not: a cache or a buffer. Each call is a system call, so append and read pieces of
// 64 KiB and more.
//
// Threads: a ScratchSpace is safe for concurrent use; a ScratchFile belongs to one thread at a
// time. Errors: RESOURCE_EXHAUSTED over `bytes_max` or on a full disk; others as the system's. A
// file latches the first error of Append. Ownership: files may outlive their space.
#ifndef TIDEMARK_BASE_SCRATCH_H_
#define TIDEMARK_BASE_SCRATCH_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace tidemark::base {

class ScratchFile {
 public:
  virtual ~ScratchFile() = default;
  virtual absl::Status Append(absl::string_view data) = 0;
  // Fills `buffer` from `offset` on. OUT_OF_RANGE where the file has fewer bytes.
  virtual absl::Status ReadAt(uint64_t offset, absl::Span<char> buffer) = 0;
  virtual uint64_t size_bytes() const = 0;
};

class ScratchSpace {
 public:
  virtual ~ScratchSpace() = default;
  // Empty, and gone when it is destroyed.
  virtual absl::StatusOr<std::unique_ptr<ScratchFile>> NewFile() = 0;
  // All bytes ever appended to its files: what reports call the spill.
  virtual uint64_t written_bytes() const = 0;
};

struct ScratchOptions {
  std::string dir;                    // "": $TMPDIR, or else /tmp
  uint64_t bytes_max = 256ull << 30;  // of all files together that exist at one time
};

// Files in plain text: for base/'s tests, and for crypto/ to build on. Nothing is written yet, but
// the directory must be there: NOT_FOUND, FAILED_PRECONDITION (not a directory) or
// PERMISSION_DENIED (not to be written to), each with its name.
absl::StatusOr<std::unique_ptr<ScratchSpace>> NewPlainScratchSpace(const ScratchOptions& options);

// The same with `files` files that are opened at once and none later: for a process that is about
// to give up its right to open any. A file that is destroyed is emptied and can be had again;
// RESOURCE_EXHAUSTED when all are in use.
absl::StatusOr<std::unique_ptr<ScratchSpace>> NewPreopenedScratchSpace(
    const ScratchOptions& options, size_t files);

// A space whose files cannot be made, because of `why`: stands for one that could not be opened and
// may not be needed at all.
std::unique_ptr<ScratchSpace> NewUnavailableScratchSpace(absl::Status why);

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_SCRATCH_H_
