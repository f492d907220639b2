// Whether a name server gives signed answers, of which zone and with which keys. The SOA is asked
// for over UDP and over TCP, the keys over UDP.
#ifndef TIDEMARK_FAILOVER_DNS_READINESS_H_
#define TIDEMARK_FAILOVER_DNS_READINESS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace tidemark::failover {

struct ServerAddress {
  std::string address;
  int port;
};

enum class Transport { kUdp, kTcp };

// OK if the server answers for `zone` with authority: an SOA with its signature and `serial` or one
// that came after it (RFC 1982: signing counts on). UNAVAILABLE: not yet, or no more, and why.
absl::Status CheckSignedSoa(const ServerAddress& server, const std::string& zone, uint32_t serial,
                            Transport transport, absl::Duration timeout);

// The same over both transports, and a DNSKEY set that has every key of `public_keys` (base64).
absl::Status CheckSignedAnswers(const ServerAddress& server, const std::string& zone,
                                uint32_t serial, const std::vector<std::string>& public_keys,
                                absl::Duration timeout);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DNS_READINESS_H_
