// The directory of knotd's control socket: below /tmp, since the name of a socket has 107 bytes at
// most and so cannot lie below any DIR. DIR/run is a link to it, so that the next start finds what
// one that was killed left behind.
#ifndef TIDEMARK_FAILOVER_DNS_RUN_DIR_H_
#define TIDEMARK_FAILOVER_DNS_RUN_DIR_H_

#include <string>

#include "absl/status/statusor.h"

namespace tidemark::failover {

// A fresh one, 0700, in place of the one of before, which is removed. `dir` must be locked by
// whoever asks.
absl::StatusOr<std::string> MakeRunDir(const std::string& dir);

// Also the link to it.
void RemoveRunDir(const std::string& dir);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DNS_RUN_DIR_H_
