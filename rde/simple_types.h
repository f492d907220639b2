// The simple types of RFC 8909, RFC 9022 and the EPP schemas that they use, and their checks.
//
// Private to rde/. A type is data: a primitive, the length facets and an enumeration, each named as
// the schema names it, so that it can be held against the XSD. Lengths are in characters.
#ifndef TIDEMARK_RDE_SIMPLE_TYPES_H_
#define TIDEMARK_RDE_SIMPLE_TYPES_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

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

// Checks `raw` against `type`. `scratch` is room for a text that differs from `raw`; the value's
// text points into one of them.
Value CheckValue(const SimpleType& type, absl::string_view raw, std::string& scratch);

// What `type` wants, in words: "eppcom:clIDType: 3 to 16 characters".
std::string Describe(const SimpleType& type);

// True for XML white space: XML allows no other character up to U+0020.
inline bool IsXmlSpace(char c) { return static_cast<unsigned char>(c) <= ' '; }

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_SIMPLE_TYPES_H_
