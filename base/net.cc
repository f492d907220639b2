#include "base/net.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "base/status.h"

namespace tidemark::base {
namespace {

// Binds 127.0.0.1 on `port` (0: any) and returns the port that it got.
absl::StatusOr<int> BoundPort(int fd, int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  socklen_t length = sizeof(address);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    return ErrnoStatus(errno, "127.0.0.1");
  }
  return ntohs(address.sin_port);
}

}  // namespace

absl::StatusOr<int> FreeLoopbackPort() {
  constexpr int kAttemptsMax = 32;
  absl::Status status;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    const int tcp = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (tcp < 0) return ErrnoStatus(errno, "TCP socket");
    const absl::Cleanup close_tcp = [tcp] { ::close(tcp); };
    const int udp = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (udp < 0) return ErrnoStatus(errno, "UDP socket");
    const absl::Cleanup close_udp = [udp] { ::close(udp); };
    ASSIGN_OR_RETURN(const int port, BoundPort(tcp, 0));
    const absl::StatusOr<int> both = BoundPort(udp, port);
    if (both.ok()) return port;
    status = both.status();
  }
  return absl::UnavailableError(status.message());
}

}  // namespace tidemark::base
