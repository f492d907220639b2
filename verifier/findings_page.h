// docs/findings.md, put into the program when it is built.
#ifndef TIDEMARK_VERIFIER_FINDINGS_PAGE_H_
#define TIDEMARK_VERIFIER_FINDINGS_PAGE_H_

#include "absl/strings/string_view.h"

namespace tidemark::verifier {

absl::string_view FindingsPage();

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_FINDINGS_PAGE_H_
