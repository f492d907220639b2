// Private to server/: who may come in. Every handler's first line is Admit().
//
// A peer is what its certificate says, and the certificate was verified against the agent's
// authority in the TLS handshake. A connection can outlive that moment, so each call looks again
// at the certificate's dates and at the serials that are refused; then at the role that the call
// asks for; then at how many calls the certificate has open.
//
// Threads: safe for concurrent use. Threat: the peer chose everything but the certificate's
// content; messages to it say what its own certificate lacks, and nothing of others.
#ifndef TIDEMARK_ESCROW_AGENT_SERVER_FRONT_DOOR_H_
#define TIDEMARK_ESCROW_AGENT_SERVER_FRONT_DOOR_H_

#include <initializer_list>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "base/clock.h"
#include "escrow_agent/server/call_watch.h"
#include "escrow_agent/server/stream_gate.h"
#include "vault/access.h"

namespace grpc {
class ServerContextBase;
}  // namespace grpc

namespace tidemark::escrow_agent {

struct AuthenticatedPeer {
  vault::Peer peer;
  std::string certificate_pem;
};

// Everything that a call holds while it is open.
struct Admission {
  AuthenticatedPeer who;
  StreamGate::Ticket ticket;
  std::unique_ptr<CallWatch::Entry> watch;

  // A message went by. CANCELLED once the peer is gone or the watch has ended the call.
  absl::Status Pulse(const grpc::ServerContextBase& context) const;
  // PERMISSION_DENIED unless the certificate is for `tld`.
  absl::Status RequireTld(absl::string_view tld) const;
};

struct FrontDoorOptions {
  std::vector<std::string> refused_serials;  // hex, either case
  CallLimits call_limits;
  int calls_per_certificate_max;
  int calls_max;
};

class FrontDoor final {
 public:
  // `clock` must outlive this object.
  FrontDoor(const FrontDoorOptions& options, const base::Clock& clock);

  absl::StatusOr<Admission> Admit(grpc::ServerContextBase& context,
                                  std::initializer_list<vault::Role> roles);
  // For what every peer may ask; the rest is as in Admit().
  absl::StatusOr<Admission> AdmitAnyRole(grpc::ServerContextBase& context);

  // From the next call on, these serials are refused and no others.
  void Refuse(const std::vector<std::string>& serials);

  // The part of Admit that needs no network: PERMISSION_DENIED says what is wrong.
  absl::StatusOr<AuthenticatedPeer> Recognise(std::string certificate_pem) const;

 private:
  absl::StatusOr<Admission> Seat(grpc::ServerContextBase& context, AuthenticatedPeer who);

  mutable absl::Mutex mutex_;
  std::set<std::string> refused_serials_ ABSL_GUARDED_BY(mutex_);
  const base::Clock& clock_;
  StreamGate gate_;
  CallWatch watch_;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_SERVER_FRONT_DOOR_H_
