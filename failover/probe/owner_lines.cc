#include "failover/probe/owner_lines.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace tidemark::failover::probe {
namespace {

constexpr uint64_t kSortBytes = 32ull << 20;
constexpr size_t kDataBytesMax = 2048;
constexpr size_t kBeginningBytes = 100;

}  // namespace

OwnerLines::OwnerLines(base::ScratchSpace& space)
    : sorter_({.space = &space, .memory_bytes_max = kSortBytes}) {}

void OwnerLines::Add(absl::string_view owner, char kind, absl::string_view data,
                     absl::string_view value) {
  if (!status_.ok()) return;
  std::string key = absl::StrCat(owner, absl::string_view("\0", 1), absl::string_view(&kind, 1));
  if (data.size() <= kDataBytesMax) {
    absl::StrAppend(&key, data);
  } else {
    absl::StrAppend(&key, data.substr(0, kBeginningBytes), "... ", data.size(), " characters");
  }
  status_ = sorter_.Add(key, value);
}

absl::Status OwnerLines::Sort() {
  RETURN_IF_ERROR(status_);
  return sorter_.Sort();
}

absl::StatusOr<bool> OwnerLines::Next() {
  ASSIGN_OR_RETURN(const bool more, sorter_.Next());
  if (!more) return false;
  const absl::string_view key = sorter_.key();
  const size_t end = key.find('\0');
  owner_ = key.substr(0, end);
  kind_ = key[end + 1];
  data_ = key.substr(end + 2);
  return true;
}

}  // namespace tidemark::failover::probe
