// tidemark serve: DNS, RDAP and WHOIS of a finished rebuild, until it is told to stop.
#include <signal.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/file.h"
#include "base/status.h"
#include "cli/command.h"
#include "cli/serve_config.h"
#include "failover/rebuild/rebuild.h"
#include "failover/serve/registry_server.h"

namespace tidemark::cli {
namespace {

using Json = nlohmann::ordered_json;

// A million delegations are signed in seconds; more than this is a fault.
constexpr absl::Duration kReadyTimeout = absl::Minutes(10);
constexpr absl::Duration kLook = absl::Milliseconds(200);

struct Arguments {
  std::string dir;
  std::string config;
  int port = 5300;
  int rdap_port = 8443;
  int whois_port = 4343;
  bool no_rdds = false;
  std::string certificate;
  std::string key;
  std::vector<std::string> addresses;
  std::string ready_file;
};

volatile sig_atomic_t stop_requested = 0;
void RequestStop(int) { stop_requested = 1; }

void CatchStopSignals() {
  struct sigaction action = {};
  action.sa_handler = RequestStop;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
}

// Who waits for this file reads where to ask, and what to trust.
std::string ReadyText(const failover::FinishedRebuild& rebuild,
                      const failover::RegistryServer& server) {
  const failover::SignedServer& dns = server.dns();
  Json ready = {{"tld", rebuild.tld()},
                {"addresses", dns.addresses()},
                {"port", dns.port()},
                {"knotd_pid", dns.pid()},
                {"trust_anchor", dns.trust_anchor_path()}};
  if (server.place().has_value()) {
    ready["rdap_url"] = server.place()->rdap_url;
    ready["rdap_certificate"] = server.place()->certificate_path;
    ready["whois_port"] = server.place()->whois_port;
  }
  return ready.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string PersonText(const failover::FinishedRebuild& rebuild,
                       const failover::RegistryServer& server) {
  const failover::SignedServer& dns = server.dns();
  std::string out =
      absl::StrCat("serving ", rebuild.tld(), ", ", rebuild.delegations(),
                   " delegations, signed, on ", absl::StrJoin(dns.addresses(), " and "), " port ",
                   dns.port(), "; trust anchor ", dns.trust_anchor_path(), "\n");
  if (server.place().has_value()) {
    absl::StrAppend(&out, "RDAP at ", server.place()->rdap_url, ", certificate ",
                    server.place()->certificate_path, "; WHOIS on port ",
                    server.place()->whois_port, "\n");
  }
  return out;
}

absl::StatusOr<failover::RegistryServerOptions> OptionsOf(
    const Arguments& arguments, const failover::FinishedRebuild& rebuild) {
  failover::RegistryServerOptions options;
  options.dir = arguments.dir;
  options.addresses = arguments.addresses;
  options.dns_port = arguments.port;
  ASSIGN_OR_RETURN(ServeConfig config, LoadServeConfig(arguments.config, rebuild.tld()));
  if (arguments.no_rdds) return options;
  config.rdds.publish_pending_delete = rebuild.publish_pending_delete();
  options.registration_data = {.config = std::move(config.rdds),
                               .limits = config.limits,
                               .rdap_port = arguments.rdap_port,
                               .whois_port = arguments.whois_port,
                               .certificate_path = arguments.certificate,
                               .key_path = arguments.key};
  return options;
}

// The ready file says that something answers now; it goes when nothing does any more.
absl::Status RemoveReadyFile(const std::string& path) {
  std::error_code error;
  if (!path.empty()) std::filesystem::remove(path, error);
  return error ? base::ErrnoStatus(error.value(), path) : absl::OkStatus();
}

absl::Status Run(const Arguments& arguments, const Session& session) {
  CatchStopSignals();
  RETURN_IF_ERROR(RemoveReadyFile(arguments.ready_file));
  ASSIGN_OR_RETURN(const std::unique_ptr<failover::FinishedRebuild> rebuild,
                   failover::FinishedRebuild::Open(arguments.dir));
  ASSIGN_OR_RETURN(const failover::RegistryServerOptions options, OptionsOf(arguments, *rebuild));
  ASSIGN_OR_RETURN(const std::unique_ptr<failover::RegistryServer> server,
                   failover::RegistryServer::Start(*rebuild, options));
  const absl::Status ready =
      server->WaitUntilAnswering(kReadyTimeout, [] { return stop_requested != 0; });
  if (!absl::IsCancelled(ready)) {
    RETURN_IF_ERROR(ready);
    if (!session.quiet) std::fputs(PersonText(*rebuild, *server).c_str(), stderr);
    if (!arguments.ready_file.empty()) {
      RETURN_IF_ERROR(base::WriteFile(arguments.ready_file, ReadyText(*rebuild, *server),
                                      base::FileMode::kPublic));
    }
  }
  absl::Status status;
  while (stop_requested == 0 && status.ok()) status = server->CheckRunning(kLook);
  RETURN_IF_ERROR(RemoveReadyFile(arguments.ready_file));
  // Ctrl-C at a terminal reaches knotd, too: that it ends is what was asked for.
  if (stop_requested == 0) return status;
  return server->Stop();
}

void AddRddsOptions(CLI::App& command, Arguments& arguments) {
  command.add_option("--rdap-port", arguments.rdap_port, "TCP port of RDAP; 0 takes a free one")
      ->capture_default_str()
      ->check(CLI::Range(0, 65535));
  command.add_option("--whois-port", arguments.whois_port, "TCP port of WHOIS; 0 takes a free one")
      ->capture_default_str()
      ->check(CLI::Range(0, 65535));
  command.add_flag("--no-rdds", arguments.no_rdds, "DNS only, no RDAP and no WHOIS");
  CLI::Option* const certificate =
      command.add_option("--tls-certificate", arguments.certificate,
                         "RDAP's certificate with its chain, PEM (default: one of our own)");
  CLI::Option* const key =
      command.add_option("--tls-key", arguments.key, "Its private key, PEM, mode 0600");
  certificate->needs(key);
  key->needs(certificate);
}

}  // namespace

void AddServe(CLI::App& app, Session& session) {
  CLI::App* const command = app.add_subcommand(
      "serve", "Serve a rebuild: its zone, signed, with Knot DNS, and RDAP and WHOIS");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("DIR", arguments->dir, "Directory that tidemark rebuild filled")->required();
  command->add_option("--config", arguments->config,
                      "TOML file with [rdds]; what a rebuild reads may be in it, too");
  command->add_option("--port", arguments->port, "UDP and TCP port of DNS; 0 takes a free one")
      ->capture_default_str()
      ->check(CLI::Range(0, 65535));
  AddRddsOptions(*command, *arguments);
  command->add_option("--address", arguments->addresses,
                      "IP address to listen on, repeatable (default: 127.0.0.1 and ::1)");
  command->add_option("--ready-file", arguments->ready_file,
                      "Written (JSON) once everything answers on every address");
  command->footer(
      "Runs until SIGTERM or SIGINT. Keys stay in DIR/dns; DIR/dns/ds.txt is for the parent zone.\n"
      "Without --tls-certificate clients of RDAP have to trust DIR/rdds/authority.crt.\n"
      "Exit status: 0 stopped on request, 2 could not serve, or a part of it ended.\n"
      "Example: tidemark serve rebuilt --address 192.0.2.53 --port 53 --rdap-port 443 --whois-port "
      "43");
  command->callback([arguments, &session] {
    const absl::Status status = Run(*arguments, session);
    if (!status.ok()) Fail(session, "serve", status);
  });
}

}  // namespace tidemark::cli
