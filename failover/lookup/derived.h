// Statuses as they are, not as a deposit claims: RFC 5731 section 2.3, RFC 5732 section 2.3, RFC
// 5733 section 2.2. Pure functions. Words that are no EPP status by their form are left out, and so
// are repetitions.
#ifndef TIDEMARK_FAILOVER_LOOKUP_DERIVED_H_
#define TIDEMARK_FAILOVER_LOOKUP_DERIVED_H_

#include <string>
#include <vector>

#include "rde/records.h"

namespace tidemark::failover {

enum class HasServers { kNo, kYes };
enum class ReferredTo { kNo, kYes };

// With `inactive` exactly if the domain has no name servers, `ok` exactly if there is nothing else,
// and `pendingDelete` if `rgp` (RgpStatuses) has what only stands with it (RFC 3915 section 3.1).
std::vector<std::string> DomainStatuses(const std::vector<rde::StatusValue>& claimed,
                                        const std::vector<std::string>& rgp, HasServers servers);
// Of a host or contact: with `linked` exactly if it is referred to, `ok` exactly if there is
// nothing else but `linked`.
std::vector<std::string> LinkableStatuses(const std::vector<rde::StatusValue>& claimed,
                                          ReferredTo referred);
// Of RFC 3915: nothing is derived.
std::vector<std::string> RgpStatuses(const std::vector<rde::StatusValue>& claimed);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_LOOKUP_DERIVED_H_
