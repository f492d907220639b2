// What a flaw repeats of the deposit, bounded: the same for the XML and the CSV reader. Private to
// rde/.
#ifndef TIDEMARK_RDE_FLAW_TEXT_H_
#define TIDEMARK_RDE_FLAW_TEXT_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace tidemark::rde {

// A longest name, RFC 9022 labelType, and the name of an element or field that no schema has.
inline constexpr size_t kFlawKeyBytesMax = 255;
inline constexpr size_t kFlawElementBytesMax = 64;

// The first bytes of `text`, never half a character.
inline absl::string_view Truncate(absl::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  size_t end = bytes_max;
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_FLAW_TEXT_H_
