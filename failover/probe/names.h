// Names and addresses in one spelling, so that two sides can be compared. Pure functions.
#ifndef TIDEMARK_FAILOVER_PROBE_NAMES_H_
#define TIDEMARK_FAILOVER_PROBE_NAMES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace tidemark::failover::probe {

// Lower case, no final dot; "" if no zone of a registry can carry it: labels of letters, digits,
// '-' and '_' (RFC 1035 sections 2.3.1 and 2.3.4, RFC 8552).
std::string PlainName(absl::string_view name);
// Plain. Whether it may be registered: labels of letters, digits and inner '-' (RFC 1123 section
// 2.1, RFC 5890 section 2.3.1). A server's name may be any plain one.
bool IsHostname(absl::string_view name);
// Without its first label; "" after the last.
absl::string_view ParentOf(absl::string_view name);
// Both plain. False if they are equal.
bool IsInside(absl::string_view name, absl::string_view zone);
// As inet_ntop has it; "" if it is no address of IPv4 or IPv6.
std::string PlainAddress(absl::string_view text);

// A set of texts without line ends as lines, sorted: small where there are millions of them.
std::string AsLines(std::vector<std::string> items);
std::vector<std::string> LinesOf(absl::string_view lines);

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_NAMES_H_
