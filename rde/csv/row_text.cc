#include "rde/csv/row_text.h"

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

}  // namespace

size_t Utf8Length(absl::string_view text) {
  const auto c = static_cast<unsigned char>(text[0]);
  if (c < 0x80) return 1;
  const size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
  if (c < 0xC2 || c > 0xF4 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[i])) return 0;
  }
  const auto next = static_cast<unsigned char>(text[1]);
  // Overlong, surrogates, beyond U+10FFFF.
  if (c == 0xE0 && next < 0xA0) return 0;
  if (c == 0xED && next > 0x9F) return 0;
  if (c == 0xF0 && next < 0x90) return 0;
  if (c == 0xF4 && next > 0x8F) return 0;
  return length;
}

TextFlaws MendText(char* text, size_t size, bool has_line_ends) {
  TextFlaws flaws;
  for (size_t i = 0; i < size;) {
    if (size - i >= kWord && IsPlain(base::Load64(text + i))) {
      i += kWord;
      continue;
    }
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c < 0x80) {
      ++i;
    } else if (c < 0x20) {
      const bool line_end = has_line_ends && (c == '\r' || c == '\n');
      if (c != '\t' && !line_end) {
        flaws.control = true;
        text[i] = '?';
      }
      ++i;
    } else if (const size_t length = Utf8Length({text + i, size - i}); length > 0) {
      i += length;
    } else {
      flaws.broken = true;
      text[i++] = '?';
    }
  }
  return flaws;
}

}  // namespace tidemark::rde::csv
