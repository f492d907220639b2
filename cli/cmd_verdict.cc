// tidemark verdict: the latest verdict on a deposit, with its signature and binding checked.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "cli/agent_session.h"
#include "cli/command.h"
#include "cli/shown_deposit.h"
#include "verifier/opening/opening.h"
#include "verifier/report_parse.h"
#include "verifier/reports/reports.h"

namespace tidemark::cli {
namespace {

using tidemark::v1::VerdictBody;

struct VerdictArguments {
  std::string id;
  std::string config;
  std::string format = "text";
  std::string dea_name;
};

struct LatestVerdict {
  verifier::SealedDeposit deposit;  // of a deleted one without its manifest
  std::string deletion;             // when and why; "": it is in custody
  VerdictBody verdict;
};

// FAILED_PRECONDITION without any verdict; DATA_LOSS if the latest is not the verifier's about this
// deposit.
absl::StatusOr<LatestVerdict> FetchLatest(const AgentSession& peer, const vault::DepositId& id) {
  ASSIGN_OR_RETURN(ShownDeposit shown, FetchShown(peer, id));
  if (shown.record.verdicts().empty()) {
    return absl::FailedPreconditionError(
        shown.deletion.empty()
            ? absl::StrCat("there is no verdict on ", id.ToString(), " yet")
            : absl::StrCat("there was no verdict on ", id.ToString(), "; it was ", shown.deletion));
  }
  ASSIGN_OR_RETURN(
      VerdictBody verdict,
      verifier::CheckVerdict(shown.deposit, *shown.record.verdicts().rbegin(), peer.agent));
  return LatestVerdict{std::move(shown.deposit), std::move(shown.deletion), std::move(verdict)};
}

// The day of the last full deposit of the TLD that passed, as the server tells it.
absl::StatusOr<std::optional<absl::CivilDay>> LastFull(vault::RemoteVault& vault,
                                                       const std::string& tld) {
  tidemark::v1::ListRequest request;
  request.set_tld(tld);
  ASSIGN_OR_RETURN(const auto deposits, vault.List(request));
  std::optional<absl::CivilDay> last;
  for (const tidemark::v1::DepositSummary& deposit : deposits) {
    if (deposit.kind() != tidemark::v1::DEPOSIT_KIND_FULL ||
        deposit.latest_verdict() != tidemark::v1::VERDICT_OUTCOME_PASS) {
      continue;
    }
    const absl::CivilDay day = absl::ToCivilDay(
        absl::FromUnixSeconds(deposit.watermark_unix_seconds()), absl::UTCTimeZone());
    last = last.has_value() ? std::max(*last, day) : day;
  }
  return last;
}

absl::StatusOr<std::string> RenderDocument(const VerdictArguments& arguments,
                                           const AgentSession& peer, const LatestVerdict& latest) {
  if (arguments.format == "json") return latest.verdict.report_json() + "\n";
  absl::StatusOr<verifier::Report> report = verifier::ParseReportJson(latest.verdict.report_json());
  if (!report.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat("this verdict's report cannot be shown like this, --format json prints it: ",
                     report.status().message()));
  }
  if (arguments.format == "html") {
    return verifier::ReportHtml(*report, latest.deposit.id.ToString());
  }
  verifier::NotificationFacts facts;
  facts.agent_name = arguments.dea_name;
  facts.received = absl::FromUnixMicros(latest.deposit.receipt.received_at_unix_micros());
  facts.validated = absl::FromUnixMicros(latest.verdict.judged_at_unix_micros());
  ASSIGN_OR_RETURN(facts.last_full, LastFull(*peer.vault, latest.deposit.id.tld()));
  return verifier::RdeNotificationXml(*report, facts);
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
  if ((arguments.format == "rde-notification") == arguments.dea_name.empty()) {
    return Fail(session, "verdict",
                absl::InvalidArgumentError(
                    "--dea-name goes with --format rde-notification, and has to be there"));
  }
  const auto peer = ConnectAs(arguments.config);
  if (!peer.ok()) return Fail(session, "verdict", peer.status());
  const auto id = ResolveId(*peer->vault, arguments.id);
  if (!id.ok()) return Fail(session, "verdict", id.status());
  const auto latest = FetchLatest(*peer, *id);
  if (!latest.ok()) return Fail(session, "verdict", latest.status());
  const VerdictBody* verdict = &latest->verdict;
  session.exit = ExitOfOutcome(verdict->outcome());
  if (arguments.format != "text") {
    const auto document = RenderDocument(arguments, *peer, *latest);
    if (!document.ok()) return Fail(session, "verdict", document.status());
    std::fwrite(document->data(), 1, document->size(), stdout);
    return;
  }
  std::printf(
      "%s: %s\n  judged by %s at %s\n", id->ToString().c_str(),
      std::string(OutcomeText(verdict->outcome())).c_str(), verdict->ruleset().c_str(),
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMicros(verdict->judged_at_unix_micros()),
                       absl::UTCTimeZone())
          .c_str());
  if (!latest->deletion.empty()) std::printf("  deleted: %s\n", latest->deletion.c_str());
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
  AddConfigOption(*verb, arguments->config,
                  "operator.toml, auditor.toml, successor.toml or verifier.toml");
  verb->add_option("--format", arguments->format,
                   "text; json: the report as it was signed; html: a page; rde-notification: "
                   "rdeNotification-1.0, the notice to ICANN")
      ->check(CLI::IsMember({"text", "json", "html", "rde-notification"}))
      ->capture_default_str();
  verb->add_option("--dea-name", arguments->dea_name,
                   "The escrow agent's name, for rde-notification");
  verb->footer(
      "Exit status: 0 pass, 1 fail, 2 undecided, none yet, or not the verifier's signature.\n"
      "Example: tidemark verdict example/20261122001/0 --config operator/operator.toml");
  verb->callback([arguments, &session] { Run(*arguments, session); });
}

}  // namespace tidemark::cli
