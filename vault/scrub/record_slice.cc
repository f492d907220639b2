#include "vault/scrub/record_slice.h"

#include "base/status.h"
#include "vault/scrub/piece_slice.h"

namespace tidemark::vault {

absl::StatusOr<CheckedRecords> CheckRecords(const RocksStore& store, schema::Family family,
                                            const std::string& begin) {
  CheckedRecords slice{.family = family, .begin = begin, .end = ""};
  const absl::Status read = store.ScanAround(
      family, {begin, ""},
      [&slice](absl::string_view key, absl::string_view value) -> absl::Status {
        if (slice.bytes >= kScrubSliceBytes) {
          slice.end = std::string(key);
          return absl::CancelledError("the slice is full");
        }
        ++slice.records;
        slice.bytes += key.size() + value.size();
        return absl::OkStatus();
      },
      [&slice](const RocksStore::Unreadable& rows) { slice.unreadable.push_back(rows); });
  if (slice.end.empty()) RETURN_IF_ERROR(read);
  return slice;
}

}  // namespace tidemark::vault
