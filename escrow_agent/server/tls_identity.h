// Private to server/: the certificate that the server shows, replaced while it serves.
//
// gRPC asks for it at every handshake. A connection keeps the one that it was made with, so an
// upload that runs while the certificate is renewed runs on. What is not usable is refused before
// it replaces anything: a server without a certificate would be a server that is gone.
//
// Threads: safe for concurrent use.
#ifndef TIDEMARK_ESCROW_AGENT_SERVER_TLS_IDENTITY_H_
#define TIDEMARK_ESCROW_AGENT_SERVER_TLS_IDENTITY_H_

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "escrow_agent/server/server.h"

namespace grpc {
class ServerCredentials;
}  // namespace grpc

namespace tidemark::escrow_agent {

class ReloadedIdentity final {
 public:
  // `identity` has passed CheckIdentity().
  explicit ReloadedIdentity(TlsIdentity identity) : identity_(std::move(identity)) {}

  // Mutual TLS with whatever the identity is at each handshake. It must outlive the server that
  // uses them, which listens on one port.
  std::shared_ptr<grpc::ServerCredentials> Credentials();

  void Replace(TlsIdentity identity);

  // For the callback alone: the identity if it is another than the last time.
  bool TakeNew(TlsIdentity& identity);

 private:
  absl::Mutex mutex_;
  TlsIdentity identity_ ABSL_GUARDED_BY(mutex_);
  bool is_new_ ABSL_GUARDED_BY(mutex_) = true;
};

// gRPC takes any text for a certificate and then refuses every handshake without saying why.
// INVALID_ARGUMENT names the file that is not what it should be.
absl::Status CheckIdentity(const TlsIdentity& identity);

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_SERVER_TLS_IDENTITY_H_
