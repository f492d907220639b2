// Whether the name servers still answer: a process that hangs is one that runs, and its registry is
// gone all the same. Each address is asked now and then; one that misses several in a row is gone.
//
// Questions over UDP get lost where there is much traffic, so that a few misses say nothing. Over
// TCP they say less: strangers who take every connection and send nothing keep others out (RFC 7766
// section 10), and no restart helps against them; that is warned of, and what answers over UDP goes
// on.
// Threads: one at a time.
#ifndef TIDEMARK_FAILOVER_SERVE_DNS_WATCH_H_
#define TIDEMARK_FAILOVER_SERVE_DNS_WATCH_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "failover/dns/readiness.h"

namespace tidemark::failover {

class DnsWatch {
 public:
  // `serial`: what each must answer at the least (readiness.h).
  DnsWatch(std::string zone, uint32_t serial, const std::vector<ServerAddress>& servers);

  // Asks the next server, if it is time; takes at most two seconds. UNAVAILABLE: it missed six
  // questions over UDP in a row, each five seconds after the one before. As many over TCP: a line
  // in the log.
  absl::Status Look(absl::Time now);

 private:
  struct Server {
    ServerAddress address;
    int misses = 0;
    int tcp_misses = 0;
  };

  const std::string zone_;
  const uint32_t serial_;
  std::vector<Server> servers_;
  size_t next_server_ = 0;
  absl::Time next_look_ = absl::InfinitePast();
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_SERVE_DNS_WATCH_H_
