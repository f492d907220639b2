// Reads what servers answer: RDAP (RFC 9083) and the text of WHOIS. Everything here comes from a
// stranger. Pure functions; memory bounded by the answer's size, which the caller bounds.
#ifndef TIDEMARK_FAILOVER_PROBE_STATEMENT_H_
#define TIDEMARK_FAILOVER_PROBE_STATEMENT_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "failover/probe/registration.h"

namespace tidemark::failover::probe {

inline constexpr int kJsonDepthMax = 32;

// INVALID_ARGUMENT says what it is not, in words of ours: JSON of this depth, or an object of the
// classes "domain", "nameserver" and "entity" whose members have the types of RFC 9083.
absl::StatusOr<Statement> ReadRdap(absl::string_view body);

// Lines "Key: value" as registries of gTLDs write them; what has other keys is text alone. A text
// without the name of a domain or a name server is about none: its subject is kNone.
Statement ReadWhois(absl::string_view text);

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_STATEMENT_H_
