#include "rde/xml/characters.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/match.h"

namespace tidemark::rde::xml {
namespace {

constexpr absl::string_view kBadUtf8 = "bytes that are not UTF-8";
constexpr absl::string_view kBadCharacter = "a character that XML does not allow";
constexpr absl::string_view kBadReference =
    "a reference that is neither to one of the five predefined entities nor to a character";

struct Range {
  char32_t first;
  char32_t last;
};

template <size_t N>
bool InRanges(const Range (&ranges)[N], char32_t c) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [c](const Range& range) { return c >= range.first && c <= range.last; });
}

void AppendUtf8(char32_t c, std::string& out) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

int DigitValue(char c, int base) {
  if (c >= '0' && c <= '9') return c - '0';
  if (base == 16 && c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (base == 16 && c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// `name` is what stands between "&#" and ';'.
bool AppendCharacterReference(absl::string_view name, std::string& out) {
  int base = 10;
  if (!name.empty() && name[0] == 'x') {
    base = 16;
    name.remove_prefix(1);
  }
  if (name.empty()) return false;
  char32_t c = 0;
  for (const char digit : name) {
    const int value = DigitValue(digit, base);
    if (value < 0) return false;
    // Over the last code point it stays over it.
    if (c <= 0x10FFFF) c = c * static_cast<char32_t>(base) + static_cast<char32_t>(value);
  }
  if (!IsXmlCharacter(c)) return false;
  AppendUtf8(c, out);
  return true;
}

// Takes the reference at the front of `raw` and appends what it stands for.
bool EatReference(absl::string_view& raw, std::string& out) {
  const size_t end = raw.find(';');
  if (end == absl::string_view::npos) return false;
  const absl::string_view name = raw.substr(1, end - 1);
  raw.remove_prefix(end + 1);
  if (absl::StartsWith(name, "#")) return AppendCharacterReference(name.substr(1), out);
  constexpr struct {
    absl::string_view name;
    char character;
  } kPredefined[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& entity : kPredefined) {
    if (name != entity.name) continue;
    out += entity.character;
    return true;
  }
  return false;
}

}  // namespace

Decoded DecodeUtf8(absl::string_view text) {
  if (text.empty()) return {};
  const auto byte = [&text](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return {first, 1};
  size_t bytes = 0;
  char32_t c = 0;
  char32_t least = 0;
  if (first >= 0xC2 && first <= 0xDF) {
    bytes = 2, c = first & 0x1F, least = 0x80;
  } else if (first >= 0xE0 && first <= 0xEF) {
    bytes = 3, c = first & 0x0F, least = 0x800;
  } else if (first >= 0xF0 && first <= 0xF4) {
    bytes = 4, c = first & 0x07, least = 0x10000;
  }
  if (bytes == 0 || text.size() < bytes) return {};
  for (size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    c = c << 6 | (byte(i) & 0x3F);
  }
  if (c < least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return {};
  return {c, bytes};
}

bool IsXmlCharacter(char32_t c) {
  return c == 0x9 || c == 0xA || c == 0xD || (c >= 0x20 && c <= 0xD7FF) ||
         (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF);
}

bool IsNameStartCharacter(char32_t c) {
  if (c < 0x80) return Has(static_cast<char>(c), kNameStartByte);
  constexpr Range kRanges[] = {
      {0xC0, 0xD6},     {0xD8, 0xF6},     {0xF8, 0x2FF},    {0x370, 0x37D},
      {0x37F, 0x1FFF},  {0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF},
      {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF},
  };
  return InRanges(kRanges, c);
}

bool IsNameCharacter(char32_t c) {
  if (c < 0x80) return Has(static_cast<char>(c), kNameByte);
  constexpr Range kRanges[] = {{0xB7, 0xB7}, {0x300, 0x36F}, {0x203F, 0x2040}};
  return IsNameStartCharacter(c) || InRanges(kRanges, c);
}

absl::string_view AppendText(absl::string_view raw, const TextRules& rules, std::string& out) {
  const ByteClass plain = rules.value ? kValueByte : kTextByte;
  while (!raw.empty()) {
    size_t run = 0;
    while (run < raw.size() && Has(raw[run], plain)) ++run;
    out.append(raw.data(), run);
    raw.remove_prefix(run);
    if (raw.empty()) break;
    const char c = raw[0];
    if (c == '&' && rules.references) {
      if (!EatReference(raw, out)) return kBadReference;
    } else if (Has(c, kSpaceByte)) {
      // A carriage return, or white space in a value.
      raw.remove_prefix(c == '\r' && absl::StartsWith(raw, "\r\n") ? 2 : 1);
      out += rules.value ? ' ' : '\n';
    } else if (c == ']' && rules.cdata_end && absl::StartsWith(raw, "]]>")) {
      return "]]> in text";
    } else if (c == '<' && rules.value) {
      return "'<' in an attribute value";
    } else {
      const Decoded decoded = DecodeUtf8(raw);
      if (decoded.bytes == 0) return kBadUtf8;
      if (!IsXmlCharacter(decoded.character)) return kBadCharacter;
      if (rules.ascii_only && decoded.bytes > 1)
        return "a byte over 127 in a file declared US-ASCII";
      out.append(raw.data(), decoded.bytes);
      raw.remove_prefix(decoded.bytes);
    }
  }
  return "";
}

size_t CleanRun(absl::string_view text, size_t from) {
  while (from < text.size()) {
    const char c = text[from];
    if (Has(c, kTextByte) && c >= ' ') {
      ++from;
      continue;
    }
    if ((c & 0x80) == 0) break;
    const Decoded decoded = DecodeUtf8(text.substr(from));
    if (decoded.bytes == 0 || !IsXmlCharacter(decoded.character)) break;
    from += decoded.bytes;
  }
  return from;
}

size_t NameLength(absl::string_view text, bool ascii_only) {
  size_t length = 0;
  while (length < text.size()) {
    if (Has(text[length], length == 0 ? kNameStartByte : kNameByte)) {
      ++length;
      continue;
    }
    if ((text[length] & 0x80) == 0 || ascii_only) return length;
    const Decoded decoded = DecodeUtf8(text.substr(length));
    if (decoded.bytes == 0) return length;
    if (!(length == 0 ? IsNameStartCharacter(decoded.character)
                      : IsNameCharacter(decoded.character))) {
      return length;
    }
    length += decoded.bytes;
  }
  return length;
}

int64_t CountLines(absl::string_view text) {
  // Eight bytes at a time: a byte of `zeros` is 0x80 where a byte of the word is a line feed. The
  // product adds the bytes up in its top byte (no popcount: the oldest x86-64 has none).
  constexpr uint64_t kLineFeeds = 0x0A0A'0A0A'0A0A'0A0Aull;
  constexpr uint64_t kLow = 0x7F7F'7F7F'7F7F'7F7Full;
  int64_t lines = 0;
  while (text.size() >= sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof(word));
    word ^= kLineFeeds;
    const uint64_t zeros = ~(((word & kLow) + kLow) | word | kLow);
    lines += static_cast<int64_t>(((zeros >> 7) * 0x0101'0101'0101'0101ull) >> 56);
    text.remove_prefix(sizeof(word));
  }
  return lines + std::count(text.begin(), text.end(), '\n');
}

}  // namespace tidemark::rde::xml
