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
#include "absl/strings/str_replace.h"

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

// A type covered, an algorithm and two labels of an RRSIG (RFC 4034 section 3.1); types and
// classes.
inline constexpr char kCoversA[] = "\x00\x01\x0d\x02";
inline constexpr char kCoversDs[] = "\x00\x2b\x0d\x02";
inline constexpr char kCoversNsec3[] = "\x00\x32\x0d\x02";
inline constexpr char kNsec3InClassIn[] = "\x00\x32\x00\x01";
inline constexpr char kUnknownInClassIn[] = "\xff\x00\x00\x01";

inline Relay::Lie Mangled(const char* from, const char* to) {
  return [from = std::string(from, 4), to = std::string(to, 4)](const std::string& answer) {
    return absl::StrReplaceAll(answer, {{from, to}});
  };
}

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_RELAY_TESTING_H_
