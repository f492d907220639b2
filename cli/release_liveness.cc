#include "cli/release_liveness.h"

#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "base/config.h"
#include "base/file.h"
#include "base/status.h"
#include "cli/agent_session.h"
#include "escrow_agent/release/liveness.h"
#include "escrow_agent/release/release.h"
#include "vault/remote/remote_vault.h"

namespace tidemark::cli {
namespace {

struct LivenessArguments {
  std::string config;
  std::string challenge;
  std::vector<std::string> proofs;
  std::string out;
};

// Public facts only: agent.toml, or the file of any role. What else is in it is that role's.
absl::StatusOr<vault::AgentConnection> LoadFacts(const std::string& path) {
  ASSIGN_OR_RETURN(const base::Config config, base::Config::Load(path));
  return vault::LoadPublicAgent(config);
}

absl::Status Ask(const LivenessArguments& arguments, const Session& session) {
  ASSIGN_OR_RETURN(const vault::AgentConnection agent, LoadFacts(arguments.config));
  ASSIGN_OR_RETURN(const std::string challenge, escrow_agent::AskLiveness(agent, absl::Now()));
  RETURN_IF_ERROR(base::WriteFile(arguments.out, challenge, base::FileMode::kPublic));
  if (session.quiet) return absl::OkStatus();
  std::printf("Send %s to each of the %d custodians, and keep it: proofs are checked against it\n",
              arguments.out.c_str(), static_cast<int>(agent.custodian_keys_hex.size()));
  return absl::OkStatus();
}

absl::Status Prove(const LivenessArguments& arguments, const Session& session) {
  ASSIGN_OR_RETURN(const escrow_agent::CustodianConfig custodian,
                   escrow_agent::LoadCustodianConfig(arguments.config));
  ASSIGN_OR_RETURN(const std::string challenge, base::ReadSmallFile(arguments.challenge));
  ASSIGN_OR_RETURN(const absl::Time asked,
                   escrow_agent::CheckChallenge(challenge, custodian.agent));
  ASSIGN_OR_RETURN(const std::string proof, escrow_agent::ProveLiveness(challenge, custodian));
  RETURN_IF_ERROR(base::WriteFile(arguments.out, proof, base::FileMode::kPublic));
  if (session.quiet) return absl::OkStatus();
  std::printf("Asked at %s; proved as custodian %d: %s, which is no secret\n",
              absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", asked, absl::UTCTimeZone()).c_str(),
              custodian.number, arguments.out.c_str());
  return absl::OkStatus();
}

// Good only if every custodian has its share.
absl::Status Verify(const LivenessArguments& arguments, Session& session) {
  ASSIGN_OR_RETURN(const vault::AgentConnection agent, LoadFacts(arguments.config));
  ASSIGN_OR_RETURN(const std::string challenge, base::ReadSmallFile(arguments.challenge));
  ASSIGN_OR_RETURN(const absl::Time asked, escrow_agent::CheckChallenge(challenge, agent));
  std::set<int> alive;
  for (const std::string& path : arguments.proofs) {
    ASSIGN_OR_RETURN(const std::string proof, base::ReadSmallFile(path));
    const absl::StatusOr<int> number = escrow_agent::VerifyLiveness(challenge, proof, agent);
    if (number.ok()) {
      alive.insert(*number);
    } else {
      std::fprintf(stderr, "tidemark release liveness verify: %s: %s\n", path.c_str(),
                   std::string(number.status().message()).c_str());
    }
  }
  const int custodians = static_cast<int>(agent.custodian_keys_hex.size());
  std::printf(
      "Asked at %s: %d of %d custodians have proved that they have their shares; it takes "
      "%d to release a deposit\n",
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", asked, absl::UTCTimeZone()).c_str(),
      static_cast<int>(alive.size()), custodians,
      static_cast<int>(agent.release_commitments_hex.size()));
  for (int i = 1; i <= custodians; ++i) {
    std::printf("  custodian %d: %s\n", i, alive.contains(i) ? "has its share" : "no proof");
  }
  if (static_cast<int>(alive.size()) < custodians) session.exit = Exit::kNo;
  return absl::OkStatus();
}

CLI::App* AddVerb(CLI::App& liveness, LivenessArguments& arguments, const char* name,
                  const char* description, const char* config) {
  CLI::App* verb = liveness.add_subcommand(name, description);
  AddConfigOption(*verb, arguments.config, config);
  return verb;
}

}  // namespace

void AddReleaseLiveness(CLI::App& release, Session& session) {
  CLI::App* liveness = release.add_subcommand(
      "liveness", "Do the custodians still have their shares? No deposit is touched");
  liveness->require_subcommand(1);
  liveness->footer(
      "Example: tidemark release liveness challenge --config agent.toml --out ask.bin");
  auto arguments = std::make_shared<LivenessArguments>();
  constexpr char kFacts[] = "agent.toml, or any role's configuration";

  CLI::App* ask = AddVerb(*liveness, *arguments, "challenge", "Make a fresh challenge", kFacts);
  ask->add_option("--out", arguments->out, "File to write the challenge to")->required();
  ask->footer("Example: tidemark release liveness challenge --config agent.toml --out ask.bin");
  ask->callback([arguments, &session] {
    const absl::Status status = Ask(*arguments, session);
    if (!status.ok()) Fail(session, "release liveness challenge", status);
  });

  CLI::App* prove = AddVerb(*liveness, *arguments, "prove", "A custodian proves over a challenge",
                            "custodian.toml, as keygen writes it");
  prove->add_option("CHALLENGE", arguments->challenge, "What liveness challenge wrote")->required();
  prove->add_option("--out", arguments->out, "File to write the proof to")->required();
  prove->footer(
      "Example: tidemark release liveness prove ask.bin --config custodian-2/custodian.toml\n"
      "         --out proof-2.bin");
  prove->callback([arguments, &session] {
    const absl::Status status = Prove(*arguments, session);
    if (!status.ok()) FailFromServer(session, "release liveness prove", status);
  });

  CLI::App* verify = AddVerb(*liveness, *arguments, "verify", "Check proofs, offline", kFacts);
  verify->add_option("CHALLENGE", arguments->challenge, "The challenge that was sent")->required();
  verify->add_option("PROOF", arguments->proofs, "What custodians sent back")->required();
  verify->footer(
      "Exit status 0: every custodian has its share. 1: some have not proved it.\n"
      "Example: tidemark release liveness verify ask.bin proof-1.bin proof-2.bin\n"
      "         --config agent.toml");
  verify->callback([arguments, &session] {
    const absl::Status status = Verify(*arguments, session);
    if (!status.ok()) FailFromServer(session, "release liveness verify", status);
  });
}

}  // namespace tidemark::cli
