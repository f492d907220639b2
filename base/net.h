// Ports for tests, drills and sandboxes on one machine.
#ifndef TIDEMARK_BASE_NET_H_
#define TIDEMARK_BASE_NET_H_

#include "absl/status/statusor.h"

namespace tidemark::base {

// A port that was free on 127.0.0.1 for both TCP and UDP a moment ago. Another process may take it
// before the caller does: whoever can bind port 0 itself should. UNAVAILABLE if there is none.
absl::StatusOr<int> FreeLoopbackPort();

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_NET_H_
