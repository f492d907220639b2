// Statuses as they are, not as a deposit claims: RFC 5731 section 2.3, RFC 5732 section 2.3, RFC
// 5733 section 2.2, RFC 3915 section 3.1. Pure functions. Words that these do not have for the kind
// of object are left out and counted: what strangers are told are registered values only.
#ifndef TIDEMARK_FAILOVER_LOOKUP_DERIVED_H_
#define TIDEMARK_FAILOVER_LOOKUP_DERIVED_H_

#include <cstddef>
#include <string>
#include <vector>

#include "rde/records.h"

namespace tidemark::failover {

enum class HasServers { kNo, kYes };
enum class ReferredTo { kNo, kYes };
enum class Deleted { kNo, kSoon };

// Each once, in the deposit's order; what is derived at the end.
struct Statuses {
  std::vector<std::string> words;
  size_t left_out = 0;
};

// With `inactive` exactly if the domain has no name servers (zone/delegation.h: IsInactive), `ok`
// exactly if there is nothing else, and `pendingDelete` if it is about to be deleted
// (zone/publication.h).
Statuses DomainStatuses(const std::vector<rde::StatusValue>& claimed, Deleted deleted,
                        HasServers servers);
// With `linked` exactly if it is referred to, `ok` exactly if there is nothing else but `linked`.
Statuses HostStatuses(const std::vector<rde::StatusValue>& claimed, ReferredTo referred);
Statuses ContactStatuses(const std::vector<rde::StatusValue>& claimed, ReferredTo referred);
// Of RFC 3915: nothing is derived.
Statuses RgpStatuses(const std::vector<rde::StatusValue>& claimed);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_LOOKUP_DERIVED_H_
