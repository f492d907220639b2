// A report as the one JSON object of docs/architecture.md, "Command line". Key order is fixed;
// what is absent is null; the same report gives the same bytes, without a line end.
#ifndef TIDEMARK_VERIFIER_REPORT_JSON_H_
#define TIDEMARK_VERIFIER_REPORT_JSON_H_

#include <string>

#include "verifier/check.h"

namespace tidemark::verifier {

std::string ReportJson(const Report& report);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_REPORT_JSON_H_
