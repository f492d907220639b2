// What is counted, from every thread. Private to front/.
#ifndef TIDEMARK_FAILOVER_FRONT_COUNTS_H_
#define TIDEMARK_FAILOVER_FRONT_COUNTS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace tidemark::failover::front {

using Count = std::atomic<uint64_t>;

inline constexpr size_t kHttpStatuses = 600;

struct Counts {
  std::array<Count, kHttpStatuses> rdap_answers{};  // by status
  Count whois_answers{0};
  Count rate_limited{0};
  Count busy{0};
  Count refused{0};
  Count handshakes_failed{0};
  Count cut{0};
  Count accept_failures{0};
};

}  // namespace tidemark::failover::front

#endif  // TIDEMARK_FAILOVER_FRONT_COUNTS_H_
