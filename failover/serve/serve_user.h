// As whom a registry is served. What faces the network has no business with root's rights: who
// takes over knotd, nsd or the process before RDAP and WHOIS has what that user has, and no more.
//
// A change of user is the first that happens. All that is opened, bound, started or read again
// later is so with the rights that remain: what works at the start works at a reload, too. knotd
// and nsd are started as that user and are not told to change it themselves (`user`, `username`): a
// process that does loses the signal by which the kernel ends it with its parent (prctl(2),
// PR_SET_PDEATHSIG), and would outlive a serve that is killed.
//
// Of root's capabilities one is kept, CAP_NET_BIND_SERVICE, if a port is asked for that takes it,
// as an ambient one, so that the name servers inherit it. Whoever is not root keeps what it came
// with.
//
// Threads: to be called before there is a second one.
#ifndef TIDEMARK_FAILOVER_SERVE_SERVE_USER_H_
#define TIDEMARK_FAILOVER_SERVE_SERVE_USER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace tidemark::failover {

struct ServeUserOptions {
  // A name; "root" stays root, knowingly. "": whoever we are, but root only on loopback.
  std::string user = {};
  std::string dir = {};                     // the rebuild; its files are handed over (hand_over.h)
  int dir_fd = -1;                          // the same, open; borrowed
  std::vector<std::string> addresses = {};  // empty: loopback
  std::vector<int> ports = {};              // all that will be bound; 0: a free one
};

// In any case nothing that is started from now on can gain rights (PR_SET_NO_NEW_PRIVS). What was
// given up has been tried to be had back when it returns.
// FAILED_PRECONDITION: root without a user on an address that others reach, or a user with the
// group root; NOT_FOUND: no such user, or no rebuild; PERMISSION_DENIED: not root and another user,
// or the directory cannot be reached as that user; those of HandOver().
absl::Status BecomeServeUser(const ServeUserOptions& options);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_SERVE_SERVE_USER_H_
