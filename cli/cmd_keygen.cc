// tidemark keygen: founds an escrow agent.

#include <cstdio>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/command.h"
#include "escrow_agent/enrolment/enrolment.h"

namespace tidemark::cli {
namespace {

std::string CustodiansText(const escrow_agent::FoundingOptions& options) {
  if (options.custodians == 1) {
    return "  custodian/  releases deposits to successors: keep it offline\n";
  }
  return absl::StrCat("  custodian-1/ to custodian-", options.custodians, "/  any ",
                      options.custodians_needed,
                      " release a deposit to a successor: hand them out, keep them offline\n");
}

}  // namespace

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
  auto custodians = std::make_shared<std::string>("1of1");
  verb->add_option("--custodians", *custodians,
                   "MofN: N custodians share the release key, M of them release a deposit")
      ->capture_default_str();
  verb->footer(
      "Makes DIR/authority, DIR/server, DIR/verifier and DIR/custodian (of several:\n"
      "DIR/custodian-1 and so on), each for a machine or user of its own, and the public\n"
      "DIR/agent.toml. Keep DIR/authority and the custodians' directories offline.\n"
      "This process makes all keys, and knows the whole release key while it deals the shares.\n"
      "Example: tidemark keygen --out agent --listen escrow.example.net:7043 --custodians 3of5");
  verb->callback([options, custodians, &session] {
    options->now = absl::Now();
    absl::Status status = escrow_agent::ParseCustodians(*custodians, *options);
    if (status.ok()) status = escrow_agent::FoundAgent(*options);
    if (!status.ok()) return Fail(session, "keygen", status);
    if (session.quiet) return;
    std::printf(
        "Founded an escrow agent in %s\n"
        "  authority/  issues certificates: keep it offline\n"
        "  server/     tidemarkd --config %s/server/tidemarkd.toml\n"
        "  verifier/   tidemark-verifier --config %s/verifier/verifier.toml\n"
        "%s"
        "  agent.toml  public\n"
        "Next: tidemark enroll --agent %s --role depositor --tld TLD --out registry\n",
        options->dir.c_str(), options->dir.c_str(), options->dir.c_str(),
        CustodiansText(*options).c_str(), options->dir.c_str());
  });
}

}  // namespace tidemark::cli
