#include "failover/serve/dns_watch.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/log.h"

namespace tidemark::failover {
namespace {

constexpr absl::Duration kInterval = absl::Seconds(5);  // between two questions to one server
constexpr absl::Duration kQuestionTimeout = absl::Seconds(1);
constexpr int kMissesMax = 6;

}  // namespace

DnsWatch::DnsWatch(std::string zone, uint32_t serial, const std::vector<ServerAddress>& servers)
    : zone_(std::move(zone)), serial_(serial) {
  for (const ServerAddress& address : servers) servers_.push_back({.address = address});
}

absl::Status DnsWatch::Look(absl::Time now) {
  if (now < next_look_ || servers_.empty()) return absl::OkStatus();
  next_look_ = now + kInterval / servers_.size();
  Server& server = servers_[next_server_++ % servers_.size()];
  const absl::Status answer =
      CheckSignedSoa(server.address, zone_, serial_, Transport::kUdp, kQuestionTimeout);
  server.misses = answer.ok() ? 0 : server.misses + 1;
  if (server.misses >= kMissesMax) {
    return absl::UnavailableError(absl::StrCat(server.address.address, " port ",
                                               server.address.port,
                                               " does not answer any more: ", answer.message()));
  }
  if (!answer.ok()) return absl::OkStatus();
  const absl::Status over_tcp =
      CheckSignedSoa(server.address, zone_, serial_, Transport::kTcp, kQuestionTimeout);
  server.tcp_misses = over_tcp.ok() ? 0 : server.tcp_misses + 1;
  if (server.tcp_misses == kMissesMax) {
    base::Log(base::LogLevel::kWarning, "serve",
              {{"address", server.address.address},
               {"port", server.address.port},
               {"warning", over_tcp.message()}});
  }
  return absl::OkStatus();
}

}  // namespace tidemark::failover
