// What a zone may be transferred by (TSIG, RFC 8945), as knotd, nsd and kdig -k know it.
#ifndef TIDEMARK_FAILOVER_DNS_TRANSFER_KEY_H_
#define TIDEMARK_FAILOVER_DNS_TRANSFER_KEY_H_

#include <string>

#include "absl/status/statusor.h"

namespace tidemark::failover {

// Of hmac-sha256.
struct TransferKey {
  // What a primary and its secondary on this machine know each other by: a fresh secret.
  static absl::StatusOr<TransferKey> Make();
  // Of a file with the one line `hmac-sha256:NAME:SECRET`, the secret of 16 to 64 bytes in base64.
  // INVALID_ARGUMENT: it is none. FAILED_PRECONDITION: others may read it.
  static absl::StatusOr<TransferKey> Load(const std::string& path);

  std::string name;  // without a final dot
  std::string secret_base64;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DNS_TRANSFER_KEY_H_
