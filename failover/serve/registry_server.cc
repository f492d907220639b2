#include "failover/serve/registry_server.h"

#include <filesystem>
#include <system_error>

#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
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

std::string UrlOf(const std::string& address, int port, const std::string& path) {
  const bool is_ip6 = absl::StrContains(address, ":");
  return absl::StrCat("https://", is_ip6 ? "[" : "", address, is_ip6 ? "]" : "", ":", port, path);
}

}  // namespace

absl::StatusOr<std::unique_ptr<RegistryServer>> RegistryServer::Start(
    const FinishedRebuild& rebuild, const RegistryServerOptions& options) {
  auto server = absl::WrapUnique(new RegistryServer);
  const std::vector<std::string> addresses =
      options.addresses.empty() ? LoopbackAddresses() : options.addresses;
  // First, for it holds its ports from now on; knotd takes its own a moment after one was chosen.
  if (options.registration_data.has_value()) {
    RETURN_IF_ERROR(
        server->StartRegistrationData(options.dir, addresses, *options.registration_data));
  }
  SignedServerOptions dns;
  dns.dir = options.dir + "/dns";
  dns.tld = rebuild.tld();
  dns.zone_path = rebuild.zone_path();
  dns.addresses = addresses;
  dns.port = options.dns_port;
  dns.secondary_port = options.secondary_port;
  dns.import_keys_dir = options.import_keys_dir;
  ASSIGN_OR_RETURN(server->dns_, SignedServer::Start(dns));
  return server;
}

absl::Status RegistryServer::StartRegistrationData(const std::string& dir,
                                                   const std::vector<std::string>& addresses,
                                                   const RegistrationDataOptions& options) {
  ASSIGN_OR_RETURN(store_, RegistryStore::Open(dir + "/registry"));
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
  std::string trusted_path = options.certificate_path;
  if (options.certificate_path.empty()) {
    ASSIGN_OR_RETURN(const std::string own_dir, Absolute(dir + "/rdds"));
    ASSIGN_OR_RETURN(const front::OwnCertificate own,
                     front::KeepOwnCertificate(own_dir, parts.host, absl::Now()));
    front.certificate_path = own.certificate_path;
    front.key_path = own.key_path;
    trusted_path = own.authority_path;
  } else {
    front.certificate_path = options.certificate_path;
    front.key_path = options.key_path;
    ASSIGN_OR_RETURN(trusted_path, Absolute(options.certificate_path));
  }
  ASSIGN_OR_RETURN(front_, front::FrontEnd::Start(*rdap_, *whois_, front));
  place_ = {.rdap_url = UrlOf(addresses[0], front_->rdap_port(), parts.path),
            .certificate_path = trusted_path,
            .whois_port = front_->whois_port()};
  return absl::OkStatus();
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
  return front.ok() ? dns : front;
}

absl::Status RegistryServer::CheckRunning(absl::Duration wait) {
  RETURN_IF_ERROR(dns_->CheckRunning(wait));
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
  if (front_ != nullptr) front_->Stop();
  return dns_->Stop();
}

}  // namespace tidemark::failover
