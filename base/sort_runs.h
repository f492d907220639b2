// Private to external_sort.cc: records in memory and in scratch files, runs of sorted ones, and
// several runs read as one.
#ifndef TIDEMARK_BASE_SORT_RUNS_H_
#define TIDEMARK_BASE_SORT_RUNS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/scratch.h"

namespace tidemark::base {

// A record, in memory and in a run: its lengths, its key, its value.
struct RecordHead {
  uint32_t key_bytes;
  uint32_t value_bytes;
};

inline constexpr size_t kRunWriteBufferBytes = 256 << 10;

struct RecordView {
  absl::string_view key;
  absl::string_view value;
};

size_t RecordBytes(const char* record);
RecordView ViewOf(const char* record);
// The first 8 bytes of a key as a number that orders as they do.
uint64_t PrefixOf(absl::string_view key);

// Part of a scratch file that holds sorted records.
struct Run {
  uint64_t begin;
  uint64_t end;
};

class RunWriter {
 public:
  explicit RunWriter(ScratchFile& file);
  absl::Status Write(absl::string_view record);
  absl::StatusOr<Run> Finish();

 private:
  absl::Status Flush();

  ScratchFile& file_;
  const uint64_t begin_;
  std::string buffer_;
};

// Several runs as one: a heap of their readers, the next record's on top.
class RunMerge {
 public:
  // `buffer_bytes`, for each run, hold the longest record. `file` must outlive it.
  static absl::StatusOr<std::unique_ptr<RunMerge>> Begin(ScratchFile& file,
                                                         absl::Span<const Run> runs,
                                                         size_t buffer_bytes);
  ~RunMerge();
  RunMerge(const RunMerge&) = delete;
  RunMerge& operator=(const RunMerge&) = delete;

  // Goes to the next record; the first call goes to the first.
  absl::StatusOr<bool> Next();
  absl::string_view record() const;

 private:
  class Reader;
  RunMerge();
  static bool After(const Reader* a, const Reader* b);
  absl::Status Advance();

  std::vector<Reader> readers_;
  std::vector<Reader*> heap_;
  bool begun_ = false;
};

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_SORT_RUNS_H_
