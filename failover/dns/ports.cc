#include "failover/dns/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"

namespace tidemark::failover {
namespace {

// Binds and closes again; the error number, 0 if it worked.
int TryBind(const std::string& address, int port, int type) {
  sockaddr_storage storage = {};
  socklen_t length = 0;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
  if (inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(static_cast<uint16_t>(port));
    length = sizeof(sockaddr_in);
  } else if (inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(static_cast<uint16_t>(port));
    length = sizeof(sockaddr_in6);
  } else {
    return EADDRNOTAVAIL;
  }
  const int fd = socket(storage.ss_family, type | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  const absl::Cleanup closer = [fd] { close(fd); };
  const int on = 1;
  // As knotd does: a port whose last connections are still closing is free.
  if (type == SOCK_STREAM) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (storage.ss_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
  return bind(fd, reinterpret_cast<sockaddr*>(&storage), length) == 0 ? 0 : errno;
}

}  // namespace

std::vector<std::string> LoopbackAddresses() {
  std::vector<std::string> addresses = {"127.0.0.1"};
  if (TryBind("::1", 0, SOCK_DGRAM) == 0) addresses.push_back("::1");
  return addresses;
}

std::string ReachableAddress(const std::string& address) {
  if (address == "0.0.0.0") return "127.0.0.1";
  return address == "::" ? "::1" : address;
}

bool IsPrivilegedPort(int port) {
  constexpr int kUsualStart = 1024;
  const absl::StatusOr<std::string> text =
      base::ReadSmallFile("/proc/sys/net/ipv4/ip_unprivileged_port_start");
  int start = kUsualStart;
  if (!text.ok() || !absl::SimpleAtoi(*text, &start)) start = kUsualStart;
  return port != 0 && port < start;
}

absl::Status CheckPortIsFree(const std::string& address, int port, absl::string_view option) {
  for (const int type : {SOCK_DGRAM, SOCK_STREAM}) {
    const int error = TryBind(address, port, type);
    if (error == 0) continue;
    const std::string where =
        absl::StrCat(address, " port ", port, type == SOCK_DGRAM ? "/udp" : "/tcp");
    switch (error) {
      case EADDRINUSE:
        return absl::FailedPreconditionError(absl::StrCat(
            where, " is taken by another program; stop it or choose another with ", option));
      case EACCES:
        return absl::PermissionDeniedError(
            absl::StrCat(where,
                         " needs CAP_NET_BIND_SERVICE, which root has: it is below "
                         "net.ipv4.ip_unprivileged_port_start; choose another with ",
                         option));
      case EADDRNOTAVAIL:
        return absl::InvalidArgumentError(
            absl::StrCat(address, " is not an address of this machine"));
      default:
        return base::ErrnoStatus(error, where);
    }
  }
  return absl::OkStatus();
}

}  // namespace tidemark::failover
