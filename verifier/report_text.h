// A report for people: verdict first, then findings by code with what to do, then what was counted
// and what was not judged.
#ifndef TIDEMARK_VERIFIER_REPORT_TEXT_H_
#define TIDEMARK_VERIFIER_REPORT_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "verifier/check.h"

namespace tidemark::verifier {

// `title` names what was judged, for example the file.
std::string ReportText(const Report& report, absl::string_view title);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_REPORT_TEXT_H_
