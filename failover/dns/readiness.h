// Whether a name server gives signed answers, of which zone and with which keys. The SOA is asked
// for over UDP and over TCP, the keys over UDP.
#ifndef TIDEMARK_FAILOVER_DNS_READINESS_H_
#define TIDEMARK_FAILOVER_DNS_READINESS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace tidemark::failover {

struct ServerAddress {
  std::string address;
  int port;
};

struct ServerPlaces {
  std::string program;              // "knotd"
  ServerAddress own;                // only we ask there
  std::vector<ServerAddress> open;  // where everybody asks
};

enum class Transport { kUdp, kTcp };

// RFC 4034 section 3.1.5. Nobody believes a signature before `begin`, nor after `end`.
struct SignatureTimes {
  absl::Time begin = absl::InfinitePast();
  absl::Time end = absl::InfiniteFuture();
};

// The times of the SOA's signature (the last to begin and the first to end, if there are several),
// if the server answers for `zone` with authority: an SOA with its signature and `serial` or one
// that came after it (RFC 1982: signing counts on). What time it is now is not looked at.
// UNAVAILABLE: not yet, or no more, and why.
absl::StatusOr<SignatureTimes> CheckSignedSoa(const ServerAddress& server, const std::string& zone,
                                              uint32_t serial, Transport transport,
                                              absl::Duration timeout);

// UNAVAILABLE: it begins after `now`, which names both.
absl::Status CheckBegun(const SignatureTimes& times, absl::Time now);

// OK if it does so over both transports, with a signature that has begun, and a DNSKEY set that has
// every key of `public_keys` (base64).
absl::Status CheckSignedAnswers(const ServerAddress& server, const std::string& zone,
                                uint32_t serial, const std::vector<std::string>& public_keys,
                                absl::Duration timeout);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DNS_READINESS_H_
