// Characters of XML 1.0 (fifth edition): UTF-8, what may stand where, references. Private to
// rde/xml/.
#ifndef TIDEMARK_RDE_XML_CHARACTERS_H_
#define TIDEMARK_RDE_XML_CHARACTERS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace tidemark::rde::xml {

// What a byte can be, as bits.
enum ByteClass : uint8_t {
  kSpaceByte = 1,      // S: space, tab, carriage return, line feed
  kNameStartByte = 2,  // letter, '_'; not ':', which separates the prefix
  kNameByte = 4,       // the above, digit, '-', '.'
  kTextByte = 8,       // stands for itself in character data
  kValueByte = 16,     // stands for itself in an attribute value
};

inline constexpr std::array<uint8_t, 256> kByteClasses = [] {
  std::array<uint8_t, 256> classes = {};
  for (size_t c = 0; c < 256; ++c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    const bool digit = c >= '0' && c <= '9';
    uint8_t bits = 0;
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') bits |= kSpaceByte;
    if (letter) bits |= kNameStartByte;
    if (letter || digit || c == '-' || c == '.') bits |= kNameByte;
    // ']' may begin "]]>"; a carriage return is mended; over 127 is decoded to be checked.
    if (c == '\t' || c == '\n' || (c >= 0x20 && c < 0x80 && c != '&' && c != '<' && c != ']')) {
      bits |= kTextByte;
    }
    if (c >= 0x20 && c < 0x80 && c != '&' && c != '<') bits |= kValueByte;
    classes[c] = bits;
  }
  return classes;
}();

inline bool Has(char c, ByteClass byte_class) {
  return (kByteClasses[static_cast<unsigned char>(c)] & byte_class) != 0;
}

// The first character of `text` and how many bytes it takes; 0 bytes if they are not UTF-8 (too
// short, overlong, a surrogate, over U+10FFFF).
struct Decoded {
  char32_t character = 0;
  size_t bytes = 0;
};
Decoded DecodeUtf8(absl::string_view text);

// The production Char: what a document may hold at all.
bool IsXmlCharacter(char32_t c);
// NameStartChar and NameChar without ':'.
bool IsNameStartCharacter(char32_t c);
bool IsNameCharacter(char32_t c);

// What the text of a construct may be made of.
struct TextRules {
  bool references = false;  // &amp; and &#10; are resolved
  bool value = false;       // an attribute value: white space becomes spaces, '<' is refused
  bool cdata_end = false;   // "]]>" is refused
  bool ascii_only = false;  // the document declares US-ASCII
};

// From `from` on, the bytes of `text` up to the first character that does not stand for itself or
// is not one of XML's. Returns where that begins.
size_t CleanRun(absl::string_view text, size_t from);

// Appends `raw` to `out`, with line ends as XML 1.0 section 2.11 has them. Returns "" or what is
// wrong.
absl::string_view AppendText(absl::string_view raw, const TextRules& rules, std::string& out);

// The NCName at the start of `text`: its length in bytes, 0 if there is none.
size_t NameLength(absl::string_view text, bool ascii_only);

// Line feeds in `text`.
int64_t CountLines(absl::string_view text);

}  // namespace tidemark::rde::xml

#endif  // TIDEMARK_RDE_XML_CHARACTERS_H_
