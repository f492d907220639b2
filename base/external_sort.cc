#include "base/external_sort.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/sort_runs.h"
#include "base/status.h"

namespace tidemark::base {
namespace {

constexpr size_t kReadBufferBytesMin = 64 << 10;
constexpr size_t kReadBufferBytesMax = 1 << 20;

// Records grow from the bottom of one block of memory, their entries from its top downwards; where
// they would meet, it is full.
class Arena {
 public:
  explicit Arena(size_t bytes) : bytes_(bytes / sizeof(Entry) * sizeof(Entry)) {}

  // False if there is no room.
  bool Add(absl::string_view key, absl::string_view value) {
    // Reserved in whole, but a page costs nothing until a record or an entry reaches it.
    if (block_ == nullptr) block_ = std::make_unique_for_overwrite<Entry[]>(bytes_ / sizeof(Entry));
    const RecordHead head{static_cast<uint32_t>(key.size()), static_cast<uint32_t>(value.size())};
    const size_t record_bytes = sizeof(head) + key.size() + value.size();
    const size_t entries_bytes = (entries_ + 1) * sizeof(Entry);
    if (used_ + record_bytes + entries_bytes > bytes_) return false;
    char* const place = base() + used_;
    std::memcpy(place, &head, sizeof(head));
    std::copy(key.begin(), key.end(), place + sizeof(head));
    std::copy(value.begin(), value.end(), place + sizeof(head) + key.size());
    ++entries_;
    *first() = {PrefixOf(key), used_};
    used_ += record_bytes;
    return true;
  }

  void Sort() {
    // Offsets are in the order of arrival, which makes an unstable sort stable.
    std::sort(first(), first() + entries_, [this](const Entry& a, const Entry& b) {
      if (a.prefix != b.prefix) return a.prefix < b.prefix;
      const int order = ViewOf(base() + a.offset).key.compare(ViewOf(base() + b.offset).key);
      return order != 0 ? order < 0 : a.offset < b.offset;
    });
  }

  size_t size() const { return entries_; }
  // Of the sorted records.
  const char* at(size_t i) { return base() + first()[i].offset; }
  void Clear() { used_ = entries_ = 0; }
  void Release() {
    Clear();
    block_.reset();
  }

 private:
  struct Entry {
    uint64_t prefix;
    uint64_t offset;
  };

  char* base() { return reinterpret_cast<char*>(block_.get()); }
  Entry* first() { return block_.get() + (bytes_ / sizeof(Entry) - entries_); }

  const size_t bytes_;
  std::unique_ptr<Entry[]> block_;
  size_t used_ = 0;
  size_t entries_ = 0;
};

}  // namespace

class ExternalSorter::Impl {
 public:
  explicit Impl(const SortOptions& options)
      : space_(*options.space),
        memory_bytes_max_(std::max(options.memory_bytes_max, kSortMemoryBytesMin)),
        arena_(memory_bytes_max_ - kRunWriteBufferBytes) {}

  absl::Status Add(absl::string_view key, absl::string_view value) {
    if (status_.ok()) status_ = AddInner(key, value);
    return status_;
  }

  absl::Status Sort() {
    if (status_.ok()) status_ = SortInner();
    return status_;
  }

  absl::StatusOr<bool> Next() {
    if (!status_.ok()) return status_;
    absl::StatusOr<bool> more = NextInner();
    if (!more.ok()) status_ = more.status();
    return more;
  }

  const RecordView& view() const { return view_; }
  bool spilled() const { return !runs_.empty(); }

 private:
  absl::Status AddInner(absl::string_view key, absl::string_view value) {
    if (sorted_) return absl::FailedPreconditionError("Add() after Sort()");
    if (key.size() > kSortKeyBytesMax || value.size() > kSortValueBytesMax) {
      return absl::InvalidArgumentError(absl::StrCat(
          "a record to sort with a key of ", key.size(), " bytes, at most ", kSortKeyBytesMax,
          ", and a value of ", value.size(), ", at most ", kSortValueBytesMax));
    }
    longest_bytes_ = std::max(longest_bytes_, sizeof(RecordHead) + key.size() + value.size());
    if (arena_.Add(key, value)) return absl::OkStatus();
    RETURN_IF_ERROR(Spill());
    CHECK(arena_.Add(key, value));
    return absl::OkStatus();
  }

