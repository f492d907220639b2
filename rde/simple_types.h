// The simple types of RFC 8909, RFC 9022 and the EPP schemas that they use, and their checks.
//
// Private to rde/. A type is data: a primitive, the length facets and an enumeration, each named as
// the schema names it, so that it can be held against the XSD. Lengths are in characters.
#ifndef TIDEMARK_RDE_SIMPLE_TYPES_H_
#define TIDEMARK_RDE_SIMPLE_TYPES_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/text_words.h"
#include "rde/date_time.h"

namespace tidemark::rde {

// What XML Schema part 2 builds in, and the three patterns of the EPP schemas.
enum class Primitive : uint8_t {
  kToken,             // white space collapsed
  kNormalizedString,  // white space replaced, so it counts for the length
  kString,            // kept as it is
  kDateTime,
  kDuration,
  kBoolean,
  kInt,
  kLong,
  kPositiveInteger,  // of any size
  kUnsignedShort,
  kUnsignedByte,
  kMaxSigLife,  // int, at least 1
  kAnyUri,
  kLanguage,
  kHexBinary,
  kBase64Binary,
  kRoid,       // (\w|_){1,80}-\w{1,8}
  kDepositId,  // \w{1,13}
  kE164,       // (\+[0-9]{1,3}\.[0-9]{1,14})?
};

struct SimpleType {
  absl::string_view name;  // as in the schemas, for people
  Primitive primitive = Primitive::kToken;
  uint32_t length_min = 0;
  uint32_t length_max = UINT32_MAX;
  absl::Span<const absl::string_view> enumeration = {};
};

// A value after its white-space treatment and its check.
struct Value {
  // Collapsed, whatever the type but kString; without any white space for base64; upper case for
  // hex.
  absl::string_view text;
  bool valid = false;
  // kDateTime if valid. Without a time zone in the text: UTC, as RFC 9022 section 4.1 has it.
  absl::Time time;
  // The integers and kBoolean if valid, except kPositiveInteger.
  int64_t number = 0;
};

// What bytes a text has, as far as its treatment depends on it. Eight at a time.
class TextBytes {
 public:
  // Of a text that is ASCII, and whose white space collapsing does not change.
  TextBytes() = default;
  explicit TextBytes(absl::string_view text) {
    const char* const at = text.data();
    const size_t size = text.size();
    if (size >= kWord) {
      for (size_t i = 0; i + kWord <= size; i += kWord) LookAt(base::Load64(at + i));
      // The last may overlap the one before; so below.
      LookAt(base::Load64(at + size - kWord));
    } else if (size >= kWord / 2) {
      LookAt(uint64_t{base::Load32(at)} << 32 | base::Load32(at + size - kWord / 2));
    } else if (size > 0) {
      const auto byte = [at](size_t i) { return uint64_t{static_cast<unsigned char>(at[i])}; };
      for (const size_t i : {size_t{0}, size / 2, size - 1}) LookAt(base::kEveryByte * byte(i));
    }
  }
  // White space that collapsing may change: U+0020 or under.
  bool has_space() const { return (space_ & base::kEveryByte * 0x80) != 0; }
  bool is_ascii() const { return (all_ & base::kEveryByte * 0x80) == 0; }

 private:
  static constexpr size_t kWord = sizeof(uint64_t);

  // Subtracting borrows from the top bit of a byte that is U+0020 or under.
  void LookAt(uint64_t word) {
    space_ |= (word - base::kEveryByte * 0x21) & ~word;
    all_ |= word;
  }

  uint64_t space_ = 0;
  uint64_t all_ = 0;
};

// CheckValue() for what is not the usual case.
void CheckOther(const SimpleType& type, absl::string_view raw, const TextBytes& bytes,
                std::string& scratch, Value& value);

// Whether of a text that is known to be ASCII, and whose white space collapsing does not change,
// nothing but the length can be wrong.
inline bool IsAnyText(const SimpleType& type) {
  return (type.primitive == Primitive::kToken || type.primitive == Primitive::kNormalizedString) &&
         type.enumeration.empty();
}
// Of such a text and type.
inline bool HasLength(const SimpleType& type, absl::string_view text) {
  return text.size() >= type.length_min && text.size() <= type.length_max;
}

// Whether a text that collapsing does not change has but to be a date: of all date types of the
// schemas.
inline bool IsAnyDate(const SimpleType& type) {
  return type.primitive == Primitive::kDateTime && type.length_min == 0 &&
         type.length_max == UINT32_MAX && type.enumeration.empty();
}

// Checks `raw` against `type`. `scratch` is room for a text that differs from `raw`; the value's
// text points into one of them.
inline Value CheckValue(const SimpleType& type, absl::string_view raw, std::string& scratch) {
  Value value;
  const TextBytes bytes(raw);
  // The usual case: a token of ASCII without spaces.
  if (type.primitive == Primitive::kToken && type.enumeration.empty() && !bytes.has_space() &&
      bytes.is_ascii()) {
    value.text = raw;
    value.valid = HasLength(type, raw);
  } else {
    CheckOther(type, raw, bytes, scratch, value);
  }
  return value;
}

// The same for a text that is known to be ASCII, and whose white space collapsing does not change.
inline Value CheckTidy(const SimpleType& type, absl::string_view raw, std::string& scratch) {
  Value value;
  if (IsAnyText(type)) {
    value.text = raw;
    value.valid = HasLength(type, raw);
  } else if (IsAnyDate(type)) {
    value.text = raw;
    value.valid = ParseDateTime(raw, value.time);
  } else {
    CheckOther(type, raw, TextBytes(), scratch, value);
  }
  return value;
}

// What `type` wants, in words: "eppcom:clIDType: 3 to 16 characters".
std::string Describe(const SimpleType& type);

// True for XML white space: XML allows no other character up to U+0020.
inline bool IsXmlSpace(char c) { return static_cast<unsigned char>(c) <= ' '; }

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_SIMPLE_TYPES_H_
