// Names and addresses as a zone may carry them: everything from a deposit passes through here
// before it becomes zone syntax.
//
// The grammar is narrow on purpose: labels of letters, digits, '-' and '_'. White space, quotes,
// semicolons, backslashes, '@', '$' and everything else that means something in a master file
// (RFC 1035 section 5.1) cannot occur in a result, so nothing needs to be escaped.
#ifndef TIDEMARK_FAILOVER_ZONE_DNS_NAME_H_
#define TIDEMARK_FAILOVER_ZONE_DNS_NAME_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace tidemark::failover {

// Lower case, without a final dot; nothing if it is not a name that a zone may carry. The root is
// not one.
std::optional<std::string> CanonicalName(absl::string_view name);

// Canonical. Whether every label is one of letters, digits and inner '-' (RFC 1123 section 2.1), as
// a name that is registered must be (RFC 5890 section 2.3.1). A server's may be any name.
bool IsHostname(absl::string_view name);

// Both canonical. False if they are equal.
bool IsBelow(absl::string_view name, absl::string_view ancestor);

// One label away from the front: "a.b.c" to "b.c"; "" after the last.
absl::string_view ParentOf(absl::string_view name);

enum class AddressFamily { kIpv4, kIpv6 };

struct Address {
  AddressFamily family;
  std::string text;  // dotted quad, or RFC 5952
  auto operator<=>(const Address&) const = default;
};

// Nothing if it is no address.
std::optional<Address> CanonicalAddress(absl::string_view text);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_ZONE_DNS_NAME_H_
