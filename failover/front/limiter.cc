#include "failover/front/limiter.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace tidemark::failover::front {
namespace {

// Connections that a client may make for each question that it may ask.
constexpr double kArrivalsPerQuestion = 2;

constexpr int kPrefixBytes = 8;

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

void Limiter::Fill(Entry& entry, Time now) const {
  const double seconds = std::chrono::duration<double>(now - entry.filled).count();
  if (seconds <= 0) return;  // another thread's now was later
  entry.filled = now;
  entry.questions = std::min(options_.burst, entry.questions + seconds * options_.per_second);
  entry.arrivals = std::min(options_.burst * kArrivalsPerQuestion,
                            entry.arrivals + seconds * options_.per_second * kArrivalsPerQuestion);
}

void Limiter::Forget() {
  // Those with connections are not old: back to the front. There are fewer of them than entries.
  while (entries_.back().connections > 0) {
    entries_.splice(entries_.begin(), entries_, std::prev(entries_.end()));
  }
  places_.erase(entries_.back().client);
  entries_.pop_back();
}

Limiter::Entry& Limiter::Find(Client client, Time now) {
  const auto place = places_.find(client);
  if (place != places_.end()) {
    entries_.splice(entries_.begin(), entries_, place->second);
    Fill(entries_.front(), now);
    return entries_.front();
  }
  if (entries_.size() >= options_.clients_max) Forget();
  entries_.push_front({.client = client,
                       .connections = 0,
                       .questions = options_.burst,
                       .arrivals = options_.burst * kArrivalsPerQuestion,
                       .filled = now});
  places_[client] = entries_.begin();
  return entries_.front();
}

bool Limiter::Connect(Client client, Time now) {
  const absl::MutexLock lock(&mutex_);
  if (connections_ >= options_.connections_max) return false;
  Entry& entry = Find(client, now);
  if (entry.connections >= options_.connections_per_client_max || entry.arrivals < 1) return false;
  entry.arrivals -= 1;
  ++entry.connections;
  ++connections_;
  return true;
}

void Limiter::Disconnect(Client client) {
  const absl::MutexLock lock(&mutex_);
  --places_.find(client)->second->connections;
  --connections_;
}

Limiter::Duration Limiter::Ask(Client client, Time now) {
  const absl::MutexLock lock(&mutex_);
  Entry& entry = Find(client, now);
  if (entry.questions >= 1) {
    entry.questions -= 1;
    return Duration::zero();
  }
  return std::chrono::duration_cast<Duration>(
      std::chrono::duration<double>((1 - entry.questions) / options_.per_second));
}

int Limiter::connections() const {
  const absl::MutexLock lock(&mutex_);
  return connections_;
}

size_t Limiter::clients() const {
  const absl::MutexLock lock(&mutex_);
  return entries_.size();
}

}  // namespace tidemark::failover::front
