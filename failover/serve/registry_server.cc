#include "failover/serve/registry_server.h"

#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status.h"
#include "failover/dns/ports.h"

namespace tidemark::failover {
namespace {

absl::StatusOr<std::string> Absolute(const std::string& path) {
  std::error_code error;
  const std::string absolute = std::filesystem::absolute(path, error).lexically_normal().string();
  if (error) return base::ErrnoStatus(error.value(), path);
  return absolute;
}

// Keys of TLS tickets are as old as the certificate in memory, and have to change regularly (RFC
// 9325 section 3.4).
constexpr absl::Duration kCertificateRead = absl::Hours(12);

// How late signatures are, which are to be renewed kSignatureRefresh before their end, when that is
// said.
constexpr absl::Duration kSignaturesLate = absl::Hours(24);
constexpr absl::Duration kSignaturesLogged = absl::Hours(1);

std::vector<std::string> Specific(std::vector<std::string> addresses) {
  addresses.erase(std::remove_if(addresses.begin(), addresses.end(),
                                 [](const std::string& address) {
                                   return ReachableAddress(address) != address;
                                 }),
                  addresses.end());
  return addresses;
}

absl::Status CheckPorts(const RegistryServerOptions& options) {
  if (!options.registration_data.has_value()) return absl::OkStatus();
  for (const int port :
       {options.registration_data->rdap_port, options.registration_data->whois_port}) {
    if (port == 0 || (port != options.dns_port && port != options.secondary_port)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("DNS and RDAP or WHOIS cannot both have port ", port));
  }
  return absl::OkStatus();
}

std::string UrlOf(const std::string& address, int port, const std::string& path) {
  const bool is_ip6 = absl::StrContains(address, ":");
  return absl::StrCat("https://", is_ip6 ? "[" : "", address, is_ip6 ? "]" : "", ":", port, path);
}

}  // namespace

absl::StatusOr<std::unique_ptr<RegistryServer>> RegistryServer::Start(
    const FinishedRebuild& rebuild, const RegistryServerOptions& options) {
  RETURN_IF_ERROR(CheckPorts(options));
  auto server = absl::WrapUnique(new RegistryServer(options));
  const std::vector<std::string> addresses =
      options.addresses.empty() ? LoopbackAddresses() : options.addresses;
  // First, for it holds its ports from now on; knotd takes its own a moment after one was chosen.
  if (options.registration_data.has_value()) {
    RETURN_IF_ERROR(
        server->StartRegistrationData(rebuild, options.dir, addresses, *options.registration_data));
  }
  SignedServerOptions dns;
  dns.dir = options.dir + "/dns";
  dns.tld = rebuild.tld();
  server->tld_ = rebuild.tld();
  dns.zone_path = rebuild.zone_path();
  dns.addresses = addresses;
  dns.port = options.dns_port;
  dns.secondary_port = options.secondary_port;
  dns.import_keys_dir = options.import_keys_dir;
  dns.transfer_key_path = options.transfer_key_path;
  dns.notify = options.notify;
  ASSIGN_OR_RETURN(server->dns_, SignedServer::Start(dns));
  return server;
}

absl::Status RegistryServer::StartRegistrationData(const FinishedRebuild& rebuild,
                                                   const std::string& dir,
                                                   const std::vector<std::string>& addresses,
                                                   const RegistrationDataOptions& options) {
  ASSIGN_OR_RETURN(store_, RegistryStore::Open(dir + "/registry"));
  RETURN_IF_ERROR(base::Annotate(rebuild.CheckStore(*store_), dir));
  ASSIGN_OR_RETURN(lookup_, Lookup::Create(*store_, options.config));
  rdap_.emplace(*lookup_);
  whois_.emplace(*lookup_);
  const front::UrlParts parts = front::PartsOf(options.config.base_url);
  front::FrontEndOptions front;
  front.addresses = addresses;
  front.rdap_port = options.rdap_port;
  front.whois_port = options.whois_port;
  front.base_url = options.config.base_url;
  front.limits = options.limits;
  rdds_ = options;
  addresses_ = addresses;
  ASSIGN_OR_RETURN(own_dir_, Absolute(dir + "/rdds"));
  ASSIGN_OR_RETURN(const CertificateFiles files, PrepareCertificate());
  front.certificate_path = files.certificate_path;
  front.key_path = files.key_path;
  certificate_read_ = steady_clock_.Now();
  ASSIGN_OR_RETURN(front_, front::FrontEnd::Start(*rdap_, *whois_, front));
  place_ = {.rdap_url = UrlOf(ReachableAddress(addresses[0]), front_->rdap_port(), parts.path),
            .host = parts.host,
            .certificate_path = files.trusted_path,
            .whois_port = front_->whois_port()};
  return absl::OkStatus();
}

absl::StatusOr<CertificateFiles> RegistryServer::PrepareCertificate() const {
  const std::string host = front::PartsOf(rdds_->config.base_url).host;
  if (rdds_->certificate_path.empty()) {
    ASSIGN_OR_RETURN(const front::OwnCertificate own,
                     front::KeepOwnCertificate(own_dir_, host, clock_.Now(), Specific(addresses_)));
    return CertificateFiles{own.certificate_path, own.key_path, own.authority_path};
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> warnings,
                   front::JudgeCertificate(rdds_->certificate_path, host, clock_.Now()));
  for (const std::string& warning : warnings) {
    base::Log(base::LogLevel::kWarning, "certificate", {{"warning", warning}});
  }
  ASSIGN_OR_RETURN(const std::string trusted, Absolute(rdds_->certificate_path));
  return CertificateFiles{rdds_->certificate_path, rdds_->key_path, trusted};
}

absl::Status RegistryServer::ReloadCertificate() {
  if (front_ == nullptr) return absl::OkStatus();
  certificate_read_ = steady_clock_.Now();
  ASSIGN_OR_RETURN(const CertificateFiles files, PrepareCertificate());
  return front_->ReloadCertificate(files.certificate_path, files.key_path);
}

absl::Status RegistryServer::CheckFront() const {
  if (front_ == nullptr) return absl::OkStatus();
  return base::Annotate(front_->CheckRunning(), "RDAP and WHOIS ended");
}

absl::Status RegistryServer::WaitUntilAnswering(absl::Duration timeout,
                                                const std::function<bool()>& should_stop) {
  absl::Status front;
  const absl::Status dns = dns_->WaitUntilAnswering(timeout, [&] {
    front = CheckFront();
    return !front.ok() || should_stop();
  });
  if (!front.ok() || !dns.ok()) return front.ok() ? dns : front;
  watch_.emplace(tld_, dns_->serial(), dns_->servers());
  return absl::OkStatus();
}

absl::Status RegistryServer::CheckAnswers() {
  if (!watch_.has_value()) return absl::OkStatus();
  const absl::Status answers = watch_->Look(steady_clock_.Now());
  if (answers.ok()) return answers;
  kill(dns_->pid(), SIGKILL);
  if (dns_->secondary_pid().has_value()) kill(*dns_->secondary_pid(), SIGKILL);
  return answers;
}

absl::Status RegistryServer::CheckSignatures() const {
  if (!watch_.has_value()) return absl::OkStatus();
  const absl::Time now = clock_.Now();
  const absl::Status renewed =
      watch_->CheckSignatures(now, now + kSignatureRefresh - kSignaturesLate);
  const std::string why = renewed.ok() ? "" : dns_->SignerComplaints();
  return why.empty() ? renewed : absl::UnavailableError(absl::StrCat(renewed.message(), ": ", why));
}

void RegistryServer::LogSignatures() {
  const absl::Time now = steady_clock_.Now();
  if (now - signatures_logged_ < kSignaturesLogged) return;
  const absl::Status renewed = CheckSignatures();
  if (renewed.ok()) return;
  signatures_logged_ = now;
  base::Log(base::LogLevel::kError, "serve", {{"error", renewed.message()}});
}

absl::Status RegistryServer::CheckRunning(absl::Duration wait) {
  RETURN_IF_ERROR(dns_->CheckRunning(wait));
  RETURN_IF_ERROR(CheckAnswers());
  LogSignatures();
  if (front_ != nullptr && steady_clock_.Now() - certificate_read_ >= kCertificateRead) {
    if (const absl::Status reloaded = ReloadCertificate(); !reloaded.ok()) {
      base::Log(base::LogLevel::kError, "certificate", {{"error", reloaded.message()}});
    }
  }
  return CheckFront();
}

void RegistryServer::LogCounters() const {
  if (front_ == nullptr) return;
  const front::Counters counters = front_->counters();
  std::string statuses;
  for (const auto& [status, answers] : counters.rdap_answers) {
    absl::StrAppend(&statuses, statuses.empty() ? "" : ",", status, ":", answers);
  }
  base::Log(base::LogLevel::kInfo, "serve",
            {{"rdap", statuses},
             {"whois", counters.whois_answers},
             {"rate_limited", counters.rate_limited},
             {"busy", counters.busy},
             {"refused", counters.refused},
             {"given_away", counters.given_away},
             {"handshakes_failed", counters.handshakes_failed},
             {"cut", counters.cut},
             {"accept_failures", counters.accept_failures},
             {"connections", counters.connections}});
}

absl::Status RegistryServer::Stop() {
  absl::Status status = CheckSignatures();
  if (front_ != nullptr) front_->Stop();
  status.Update(dns_->Stop());
  return status;
}

}  // namespace tidemark::failover
