// Who may connect and ask, and when. Private to front/; knows no sockets and no clock.
//
// Threat: the addresses of clients are chosen by whoever attacks, so the table of clients is
// bounded. When it is full, of those without an open connection the one that was seen longest ago
// is forgotten; its bucket is full again if it returns. With fewer connections than entries there
// always is one.
//
// Threads: safe for concurrent use; each call takes one lock for less than a microsecond.
#ifndef TIDEMARK_FAILOVER_FRONT_LIMITER_H_
#define TIDEMARK_FAILOVER_FRONT_LIMITER_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace tidemark::failover::front {

// What counts as one client: an IPv4 address, also when it is written as IPv6 (::ffff:0:0/96), or
// the first 64 bits of an IPv6 address. IPv4 takes numbers that no public IPv6 network has.
using Client = uint64_t;
Client ClientOfV4(uint32_t address);
Client ClientOfV6(const std::array<unsigned char, 16>& address);

struct LimiterOptions {
  int connections_max = 0;
  int connections_per_client_max = 0;
  double per_second = 0;
  double burst = 0;
  size_t clients_max = 0;  // more than connections_max
};

class Limiter {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  explicit Limiter(const LimiterOptions& options) : options_(options) {}

  // True if it may connect; Disconnect() then has to follow.
  bool Connect(Client client, Time now);
  void Disconnect(Client client);

  // Zero if a question may be answered, otherwise how long until one may. Only of connected
  // clients.
  Duration Ask(Client client, Time now);

  int connections() const;
  size_t clients() const;

 private:
  struct Entry {
    Client client = 0;
    int connections = 0;
    double questions = 0;  // tokens
    double arrivals = 0;   // tokens
    Time filled;           // when both were last filled
  };
  using Entries = std::list<Entry>;

  Entry& Find(Client client, Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Forget() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Fill(Entry& entry, Time now) const;

  const LimiterOptions options_;
  mutable absl::Mutex mutex_;
  int connections_ ABSL_GUARDED_BY(mutex_) = 0;
  Entries entries_ ABSL_GUARDED_BY(mutex_);  // seen last first
  absl::flat_hash_map<Client, Entries::iterator> places_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidemark::failover::front

#endif  // TIDEMARK_FAILOVER_FRONT_LIMITER_H_
