// tidemark release execute: a custodian re-wraps one deposit's key to one successor.

#include <cstdio>
#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "base/file.h"
#include "base/status.h"
#include "cli/agent_session.h"
#include "cli/command.h"
#include "escrow_agent/release/release.h"
#include "verifier/opening/opening.h"

namespace tidemark::cli {
namespace {

constexpr char kVerb[] = "release execute";

struct ReleaseArguments {
  std::string id;
  std::string config;
  std::string to;
  std::string reason;
  std::string out;
};

absl::Status Release(const ReleaseArguments& arguments) {
  ASSIGN_OR_RETURN(const escrow_agent::CustodianConfig config,
                   escrow_agent::LoadCustodianConfig(arguments.config));
  ASSIGN_OR_RETURN(const crypto::OpeningPublicKey successor,
                   escrow_agent::LoadSuccessorKey(arguments.to));
  // The whole identity, with its resend: what can't be undone is not left to "the highest".
  ASSIGN_OR_RETURN(const vault::DepositId id, vault::DepositId::Parse(arguments.id));
  ASSIGN_OR_RETURN(const auto vault, vault::RemoteVault::Connect(config.agent));
  ASSIGN_OR_RETURN(const verifier::SealedDeposit deposit,
                   verifier::FetchSealedDeposit(*vault, config.agent, id));
  ASSIGN_OR_RETURN(
      const tidemark::v1::ReleasePackage package,
      escrow_agent::MakeRelease(
          deposit, {.successor = successor, .reason = arguments.reason, .now = absl::Now()},
          config.share, config.signing_key));
  return base::WriteFile(arguments.out, package.SerializeAsString(), base::FileMode::kPublic);
}

void Run(const ReleaseArguments& arguments, Session& session) {
  const absl::Status status = Release(arguments);
  if (!status.ok()) return FailFromServer(session, kVerb, status);
  if (session.quiet) return;
  std::printf(
      "Released %s: %s opens it, with the successor's key and certificate, and nothing else\n",
      arguments.id.c_str(), arguments.out.c_str());
}

}  // namespace

void AddRelease(CLI::App& app, Session& session) {
  CLI::App* release = app.add_subcommand("release", "Release a deposit to a successor");
  release->require_subcommand(1);
  release->footer(
      "Example: tidemark release execute example/20261122001/0 --config custodian.toml\n"
      "         --to successor.pub.toml --reason \"case 17\" --out release.bin");
  CLI::App* verb = release->add_subcommand("execute", "Make the release package of one deposit");
  auto arguments = std::make_shared<ReleaseArguments>();
  verb->add_option("ID", arguments->id, "TLD/ID/RESEND")->required();
  verb->add_option("--config", arguments->config, "custodian.toml, as keygen writes it")
      ->envname("TIDEMARK_CONFIG")
      ->required();
  verb->add_option("--to", arguments->to,
                   "The successor: successor.pub.toml, or its opening key in hex")
      ->required();
  verb->add_option("--reason", arguments->reason, "Why, for the record")->required();
  verb->add_option("--out", arguments->out, "File to write the release package to")->required();
  verb->footer(
      "The successor then runs: tidemark rebuild ID --release FILE --config successor.toml --out "
      "DIR\n"
      "Example: tidemark release execute example/20261122001/0 --config custodian/custodian.toml\n"
      "         --to successor/successor.pub.toml --reason \"case 17\" --out release.bin");
  verb->callback([arguments, &session] { Run(*arguments, session); });
}

}  // namespace tidemark::cli
