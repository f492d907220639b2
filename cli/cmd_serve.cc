// tidemark serve: DNS, RDAP and WHOIS of a finished rebuild, until it is told to stop.
#include <signal.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status.h"
#include "cli/command.h"
#include "cli/serve_config.h"
#include "cli/serve_ready.h"
#include "failover/rebuild/rebuild.h"
#include "failover/serve/inheritance.h"
#include "failover/serve/registry_server.h"
#include "failover/serve/serve_lock.h"
#include "failover/serve/serve_user.h"

namespace tidemark::cli {
namespace {

// A million delegations are signed in seconds; more than this is a fault.
constexpr absl::Duration kReadyTimeout = absl::Minutes(10);
constexpr absl::Duration kLook = absl::Milliseconds(200);

struct Arguments {
  std::string dir;
  std::string config;
  int port = 5300;
  std::optional<int> secondary_port;
  std::string import_keys;
  std::string transfer_key;
  std::vector<std::string> notify;
  int rdap_port = 8443;
  int whois_port = 4343;
  bool no_rdds = false;
  bool incomplete = false;
  std::string certificate;
  std::string key;
  std::vector<std::string> addresses;
  std::string ready_file;
  std::string user;
};

volatile sig_atomic_t stop_requested = 0;
volatile sig_atomic_t counters_requested = 0;
volatile sig_atomic_t reload_requested = 0;
void RequestStop(int) { stop_requested = 1; }
void RequestCounters(int) { counters_requested = 1; }
void RequestReload(int) { reload_requested = 1; }

void Catch(int signal_number, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  sigaction(signal_number, &action, nullptr);
}

// A stop that is asked for before everything answers is done as soon as it can be. Until now it was
// held back (cli/tidemark_main.cc), or by whoever started us.
void CatchSignals() {
  Catch(SIGTERM, RequestStop);
  Catch(SIGINT, RequestStop);
  Catch(SIGUSR1, RequestCounters);
  Catch(SIGHUP, RequestReload);
  // Whoever reads our standard error may be gone; that is no reason to end.
  Catch(SIGPIPE, SIG_IGN);
  sigset_t caught;
  sigemptyset(&caught);
  for (const int signal_number : {SIGTERM, SIGINT, SIGUSR1, SIGHUP}) {
    sigaddset(&caught, signal_number);
  }
  sigprocmask(SIG_UNBLOCK, &caught, nullptr);
}

failover::ServeUserOptions UserOptionsOf(const Arguments& arguments,
                                         const failover::ServeLock& lock) {
  failover::ServeUserOptions options;
  options.user = arguments.user;
  options.dir = arguments.dir;
  options.dir_fd = lock.dir_fd();
  options.addresses = arguments.addresses;
  options.ports = {arguments.port, arguments.secondary_port.value_or(0)};
  if (!arguments.no_rdds) {
    options.ports.insert(options.ports.end(), {arguments.rdap_port, arguments.whois_port});
  }
  return options;
}

absl::StatusOr<failover::RegistryServerOptions> OptionsOf(
    const Arguments& arguments, const failover::FinishedRebuild& rebuild) {
  failover::RegistryServerOptions options;
  options.dir = arguments.dir;
  options.addresses = arguments.addresses;
  options.dns_port = arguments.port;
  options.secondary_port = arguments.secondary_port;
  options.import_keys_dir = arguments.import_keys;
  options.transfer_key_path = arguments.transfer_key;
  options.notify = arguments.notify;
  failover::ZoneConfig zone;
  zone.publish_pending_delete = rebuild.publish_pending_delete();
  ASSIGN_OR_RETURN(ServeConfig config, LoadServeConfig(arguments.config, rebuild.tld(), zone));
  if (arguments.no_rdds) return options;
  options.registration_data = {.config = std::move(config.rdds),
                               .limits = config.limits,
                               .rdap_port = arguments.rdap_port,
                               .whois_port = arguments.whois_port,
                               .certificate_path = arguments.certificate,
                               .key_path = arguments.key};
  return options;
}

// What did not come back is not served as if the registry had never had it, unless somebody says
// so.
absl::Status CheckComplete(const Arguments& arguments, const failover::FinishedRebuild& rebuild) {
  if (rebuild.missing().empty() || arguments.incomplete) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(arguments.dir, ": the rebuild is not complete: ", rebuild.missing(),
                   "; see report.json, or serve what there is with --incomplete"));
}

void Reload(failover::RegistryServer& server) {
  const absl::Status status = server.ReloadCertificate();
  base::Log(status.ok() ? base::LogLevel::kInfo : base::LogLevel::kError, "certificate",
            {{"reloaded", status.ok() ? "yes" : status.message()}});
}

absl::Status Run(const Arguments& arguments, const Session& session) {
  RETURN_IF_ERROR(failover::DropInheritance());
  CatchSignals();
  // The lock is on the directory itself, so it holds whoever we become.
  ASSIGN_OR_RETURN(const failover::ServeLock lock, failover::ServeLock::Take(arguments.dir));
  RETURN_IF_ERROR(failover::BecomeServeUser(UserOptionsOf(arguments, lock)));
  const ReadyFile ready_file(arguments.ready_file);
  RETURN_IF_ERROR(ready_file.Check());
  ASSIGN_OR_RETURN(const std::unique_ptr<failover::FinishedRebuild> rebuild,
                   failover::FinishedRebuild::Open(arguments.dir));
  RETURN_IF_ERROR(CheckComplete(arguments, *rebuild));
  ASSIGN_OR_RETURN(const failover::RegistryServerOptions options, OptionsOf(arguments, *rebuild));
  RETURN_IF_ERROR(ready_file.Remove());
  ASSIGN_OR_RETURN(const std::unique_ptr<failover::RegistryServer> server,
                   failover::RegistryServer::Start(*rebuild, options));
  const absl::Status ready =
      server->WaitUntilAnswering(kReadyTimeout, [] { return stop_requested != 0; });
  if (!absl::IsCancelled(ready)) {
    RETURN_IF_ERROR(ready);
    if (!session.quiet) std::fputs(ServingText(*rebuild, *server).c_str(), stderr);
    RETURN_IF_ERROR(ready_file.Write(*rebuild, *server));
  }
  absl::Status status;
  while (stop_requested == 0 && status.ok()) {
    status = server->CheckRunning(kLook);
    if (std::exchange(counters_requested, 0) != 0) server->LogCounters();
    if (std::exchange(reload_requested, 0) != 0) Reload(*server);
  }
  server->LogCounters();
  RETURN_IF_ERROR(ready_file.Remove());
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
  CLI::Option* const no_rdds =
      command.add_flag("--no-rdds", arguments.no_rdds, "DNS only, no RDAP and no WHOIS");
  CLI::Option* const certificate =
      command.add_option("--tls-certificate", arguments.certificate,
                         "RDAP's certificate with its chain, PEM (default: one of our own)");
  CLI::Option* const key =
      command.add_option("--tls-key", arguments.key, "Its private key, PEM, mode 0600");
  certificate->needs(key);
  key->needs(certificate);
  certificate->excludes(no_rdds);
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
  command
      ->add_option("--secondary-port", arguments->secondary_port,
                   "UDP and TCP port of NSD as a secondary, which answers the same; 0 takes a free "
                   "one (default: no secondary)")
      ->check(CLI::Range(0, 65535));
  command
      ->add_option(
          "--import-keys", arguments->import_keys,
          "The old registry's keys, at the first start: NAME.key with its DNSKEY record and "
          "NAME.private or NAME.pem; the parent's DS stays right")
      ->type_name("DIR");
  CLI::Option* const transfer_key =
      command
          ->add_option("--transfer-key", arguments->transfer_key,
                       "Whoever has this key may transfer the zone (AXFR, TSIG): one line "
                       "hmac-sha256:NAME:SECRET, mode 0600 (default: nobody may)")
          ->type_name("FILE");
  command
      ->add_option(
          "--notify", arguments->notify,
          "A secondary with that key, which is told of every new serial (NOTIFY, TSIG): IP "
          "address and port, repeatable, at most 16")
      ->type_name("ADDR[@PORT]")
      ->needs(transfer_key);
  AddRddsOptions(*command, *arguments);
  command->add_flag("--incomplete", arguments->incomplete,
                    "Serve also what a rebuild could not restore whole; the ready file says so");
  command->add_option("--address", arguments->addresses,
                      "IP address to listen on, repeatable (default: 127.0.0.1 and ::1)");
  command->add_option("--ready-file", arguments->ready_file,
                      "Written (JSON) once everything answers on every address");
  command
      ->add_option("--user", arguments->user,
                   "As root: become this user before anything is opened; DIR is handed over to it "
                   "(needed but on loopback)")
      ->type_name("NAME");
  command->footer(
      "Runs until SIGTERM or SIGINT; SIGUSR1 logs counters, SIGHUP reads the certificate "
      "again.\nKeys stay in DIR/dns; DIR/dns/ds.txt "
      "is for the parent zone.\n"
      "Without --tls-certificate clients of RDAP have to trust DIR/rdds/authority.crt.\n"
      "Exit status: 0 stopped on request, 2 could not serve, or a part of it ended.\n"
      "Example: tidemark serve rebuilt --address 192.0.2.53 --port 53 --rdap-port 443 --whois-port "
      "43 --user tidemark-serve");
  command->callback([arguments, &session] {
    const absl::Status status = Run(*arguments, session);
    if (!status.ok()) Fail(session, "serve", status);
  });
}

}  // namespace tidemark::cli
