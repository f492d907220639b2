#include "failover/drill/network.h"

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "base/status.h"

namespace tidemark::failover {
namespace {

// The loopback of a new namespace is down.
absl::Status BringLoopbackUp() {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return base::ErrnoStatus(errno, "socket");
  const absl::Cleanup closer = [fd] { close(fd); };
  ifreq request = {};
  std::strncpy(request.ifr_name, "lo", IFNAMSIZ - 1);
  request.ifr_flags = IFF_UP;
  if (ioctl(fd, SIOCSIFFLAGS, &request) != 0) return base::ErrnoStatus(errno, "loopback");
  return absl::OkStatus();
}

}  // namespace

absl::Status EnterOwnNetwork() {
  if (unshare(CLONE_NEWNET) != 0) return base::ErrnoStatus(errno, "a network namespace");
  return BringLoopbackUp();
}

}  // namespace tidemark::failover
