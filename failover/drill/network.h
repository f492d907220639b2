// A network of one's own: nothing but a loopback, on which every port is free and which nobody else
// can reach or be reached through.
#ifndef TIDEMARK_FAILOVER_DRILL_NETWORK_H_
#define TIDEMARK_FAILOVER_DRILL_NETWORK_H_

#include "absl/status/status.h"

namespace tidemark::failover {

// Takes the calling thread, and every process that it starts from now on, into a new network
// namespace, for good. PERMISSION_DENIED: this process may not (it takes CAP_SYS_ADMIN); nothing
// has changed then.
absl::Status EnterOwnNetwork();

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DRILL_NETWORK_H_
