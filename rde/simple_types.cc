#include "rde/simple_types.h"

#include <algorithm>
#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rde/date_time.h"

namespace tidemark::rde {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsHexDigit(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

size_t CountCharacters(absl::string_view utf8) {
  return static_cast<size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// The white-space facet "collapse": no space at the ends, runs are one space.
absl::string_view Collapse(absl::string_view raw, std::string& scratch) {
  while (!raw.empty() && IsXmlSpace(raw.front())) raw.remove_prefix(1);
  while (!raw.empty() && IsXmlSpace(raw.back())) raw.remove_suffix(1);
  bool clean = true;
  for (size_t i = 0; i < raw.size() && clean; ++i) {
    clean = !IsXmlSpace(raw[i]) || (raw[i] == ' ' && !IsXmlSpace(raw[i + 1]));
  }
  if (clean) return raw;
  scratch.clear();
  for (const char c : raw) {
    if (!IsXmlSpace(c)) {
      scratch.push_back(c);
    } else if (scratch.back() != ' ') {
      scratch.push_back(' ');
    }
  }
  return scratch;
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

// `length_min` to `length_max` characters of \w, or of \w and '_'.
bool IsWord(absl::string_view text, size_t length_max, bool underscore) {
  size_t length = 0;
  while (!text.empty()) {
    const char32_t c = EatCharacter(text);
    if (++length > length_max) return false;
    if (!IsSchemaWordCharacter(c) && !(underscore && c == '_')) return false;
  }
  return length > 0;
}

// (\w|_){1,80}-\w{1,8}: neither side can hold a '-'.
bool IsRoid(absl::string_view text) {
  const size_t hyphen = text.find('-');
  return hyphen != absl::string_view::npos && IsWord(text.substr(0, hyphen), 80, true) &&
         IsWord(text.substr(hyphen + 1), 8, false);
}

// (\+[0-9]{1,3}\.[0-9]{1,14})?
bool IsE164(absl::string_view text) {
  if (text.empty()) return true;
  const size_t point = text.find('.');
  if (text[0] != '+' || point == absl::string_view::npos) return false;
  const absl::string_view country = text.substr(1, point - 1);
  const absl::string_view number = text.substr(point + 1);
  return country.size() >= 1 && country.size() <= 3 && number.size() >= 1 &&
         number.size() <= 14 && std::all_of(country.begin(), country.end(), IsDigit) &&
         std::all_of(number.begin(), number.end(), IsDigit);
}

// [a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*
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

// An integer with an optional sign, between `low` and `high`.
bool ParseInteger(absl::string_view text, int64_t low, int64_t high, int64_t& number) {
  const bool signed_text = !text.empty() && (text[0] == '+' || text[0] == '-');
  const absl::string_view digits = text.substr(signed_text ? 1 : 0);
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), IsDigit)) return false;
  return absl::SimpleAtoi(text, &number) && number >= low && number <= high;
}

bool IsPositiveInteger(absl::string_view text) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit) &&
         text.find_first_not_of('0') != absl::string_view::npos;
}

bool IsScheme(absl::string_view text) {
  return !text.empty() && IsAlpha(text[0]) && std::all_of(text.begin(), text.end(), [](char c) {
    return IsAlpha(c) || IsDigit(c) || c == '+' || c == '-' || c == '.';
  });
}

// A URI reference (RFC 2396, RFC 2732) after the escaping that XML Schema allows for: nearly
// everything is one. What is not: '%' without two hex digits, a second '#', a colon after what
// cannot be a scheme, a scheme alone, and an authority with an unmatched '['.
bool IsAnyUri(absl::string_view text) {
  bool fragment = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size() || !IsHexDigit(text[i + 1]) || !IsHexDigit(text[i + 2])) {
        return false;
      }
    } else if (text[i] == '#') {
      if (fragment) return false;
      fragment = true;
    }
  }
  const size_t delimiter = text.find_first_of(":/?#");
  if (delimiter != absl::string_view::npos && text[delimiter] == ':') {
    if (!IsScheme(text.substr(0, delimiter)) || delimiter + 1 == text.size()) return false;
    text.remove_prefix(delimiter + 1);
  }
  if (!absl::StartsWith(text, "//")) return true;
  const absl::string_view authority = text.substr(2, text.find_first_of("/?#", 2) - 2);
  return (authority.find('[') == absl::string_view::npos) ==
         (authority.find(']') == absl::string_view::npos);
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
    if (digits == 0 || end >= text.size()) return false;
    const size_t unit = units.find(text[end], next);
    if (unit == absl::string_view::npos) return false;
    next = unit + 1;
    ++fields;
    text.remove_prefix(end + 1);
  }
  return true;
}

// -?PnYnMnDTnHnMnS with at least one field, and one after a T.
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

bool CheckHex(Value& value, std::string& scratch) {
  const bool valid = value.text.size() % 2 == 0 &&
                     std::all_of(value.text.begin(), value.text.end(), IsHexDigit);
  std::string upper(value.text);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  scratch = std::move(upper);
  value.text = scratch;
  return valid;
}

int Base64Digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (IsDigit(c)) return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

// Groups of four, white space between the characters, padding with zero bits: section 3.2.16.
bool CheckBase64(Value& value, std::string& scratch) {
  std::string packed;
  packed.reserve(value.text.size());
  for (const char c : value.text) {
    if (c != ' ') packed.push_back(c);
  }
  scratch = std::move(packed);
  value.text = scratch;
  absl::string_view digits = value.text;
  size_t padding = 0;
  while (!digits.empty() && digits.back() == '=' && padding < 2) {
    digits.remove_suffix(1);
    ++padding;
  }
  if (value.text.size() % 4 != 0) return false;
  for (const char c : digits) {
    if (Base64Digit(c) < 0) return false;
  }
  if (padding == 0) return true;
  const int unused_bits = padding == 1 ? 0x3 : 0xF;
  return !digits.empty() && (Base64Digit(digits.back()) & unused_bits) == 0;
}

