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

// When the SOA's signature ends (the first to end, if there are several), if the server answers for
// `zone` with authority: an SOA with its signature and `serial` or one that came after it (RFC
// 1982: signing counts on). UNAVAILABLE: not yet, or no more, and why.
absl::StatusOr<absl::Time> CheckSignedSoa(const ServerAddress& server, const std::string& zone,
                                          uint32_t serial, Transport transport,
                                          absl::Duration timeout);

// OK if it does so over both transports, and a DNSKEY set that has every key of `public_keys`
// (base64).
absl::Status CheckSignedAnswers(const ServerAddress& server, const std::string& zone,
                                uint32_t serial, const std::vector<std::string>& public_keys,
                                absl::Duration timeout);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DNS_READINESS_H_
