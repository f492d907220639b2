// The places that connections of one protocol have, and whose is given to a newcomer when all are
// taken. Private to front/; knows no sockets and no clock.
//
// Threat: whoever has a few addresses could take every place and ask just often enough to keep
// them. So a newcomer always gets one: of the network that has most, the connection goes that has
// idled longest; among networks that have as many, the one with the longest of all.
//
// Threads: one at a time.
#ifndef TIDEMARK_FAILOVER_FRONT_ROOM_H_
#define TIDEMARK_FAILOVER_FRONT_ROOM_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <set>
#include <tuple>

#include "absl/container/flat_hash_map.h"

namespace tidemark::failover::front {

class Room {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Place {
    Room& room;
    uint64_t client = 0;
    uint64_t network = 0;
    Time active;                  // when it came, or was last answered
    bool is_given_away = false;   // its connection has to end
    std::function<void()> leave;  // tells the connection so; may be nothing yet
    std::list<Place>::iterator self;
  };

  explicit Room(size_t places) : places_(places) {}
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  bool is_full() const { return taken_ >= places_; }
  // With those that were given away and whose connections are about to end.
  size_t connections() const { return taken_ + given_away_.size(); }
  // So many are about to end that no more should be told to.
  bool is_crowded() const;

  Place& Add(uint64_t client, uint64_t network, Time now);
  void Touch(Place& place, Time now);  // it was active
  // One that is taken, for a newcomer. The place stays until Remove().
  Place& GiveAway();
  void Remove(Place& place);

 private:
  using Places = std::list<Place>;
  using Rank = std::tuple<size_t, Time::duration, uint64_t>;  // the last goes first

  static Rank RankOf(uint64_t network, const Places& places);
  // Takes a network out of the order, to be changed, and puts it back.
  Places& Lift(uint64_t network);
  void PutBack(uint64_t network);

  const size_t places_;
  size_t taken_ = 0;
  absl::flat_hash_map<uint64_t, Places> networks_;  // the longest idle first
  std::set<Rank> order_;
  Places given_away_;
};

}  // namespace tidemark::failover::front

#endif  // TIDEMARK_FAILOVER_FRONT_ROOM_H_