  absl::Status SortInner() {
    if (sorted_) return absl::FailedPreconditionError("Sort() again");
    sorted_ = true;
    if (runs_.empty()) {
      arena_.Sort();
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(Spill());
    arena_.Release();
    while (runs_.size() > fan_in()) RETURN_IF_ERROR(MergePass());
    // What is free makes longer reads.
    const size_t share = (memory_bytes_max_ - kRunWriteBufferBytes) / runs_.size();
    ASSIGN_OR_RETURN(
        merge_, RunMerge::Begin(*file_, runs_,
                                std::max(buffer_bytes(), std::min(share, kReadBufferBytesMax))));
    return absl::OkStatus();
  }

  absl::StatusOr<bool> NextInner() {
    if (!sorted_) return absl::FailedPreconditionError("Next() before Sort()");
    view_ = {};
    if (merge_ != nullptr) {
      ASSIGN_OR_RETURN(const bool more, merge_->Next());
      if (more) view_ = ViewOf(merge_->record().data());
      return more;
    }
    if (next_ == arena_.size()) return false;
    view_ = ViewOf(arena_.at(next_++));
    return true;
  }

  // All runs of one generation are in one file: runs may be more than a process may have files.
  absl::Status Spill() {
    if (file_ == nullptr) {
      ASSIGN_OR_RETURN(file_, space_.NewFile());
    }
    arena_.Sort();
    RunWriter writer(*file_);
    for (size_t i = 0; i < arena_.size(); ++i) {
      const char* const record = arena_.at(i);
      RETURN_IF_ERROR(writer.Write({record, RecordBytes(record)}));
    }
    ASSIGN_OR_RETURN(const Run run, writer.Finish());
    runs_.push_back(run);
    arena_.Clear();
    return absl::OkStatus();
  }

  absl::Status MergePass() {
    ASSIGN_OR_RETURN(std::unique_ptr<ScratchFile> next_file, space_.NewFile());
    std::vector<Run> merged;
    // Neighbours only, so that equal keys stay in the order of arrival.
    for (size_t i = 0; i < runs_.size(); i += fan_in()) {
      const absl::Span<const Run> group = absl::MakeSpan(runs_).subspan(i, fan_in());
      ASSIGN_OR_RETURN(const std::unique_ptr<RunMerge> merge,
                       RunMerge::Begin(*file_, group, buffer_bytes()));
      RunWriter writer(*next_file);
      while (true) {
        ASSIGN_OR_RETURN(const bool more, merge->Next());
        if (!more) break;
        RETURN_IF_ERROR(writer.Write(merge->record()));
      }
      ASSIGN_OR_RETURN(const Run run, writer.Finish());
      merged.push_back(run);
    }
    file_ = std::move(next_file);
    runs_ = std::move(merged);
    return absl::OkStatus();
  }

  size_t buffer_bytes() const { return std::max(kReadBufferBytesMin, longest_bytes_); }
  size_t fan_in() const { return (memory_bytes_max_ - kRunWriteBufferBytes) / buffer_bytes(); }

  ScratchSpace& space_;
  const uint64_t memory_bytes_max_;
  Arena arena_;
  std::unique_ptr<ScratchFile> file_;
  std::vector<Run> runs_;
  size_t longest_bytes_ = 0;
  bool sorted_ = false;
  std::unique_ptr<RunMerge> merge_;
  size_t next_ = 0;  // in the arena
  RecordView view_;
  absl::Status status_;
};

static_assert((kSortMemoryBytesMin - kRunWriteBufferBytes) /
                      (sizeof(RecordHead) + kSortKeyBytesMax + kSortValueBytesMax) >=
                  2,
              "the longest records can be merged");

ExternalSorter::ExternalSorter(const SortOptions& options)
    : impl_(std::make_unique<Impl>(options)) {}
ExternalSorter::~ExternalSorter() = default;

absl::Status ExternalSorter::Add(absl::string_view key, absl::string_view value) {
  return impl_->Add(key, value);
}
absl::Status ExternalSorter::Sort() { return impl_->Sort(); }
absl::StatusOr<bool> ExternalSorter::Next() { return impl_->Next(); }
absl::string_view ExternalSorter::key() const { return impl_->view().key; }
absl::string_view ExternalSorter::value() const { return impl_->view().value; }
bool ExternalSorter::spilled() const { return impl_->spilled(); }

}  // namespace tidemark::base
