// Whatever the bytes: a report that is taken has numbers that drift can be computed from.
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "base/status.h"
#include "verifier/previous_report.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using tidemark::verifier::KindStatistics;
  const auto report = tidemark::verifier::ParsePreviousReport(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  if (!report.ok()) {
    CHECK(absl::IsInvalidArgument(report.status()));
    return 0;
  }
  for (const KindStatistics& kind : report->statistics.kinds) {
    CHECK(kind.objects >= 0 && kind.objects <= int64_t{1} << 31);
    for (const int64_t count : kind.filled) CHECK(count >= 0 && count <= int64_t{1} << 31);
    for (const int64_t count : kind.statuses) CHECK(count >= 0 && count <= int64_t{1} << 31);
  }
  for (const auto& [uri, count] : report->counts) CHECK(count >= 0);
  return 0;
}
