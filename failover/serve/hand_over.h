// A rebuild that root made, given to the user that will serve it. Private to the package.
//
// Threat: the directory may be that user's already, and what was placed in it a trap: root must not
// give away what lies elsewhere. Links are not followed, other file systems are not entered, and a
// file that has a second name is refused.
#ifndef TIDEMARK_FAILOVER_SERVE_HAND_OVER_H_
#define TIDEMARK_FAILOVER_SERVE_HAND_OVER_H_

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"

namespace tidemark::failover {

// Gives `dir` and all of root's files and directories in it to `uid` and `gid`; what is that user's
// stays as it is. FAILED_PRECONDITION: something is neither root's nor that user's, or is not a
// file or a directory, or has two names; what came before it may have been given away.
absl::Status HandOver(const std::string& dir, uid_t uid, gid_t gid);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_SERVE_HAND_OVER_H_
