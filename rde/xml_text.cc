#include "rde/xml_text.h"

#include <array>
#include <charconv>
#include <cstddef>

namespace tidemark::rde {
namespace {

// What a byte asks of the writer. Everything that is not kPlain leaves the fast path.
enum ByteClass : uint8_t { kPlain, kMarkup, kSpace, kControl, kNotAscii };

constexpr std::array<uint8_t, 256> MakeClasses() {
  std::array<uint8_t, 256> classes{};
  for (int c = 0; c < 0x20; ++c) classes[c] = kControl;
  for (int c : {'\t', '\n', '\r'}) classes[c] = kSpace;
  for (int c : {'&', '<', '>', '"'}) classes[c] = kMarkup;
  for (int c = 0x80; c < 0x100; ++c) classes[c] = kNotAscii;
  return classes;
}
constexpr std::array<uint8_t, 256> kClasses = MakeClasses();

uint8_t ClassOf(char c) { return kClasses[static_cast<uint8_t>(c)]; }

// Length of the UTF-8 sequence at the start of `text`, whose first byte is not ASCII; 0 if it is
// not a sequence of RFC 3629 or a character that XML 1.0 excludes.
size_t SequenceLength(absl::string_view text) {
  auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  if (first == 0xE0 && byte(1) < 0xA0) return 0;                      // overlong
  if (first == 0xED && byte(1) > 0x9F) return 0;                      // surrogates
  if (first == 0xF0 && byte(1) < 0x90) return 0;                      // overlong
  if (first == 0xF4 && byte(1) > 0x8F) return 0;                      // above U+10FFFF
  if (first == 0xEF && byte(1) == 0xBF && byte(2) >= 0xBE) return 0;  // U+FFFE, U+FFFF
  return length;
}

}  // namespace

void XmlText::Text(absl::string_view value, absl::string_view place) {
  for (char c : value) {
    if (ClassOf(c) != kPlain) {
      Escape(value, place, Where::kText);
      return;
    }
  }
  Markup(value);
}

void XmlText::Attribute(absl::string_view name, absl::string_view value) {
  out_.push_back(' ');
  Markup(name);
  Markup("=\"");
  Escape(value, name, Where::kAttribute);
  out_.push_back('"');
}

void XmlText::NumberElement(const Tag& tag, int64_t value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value);
  Markup(tag.open);
  Markup(absl::string_view(digits, end.ptr - digits));
  Markup(tag.close);
}

void XmlText::Escape(absl::string_view value, absl::string_view place, Where where) {
  size_t clean = 0;  // start of what is not yet appended
  size_t i = 0;
  auto replace = [&](absl::string_view by) {
    Markup(value.substr(clean, i - clean));
    Markup(by);
    clean = ++i;
  };
  while (i < value.size()) {
    const char c = value[i];
    switch (ClassOf(c)) {
      case kPlain:
        ++i;
        break;
      case kMarkup:
        // '>' only matters in "]]>", '"' only in attributes; one rule for '>' is simpler.
        if (c == '"' && where == Where::kText) {
          ++i;
        } else {
          replace(c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&quot;");
        }
        break;
      case kSpace:
        // A parser turns a bare CR into LF, and any bare one of these in an attribute into a space.
        if (where == Where::kText && c != '\r') {
          ++i;
        } else {
          replace(c == '\t' ? "&#9;" : c == '\n' ? "&#10;" : "&#13;");
        }
        break;
      case kNotAscii:
        if (const size_t length = SequenceLength(value.substr(i)); length > 0) {
          i += length;
          break;
        }
        [[fallthrough]];
      default:
        Fail(place);
        return;
    }
  }
  Markup(value.substr(clean));
}

}  // namespace tidemark::rde
