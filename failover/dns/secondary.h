// NSD as a secondary of our knotd, on this machine: another implementation that gives the same
// answers. It has the zone by transfer, under a TSIG key of this start, and keeps nothing.
//
//     DIR/nsd.conf   0600, with the key; written at every start
//     DIR/nsd.log
//
// Threads and errors as for SignedServer, which owns it.
#ifndef TIDEMARK_FAILOVER_DNS_SECONDARY_H_
#define TIDEMARK_FAILOVER_DNS_SECONDARY_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "failover/dns/child_server.h"
#include "failover/dns/configuration.h"

namespace tidemark::failover {

// Runs; it has no zone yet. What a former one left in the directory is removed.
absl::StatusOr<std::unique_ptr<ChildServer>> StartSecondary(const NsdConfiguration& configuration,
                                                            size_t log_bytes_max);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DNS_SECONDARY_H_
