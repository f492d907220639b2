// Which file of a deposit is its XML.
#ifndef TIDEMARK_VERIFIER_INPUT_ONLY_XML_H_
#define TIDEMARK_VERIFIER_INPUT_ONLY_XML_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace tidemark::verifier {

// The only XML file among `names`, which are those of `where`. INVALID_ARGUMENT if there is none or
// several.
absl::StatusOr<std::string> OnlyXml(const std::vector<std::string>& names,
                                    const std::string& where);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_INPUT_ONLY_XML_H_
