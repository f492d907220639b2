// Which values of a contact strangers must not see, from the policy alone: ICANN's Registration
// Data Policy section 9 (of the registrant state and country are published, nothing else of any
// contact unasked), RFC 5733 section 2.9 (who agreed to more, or refused it).
//
// Administrative and billing contacts are not published at all. Pure functions. Threat: what this
// makes is personal data and stays in memory.
#ifndef TIDEMARK_FAILOVER_PROBE_CONFIDENCE_H_
#define TIDEMARK_FAILOVER_PROBE_CONFIDENCE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "rde/records.h"

namespace tidemark::failover::probe {

// All values of a contact, a line each, in lower case, with who may see it in front.
std::string TaggedValues(const rde::Contact& contact);

// For one domain: what is hidden and what may be shown, of all its contacts together.
struct Confidences {
  std::vector<std::string> hidden;
  std::vector<std::string> shown;
};
enum class Role { kRegistrant, kTech, kOther };
void AddConfidences(absl::string_view tagged_values, Role role, Confidences& out);

// Shorter values stand in other words by chance: postal codes, countries.
inline constexpr size_t kConfidentialBytesMin = 6;

// True if a hidden value stands in `text` (lower case) as whole words. A value that also is part of
// something that may be said, `known` or what is shown, tells nothing and is not looked for.
bool Leaks(const Confidences& confidences, absl::string_view text,
           const std::vector<std::string>& known);

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_CONFIDENCE_H_
