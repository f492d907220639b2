// Which files of a deposit may be its XML. Private to verifier/input/.
#ifndef TIDEMARK_VERIFIER_INPUT_XML_NAMES_H_
#define TIDEMARK_VERIFIER_INPUT_XML_NAMES_H_

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "rde/csv/csv_reader.h"

namespace tidemark::verifier {

inline constexpr absl::string_view kXmlExtension = ".xml";
inline constexpr absl::string_view kZippedXmlExtension = ".xml.gz";

// Those of `names` that are plain and end in `extension`, whatever the case, in their order.
inline std::vector<std::string> XmlNames(const std::vector<std::string>& names,
                                         absl::string_view extension = kXmlExtension) {
  std::vector<std::string> found;
  for (const std::string& name : names) {
    if (absl::EndsWithIgnoreCase(name, extension) && rde::csv::IsPlainFileName(name)) {
      found.push_back(name);
    }
  }
  return found;
}

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_INPUT_XML_NAMES_H_
