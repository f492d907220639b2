#include "rde/simple_types.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "absl/base/attributes.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rde/date_time.h"
#include "rde/lexical.h"

namespace tidemark::rde {
namespace {

ABSL_ATTRIBUTE_NOINLINE size_t CountCharacters(absl::string_view utf8) {
  return static_cast<size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// What few values need stands in functions of its own: inlined, it would cost every value that gets
// as far as CheckOther() registers and a guarded stack.

// The white-space facet "collapse": no space at the ends, runs are one space.
ABSL_ATTRIBUTE_NOINLINE absl::string_view Collapse(absl::string_view raw, std::string& scratch) {
  while (!raw.empty() && IsXmlSpace(raw.front())) raw.remove_prefix(1);
  while (!raw.empty() && IsXmlSpace(raw.back())) raw.remove_suffix(1);
  // The spaces in it stand alone. (The last byte is none.)
  bool clean = true;
  for (size_t i = 0; i + 1 < raw.size(); ++i) {
    const bool alone = raw[i] == ' ' && !IsXmlSpace(raw[i + 1]);
    clean = clean && (alone || !IsXmlSpace(raw[i]));
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

// The value's text becomes upper case. (It may point into `scratch`.)
ABSL_ATTRIBUTE_NOINLINE bool CheckHex(Value& value, std::string& scratch) {
  const bool valid = IsHexBinary(value.text);
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  if (std::any_of(value.text.begin(), value.text.end(), is_lower)) {
    scratch = absl::AsciiStrToUpper(value.text);
    value.text = scratch;
  }
  return valid;
}

// The value's text loses its spaces.
ABSL_ATTRIBUTE_NOINLINE bool CheckBase64(Value& value, std::string& scratch) {
  std::string packed(value.text);
  packed.erase(std::remove(packed.begin(), packed.end(), ' '), packed.end());
  scratch = std::move(packed);
  value.text = scratch;
  return IsBase64Binary(value.text);
}

bool CheckPrimitive(const SimpleType& type, Value& value, std::string& scratch) {
  constexpr int64_t kLow = std::numeric_limits<int64_t>::min();
  constexpr int64_t kHigh = std::numeric_limits<int64_t>::max();
  switch (type.primitive) {
    case Primitive::kToken:
    case Primitive::kNormalizedString:
    case Primitive::kString:
      return true;
    case Primitive::kDateTime:
      return ParseDateTime(value.text, value.time);
    case Primitive::kDuration:
      return IsDuration(value.text);
    case Primitive::kBoolean:
      value.number = base::Is(value.text, "1") || base::Is(value.text, "true");
      return value.number == 1 || base::Is(value.text, "0") || base::Is(value.text, "false");
    case Primitive::kInt:
      return ParseInteger(value.text, std::numeric_limits<int32_t>::min(),
                          std::numeric_limits<int32_t>::max(), value.number);
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
      return IsDepositId(value.text);
    case Primitive::kE164:
      return IsE164(value.text);
  }
  return false;
}

bool HasLength(const SimpleType& type, absl::string_view raw, const Value& value, bool is_ascii) {
  if (type.length_min == 0 && type.length_max == UINT32_MAX) return true;
  if (type.primitive == Primitive::kBase64Binary) {
    return Base64Octets(value.text) >= type.length_min;
  }
  const absl::string_view text = type.primitive == Primitive::kNormalizedString ? raw : value.text;
  const size_t length = is_ascii ? text.size() : CountCharacters(text);
  return length >= type.length_min && length <= type.length_max;
}

absl::string_view DescribePrimitive(Primitive primitive) {
  switch (primitive) {
    case Primitive::kToken:
    case Primitive::kNormalizedString:
    case Primitive::kString:
      return "text";
    case Primitive::kDateTime:
      return "a date and time as YYYY-MM-DDThh:mm:ssZ";
    case Primitive::kDuration:
      return "a duration as PnYnMnDTnHnMnS";
    case Primitive::kBoolean:
      return "true, false, 1 or 0";
    case Primitive::kInt:
      return "an integer of 32 bits";
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

void CheckOther(const SimpleType& type, absl::string_view raw, const TextBytes& bytes,
                std::string& scratch, Value& value) {
  value.text =
      type.primitive == Primitive::kString || !bytes.has_space() ? raw : Collapse(raw, scratch);
  if (!type.enumeration.empty()) {
    value.valid =
        std::any_of(type.enumeration.begin(), type.enumeration.end(),
                    [&](absl::string_view known) { return base::Equals(known, value.text); });
    return;
  }
  value.valid =
      CheckPrimitive(type, value, scratch) && HasLength(type, raw, value, bytes.is_ascii());
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
