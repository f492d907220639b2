// The escrow agent's server: Intake, Custody and Log over mutual TLS, in front of one vault.
//
// It has the receipt-signing key (in the vault) and its TLS key, and no key that opens a deposit.
// gRPC's health and reflection services answer here, too, to whoever has a certificate.
// It does not parse deposits: nothing here reaches rde/ or opening code (tools/tidy proves it).
//
// Threads: Start and Shutdown from one thread; the server runs its own. Errors: UNAVAILABLE the
// address cannot be bound; INVALID_ARGUMENT certificate, key or authority are not usable.
// Threat: everybody who reaches the port. Without a certificate of the agent's authority there is
// no call at all; with one, the front door (role, TLDs, refused serials, limits) decides.
#ifndef TIDEMARK_ESCROW_AGENT_SERVER_SERVER_H_
#define TIDEMARK_ESCROW_AGENT_SERVER_SERVER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/limits.h"
#include "crypto/sign.h"
#include "vault/vault.h"

namespace tidemark::escrow_agent {

struct TlsIdentity {
  std::string certificate_pem;
  std::string key_pem;
  std::string authority_pem;  // who issued the peers' certificates
};

struct ServerOptions {
  std::string listen;  // "HOST:PORT"; port 0 is any that is free
  TlsIdentity tls;
  std::vector<std::string> refused_serials = {};  // hex
  crypto::VerifyKey verdict_key;                  // of the verifier
  absl::Duration idle_max = absl::Minutes(5);
  absl::Duration call_max = absl::Hours(6);
  int calls_per_certificate_max = base::kStreamsPerCertificateMax;
  int calls_max = base::kStreamsMax;
  int begins_per_minute_max = base::kBeginsPerMinuteMax;  // of one certificate
  // How often uploads that expired are looked for.
  absl::Duration sweep_every = absl::Minutes(1);
  // How often it is looked whether the vault can write, and goes on if its disk has room again.
  absl::Duration write_watch_every = absl::Seconds(2);
  // How often the retention policy is carried out.
  absl::Duration retention_every = absl::Hours(24);
  // See vault::VaultOptions::at_point; the server adds "before-receipt" and "after-receipt".
  std::function<void(absl::string_view)> at_point = nullptr;
};

class Server {
 public:
  // Serves until Shutdown(). Borrowed objects must outlive the server.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                                       vault::Vault& vault,
                                                       const base::Clock& clock);
  virtual ~Server() = default;

  // "HOST:PORT" with the port that was really bound.
  virtual std::string address() const = 0;
  // Shows another certificate from the next connection on, and refuses these serials, and no
  // others, from the next call on. Open calls run on. INVALID_ARGUMENT: not usable, and nothing
  // changed.
  virtual absl::Status Reload(const TlsIdentity& tls,
                              const std::vector<std::string>& refused_serials) = 0;
  // Takes no more calls, lets open ones finish for `grace`, then cancels them, and waits.
  // Idempotent.
  virtual void Shutdown(absl::Duration grace) = 0;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_SERVER_SERVER_H_