// The octets that valid base64 text stands for: what the length facets of the type count.
size_t Base64Octets(absl::string_view text) {
  size_t padding = 0;
  while (padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  return text.size() / 4 * 3 - padding;
}

bool CheckPrimitive(const SimpleType& type, Value& value, std::string& scratch) {
  constexpr int64_t kLow = std::numeric_limits<int64_t>::min();
  constexpr int64_t kHigh = std::numeric_limits<int64_t>::max();
  switch (type.primitive) {
    case Primitive::kToken:
    case Primitive::kNormalizedString:
      return true;
    case Primitive::kDateTime: {
      const std::optional<absl::Time> time = ParseDateTime(value.text);
      if (time.has_value()) value.time = *time;
      return time.has_value();
    }
    case Primitive::kDuration:
      return IsDuration(value.text);
    case Primitive::kBoolean:
      value.number = value.text == "true" || value.text == "1";
      return value.number == 1 || value.text == "false" || value.text == "0";
    case Primitive::kLong:
      return ParseInteger(value.text, kLow, kHigh, value.number);
    case Primitive::kPositiveInteger:
      return IsPositiveInteger(value.text);
    case Primitive::kUnsignedShort:
      return ParseInteger(value.text, 0, 65'535, value.number);
    case Primitive::kUnsignedByte:
      return ParseInteger(value.text, 0, 255, value.number);
    case Primitive::kMaxSigLife:
      return ParseInteger(value.text, 1, std::numeric_limits<int32_t>::max(), value.number);
    case Primitive::kAnyUri:
      return IsAnyUri(value.text);
    case Primitive::kLanguage:
      return IsLanguage(value.text);
    case Primitive::kHexBinary:
      return CheckHex(value, scratch);
    case Primitive::kBase64Binary:
      return CheckBase64(value, scratch);
    case Primitive::kRoid:
      return IsRoid(value.text);
    case Primitive::kDepositId:
      return IsWord(value.text, 13, false);
    case Primitive::kE164:
      return IsE164(value.text);
  }
  return false;
}

bool HasLength(const SimpleType& type, absl::string_view raw, const Value& value) {
  if (type.length_min == 0 && type.length_max == UINT32_MAX) return true;
  size_t length = 0;
  if (type.primitive == Primitive::kNormalizedString) {
    length = CountCharacters(raw);
  } else if (type.primitive == Primitive::kBase64Binary) {
    length = Base64Octets(value.text);
  } else {
    length = CountCharacters(value.text);
  }
  return length >= type.length_min && length <= type.length_max;
}

absl::string_view DescribePrimitive(Primitive primitive) {
  switch (primitive) {
    case Primitive::kToken:
    case Primitive::kNormalizedString:
      return "text";
    case Primitive::kDateTime:
      return "a date and time as YYYY-MM-DDThh:mm:ssZ";
    case Primitive::kDuration:
      return "a duration as PnYnMnDTnHnMnS";
    case Primitive::kBoolean:
      return "true, false, 1 or 0";
    case Primitive::kLong:
      return "an integer of 64 bits";
    case Primitive::kPositiveInteger:
      return "an integer over 0";
    case Primitive::kUnsignedShort:
      return "an integer from 0 to 65535";
    case Primitive::kUnsignedByte:
      return "an integer from 0 to 255";
    case Primitive::kMaxSigLife:
      return "an integer from 1 to 2147483647";
    case Primitive::kAnyUri:
      return "a URI";
    case Primitive::kLanguage:
      return "a language tag";
    case Primitive::kHexBinary:
      return "an even number of hex digits";
    case Primitive::kBase64Binary:
      return "base64";
    case Primitive::kRoid:
      return "1 to 80 word characters or '_', '-', 1 to 8 word characters";
    case Primitive::kDepositId:
      return "1 to 13 word characters (neither '_' nor '-')";
    case Primitive::kE164:
      return "'+', 1 to 3 digits, '.', 1 to 14 digits, or nothing";
  }
  return "";
}

}  // namespace

Value CheckValue(const SimpleType& type, absl::string_view raw, std::string& scratch) {
  Value value;
  value.text = Collapse(raw, scratch);
  if (!type.enumeration.empty()) {
    value.valid = std::find(type.enumeration.begin(), type.enumeration.end(), value.text) !=
                  type.enumeration.end();
    return value;
  }
  value.valid = CheckPrimitive(type, value, scratch) && HasLength(type, raw, value);
  return value;
}

std::string Describe(const SimpleType& type) {
  if (!type.enumeration.empty()) {
    return absl::StrCat(type.name, ": one of ", absl::StrJoin(type.enumeration, ", "));
  }
  std::string text = absl::StrCat(type.name, ": ", DescribePrimitive(type.primitive));
  const absl::string_view unit =
      type.primitive == Primitive::kBase64Binary ? " octets" : " characters";
  if (type.length_min == type.length_max) {
    absl::StrAppend(&text, " of ", type.length_min, unit);
  } else if (type.length_max != UINT32_MAX) {
    absl::StrAppend(&text, " of ", type.length_min, " to ", type.length_max, unit);
  } else if (type.length_min > 0) {
    absl::StrAppend(&text, " of at least ", type.length_min, unit);
  }
  return text;
}

}  // namespace tidemark::rde
