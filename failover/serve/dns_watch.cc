#include "failover/serve/dns_watch.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace tidemark::failover {
namespace {

constexpr absl::Duration kInterval = absl::Seconds(5);  // between two questions to one server
constexpr absl::Duration kQuestionTimeout = absl::Seconds(1);
constexpr int kMissesMax = 6;

}  // namespace

DnsWatch::DnsWatch(std::string zone, uint32_t serial, const std::vector<ServerAddress>& servers)
    : zone_(std::move(zone)), serial_(serial) {
  for (const ServerAddress& address : servers) servers_.push_back({address, 0});
}

absl::Status DnsWatch::Look(absl::Time now) {
  if (now < next_look_ || servers_.empty()) return absl::OkStatus();
  next_look_ = now + kInterval / servers_.size();
  Server& server = servers_[next_server_++ % servers_.size()];
  const absl::Status answer =
      CheckSignedAnswers(server.address, zone_, serial_, {}, kQuestionTimeout);
  server.misses = answer.ok() ? 0 : server.misses + 1;
  if (server.misses < kMissesMax) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(server.address.address, " port ", server.address.port,
                                             " does not answer any more: ", answer.message()));
}

}  // namespace tidemark::failover
