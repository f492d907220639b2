// The server's side of TLS. Private to front/.
#ifndef TIDEMARK_FAILOVER_FRONT_TLS_H_
#define TIDEMARK_FAILOVER_FRONT_TLS_H_

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"

namespace tidemark::failover::front {

struct TlsFiles {
  std::string certificate_path;
  std::string key_path;
};

// Sets up `context`: TLS 1.2 and 1.3, nothing older, no compression (CRIME), no renegotiation (a
// client could have us compute for ever), of TLS 1.2 only what has forward secrecy and is
// authenticated (RFC 9325 section 4.2), and no protocol but http/1.1 (RFC 7301). Sessions are
// resumed by tickets, which cost us no memory; their key lives as long as the context.
// PERMISSION_DENIED: we cannot read the key, or others can. INVALID_ARGUMENT: not a certificate,
// not its key.
absl::Status SetUpTls(const TlsFiles& files, boost::asio::ssl::context& context);

// The context that new connections get. It is replaced as a whole; those that have one keep it.
// Threads: safe for concurrent use.
class TlsContext {
 public:
  using Native = boost::asio::ssl::context;

  // The errors of SetUpTls(), after which everything is as it was.
  absl::Status Load(const TlsFiles& files);
  std::shared_ptr<Native> Get() const;

 private:
  mutable absl::Mutex mutex_;
  std::shared_ptr<Native> native_ ABSL_GUARDED_BY(mutex_);
};

// Whether the first certificate of `pem` is for `name`, a host or an IP address.
bool IsCertificateFor(const std::string& pem, const std::string& name);

}  // namespace tidemark::failover::front

#endif  // TIDEMARK_FAILOVER_FRONT_TLS_H_
