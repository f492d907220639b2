// Which file of a deposit is its XML. Private to verifier/input/.
#ifndef TIDEMARK_VERIFIER_INPUT_ONLY_XML_H_
#define TIDEMARK_VERIFIER_INPUT_ONLY_XML_H_

#include <cstddef>
#include <string>
#include <vector>

namespace tidemark::verifier {

struct XmlChoice {
  size_t found = 0;  // XML files among the names
  std::string name;  // of the first
};
XmlChoice OnlyXml(const std::vector<std::string>& names);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_INPUT_ONLY_XML_H_
