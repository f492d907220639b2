// What a value must look like: names, addresses, e-mail, country codes, URLs. Pure functions.
#ifndef TIDEMARK_VERIFIER_RULES_VALUES_H_
#define TIDEMARK_VERIFIER_RULES_VALUES_H_

#include "absl/strings/string_view.h"

namespace tidemark::verifier {

// Labels of letters, digits and hyphens (RFC 1123 section 2.1, RFC 1035 section 2.3.4): 1 to 63 a
// label, no hyphen at either end, 253 in all, no trailing dot. One label is enough.
bool IsHostName(absl::string_view name);
// Whether `name` is below `zone`, whatever the case. A name is not below itself.
bool IsBelow(absl::string_view name, absl::string_view zone);
absl::string_view LastLabel(absl::string_view name);
// Whether the last label is of digits alone: RFC 1123 section 2.1 and RFC 3696 section 2 let no
// host name end so, because it might be an address.
bool EndsInNumber(absl::string_view name);
// Whether a label is an A-label (RFC 5890), so that the name is an IDN.
bool HasALabel(absl::string_view name);
// Whether a label has hyphens in third and fourth place and does not begin with xn--: reserved, RFC
// 5890 section 2.3.1.
bool HasReservedLabel(absl::string_view name);

bool IsIpv4(absl::string_view address);
bool IsIpv6(absl::string_view address);
// What an address that no name server on the Internet can have is for: "loopback", "private", ...;
// "" for all others, and for what is no address. IANA's special-purpose registries (RFC 6890), save
// the networks for documentation and benchmarks: test registries are made of them.
absl::string_view SpecialUseOf(absl::string_view address);
// The same of networks that are rarer, and not in SpecialUseOf(): protocol assignments,
// discard-only, translation within a network, site-local of RFC 3879.
absl::string_view RareUseOf(absl::string_view address);

// addr-spec of RFC 5322 section 3.4.1 without its obsolete forms and comments.
bool IsEmail(absl::string_view address);

// Two letters of ISO 3166-1, upper case, officially assigned.
bool IsCountryCode(absl::string_view code);

// scheme ":" something, no white space: RFC 3986 section 4.3 as far as a restore needs it.
bool IsAbsoluteUrl(absl::string_view url);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_RULES_VALUES_H_
