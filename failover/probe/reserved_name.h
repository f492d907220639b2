// Names that are no domains and cannot be registered (NNDN, RFC 9022 section 5.6), and what RDAP
// and WHOIS have to say of them, where there is nothing to be found (decision 61).
#ifndef TIDEMARK_FAILOVER_PROBE_RESERVED_NAME_H_
#define TIDEMARK_FAILOVER_PROBE_RESERVED_NAME_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "failover/probe/registration.h"
#include "rde/records.h"

namespace tidemark::failover::probe {

struct ReservedName {
  std::string name;      // plain
  std::string state;     // "blocked", "withheld", "mirrored"; "" of one that is there in several
  std::string original;  // plain, below the TLD; "": none, or in several
  bool operator==(const ReservedName&) const = default;
};
// `name` is plain.
ReservedName ReservedNameOf(const rde::Nndn& nndn, absl::string_view name, absl::string_view tld);

// Of an answer that says that there is no such domain, as it should. `reserved`: null for a name
// that the deposit does not reserve.
//   RDAP    one notice titled "Reserved Name"; its description has the words of the state, and a
//           link leads to the domain that the name is a variant of
//   WHOIS   a line that begins with "Reserved name"
// and neither for other names.
std::vector<FoundFlaw> ReservedFlawsOfRdap(const ReservedName* reserved, absl::string_view body);
std::vector<FoundFlaw> ReservedFlawsOfWhois(const ReservedName* reserved, absl::string_view text);

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_RESERVED_NAME_H_
