#include "failover/front/room.h"

#include <iterator>

namespace tidemark::failover::front {
namespace {

// Connections that end in their own thread, each within moments. More are no moment's.
constexpr size_t kEndingMax = 256;

}  // namespace

bool Room::is_crowded() const { return given_away_.size() >= kEndingMax; }

Room::Rank Room::RankOf(uint64_t network, const Places& places) {
  return {places.size(), -places.front().active.time_since_epoch(), network};
}

Room::Places& Room::Lift(uint64_t network) {
  Places& places = networks_[network];
  if (!places.empty()) order_.erase(RankOf(network, places));
  return places;
}

void Room::PutBack(uint64_t network) {
  const auto found = networks_.find(network);
  if (found->second.empty()) {
    networks_.erase(found);
  } else {
    order_.insert(RankOf(network, found->second));
  }
}

Room::Place& Room::Add(uint64_t client, uint64_t network, Time now) {
  Places& places = Lift(network);
  places.push_back({.room = *this,
                    .client = client,
                    .network = network,
                    .active = now,
                    .leave = {},
                    .self = {}});
  Place& place = places.back();
  place.self = std::prev(places.end());
  PutBack(network);
  ++taken_;
  return place;
}

void Room::Touch(Place& place, Time now) {
  if (place.is_given_away) return;
  Places& places = Lift(place.network);
  place.active = now;
  places.splice(places.end(), places, place.self);
  PutBack(place.network);
}

Room::Place& Room::GiveAway() {
  const uint64_t network = std::get<2>(*order_.rbegin());
  Places& places = Lift(network);
  Place& place = places.front();
  given_away_.splice(given_away_.end(), places, place.self);
  PutBack(network);
  place.is_given_away = true;
  --taken_;
  return place;
}

void Room::Remove(Place& place) {
  if (place.is_given_away) {
    given_away_.erase(place.self);
    return;
  }
  const uint64_t network = place.network;
  Lift(network).erase(place.self);
  PutBack(network);
  --taken_;
}

}  // namespace tidemark::failover::front
