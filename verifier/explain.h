// What docs/findings.md says of a code, for those who have the program and not the page: the page
// is part of the program.
#ifndef TIDEMARK_VERIFIER_EXPLAIN_H_
#define TIDEMARK_VERIFIER_EXPLAIN_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace tidemark::verifier {

// The code's paragraph, heading and all, as Markdown; nothing if there is no such code. Upper and
// lower case are one.
std::optional<std::string> ExplainCode(absl::string_view name);

// The codes most like `name`, best first; none if nothing is like it.
std::vector<std::string> CodesLike(absl::string_view name);

// Every code with its severity and title, a line each, in the order of a report.
std::string CodeList();

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_EXPLAIN_H_
