// Whatever lies in a history: what is taken for a report has a verdict, and times that can be
// drawn.
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "base/status.h"
#include "failover/drill/report/report.h"

namespace tidemark::failover {
namespace {

void CheckKept(absl::string_view text) {
  const absl::StatusOr<KeptReport> kept = ParseKeptReport(text);
  if (!kept.ok()) {
    CHECK(absl::IsInvalidArgument(kept.status()));
    return;
  }
  CHECK(!DrillVerdictName(kept->point.verdict).empty());
  for (const auto& seconds : {kept->point.rto.dns, kept->point.rto.dnssec, kept->point.rto.rdap,
                              kept->point.rto.whois, kept->rpo_seconds}) {
    CHECK(!seconds.has_value() || (*seconds >= 0 && *seconds <= 1e9));
  }
  DrillReport report;
  report.kind = DrillKind::kNightly;
  report.trend.earlier = {kept->point};
  CHECK(ToHtml(report).find("nan") == std::string::npos);
}

}  // namespace
}  // namespace tidemark::failover

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  tidemark::failover::CheckKept({reinterpret_cast<const char*>(data), size});
  return 0;
}
