#include "failover/probe/relay_testing.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/memory/memory.h"
#include "base/status.h"

namespace tidemark::failover::probe {
namespace {

constexpr int kMessageBytesMax = 65535;
constexpr int kLookMilliseconds = 50;
constexpr int kPatienceMilliseconds = 2000;

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

bool WaitFor(int fd, int milliseconds) {
  pollfd waiting = {.fd = fd, .events = POLLIN, .revents = 0};
  return poll(&waiting, 1, milliseconds) == 1;
}

// -1: cannot.
int ConnectTo(int port, int type) {
  const sockaddr_in address = Loopback(port);
  const int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    close(fd);
    return -1;
  }
  return fd;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Relay>> Relay::Start(int server_port, Lies lies) {
  auto relay = absl::WrapUnique(new Relay(server_port, std::move(lies)));
  RETURN_IF_ERROR(relay->Listen());
  relay->thread_ = std::thread([relay = relay.get()] { relay->Run(); });
  return relay;
}

Relay::~Relay() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
  if (udp_ >= 0) close(udp_);
  if (tcp_ >= 0) close(tcp_);
}

absl::Status Relay::Listen() {
  tcp_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  udp_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = Loopback(0);
  socklen_t length = sizeof(address);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (bind(tcp_, any, length) != 0 || listen(tcp_, 8) != 0 ||
      getsockname(tcp_, any, &length) != 0 || bind(udp_, any, length) != 0) {
    return base::ErrnoStatus(errno, "a port for both");
  }
  port_ = ntohs(address.sin_port);
  return absl::OkStatus();
}

void Relay::Run() {
  while (!stop_) {
    if (WaitFor(udp_, kLookMilliseconds)) PassDatagram();
    if (WaitFor(tcp_, 0)) PassConnection();
  }
}

void Relay::PassDatagram() {
  std::string message(kMessageBytesMax, '\0');
  sockaddr_in from = {};
  socklen_t length = sizeof(from);
  auto* const asker = reinterpret_cast<sockaddr*>(&from);
  const ssize_t asked = recvfrom(udp_, message.data(), message.size(), 0, asker, &length);
  const int server = ConnectTo(server_port_, SOCK_DGRAM);
  const absl::Cleanup closer = [server] { close(server); };
  if (asked < 0 || server < 0) return;
  if (send(server, message.data(), static_cast<size_t>(asked), 0) != asked) return;
  if (!WaitFor(server, kPatienceMilliseconds)) return;
  const ssize_t answered = recv(server, message.data(), message.size(), 0);
  if (answered < 0) return;
  message.resize(static_cast<size_t>(answered));
  const std::string told = lies_.udp(std::move(message));
  if (!told.empty()) sendto(udp_, told.data(), told.size(), 0, asker, length);
}

void Relay::PassConnection() {
  const int client = accept(tcp_, nullptr, nullptr);
  const int server = ConnectTo(server_port_, SOCK_STREAM);
  const absl::Cleanup closer = [client, server] {
    close(client);
    close(server);
  };
  if (client < 0 || server < 0) return;
  while (!stop_) {
    pollfd waiting[] = {{.fd = client, .events = POLLIN, .revents = 0},
                        {.fd = server, .events = POLLIN, .revents = 0}};
    poll(waiting, 2, kLookMilliseconds);
    for (const int side : {0, 1}) {
      if (waiting[side].revents == 0) continue;
      std::string bytes(kMessageBytesMax, '\0');
      const ssize_t n = recv(waiting[side].fd, bytes.data(), bytes.size(), 0);
      if (n <= 0) return;
      bytes.resize(static_cast<size_t>(n));
      if (side == 1) bytes = lies_.tcp(std::move(bytes));
      if (bytes.empty() || send(waiting[1 - side].fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
                               static_cast<ssize_t>(bytes.size())) {
        return;
      }
    }
  }
}

}  // namespace tidemark::failover::probe
