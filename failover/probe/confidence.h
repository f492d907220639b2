// Which values of a contact strangers must not see, and which they must: by the policy that the
// observer is told (DisclosurePolicy) and by RFC 5733 section 2.9 (who agreed to more, or refused
// it).
//
// Pure functions. Threat: what this makes is personal data and stays in memory.
#ifndef TIDEMARK_FAILOVER_PROBE_CONFIDENCE_H_
#define TIDEMARK_FAILOVER_PROBE_CONFIDENCE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "failover/probe/card.h"
#include "failover/probe/deposit_witness.h"
#include "rde/records.h"

namespace tidemark::failover::probe {

// All values of a contact, a line each: in front which value it is, what the contact wishes, and
// whether an answer has room for it.
std::string TaggedValues(const rde::Contact& contact);

// What of it may be shown, and where nothing may stand. `role`: of a domain's contact, in the
// deposit's words; "": the contact was asked for by itself, and is nobody's registrant.
ExpectedCard CardOf(absl::string_view tagged_values, absl::string_view role,
                    const DisclosurePolicy& policy);

// For one answer: what is hidden and what may be shown, of all its contacts together; in lower
// case.
struct Confidences {
  std::vector<std::string> hidden;
  std::vector<std::string> shown;
};
void AddConfidences(absl::string_view tagged_values, absl::string_view role,
                    const DisclosurePolicy& policy, Confidences& out);

// Shorter values stand in other words by chance: postal codes, countries.
inline constexpr size_t kConfidentialBytesMin = 6;

// True if a hidden value stands in `text` (lower case) as whole words. A value that also is part of
// something that may be said, `known` or what is shown, tells nothing and is not looked for.
bool Leaks(const Confidences& confidences, absl::string_view text,
           const std::vector<std::string>& known);

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_CONFIDENCE_H_
