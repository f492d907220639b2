// tidemark verdict: the latest verdict on a deposit, with its signature and binding checked.
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "cli/agent_session.h"
#include "cli/command.h"
#include "verifier/opening/opening.h"

namespace tidemark::cli {
namespace {

using tidemark::v1::VerdictBody;

struct VerdictArguments {
  std::string id;
  std::string config;
  std::string format = "text";
};

// NOT_FOUND without any verdict; DATA_LOSS if the latest is not the verifier's about this deposit.
absl::StatusOr<VerdictBody> FetchLatest(const AgentSession& peer, const vault::DepositId& id) {
  ASSIGN_OR_RETURN(const verifier::SealedDeposit deposit,
                   verifier::FetchSealedDeposit(*peer.vault, peer.agent, id));
  ASSIGN_OR_RETURN(const tidemark::v1::DepositRecord record, peer.vault->Show(id));
  if (record.verdicts().empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("there is no verdict on ", id.ToString(), " yet"));
  }
  return verifier::CheckVerdict(deposit, *record.verdicts().rbegin(), peer.agent);
}

Exit ExitOfOutcome(tidemark::v1::VerdictOutcome outcome) {
  if (outcome == tidemark::v1::VERDICT_OUTCOME_PASS) return Exit::kGood;
  return outcome == tidemark::v1::VERDICT_OUTCOME_FAIL ? Exit::kNo : Exit::kUndecided;
}

absl::string_view OutcomeText(tidemark::v1::VerdictOutcome outcome) {
  if (outcome == tidemark::v1::VERDICT_OUTCOME_PASS) return "PASS";
  return outcome == tidemark::v1::VERDICT_OUTCOME_FAIL ? "FAIL" : "UNDECIDED";
}

// Codes with their counts; the whole report is what --format json prints.
void PrintCodes(const std::string& report_json) {
  const auto report = nlohmann::json::parse(report_json, nullptr, /*allow_exceptions=*/false);
  if (!report.is_object() || !report.contains("findings")) return;
  std::string last;
  for (const auto& finding : report["findings"]) {
    const std::string code = finding.value("code", "");
    if (code == last) continue;
    std::printf("  %-8s %s (%lld)\n", finding.value("severity", "").c_str(), code.c_str(),
                static_cast<long long>(finding.value("count", int64_t{0})));
    last = code;
  }
}

void Run(const VerdictArguments& arguments, Session& session) {
  const auto peer = ConnectAs(arguments.config);
  if (!peer.ok()) return Fail(session, "verdict", peer.status());
  const auto id = ResolveId(*peer->vault, arguments.id);
  if (!id.ok()) return Fail(session, "verdict", id.status());
  const auto verdict = FetchLatest(*peer, *id);
  if (!verdict.ok()) return Fail(session, "verdict", verdict.status());
  session.exit = ExitOfOutcome(verdict->outcome());
  if (arguments.format == "json") {
    std::printf("%s\n", verdict->report_json().c_str());
    return;
  }
  std::printf(
      "%s: %s\n  judged by %s at %s\n", id->ToString().c_str(),
      std::string(OutcomeText(verdict->outcome())).c_str(), verdict->ruleset().c_str(),
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMicros(verdict->judged_at_unix_micros()),
                       absl::UTCTimeZone())
          .c_str());
  PrintCodes(verdict->report_json());
  std::printf("Verified: the verifier's signature, about this manifest.\n");
}

}  // namespace

void AddVerdict(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<VerdictArguments>();
  CLI::App* verb =
      app.add_subcommand("verdict", "Show the latest verdict on a deposit, and verify it");
  verb->add_option("ID", arguments->id, "TLD/ID/RESEND, or TLD/ID for the highest resend")
      ->required();
  verb->add_option("--config", arguments->config,
                   "operator.toml, auditor.toml, successor.toml or verifier.toml")
      ->envname("TIDEMARK_CONFIG")
      ->required();
  verb->add_option("--format", arguments->format, "text, or json: the report as it was signed")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  verb->footer(
      "Exit status: 0 pass, 1 fail, 2 undecided, none yet, or not the verifier's signature.\n"
      "Example: tidemark verdict example/20261122001/0 --config operator/operator.toml");
  verb->callback([arguments, &session] { Run(*arguments, session); });
}

}  // namespace tidemark::cli
