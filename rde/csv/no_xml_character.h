// What the CSV reader says of U+FFFE and U+FFFF.
#ifndef TIDEMARK_RDE_CSV_NO_XML_CHARACTER_H_
#define TIDEMARK_RDE_CSV_NO_XML_CHARACTER_H_

#include "absl/strings/string_view.h"

namespace tidemark::rde::csv {

// The detail of such a kCsvForm flaw. Deposits were judged before it was told, by rule sets that do
// not have it: whoever judges by one of those knows it by this.
inline constexpr absl::string_view kNoXmlCharacter = "a character that XML does not have";

}  // namespace tidemark::rde::csv

#endif  // TIDEMARK_RDE_CSV_NO_XML_CHARACTER_H_
