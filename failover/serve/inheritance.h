// What a process has from who started it, and must not have, or pass on to name servers, while it
// answers strangers: open files, variables, a terminal. Private to the package, but for the first.
//
// Threads: to be called before there is a second one.
#ifndef TIDEMARK_FAILOVER_SERVE_INHERITANCE_H_
#define TIDEMARK_FAILOVER_SERVE_INHERITANCE_H_

#include "absl/status/status.h"

namespace tidemark::failover {

// Closes every descriptor but 0 to 2, and wipes every variable but PATH, TZ and LANG. To be called
// before anything is opened. The error is the system's.
absl::Status DropInheritance();

// For who is about to become another user: what that user runs could type into the terminal
// (TIOCSTI) what a shell of ours then does. So there is no controlling terminal any more, standard
// input is /dev/null, and output that is a terminal can only be written. Ctrl-C still comes, unless
// this process leads the terminal's session. The error is the system's.
absl::Status LeaveTerminal();

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_SERVE_INHERITANCE_H_
