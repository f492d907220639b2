// Which file of a deposit is its XML. Private to verifier/input/.
#ifndef TIDEMARK_VERIFIER_INPUT_ONLY_XML_H_
#define TIDEMARK_VERIFIER_INPUT_ONLY_XML_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace tidemark::verifier {

inline constexpr absl::string_view kXmlExtension = ".xml";
inline constexpr absl::string_view kZippedXmlExtension = ".xml.gz";

struct XmlChoice {
  size_t found = 0;  // files of that extension among the names
  std::string name;  // of the first
};
XmlChoice OnlyXml(const std::vector<std::string>& names,
                  absl::string_view extension = kXmlExtension);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_INPUT_ONLY_XML_H_
