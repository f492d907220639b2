// Whatever is taken for a report is one: it can be written, and reads back as the same.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "base/status.h"
#include "verifier/report_json.h"
#include "verifier/report_parse.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark::verifier;
  const auto report = ParseReportJson(absl::string_view(reinterpret_cast<const char*>(data), size));
  if (!report.ok()) return 0;
  const std::string json = ReportJson(*report);
  const auto again = ParseReportJson(json);
  CHECK(again.ok());
  CHECK(ReportJson(*again) == json);
  return 0;
}
