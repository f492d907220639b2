#include "base/sort_runs.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/status.h"

namespace tidemark::base {

size_t RecordBytes(const char* record) {
  RecordHead head;
  std::memcpy(&head, record, sizeof(head));
  return sizeof(head) + head.key_bytes + head.value_bytes;
}

RecordView ViewOf(const char* record) {
  RecordHead head;
  std::memcpy(&head, record, sizeof(head));
  return {{record + sizeof(head), head.key_bytes},
          {record + sizeof(head) + head.key_bytes, head.value_bytes}};
}

uint64_t PrefixOf(absl::string_view key) {
  unsigned char bytes[8] = {};
  std::memcpy(bytes, key.data(), std::min<size_t>(key.size(), 8));
  uint64_t prefix = 0;
  for (const unsigned char byte : bytes) prefix = prefix << 8 | byte;
  return prefix;
}

RunWriter::RunWriter(ScratchFile& file) : file_(file), begin_(file.size_bytes()) {
  buffer_.reserve(kRunWriteBufferBytes);
}

absl::Status RunWriter::Write(absl::string_view record) {
  if (buffer_.size() + record.size() > kRunWriteBufferBytes) RETURN_IF_ERROR(Flush());
  if (record.size() > kRunWriteBufferBytes) return file_.Append(record);
  buffer_.append(record.data(), record.size());
  return absl::OkStatus();
}

absl::StatusOr<Run> RunWriter::Finish() {
  RETURN_IF_ERROR(Flush());
  return Run{begin_, file_.size_bytes()};
}

absl::Status RunWriter::Flush() {
  RETURN_IF_ERROR(file_.Append(buffer_));
  buffer_.clear();
  return absl::OkStatus();
}

class RunMerge::Reader {
 public:
  // `buffer_bytes` holds the longest record.
  Reader(ScratchFile& file, const Run& run, size_t buffer_bytes)
      : file_(file),
        at_(run.begin),
        end_(run.end),
        buffer_bytes_(buffer_bytes),
        buffer_(std::make_unique_for_overwrite<char[]>(buffer_bytes)) {}

  // False after the last. Invalidates what record() was.
  absl::StatusOr<bool> Next() {
    first_ += record_bytes_;
    record_bytes_ = 0;
    if (!Holds() && at_ < end_) RETURN_IF_ERROR(Fill());
    if (first_ == last_) return false;
    CHECK(Holds());
    record_bytes_ = RecordBytes(buffer_.get() + first_);
    prefix_ = PrefixOf(ViewOf(buffer_.get() + first_).key);
    return true;
  }

  absl::string_view record() const { return {buffer_.get() + first_, record_bytes_}; }
  absl::string_view key() const { return ViewOf(buffer_.get() + first_).key; }
  uint64_t prefix() const { return prefix_; }

 private:
  // A whole record is in the buffer.
  bool Holds() const {
    const size_t bytes = last_ - first_;
    return bytes >= sizeof(RecordHead) && bytes >= RecordBytes(buffer_.get() + first_);
  }

  absl::Status Fill() {
    std::memmove(buffer_.get(), buffer_.get() + first_, last_ - first_);
    last_ -= first_;
    first_ = 0;
    const size_t more = static_cast<size_t>(std::min<uint64_t>(buffer_bytes_ - last_, end_ - at_));
    RETURN_IF_ERROR(file_.ReadAt(at_, absl::MakeSpan(buffer_.get() + last_, more)));
    at_ += more;
    last_ += more;
    return absl::OkStatus();
  }

  ScratchFile& file_;
  uint64_t at_;
  const uint64_t end_;
  const size_t buffer_bytes_;
  std::unique_ptr<char[]> buffer_;
  size_t first_ = 0;  // of the current record
  size_t last_ = 0;   // of what was read
  size_t record_bytes_ = 0;
  uint64_t prefix_ = 0;
};

RunMerge::RunMerge() = default;
RunMerge::~RunMerge() = default;

absl::StatusOr<std::unique_ptr<RunMerge>> RunMerge::Begin(ScratchFile& file,
                                                          absl::Span<const Run> runs,
                                                          size_t buffer_bytes) {
  std::unique_ptr<RunMerge> merge(new RunMerge);
  merge->readers_.reserve(runs.size());
  for (const Run& run : runs) {
    Reader& reader = merge->readers_.emplace_back(file, run, buffer_bytes);
    ASSIGN_OR_RETURN(const bool any, reader.Next());
    if (any) merge->heap_.push_back(&reader);
  }
  std::make_heap(merge->heap_.begin(), merge->heap_.end(), After);
  return merge;
}

absl::StatusOr<bool> RunMerge::Next() {
  if (begun_ && !heap_.empty()) RETURN_IF_ERROR(Advance());
  begun_ = true;
  return !heap_.empty();
}

absl::string_view RunMerge::record() const { return heap_.front()->record(); }

bool RunMerge::After(const Reader* a, const Reader* b) {
  if (a->prefix() != b->prefix()) return a->prefix() > b->prefix();
  const int order = a->key().compare(b->key());
  // Readers lie in the order of their runs, which is that of arrival.
  return order != 0 ? order > 0 : a > b;
}

absl::Status RunMerge::Advance() {
  ASSIGN_OR_RETURN(const bool more, heap_.front()->Next());
  if (!more) {
    heap_.front() = heap_.back();
    heap_.pop_back();
  }
  // The new top sinks to its place: one pass where pop and push would be two.
  size_t at = 0;
  while (2 * at + 1 < heap_.size()) {
    size_t child = 2 * at + 1;
    if (child + 1 < heap_.size() && After(heap_[child], heap_[child + 1])) ++child;
    if (!After(heap_[at], heap_[child])) break;
    std::swap(heap_[at], heap_[child]);
    at = child;
  }
  return absl::OkStatus();
}

}  // namespace tidemark::base
