#include "rde/lexical.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "base/text_lane.h"
#include "rde/simple_types.h"

namespace tidemark::rde {
namespace {

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool IsAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
// A lambda: a pointer to a function would be called for each.
bool AreDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return IsDigit(c); });
}
constexpr bool IsHexDigit(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Takes the first character off valid UTF-8.
char32_t EatCharacter(absl::string_view& text) {
  const auto byte = [&text](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const unsigned first = byte(0);
  size_t length = 1;
  char32_t c = first;
  if (first >= 0xF0) {
    length = 4;
    c = (first & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
  } else if (first >= 0xE0) {
    length = 3;
    c = (first & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
  } else if (first >= 0xC0) {
    length = 2;
    c = (first & 0x1F) << 6 | (byte(1) & 0x3F);
  }
  text.remove_prefix(std::min(length, text.size()));
  return c;
}

// \w among ASCII; the usual case, without a call.
constexpr std::array<bool, 128> kAsciiWord = [] {
  std::array<bool, 128> table = {};
  for (size_t c = 0; c < table.size(); ++c) {
    table[c] = IsAlpha(static_cast<char>(c)) || IsDigit(static_cast<char>(c));
  }
  // The characters of category S (symbols).
  for (const char c : {'$', '+', '<', '=', '>', '^', '`', '|', '~'}) {
    table[static_cast<size_t>(c)] = true;
  }
  return table;
}();

// 1 to `length_max` characters of \w, or of \w and '_'.
bool IsWord(absl::string_view text, size_t length_max, bool underscore) {
  size_t length = 0;
  while (!text.empty()) {
    if (++length > length_max) return false;
    const unsigned char byte = static_cast<unsigned char>(text[0]);
    if (byte < kAsciiWord.size()) {
      if (!kAsciiWord[byte] && !(underscore && byte == '_')) return false;
      text.remove_prefix(1);
    } else if (!IsNonAsciiWordCharacter(EatCharacter(text))) {
      return false;
    }
  }
  return length > 0;
}

// Letters and digits around one hyphen: what nearly every ROID is. False for any other text, which
// may be one as well.
bool IsUsualRoid(absl::string_view text) {
  if (text.empty() || text.size() > 2 * base::kLaneBytes) return false;
  const base::TextLane low(text);
  uint32_t words = low.IsLetter() | low.IsDigit();
  uint32_t hyphens = low.Is('-');
  if (text.size() > base::kLaneBytes) {
    const base::TextLane high(text.substr(base::kLaneBytes));
    words |= (high.IsLetter() | high.IsDigit()) << base::kLaneBytes;
    hyphens |= high.Is('-') << base::kLaneBytes;
  }
  const uint32_t all = ~uint32_t{0} >> (2 * base::kLaneBytes - text.size());
  if ((words | hyphens) != all || !std::has_single_bit(hyphens)) return false;
  const size_t before = static_cast<size_t>(std::countr_zero(hyphens));
  const size_t after = text.size() - before - 1;
  return before >= 1 && after >= 1 && after <= 8;
}

// Digits before a letter of `units`, once each and in order.
bool EatDurationFields(absl::string_view& text, absl::string_view units, size_t& fields) {
  size_t next = 0;
  while (!text.empty() && text[0] != 'T') {
    size_t digits = 0;
    while (digits < text.size() && IsDigit(text[digits])) ++digits;
    size_t end = digits;
    if (end < text.size() && text[end] == '.') {
      size_t fraction = ++end;
      while (end < text.size() && IsDigit(text[end])) ++end;
      if (end == fraction || end >= text.size() || text[end] != 'S') return false;
    }
    if (end == 0 || end >= text.size()) return false;
    const size_t unit = units.find(text[end], next);
    if (unit == absl::string_view::npos) return false;
    next = unit + 1;
    ++fields;
    text.remove_prefix(end + 1);
  }
  return true;
}

int Base64Digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (IsDigit(c)) return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

}  // namespace

bool IsRoid(absl::string_view text) {
  if (IsUsualRoid(text)) return true;
  const size_t hyphen = text.find('-');
  return hyphen != absl::string_view::npos && IsWord(text.substr(0, hyphen), 80, true) &&
         IsWord(text.substr(hyphen + 1), 8, false);
}

bool IsDepositId(absl::string_view text) { return IsWord(text, 13, false); }

bool IsE164(absl::string_view text) {
  if (text.empty()) return true;
  const size_t point = text.find('.');
  if (text[0] != '+' || point == absl::string_view::npos) return false;
  const absl::string_view country = text.substr(1, point - 1);
  const absl::string_view number = text.substr(point + 1);
  return country.size() >= 1 && country.size() <= 3 && number.size() >= 1 && number.size() <= 14 &&
         AreDigits(country) && AreDigits(number);
}

bool IsLanguage(absl::string_view text) {
  size_t part = 0;
  bool first = true;
  for (const char c : text) {
    if (c == '-') {
      if (part == 0) return false;
      part = 0;
      first = false;
    } else if (!(IsAlpha(c) || (!first && IsDigit(c))) || ++part > 8) {
      return false;
    }
  }
  return part > 0;
}

bool ParseInteger(absl::string_view text, int64_t low, int64_t high, int64_t& number) {
  const bool signed_text = !text.empty() && (text[0] == '+' || text[0] == '-');
  const absl::string_view digits = text.substr(signed_text ? 1 : 0);
  if (digits.empty() || !AreDigits(digits)) return false;
  return absl::SimpleAtoi(text, &number) && number >= low && number <= high;
}

bool IsPositiveInteger(absl::string_view text) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  return !text.empty() && AreDigits(text) && text.find_first_not_of('0') != absl::string_view::npos;
}

bool IsDuration(absl::string_view text) {
  if (!text.empty() && text[0] == '-') text.remove_prefix(1);
  if (text.empty() || text[0] != 'P') return false;
  text.remove_prefix(1);
  size_t date_fields = 0;
  if (!EatDurationFields(text, "YMD", date_fields)) return false;
  if (text.empty()) return date_fields > 0;
  text.remove_prefix(1);  // T
  size_t time_fields = 0;
  return EatDurationFields(text, "HMS", time_fields) && text.empty() && time_fields > 0;
}

bool IsHexBinary(absl::string_view text) {
  return text.size() % 2 == 0 &&
         std::all_of(text.begin(), text.end(), [](char c) { return IsHexDigit(c); });
}

bool IsBase64Binary(absl::string_view text) {
  if (text.size() % 4 != 0) return false;
  size_t padding = 0;
  while (!text.empty() && text.back() == '=' && padding < 2) {
    text.remove_suffix(1);
    ++padding;
  }
  for (const char c : text) {
    if (Base64Digit(c) < 0) return false;
  }
  if (padding == 0) return true;
  const int unused_bits = padding == 1 ? 0x3 : 0xF;
  return !text.empty() && (Base64Digit(text.back()) & unused_bits) == 0;
}

size_t Base64Octets(absl::string_view text) {
  size_t padding = 0;
  while (padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  return text.size() / 4 * 3 - padding;
}

}  // namespace tidemark::rde
