// Whether the name servers still answer: a process that hangs is one that runs, and its registry is
// gone all the same. Each address is asked now and then. One that misses several questions over UDP
// in a row is gone if it is the server's own (readiness.h); at any other a question is lost where
// strangers send more than is read, and over TCP where they take every connection and send nothing
// (RFC 7766 section 10). No restart helps against either: they are warned of.
//
// And whether the zone is still signed: each server's own address is asked until when its signature
// of the SOA holds.
// Threads: one at a time.
#ifndef TIDEMARK_FAILOVER_SERVE_DNS_WATCH_H_
#define TIDEMARK_FAILOVER_SERVE_DNS_WATCH_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "failover/dns/readiness.h"

namespace tidemark::failover {

class DnsWatch {
 public:
  // `serial`: what each must answer at the least (readiness.h).
  DnsWatch(std::string zone, uint32_t serial, const std::vector<ServerPlaces>& servers);

  // Asks at the next address, if it is time; takes at most two seconds. `now` is of a clock that
  // nobody sets. UNAVAILABLE: a server missed six questions over UDP in a row at its own address,
  // each five seconds after the one before. As many at another, or over TCP: a line in the log.
  absl::Status Look(absl::Time now);

  // UNAVAILABLE: a server's signature of the SOA, when it was last seen, was to begin after `now`
  // or to end before `end`.
  absl::Status CheckSignatures(absl::Time now, absl::Time end) const;

 private:
  struct Place {
    std::string program;
    ServerAddress address;
    bool is_own;
    int misses = 0;
    int tcp_misses = 0;
    SignatureTimes signature = {};
  };

  static void Warn(const Place& place, absl::string_view warning);

  const std::string zone_;
  const uint32_t serial_;
  std::vector<Place> places_;
  size_t next_place_ = 0;
  absl::Time next_look_ = absl::InfinitePast();
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_SERVE_DNS_WATCH_H_
