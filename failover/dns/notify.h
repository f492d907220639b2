// The operator's own secondaries, which are told when the zone has a new serial (NOTIFY, RFC 1996).
#ifndef TIDEMARK_FAILOVER_DNS_NOTIFY_H_
#define TIDEMARK_FAILOVER_DNS_NOTIFY_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace tidemark::failover {

// The largest registries' zones have 13 servers.
inline constexpr size_t kNotifyMax = 16;

struct NotifyTarget {
  std::string address;  // canonical
  int port = 53;
};

// Of ADDRESS or ADDRESS@PORT each. INVALID_ARGUMENT: one is neither, or they are more than
// kNotifyMax.
absl::StatusOr<std::vector<NotifyTarget>> ParseNotifyTargets(const std::vector<std::string>& texts);

// From which of the addresses that we listen at a secondary is told. It takes NOTIFY only from
// where it has its primary, which on a machine with several addresses need not be the one that the
// kernel would choose. "" where we do not listen at one of its kind: then it is the kernel's
// choice.
std::string NotifySource(const NotifyTarget& target, const std::vector<std::string>& addresses);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DNS_NOTIFY_H_
