// Who asked how much lately: a bounded table of clients, or of networks, with two token buckets
// each. Private to front/; knows no sockets and no clock.
//
// Threat: the addresses of clients are chosen by whoever attacks, so the table is bounded. When it
// is full, of those without an open connection the one goes whose buckets are full soonest: a full
// bucket is as good as none, and whoever took most is remembered longest. The connected all stay;
// how many they are is bounded by whoever connects them.
//
// Threads: one at a time.
#ifndef TIDEMARK_FAILOVER_FRONT_CLIENT_TABLE_H_
#define TIDEMARK_FAILOVER_FRONT_CLIENT_TABLE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>

#include "absl/container/node_hash_map.h"

namespace tidemark::failover::front {

struct ClientTableOptions {
  size_t entries_max = 0;   // more only while so many are connected
  int connections_max = 0;  // of each
  double per_second = 0;    // questions of each; twice as many connections
  double burst = 0;
};

class ClientTable {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  explicit ClientTable(const ClientTableOptions& options) : options_(options) {}

  // Whether one more connection of `key` is within its limits. A key that is new is remembered.
  bool MayConnect(uint64_t key, Time now);
  void Connect(uint64_t key);  // that may
  void Disconnect(uint64_t key);

  // Zero if a question may be answered, otherwise how long until one may. Only of the connected.
  Duration Wait(uint64_t key, Time now);
  void Ask(uint64_t key);  // that has not to wait

  size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    int connections = 0;
    double questions = 0;  // tokens
    double arrivals = 0;   // tokens
    Time filled;           // when both were last filled
  };

  Entry& Find(uint64_t key, Time now);
  void Fill(Entry& entry, Time now) const;
  Time FullAt(const Entry& entry) const;

  const ClientTableOptions options_;
  absl::node_hash_map<uint64_t, Entry> entries_;
  std::set<std::pair<Time, uint64_t>> leavers_;  // without a connection, by when they are full
};

}  // namespace tidemark::failover::front

#endif  // TIDEMARK_FAILOVER_FRONT_CLIENT_TABLE_H_
