// The server's side of TLS. Private to front/.
#ifndef TIDEMARK_FAILOVER_FRONT_TLS_H_
#define TIDEMARK_FAILOVER_FRONT_TLS_H_

#include <boost/asio/ssl/context.hpp>
#include <string>

#include "absl/status/status.h"

namespace tidemark::failover::front {

struct TlsFiles {
  std::string certificate_path;
  std::string key_path;
};

// Sets up `context`: TLS 1.2 and 1.3, nothing older, no compression (CRIME), no renegotiation (a
// client could have us compute for ever). Sessions are resumed by tickets, which cost us no memory;
// their key lives as long as the context.
// PERMISSION_DENIED: others can read the key. INVALID_ARGUMENT: not a certificate, not its key.
absl::Status SetUpTls(const TlsFiles& files, boost::asio::ssl::context& context);

}  // namespace tidemark::failover::front

#endif  // TIDEMARK_FAILOVER_FRONT_TLS_H_
