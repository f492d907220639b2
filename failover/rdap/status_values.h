// EPP statuses as RDAP has them: the table of RFC 8056 section 2, with the grace periods of RFC
// 3915. Pure function. Private to rdap/.
#ifndef TIDEMARK_FAILOVER_RDAP_STATUS_VALUES_H_
#define TIDEMARK_FAILOVER_RDAP_STATUS_VALUES_H_

#include "absl/strings/string_view.h"

namespace tidemark::failover::rdap {

// "" for what is no status of RFC 5731, 5732, 5733 or 3915: RDAP has only registered values.
absl::string_view RdapStatus(absl::string_view epp);

}  // namespace tidemark::failover::rdap

#endif  // TIDEMARK_FAILOVER_RDAP_STATUS_VALUES_H_
