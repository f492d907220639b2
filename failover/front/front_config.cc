#include <cstdint>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "failover/front/front_end.h"

namespace tidemark::failover::front {
namespace {

constexpr int64_t kConnectionsMax = 1'000'000;
constexpr int64_t kPerSecondMax = 1'000'000;
constexpr int64_t kClientsMax = 16'000'000;
constexpr int64_t kOutgoingBytesMin = 1 << 20;
constexpr int64_t kOutgoingBytesMax = int64_t{1} << 40;
constexpr int64_t kThreadsMax = 256;
constexpr int64_t kHeaderBytesMin = 4096;
constexpr int64_t kHeaderBytesMax = 1 << 20;
constexpr absl::Duration kWaitMin = absl::Milliseconds(10);
constexpr absl::Duration kWaitMax = absl::Hours(1);

template <typename T>
absl::Status ReadNumber(const base::Config& config, absl::string_view key, int64_t min, int64_t max,
                        T& value) {
  ASSIGN_OR_RETURN(const int64_t number, config.IntOr(absl::StrCat("rdds.limits.", key),
                                                      static_cast<int64_t>(value), min, max));
  value = static_cast<T>(number);
  return absl::OkStatus();
}

absl::Status ReadWait(const base::Config& config, absl::string_view key, absl::Duration& value) {
  ASSIGN_OR_RETURN(value,
                   config.DurationOr(absl::StrCat("rdds.limits.", key), value, kWaitMin, kWaitMax));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Limits> LoadLimits(const base::Config& config) {
  Limits limits;
  RETURN_IF_ERROR(
      ReadNumber(config, "connections_max", 2, kConnectionsMax, limits.connections_max));
  RETURN_IF_ERROR(ReadNumber(config, "connections_per_client_max", 1, kConnectionsMax,
                             limits.connections_per_client_max));
  RETURN_IF_ERROR(ReadNumber(config, "connections_per_network_max", 1, kConnectionsMax,
                             limits.connections_per_network_max));
  RETURN_IF_ERROR(
      ReadNumber(config, "requests_per_second", 1, kPerSecondMax, limits.requests_per_second));
  RETURN_IF_ERROR(ReadNumber(config, "burst", 1, kPerSecondMax, limits.burst));
  RETURN_IF_ERROR(ReadNumber(config, "requests_per_connection_max", 1, INT32_MAX,
                             limits.requests_per_connection_max));
  RETURN_IF_ERROR(ReadNumber(config, "header_bytes_max", kHeaderBytesMin, kHeaderBytesMax,
                             limits.header_bytes_max));
  RETURN_IF_ERROR(ReadNumber(config, "clients_max", 2, kClientsMax, limits.clients_max));
  RETURN_IF_ERROR(ReadNumber(config, "outgoing_bytes_max", kOutgoingBytesMin, kOutgoingBytesMax,
                             limits.outgoing_bytes_max));
  RETURN_IF_ERROR(ReadNumber(config, "threads", 1, kThreadsMax, limits.threads));
  RETURN_IF_ERROR(ReadWait(config, "handshake_max", limits.handshake_max));
  RETURN_IF_ERROR(ReadWait(config, "request_max", limits.request_max));
  RETURN_IF_ERROR(ReadWait(config, "idle_max", limits.idle_max));
  RETURN_IF_ERROR(ReadWait(config, "answer_max", limits.answer_max));
  RETURN_IF_ERROR(ReadWait(config, "connection_max", limits.connection_max));
  if (limits.clients_max <= static_cast<size_t>(limits.connections_max)) {
    return absl::InvalidArgumentError(
        "rdds.limits.clients_max has to be more than rdds.limits.connections_max");
  }
  return limits;
}

}  // namespace tidemark::failover::front
