// tidemark keygen: founds an escrow agent.

#include <cstdio>
#include <memory>

#include "absl/time/clock.h"
#include "cli/command.h"
#include "escrow_agent/enrolment/enrolment.h"

namespace tidemark::cli {

void AddKeygen(CLI::App& app, Session& session) {
  CLI::App* verb = app.add_subcommand("keygen", "Found an escrow agent: all its keys, by role");
  auto options = std::make_shared<escrow_agent::FoundingOptions>();
  options->listen = "127.0.0.1:7043";
  verb->add_option("--out", options->dir, "Directory to make (must not exist, or be empty)")
      ->required();
  verb->add_option("--listen", options->listen, "HOST:PORT at which tidemarkd will be reached")
      ->capture_default_str();
  verb->add_option("--name", options->name, "The agent's name, in its certificates")
      ->capture_default_str();
  verb->footer(
      "Makes DIR/authority, DIR/server, DIR/verifier and DIR/custodian, each for a machine or "
      "user\n"
      "of its own, and the public DIR/agent.toml. Keep DIR/authority and DIR/custodian offline.\n"
      "Example: tidemark keygen --out agent --listen escrow.example.net:7043");
  verb->callback([options, &session] {
    options->now = absl::Now();
    const absl::Status status = escrow_agent::FoundAgent(*options);
    if (!status.ok()) return Fail(session, "keygen", status);
    if (session.quiet) return;
    std::printf(
        "Founded an escrow agent in %s\n"
        "  authority/  issues certificates: keep it offline\n"
        "  server/     tidemarkd --config %s/server/tidemarkd.toml\n"
        "  verifier/   tidemark-verifier --config %s/verifier/verifier.toml\n"
        "  custodian/  releases deposits to successors: keep it offline\n"
        "  agent.toml  public\n"
        "Next: tidemark enroll --agent %s --role depositor --tld TLD --out registry\n",
        options->dir.c_str(), options->dir.c_str(), options->dir.c_str(), options->dir.c_str());
  });
}

}  // namespace tidemark::cli
