// A name server that says something else than the real one.
#ifndef TIDEMARK_FAILOVER_PROBE_RELAY_TESTING_H_
#define TIDEMARK_FAILOVER_PROBE_RELAY_TESTING_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/statusor.h"

namespace tidemark::failover::probe {

// Passes questions on to the real server at 127.0.0.1. What that says comes back as a lie makes it:
// of a datagram, or of some bytes of a connection; "": nothing comes, and the connection ends.
class Relay {
 public:
  using Lie = std::function<std::string(std::string answer)>;

  struct Lies {
    Lie udp = [](std::string answer) { return answer; };
    Lie tcp = [](std::string bytes) { return bytes; };
  };

  static absl::StatusOr<std::unique_ptr<Relay>> Start(int server_port, Lies lies);
  ~Relay();
  int port() const { return port_; }

 private:
  Relay(int server_port, Lies lies) : server_port_(server_port), lies_(std::move(lies)) {}
  absl::Status Listen();
  void Run();
  void PassDatagram();
  void PassConnection();

  const int server_port_;
  const Lies lies_;
  int udp_ = -1;
  int tcp_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_RELAY_TESTING_H_
