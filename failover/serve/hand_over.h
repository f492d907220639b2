// A rebuild that root made, given to the user that will serve it. Private to the package.
//
// Threat: that user, or another, may set traps so that root gives away what lies elsewhere. So root
// gives only what nobody but root can have put there: all directories that lead to the rebuild, and
// those in it, are root's and nobody else may write in them, links are not followed, other file
// systems are not entered, and a file that has a second name is refused. What root has in a
// directory that is the user's, the user may have moved there: it stays root's, and is named.
#ifndef TIDEMARK_FAILOVER_SERVE_HAND_OVER_H_
#define TIDEMARK_FAILOVER_SERVE_HAND_OVER_H_

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"

namespace tidemark::failover {

// Gives the directory `fd`, which was opened as `dir`, and all of root's files and directories in
// it to `uid` and `gid`; what is that user's stays as it is, and if the directory is, nothing is
// given. FAILED_PRECONDITION: one of the above does not hold, or something is neither root's nor
// that user's, or is not a file or a directory; what came before it may have been given away.
absl::Status HandOver(int fd, const std::string& dir, uid_t uid, gid_t gid);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_SERVE_HAND_OVER_H_
