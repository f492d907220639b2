// Private to verifier/reports: the parts of the page of reports.h, each a section or nothing.
//
// Pictures are inline SVG and say what stands beside them in words or numbers, so that a reader who
// does not see them loses nothing. Numbers are of any size: a report may be anybody's JSON.
#ifndef TIDEMARK_VERIFIER_REPORTS_HTML_PARTS_H_
#define TIDEMARK_VERIFIER_REPORTS_HTML_PARTS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "verifier/check.h"

namespace tidemark::verifier {

// Text for any place of the page, attributes included. Ours and the findings' is printable ASCII;
// anything else shows that it is not.
std::string Escaped(absl::string_view text);

std::string WithCommas(int64_t n);
// "97.3%" of `whole`, "0.0%" of nothing.
std::string Percent(int64_t part, int64_t whole);

// The mark of a verdict or of a comparison, in a circle.
enum class Mark { kTick, kCross, kQuestion, kDash };
std::string MarkPicture(Mark mark);

// A cell of a table with a bar of this share of the cell, from 0 to 1.
std::string BarCell(double share);
// A cell with a bar to the left of its middle for a loss, to the right for a gain; from -1 to 1.
std::string ChangeCell(double change);

// "domain (CSV)" for urn:ietf:params:xml:ns:csvDomain-1.0, its namespace below it; as cell content.
std::string NamespaceText(absl::string_view uri);

// What the deposit was held against, and what that gave.
void AppendComparisons(const Report& report, std::string& out);
// Objects by namespace, beside the header's counts.
void AppendCounts(const Report& report, std::string& out);
// Objects, fields and statuses now and in the previous deposit.
void AppendDrift(const Report& report, std::string& out);
// How many objects have each field and status.
void AppendStatistics(const Report& report, std::string& out);
void AppendRecoverability(const Report& report, std::string& out);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_REPORTS_HTML_PARTS_H_
