// Everything that answers for a rebuilt registry, as one thing that runs or does not: DNS
// (failover/dns) and, unless it is left out, RDAP and WHOIS (failover/front).
//
// RDAP and WHOIS answer at once, DNS when the zone is signed. If a part ends, CheckRunning() says
// which; whoever asked then destroys the whole, so that nothing stays half-served.
//
//     DIR/dns/     what SignedServer keeps
//     DIR/rdds/    a certificate of our own, where none was given
//
// Threads: the one that called Start(), which must live as long (base/subprocess.h).
// Errors: those of both; FAILED_PRECONDITION the registry store is of another format.
#ifndef TIDEMARK_FAILOVER_SERVE_REGISTRY_SERVER_H_
#define TIDEMARK_FAILOVER_SERVE_REGISTRY_SERVER_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "failover/dns/signed_server.h"
#include "failover/front/front_end.h"
#include "failover/lookup/lookup.h"
#include "failover/lookup/rdds_config.h"
#include "failover/rdap/responder.h"
#include "failover/rebuild/rebuild.h"
#include "failover/serve/dns_watch.h"
#include "failover/store/registry_store.h"
#include "failover/whois/responder.h"

namespace tidemark::failover {

struct RegistrationDataOptions {
  RddsConfig config;
  front::Limits limits = {};
  int rdap_port = 0;  // 0: a free one
  int whois_port = 0;
  // PEM files; both empty: a certificate of our own.
  std::string certificate_path = {};
  std::string key_path = {};
};

struct RegistryServerOptions {
  std::string dir = {};                     // of `rebuild`
  std::vector<std::string> addresses = {};  // empty: 127.0.0.1, and ::1 where there is one
  int dns_port = 0;                         // 0: a free one
  std::optional<int> secondary_port = {};   // of a second name server; nothing: none
  std::string import_keys_dir = {};         // the old registry's keys; "": none
  std::string transfer_key_path = {};       // of who may transfer the zone; "": nobody
  std::vector<std::string> notify = {};     // secondaries with that key (dns/signed_server.h)
  std::optional<RegistrationDataOptions> registration_data = std::nullopt;  // nothing: DNS only
  // Both must outlive it. Certificates and signatures are judged by the one; what is done now and
  // then is done by the other, as nobody sets that.
  const base::Clock* clock = nullptr;         // nullptr: SystemClock
  const base::Clock* steady_clock = nullptr;  // nullptr: SteadyClock
};

// Where RDAP and WHOIS are asked.
struct RegistrationDataPlace {
  std::string rdap_url;          // of the first address, or loopback; ends with '/'
  std::string host;              // of base_url: the name to verify where the URL's is not certified
  std::string certificate_path;  // PEM that a client has to trust, or the one that was given
  int whois_port = 0;
};

struct CertificateFiles {
  std::string certificate_path;
  std::string key_path;
  std::string trusted_path;  // what a client is told
};

class RegistryServer {
 public:
  // `rebuild` must outlive it.
  static absl::StatusOr<std::unique_ptr<RegistryServer>> Start(
      const FinishedRebuild& rebuild, const RegistryServerOptions& options);
  RegistryServer(const RegistryServer&) = delete;
  RegistryServer& operator=(const RegistryServer&) = delete;

  // Returns once everything answers. CANCELLED once `should_stop` says so.
  absl::Status WaitUntilAnswering(absl::Duration timeout, const std::function<bool()>& should_stop);

  // OK while everything runs and answers; looks for at most `wait`, and now and then two seconds
  // more. What hangs is killed: it could not end when it is told to. Every 12 hours the certificate
  // is read again, and with that keys of TLS tickets are new ones (RFC 9325 section 3.4).
  // Signatures that are not renewed are logged, and again every hour.
  absl::Status CheckRunning(absl::Duration wait);

  // Once; also when a part has ended. UNAVAILABLE: signatures were not renewed.
  absl::Status Stop();

  // Reads the certificate anew, or makes a new own one if it is time. Connections stay. After an
  // error the former one is served. Nothing to do without registration data.
  absl::Status ReloadCertificate();

  // A line with how often what was answered, since the start; nothing of who asked what.
  void LogCounters() const;

  const SignedServer& dns() const { return *dns_; }
  // Nothing without registration data.
  const std::optional<RegistrationDataPlace>& place() const { return place_; }

 private:
  explicit RegistryServer(const RegistryServerOptions& options)
      : clock_(options.clock == nullptr ? system_ : *options.clock),
        steady_clock_(options.steady_clock == nullptr ? steady_ : *options.steady_clock) {}
  absl::Status StartRegistrationData(const FinishedRebuild& rebuild, const std::string& dir,
                                     const std::vector<std::string>& addresses,
                                     const RegistrationDataOptions& options);
  absl::Status CheckFront() const;
  absl::Status CheckAnswers();
  // UNAVAILABLE: they end sooner than they would if the zone were signed again when it is time.
  absl::Status CheckSignatures() const;
  void LogSignatures();
  absl::StatusOr<CertificateFiles> PrepareCertificate() const;

  const base::SystemClock system_;
  const base::SteadyClock steady_;
  const base::Clock& clock_;
  const base::Clock& steady_clock_;
  std::optional<RegistrationDataOptions> rdds_;
  std::string own_dir_;  // of an own certificate
  std::vector<std::string> addresses_;
  absl::Time certificate_read_ = absl::InfinitePast();
  std::unique_ptr<RegistryStore> store_;
  std::unique_ptr<Lookup> lookup_;
  std::optional<rdap::Responder> rdap_;
  std::optional<whois::Responder> whois_;
  std::string tld_;
  std::unique_ptr<SignedServer> dns_;
  std::optional<DnsWatch> watch_;  // once everything answers
  absl::Time signatures_logged_ = absl::InfinitePast();
  std::unique_ptr<front::FrontEnd> front_;  // goes first: knotd takes its time
  std::optional<RegistrationDataPlace> place_;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_SERVE_REGISTRY_SERVER_H_
