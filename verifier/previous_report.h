// What a later deposit is compared with: the numbers of an earlier report, and how much they may
// drift from one deposit to the next.
//
// A report's own statistics are all that is needed, so the earlier deposit stays sealed: the vault
// keeps them in its verdicts, and `tidemark check --format json` prints them.
#ifndef TIDEMARK_VERIFIER_PREVIOUS_REPORT_H_
#define TIDEMARK_VERIFIER_PREVIOUS_REPORT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "verifier/statistics.h"

namespace tidemark::verifier {

struct PreviousReport {
  std::string tld;  // "" if it had none
  absl::Time watermark;
  std::map<std::string, int64_t> counts;
  Statistics statistics;
};

// Reads a report as report_json.h writes it, whole or as a verdict has it. INVALID_ARGUMENT for
// what is none, and for one without statistics (a DIFF without its base, a deposit not read to its
// end).
absl::StatusOr<PreviousReport> ParsePreviousReport(absl::string_view json);

// In per cent of what was expected after the previous deposit; below `changes_min` objects nothing
// is told, whatever the share.
struct DriftLimits {
  int64_t deleted_percent_max = 10;     // domains, hosts or contacts gone
  int64_t unsigned_percent_max = 10;    // of the signed domains that are left, those without DS now
  int64_t field_loss_percent_max = 25;  // of the objects that had a field or status
  int64_t growth_percent_max = 25;      // objects of a type come
  int64_t changes_min = 10;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_PREVIOUS_REPORT_H_
