// Who may connect and ask, and when. Private to front/; knows no sockets and no clock.
//
// A client and the network around it each have a limit of connections and buckets of questions and
// of arrivals (client_table.h). RDAP and WHOIS have places of their own, a quarter is WHOIS's, so
// that neither can take the other's; a newcomer within its limits always gets one (room.h).
//
// Threads: safe for concurrent use; each call takes one lock for a microsecond or two.
#ifndef TIDEMARK_FAILOVER_FRONT_LIMITER_H_
#define TIDEMARK_FAILOVER_FRONT_LIMITER_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "failover/front/client_table.h"
#include "failover/front/room.h"

namespace tidemark::failover::front {

// What counts as one client: an IPv4 address, also when it is written as IPv6 (::ffff:0:0/96), or
// the first 64 bits of an IPv6 address. IPv4 takes numbers that no public IPv6 network has.
using Client = uint64_t;
Client ClientOfV4(uint32_t address);
Client ClientOfV6(const std::array<unsigned char, 16>& address);

// The network around a client: 24 bits of IPv4, or 48 of IPv6, which one customer may have (RFC
// 6177 section 2).
using Network = uint64_t;
Network NetworkOf(Client client);

enum class Protocol { kRdap, kWhois };

struct LimiterOptions {
  int connections_max = 0;  // at least two; beside those that were told to leave
  int connections_per_client_max = 0;
  int connections_per_network_max = 0;
  double per_second = 0;  // of a client; a network has kNetworkFactor times as much
  double burst = 0;
  size_t clients_max = 0;  // that are remembered, and as many networks
};
inline constexpr double kNetworkFactor = 4;

class Limiter {
 public:
  using Time = ClientTable::Time;
  using Duration = ClientTable::Duration;
  using Place = Room::Place;

  explicit Limiter(const LimiterOptions& options);

  // The place of a new connection, or nullptr if there is none for it. Disconnect() has to follow.
  // Another connection may be told to leave for it, during this call.
  Place* Connect(Client client, Protocol protocol, Time now);
  // `leave` is called once the place is another's, in any thread, under the lock. False: it is
  // already.
  bool SetLeave(Place& place, std::function<void()> leave);
  void Disconnect(Place& place);

  // Zero if a question may be answered, which ends the idling of its connection; otherwise how long
  // until one may.
  Duration Ask(Place& place, Time now);

  int connections() const;
  size_t clients() const;
  uint64_t given_away() const;  // places, since the start

 private:
  mutable absl::Mutex mutex_;
  ClientTable clients_ ABSL_GUARDED_BY(mutex_);
  ClientTable networks_ ABSL_GUARDED_BY(mutex_);
  Room rdap_ ABSL_GUARDED_BY(mutex_);
  Room whois_ ABSL_GUARDED_BY(mutex_);
  uint64_t given_away_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace tidemark::failover::front

#endif  // TIDEMARK_FAILOVER_FRONT_LIMITER_H_
