// A DNSKEY record in presentation format (RFC 4034 section 2.2), as a key's public file has it and
// as keymgr prints it: one record, comments from ';' to the end of a line, TTL and class or not.
//
// Threat: the file comes from a registry that failed. Nothing is taken but what a key of the zone
// that can sign must be; sizes are bounded by the caller.
#ifndef TIDEMARK_FAILOVER_DNS_DNSKEY_H_
#define TIDEMARK_FAILOVER_DNS_DNSKEY_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tidemark::failover {

struct Dnskey {
  std::string owner;  // canonical
  uint16_t flags = 0;
  uint8_t algorithm = 0;
  std::string public_key;  // base64 without white space

  bool is_ksk() const { return (flags & 1) != 0; }  // SEP, RFC 4034 section 2.1.1
  bool operator==(const Dnskey&) const = default;
};

// INVALID_ARGUMENT says what is wrong with it: not exactly one record, no zone key, revoked,
// another protocol, an algorithm that is not to be signed with (RFC 8624) or that Knot has not, a
// public key that is not one of the algorithm.
absl::StatusOr<Dnskey> ParseDnskey(absl::string_view text);

// As knot.conf and keymgr call it. The algorithm must be one that ParseDnskey lets pass.
std::string KnotAlgorithm(uint8_t algorithm);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DNS_DNSKEY_H_
