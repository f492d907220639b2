// Whether the text of a row is text. Private to rde/csv/.
#ifndef TIDEMARK_RDE_CSV_ROW_TEXT_H_
#define TIDEMARK_RDE_CSV_ROW_TEXT_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace tidemark::rde::csv {

// The length of the UTF-8 character at the start of `text`; 0 if it is none.
size_t Utf8Length(absl::string_view text);

struct TextFlaws {
  bool control = false;  // a control character other than a tab
  bool broken = false;   // bytes that are not UTF-8
  bool foreign = false;  // U+FFFE or U+FFFF, which XML does not have
  // Tabs, line ends, control characters before they were written over.
  bool white = false;
};

// What line ends are: text inside quotes, else control characters.
enum class LineEnds { kText, kControls };

// Writes '?' over each byte that is no text, and U+FFFD over characters that XML does not have:
// what is read from CSV must go into XML, be it a deposit or an answer, like what is read from XML.
TextFlaws MendText(char* text, size_t size, LineEnds line_ends);

}  // namespace tidemark::rde::csv

#endif  // TIDEMARK_RDE_CSV_ROW_TEXT_H_
