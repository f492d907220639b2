// For tests: which test has a deposit for each code, as the table of docs/findings.md "Coverage".
#ifndef TIDEMARK_VERIFIER_TESTING_COVERAGE_H_
#define TIDEMARK_VERIFIER_TESTING_COVERAGE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace tidemark::verifier {

// A code that no deposit alone raises, and the test that raises it.
struct RaisedElsewhere {
  absl::string_view code;
  absl::string_view test;
};
absl::Span<const RaisedElsewhere> CodesRaisedElsewhere();

// In Markdown, a line for each code in the order of a report.
std::string CoverageTable();

// `page` with what stands between <!-- NAME --> and <!-- end NAME --> replaced by `table`.
std::string WithTable(std::string page, absl::string_view name, absl::string_view table);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_TESTING_COVERAGE_H_
