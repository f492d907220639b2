// TTLs of the zone's records by what the observer was told: the apex, delegations with their glue,
// and DS records have one each; what a signer adds follows from these.
#ifndef TIDEMARK_FAILOVER_PROBE_ZONE_TTLS_H_
#define TIDEMARK_FAILOVER_PROBE_ZONE_TTLS_H_

#include <ldns/ldns.h>

#include <algorithm>
#include <cstdint>

#include "failover/probe/deposit_witness.h"

namespace tidemark::failover::probe {

enum class AddressOf { kOwnServer, kOther };

// Of records of the type at the apex or below it, where each belongs.
inline uint32_t TtlAtApex(const ZonePolicy& policy, ldns_rr_type type) {
  // RFC 9077 section 3.2: as long as denial of existence may be kept. The parameters' is no
  // resolver's business; the signer gives it the same.
  const bool is_denial = type == LDNS_RR_TYPE_NSEC3 || type == LDNS_RR_TYPE_NSEC3PARAM;
  return is_denial ? std::min(policy.apex_ttl_seconds, policy.minimum_seconds)
                   : policy.apex_ttl_seconds;
}
inline uint32_t TtlBelowApex(const ZonePolicy& policy, ldns_rr_type type, AddressOf addresses) {
  switch (type) {
    case LDNS_RR_TYPE_DS:
      return policy.ds_ttl_seconds;
    case LDNS_RR_TYPE_NSEC3:
      return TtlAtApex(policy, type);
    case LDNS_RR_TYPE_A:
    case LDNS_RR_TYPE_AAAA:
      if (addresses == AddressOf::kOwnServer) return policy.apex_ttl_seconds;
      break;
    default:
      break;
  }
  return policy.delegation_ttl_seconds;
}

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_ZONE_TTLS_H_
