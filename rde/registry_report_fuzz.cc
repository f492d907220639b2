// Whatever the bytes: a report that is taken is whole and within its bounds, and one that is not
// has a line and a reason.
#include <cstddef>
#include <cstdint>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "base/status.h"
#include "rde/registry_report.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view xml(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<tidemark::rde::RegistryReport> report =
      tidemark::rde::ParseRegistryReport(xml);
  // Something else altogether has no line that is wrong.
  if (absl::IsNotFound(report.status())) return 0;
  if (!report.ok()) {
    CHECK(absl::IsInvalidArgument(report.status()));
    CHECK(absl::StartsWith(report.status().message(), "line "));
    return 0;
  }
  CHECK(report->version == 1 && !report->id.empty() && !report->kind.empty());
  CHECK(report->watermark.time.has_value() && report->cr_date.time.has_value());
  CHECK(!report->header.counts.empty());
  for (const tidemark::rde::HeaderCount& count : report->header.counts) {
    CHECK(count.value.has_value());
  }
  return 0;
}
