#include "rde/csv/row_text.h"

#include <algorithm>
#include <cstdint>

#include "base/text_words.h"

namespace tidemark::rde::csv {
namespace {

constexpr size_t kWord = sizeof(uint64_t);

bool IsContinuation(char c) { return (c & 0xC0) == 0x80; }

// Whether eight bytes are ASCII without control characters (but U+007F). Subtracting borrows from
// the top bit of the first byte that is under U+0020.
bool IsPlain(uint64_t word) {
  return ((word | (word - base::kEveryByte * 0x20)) & base::kEveryByte * 0x80) == 0;
}

// Of the UTF-8 character at the start of a text of at least a byte; 0 if it is none.
size_t Length(const char* text, size_t size) {
  const auto c = static_cast<unsigned char>(text[0]);
  if (c < 0x80) return 1;
  const size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
  if (c < 0xC2 || c > 0xF4 || size < length || !IsContinuation(text[1])) return 0;
  if (length == 2) return length;
  const auto next = static_cast<unsigned char>(text[1]);
  // Overlong, surrogates, beyond U+10FFFF.
  if (!IsContinuation(text[2]) || (c == 0xE0 && next < 0xA0) || (c == 0xED && next > 0x9F)) {
    return 0;
  }
  if (length == 3) return length;
  if ((c == 0xF0 && next < 0x90) || (c == 0xF4 && next > 0x8F)) return 0;
  return IsContinuation(text[3]) ? length : 0;
}

// U+FFFE and U+FFFF, the only characters of Unicode besides controls that the production Char of
// XML 1.0 leaves out.
bool IsNoCharacter(const char* text) {
  return text[0] == '\xEF' && text[1] == '\xBF' && (text[2] == '\xBE' || text[2] == '\xBF');
}

}  // namespace

size_t Utf8Length(absl::string_view text) { return Length(text.data(), text.size()); }

TextFlaws MendText(char* text, size_t size, LineEnds line_ends) {
  TextFlaws flaws;
  for (size_t i = 0; i < size;) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x80) {
      const size_t length = Length(text + i, size - i);
      if (length == 3 && IsNoCharacter(text + i)) {
        flaws.foreign = true;
        text[i + 2] = '\xBD';
      }
      i += std::max(length, size_t{1});
      if (length > 0) continue;
      flaws.broken = true;
      text[i - 1] = '?';
    } else if (size - i >= kWord && IsPlain(base::Load64(text + i))) {
      i += kWord;
    } else {
      flaws.white = flaws.white || c < 0x20;
      const bool is_text =
          c >= 0x20 || c == '\t' || (line_ends == LineEnds::kText && (c == '\r' || c == '\n'));
      if (!is_text) {
        flaws.control = true;
        text[i] = '?';
      }
      ++i;
    }
  }
  return flaws;
}

}  // namespace tidemark::rde::csv
