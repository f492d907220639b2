// Records in the order in which they came, in memory as long as they fit, then on scratch: written
// once, read once from the beginning.
//
// Errors: those of ScratchSpace; they are the caller's to latch. Threads: one at a time.
#ifndef TIDEMARK_RDE_REPLAY_SPOOL_H_
#define TIDEMARK_RDE_REPLAY_SPOOL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/scratch.h"
#include "rde/codec/codec.h"
#include "rde/records.h"

namespace tidemark::rde {

class Spool {
 public:
  // `space` must outlive the spool.
  Spool(base::ScratchSpace& space, size_t memory_bytes_max)
      : space_(space), memory_bytes_max_(memory_bytes_max) {}

  absl::Status Append(const Record& record, const Position& at);

  // From the first on; false after the last. Nothing is appended any more.
  absl::StatusOr<bool> Next();
  // Of the place that Next() reached.
  absl::Status Parse(Record& record, Position& at);

 private:
  absl::Status Spill();
  // Makes `bytes` bytes readable at window_at_.
  absl::Status Fetch(size_t bytes);

  base::ScratchSpace& space_;
  const size_t memory_bytes_max_;
  RecordCodec codec_;
  std::string tail_;  // what is not on scratch
  std::unique_ptr<base::ScratchFile> file_;

  std::string window_;  // what is read of file and tail
  size_t window_at_ = 0;
  uint64_t file_at_ = 0;
  bool has_tail_ = false;  // the window holds the tail
  absl::string_view entry_;
};

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_REPLAY_SPOOL_H_
