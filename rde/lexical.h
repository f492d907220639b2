// The lexical forms of values: which texts are an integer, a URI, a ROID. Private to rde/.
//
// All of them take a text without white space around it.
#ifndef TIDEMARK_RDE_LEXICAL_H_
#define TIDEMARK_RDE_LEXICAL_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace tidemark::rde {

// In the patterns below \w is XML Schema's: anything but punctuation, separators and "other"
// (Unicode P, Z, C). It excludes '_' and '-' and includes '+', letters of any script and symbols.
// This is the part of it over U+007F.
bool IsNonAsciiWordCharacter(char32_t c);

// eppcom-1.0.xsd: (\w|_){1,80}-\w{1,8}
bool IsRoid(absl::string_view text);

// rde-1.0.xsd: \w{1,13}
bool IsDepositId(absl::string_view text);

// contact-1.0.xsd: (\+[0-9]{1,3}\.[0-9]{1,14})?
bool IsE164(absl::string_view text);

// xs:language: [a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*
bool IsLanguage(absl::string_view text);

// An integer with an optional sign, between `low` and `high`.
bool ParseInteger(absl::string_view text, int64_t low, int64_t high, int64_t& number);

// xs:positiveInteger, of any size.
bool IsPositiveInteger(absl::string_view text);

// xs:anyURI: a URI reference (RFC 2396, RFC 2732) after the escaping that XML Schema allows for.
// Nearly everything is one. What is not: '%' without two hex digits, a second '#', a colon after
// what cannot be a scheme, a scheme alone, and an authority with an unmatched '['.
bool IsAnyUri(absl::string_view text);

// xs:duration: -?PnYnMnDTnHnMnS with at least one field, and one after a T.
bool IsDuration(absl::string_view text);

// xs:hexBinary.
bool IsHexBinary(absl::string_view text);

// xs:base64Binary once its spaces are gone: groups of four, the padding's bits zero.
bool IsBase64Binary(absl::string_view text);

// The octets that valid base64 text stands for.
size_t Base64Octets(absl::string_view text);

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_LEXICAL_H_
