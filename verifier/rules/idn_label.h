// What an A-label stands for: RFC 5890 to RFC 5893 (IDNA2008), by libidn2. Pure function.
#ifndef TIDEMARK_VERIFIER_RULES_IDN_LABEL_H_
#define TIDEMARK_VERIFIER_RULES_IDN_LABEL_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace tidemark::verifier {

// `name` with each A-label in its U-label form and ASCII in lower case; nothing if one of them is
// no A-label: it does not decode, or what it decodes to may not be registered, or has another
// A-label. `name` must be a host name (values.h).
std::optional<std::string> UnicodeNameOf(absl::string_view name);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_RULES_IDN_LABEL_H_
