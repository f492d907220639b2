#include "tests/support/cutting_proxy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace tidemark::tests {
namespace {

constexpr size_t kBufferBytes = 16 << 10;

absl::StatusOr<sockaddr_in> ParseAddress(const std::string& text) {
  const size_t colon = text.rfind(':');
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(std::atoi(text.c_str() + colon + 1)));
  if (inet_pton(AF_INET, text.substr(0, colon).c_str(), &address.sin_addr) != 1) {
    return absl::InvalidArgumentError(text);
  }
  return address;
}

bool WriteAll(int fd, const char* data, size_t size) {
  while (size > 0) {
    const ssize_t n = send(fd, data, size, MSG_NOSIGNAL);
    if (n <= 0) return false;
    data += n;
    size -= static_cast<size_t>(n);
  }
  return true;
}

}  // namespace

struct CuttingProxy::Connection {
  int client = -1;
  int server = -1;
  std::thread up;
  std::thread down;

  // Ends both sides; whoever pumps finds out.
  void Cut() const {
    for (const int fd : {client, server}) shutdown(fd, SHUT_RDWR);
  }
  ~Connection() {
    Cut();
    up.join();
    down.join();
    close(client);
    close(server);
  }
};

CuttingProxy::CuttingProxy(const Options& options) : options_(options) {}

absl::StatusOr<std::unique_ptr<CuttingProxy>> CuttingProxy::Start(const Options& options) {
  auto proxy = absl::WrapUnique(new CuttingProxy(options));
  proxy->listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSIGN_OR_RETURN(sockaddr_in any, ParseAddress("127.0.0.1:0"));
  socklen_t size = sizeof(any);
  if (bind(proxy->listener_, reinterpret_cast<sockaddr*>(&any), size) != 0 ||
      listen(proxy->listener_, 64) != 0 ||
      getsockname(proxy->listener_, reinterpret_cast<sockaddr*>(&any), &size) != 0) {
    return base::ErrnoStatus(errno, "proxy");
  }
  proxy->address_ = absl::StrCat("127.0.0.1:", ntohs(any.sin_port));
  proxy->thread_ = std::thread([raw = proxy.get()] { raw->Accept(); });
  return proxy;
}

CuttingProxy::~CuttingProxy() {
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  close(listener_);
  std::list<std::unique_ptr<Connection>> connections;
  {
    absl::MutexLock lock(&mutex_);
    connections.swap(connections_);
  }
}

void CuttingProxy::Accept() {
  const absl::StatusOr<sockaddr_in> target = ParseAddress(options_.target);
  CHECK(target.ok());
  while (true) {
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(server, reinterpret_cast<const sockaddr*>(&*target), sizeof(*target)) != 0) {
      close(server);
      close(client);
      continue;
    }
    absl::MutexLock lock(&mutex_);
    Connection& connection = *connections_.emplace_back(std::make_unique<Connection>());
    connection.client = client;
    connection.server = server;
    connection.up = std::thread([this, &connection] { Pump(connection, true); });
    connection.down = std::thread([this, &connection] { Pump(connection, false); });
  }
}

void CuttingProxy::Pump(Connection& connection, bool from_client) {
  const int from = from_client ? connection.client : connection.server;
  const int to = from_client ? connection.server : connection.client;
  std::vector<char> buffer(kBufferBytes);
  while (true) {
    const ssize_t n = recv(from, buffer.data(), buffer.size(), 0);
    if (n <= 0 || !WriteAll(to, buffer.data(), static_cast<size_t>(n))) break;
    if (from_client) CountFromClient(static_cast<uint64_t>(n));
  }
  connection.Cut();
}

void CuttingProxy::CountFromClient(uint64_t bytes) {
  absl::MutexLock lock(&mutex_);
  bytes_ += bytes;
  if (options_.cut_every_bytes == 0 || cuts_ >= options_.cuts_max) return;
  if (bytes_ < options_.cut_every_bytes * (static_cast<uint64_t>(cuts_) + 1)) return;
  ++cuts_;
  CutAll();
}

void CuttingProxy::CutAll() {
  for (const std::unique_ptr<Connection>& connection : connections_) connection->Cut();
}

}  // namespace tidemark::tests
