#include "rde/replay/spool.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "absl/types/span.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::rde {
namespace {

// An entry: size of what follows, position, record. Read by the process that wrote it.
struct EntryHead {
  uint32_t size = 0;
  uint16_t file = 0;
  int64_t line = 0;
  int64_t offset = 0;
};
static_assert(std::is_trivially_copyable_v<EntryHead>);

}  // namespace

absl::Status Spool::Append(const Record& record, const Position& at) {
  EntryHead head{0, at.file, at.line, at.offset};
  const size_t start = tail_.size();
  tail_.append(sizeof(head), '\0');
  codec_.Append(record, tail_);
  head.size = static_cast<uint32_t>(tail_.size() - start - sizeof(head));
  std::memcpy(tail_.data() + start, &head, sizeof(head));
  return tail_.size() < memory_bytes_max_ ? absl::OkStatus() : Spill();
}

absl::Status Spool::Spill() {
  if (file_ == nullptr) {
    ASSIGN_OR_RETURN(file_, space_.NewFile());
  }
  RETURN_IF_ERROR(file_->Append(tail_));
  tail_.clear();
  return absl::OkStatus();
}

absl::Status Spool::Fetch(size_t bytes) {
  if (window_.size() - window_at_ >= bytes) return absl::OkStatus();
  window_.erase(0, window_at_);
  window_at_ = 0;
  const uint64_t file_size = file_ == nullptr ? 0 : file_->size_bytes();
  while (window_.size() < bytes && file_at_ < file_size) {
    const size_t have = window_.size();
    const size_t take = static_cast<size_t>(
        std::min<uint64_t>(std::max(bytes - have, base::kCopyBufferBytes), file_size - file_at_));
    window_.resize(have + take);
    RETURN_IF_ERROR(file_->ReadAt(file_at_, absl::MakeSpan(window_).subspan(have)));
    file_at_ += take;
  }
  if (window_.size() < bytes && !has_tail_) {
    has_tail_ = true;
    window_.append(tail_);
    tail_ = std::string();
  }
  if (window_.size() < bytes)
    return absl::DataLossError("scratch has fewer bytes than were written");
  return absl::OkStatus();
}

absl::StatusOr<bool> Spool::Next() {
  const uint64_t file_size = file_ == nullptr ? 0 : file_->size_bytes();
  if (window_at_ == window_.size() && file_at_ == file_size && (has_tail_ || tail_.empty())) {
    return false;
  }
  EntryHead head;
  RETURN_IF_ERROR(Fetch(sizeof(head)));
  std::memcpy(&head, window_.data() + window_at_, sizeof(head));
  RETURN_IF_ERROR(Fetch(sizeof(head) + head.size));
  entry_ = absl::string_view(window_).substr(window_at_, sizeof(head) + head.size);
  window_at_ += entry_.size();
  return true;
}

absl::Status Spool::Parse(Record& record, Position& at) {
  EntryHead head;
  std::memcpy(&head, entry_.data(), sizeof(head));
  at = {.line = head.line, .offset = head.offset, .file = head.file};
  return codec_.Parse(entry_.substr(sizeof(head)), record);
}

}  // namespace tidemark::rde
