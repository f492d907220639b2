#include "failover/front/limiter.h"

#include <algorithm>
#include <utility>

namespace tidemark::failover::front {
namespace {

constexpr int kPrefixBytes = 8;
// WHOIS has a quarter of the places.
constexpr int kWhoisShare = 4;

size_t WhoisPlaces(int connections_max) {
  return static_cast<size_t>(std::max(1, connections_max / kWhoisShare));
}

ClientTableOptions ClientOptions(const LimiterOptions& options) {
  return {.entries_max = options.clients_max,
          .connections_max = options.connections_per_client_max,
          .per_second = options.per_second,
          .burst = options.burst};
}

ClientTableOptions NetworkOptions(const LimiterOptions& options) {
  return {.entries_max = options.clients_max,
          .connections_max = options.connections_per_network_max,
          .per_second = options.per_second * kNetworkFactor,
          .burst = options.burst * kNetworkFactor};
}

}  // namespace

Client ClientOfV4(uint32_t address) { return address; }

Client ClientOfV6(const std::array<unsigned char, 16>& address) {
  static constexpr std::array<unsigned char, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255};
  uint64_t out = 0;
  if (std::equal(kMapped.begin(), kMapped.end(), address.begin())) {
    for (size_t i = kMapped.size(); i < address.size(); ++i) out = out << 8 | address[i];
  } else {
    for (size_t i = 0; i < kPrefixBytes; ++i) out = out << 8 | address[i];
  }
  return out;
}

Network NetworkOf(Client client) {
  return client <= UINT32_MAX ? client & ~uint64_t{0xff} : client & ~uint64_t{0xffff};
}

Limiter::Limiter(const LimiterOptions& options)
    : clients_(ClientOptions(options)),
      networks_(NetworkOptions(options)),
      rdap_(static_cast<size_t>(options.connections_max) - WhoisPlaces(options.connections_max)),
      whois_(WhoisPlaces(options.connections_max)) {}

Limiter::Place* Limiter::Connect(Client client, Protocol protocol, Time now) {
  const absl::MutexLock lock(&mutex_);
  Room& room = protocol == Protocol::kRdap ? rdap_ : whois_;
  const Network network = NetworkOf(client);
  if (!clients_.MayConnect(client, now) || !networks_.MayConnect(network, now)) return nullptr;
  if (room.is_full()) {
    if (room.is_crowded()) return nullptr;
    const Place& left = room.GiveAway();
    ++given_away_;
    if (left.leave) left.leave();
  }
  clients_.Connect(client);
  networks_.Connect(network);
  return &room.Add(client, network, now);
}

bool Limiter::SetLeave(Place& place, std::function<void()> leave) {
  const absl::MutexLock lock(&mutex_);
  place.leave = std::move(leave);
  return !place.is_given_away;
}

void Limiter::Disconnect(Place& place) {
  const absl::MutexLock lock(&mutex_);
  clients_.Disconnect(place.client);
  networks_.Disconnect(place.network);
  place.room.Remove(place);
}

Limiter::Duration Limiter::Ask(Place& place, Time now) {
  const absl::MutexLock lock(&mutex_);
  const Duration wait =
      std::max(clients_.Wait(place.client, now), networks_.Wait(place.network, now));
  if (wait > Duration::zero()) return wait;
  clients_.Ask(place.client);
  networks_.Ask(place.network);
  place.room.Touch(place, now);
  return wait;
}

int Limiter::connections() const {
  const absl::MutexLock lock(&mutex_);
  return static_cast<int>(rdap_.connections() + whois_.connections());
}

size_t Limiter::clients() const {
  const absl::MutexLock lock(&mutex_);
  return clients_.size();
}

uint64_t Limiter::given_away() const {
  const absl::MutexLock lock(&mutex_);
  return given_away_;
}

}  // namespace tidemark::failover::front
