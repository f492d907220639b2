// Reads what ReportJson() wrote: reports out of verdicts, and from the process that reads deposits.
//
// ParseReportJson(ReportJson(r)) gives a report with the same JSON; what JSON does not tell apart
// (a message from its masked sample) comes back as one. What is not printable ASCII, of which we
// write nothing, becomes "?": reports are shown on terminals.
//
// Threat: the text may be anybody's. It is bounded in size, depth and number of entries before it
// becomes a report; every field has to be of its type and every code of the catalogue. Whether it
// is true is not judged here. Pure; any thread. Errors: INVALID_ARGUMENT, with the field.
#ifndef TIDEMARK_VERIFIER_REPORT_PARSE_H_
#define TIDEMARK_VERIFIER_REPORT_PARSE_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "verifier/check.h"

namespace tidemark::verifier {

// All codes with all their findings are about 2 MiB.
inline constexpr size_t kReportJsonBytesMax = 16 << 20;

absl::StatusOr<Report> ParseReportJson(absl::string_view json);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_REPORT_PARSE_H_
