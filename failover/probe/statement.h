// Reads what servers answer: RDAP (RFC 9083) and the text of WHOIS. Everything here comes from a
// stranger. Pure functions; memory bounded by the answer's size, which the caller bounds.
#ifndef TIDEMARK_FAILOVER_PROBE_STATEMENT_H_
#define TIDEMARK_FAILOVER_PROBE_STATEMENT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "failover/probe/bounded_json.h"
#include "failover/probe/registration.h"

namespace tidemark::failover::probe {

// INVALID_ARGUMENT says what it is not, in words of ours: JSON of kJsonDepthMax, or an object of
// the classes "domain", "nameserver" and "entity" whose members have the types of RFC 9083.
absl::StatusOr<Statement> ReadRdap(absl::string_view body);

// A time of RFC 3339; nothing if it is none.
std::optional<absl::Time> ReadDate(const std::string& text);

// Lines "Key: value" as registries of gTLDs write them; what has other keys is text alone. A text
// without the name of a domain or a name server is about none: its subject is kNone.
Statement ReadWhois(absl::string_view text);

// A notice of RFC 9083 section 4.3, in lower case; where its links lead, as it stands.
struct NoticeText {
  std::string title;
  std::string description;
  TextSet targets;
};
// Of whatever RDAP answers. INVALID_ARGUMENT as above, or because a member comes twice.
absl::StatusOr<std::vector<NoticeText>> ReadNotices(absl::string_view body);
// The first line of WHOIS that begins with "Reserved name", in lower case; "": none.
std::string ReservedLine(absl::string_view text);

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_STATEMENT_H_
