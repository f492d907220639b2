// tidemark serve: signs and serves the zone of a finished rebuild until it is told to stop.
#include <signal.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/file.h"
#include "base/status.h"
#include "cli/command.h"
#include "failover/dns/signed_server.h"
#include "failover/rebuild/rebuild.h"

namespace tidemark::cli {
namespace {

// A million delegations are signed in seconds; more than this is a fault.
constexpr absl::Duration kReadyTimeout = absl::Minutes(10);
constexpr absl::Duration kLook = absl::Milliseconds(200);

struct Arguments {
  std::string dir;
  int port = 5300;
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

// Who waits for this file reads where to ask, and with which trust anchor.
std::string ReadyText(const failover::FinishedRebuild& rebuild,
                      const failover::SignedServer& server) {
  return absl::StrCat("{\"tld\":\"", rebuild.tld(), "\",\"addresses\":[\"",
                      absl::StrJoin(server.addresses(), "\",\""), "\"],\"port\":", server.port(),
                      ",\"knotd_pid\":", server.pid(), ",\"trust_anchor\":\"",
                      server.trust_anchor_path(), "\"}\n");
}

absl::Status Run(const Arguments& arguments, const Session& session) {
  CatchStopSignals();
  ASSIGN_OR_RETURN(const std::unique_ptr<failover::FinishedRebuild> rebuild,
                   failover::FinishedRebuild::Open(arguments.dir));
  failover::SignedServerOptions options;
  options.dir = arguments.dir + "/dns";
  options.tld = rebuild->tld();
  options.zone_path = rebuild->zone_path();
  options.addresses = arguments.addresses;
  options.port = arguments.port;
  ASSIGN_OR_RETURN(const std::unique_ptr<failover::SignedServer> server,
                   failover::SignedServer::Start(options));
  const absl::Status ready =
      server->WaitUntilAnswering(kReadyTimeout, [] { return stop_requested != 0; });
  if (!absl::IsCancelled(ready)) {
    RETURN_IF_ERROR(ready);
    if (!session.quiet) {
      std::fprintf(stderr, "serving %s, %llu delegations, signed, on %s port %d; trust anchor %s\n",
                   rebuild->tld().c_str(), static_cast<unsigned long long>(rebuild->delegations()),
                   absl::StrJoin(server->addresses(), " and ").c_str(), server->port(),
                   server->trust_anchor_path().c_str());
    }
    if (!arguments.ready_file.empty()) {
      RETURN_IF_ERROR(base::WriteFile(arguments.ready_file, ReadyText(*rebuild, *server),
                                      base::FileMode::kPublic));
    }
  }
  while (stop_requested == 0) {
    const absl::Status running = server->CheckRunning(kLook);
    // Ctrl-C at a terminal reaches knotd, too: that it ends is what was asked for.
    if (!running.ok() && stop_requested == 0) return running;
  }
  return server->Stop();
}

}  // namespace

void AddServe(CLI::App& app, Session& session) {
  CLI::App* const command =
      app.add_subcommand("serve", "Sign and serve the zone of a rebuild with Knot DNS");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("DIR", arguments->dir, "Directory that tidemark rebuild filled")->required();
  command->add_option("--port", arguments->port, "UDP and TCP port; 0 takes a free one")
      ->capture_default_str()
      ->check(CLI::Range(0, 65535));
  command->add_option("--address", arguments->addresses,
                      "IP address to listen on, repeatable (default: 127.0.0.1 and ::1)");
  command->add_option("--ready-file", arguments->ready_file,
                      "Written (JSON) once every address gives signed answers");
  command->footer(
      "Runs until SIGTERM or SIGINT. Keys stay in DIR/dns; DIR/dns/ds.txt is for the parent zone.\n"
      "Exit status: 0 stopped on request, 2 could not serve or knotd ended.\n"
      "Example: tidemark serve rebuilt --address 192.0.2.53 --port 53");
  command->callback([arguments, &session] {
    const absl::Status status = Run(*arguments, session);
    if (!status.ok()) Fail(session, "serve", status);
  });
}

}  // namespace tidemark::cli
