// tidemark verify: judges one deposit in custody now, appends the verdict, prints the report.
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/progress.h"
#include "base/status.h"
#include "cli/agent_session.h"
#include "cli/command.h"
#include "cli/resource_options.h"
#include "cli/verdict_exit.h"
#include "vault/remote/remote_vault.h"
#include "verifier/report_json.h"
#include "verifier/report_text.h"
#include "verifier/reports/reports.h"
#include "verifier/service/config.h"
#include "verifier/service/judge.h"

namespace tidemark::cli {
namespace {

struct VerifyArguments {
  std::string id;
  std::string config;
  std::string profile;
  std::string ruleset;
  std::string format = "text";
};

absl::StatusOr<verifier::JudgeOptions> OptionsOf(const VerifyArguments& arguments,
                                                 const verifier::VerifierConfig& config,
                                                 const vault::DepositId& id) {
  verifier::JudgeOptions options;
  options.resources = config.resources;
  options.standard = config.standards.Of(id.tld());
  if (!arguments.profile.empty()) {
    ASSIGN_OR_RETURN(options.standard.profile, verifier::ParseProfile(arguments.profile));
    options.standard.ruleset = nullptr;
  }
  if (!arguments.ruleset.empty()) {
    ASSIGN_OR_RETURN(options.standard.ruleset, verifier::FindRuleset(arguments.ruleset));
  }
  return options;
}

std::string Render(const verifier::Report& report, const std::string& format,
                   const std::string& title) {
  if (format == "json") return verifier::ReportJson(report) + "\n";
  if (format == "html") return verifier::ReportHtml(report, title);
  return verifier::ReportText(report, title);
}

absl::StatusOr<verifier::Judged> JudgeNow(const verifier::VerifierConfig& config,
                                          vault::RemoteVault& vault, const vault::DepositId& id,
                                          verifier::JudgeOptions options, const Session& session) {
  uint64_t spilled_bytes = 0;
  options.on_spilled = [&spilled_bytes](uint64_t bytes) { spilled_bytes = bytes; };
  base::Progress progress({.label = "verifying", .quiet = session.quiet});
  options.on_progress = [&progress](uint64_t bytes_read) {
    progress.Update(bytes_read);
    return true;
  };
  const base::SystemClock clock;
  const verifier::ConfinedJudge content_judge(config.judge);
  absl::StatusOr<verifier::Judged> judged = verifier::JudgeDeposit(
      {vault, config.agent, config.opening_key, config.signing_key, clock, content_judge}, id,
      options);
  progress.Finish();
  TellSpill(session, "verify", spilled_bytes);
  return judged;
}

void Run(const VerifyArguments& arguments, Session& session) {
  const auto config = verifier::LoadVerifierConfig(arguments.config);
  if (!config.ok()) return Fail(session, "verify", config.status());
  const auto vault = vault::RemoteVault::Connect(config->agent);
  if (!vault.ok()) return Fail(session, "verify", vault.status());
  const auto id = ResolveId(**vault, arguments.id);
  if (!id.ok()) return Fail(session, "verify", id.status());
  const absl::Status takes =
      verifier::CheckTakesVerdicts(**vault, config->agent.address, id->tld());
  if (!takes.ok()) return Fail(session, "verify", takes);
  const auto options = OptionsOf(arguments, *config, *id);
  if (!options.ok()) return Fail(session, "verify", options.status());
  const auto judged = JudgeNow(*config, **vault, *id, *options, session);
  // Status 1 says that a deposit is bad. A verifier that is refused, or asked for a deposit that is
  // not there, has judged nothing.
  if (!judged.ok()) return Fail(session, "verify", judged.status());
  const std::string text = Render(judged->report, arguments.format, id->ToString());
  std::fwrite(text.data(), 1, text.size(), stdout);
  session.exit = ExitOf(judged->report.verdict);
  // A verdict that was not recorded is none.
  const auto appended = (*vault)->AppendVerdict(judged->verdict);
  if (!appended.ok()) {
    Fail(session, "verify", base::Annotate(appended.status(), "the verdict was not recorded"));
  }
}

}  // namespace

void AddVerify(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<VerifyArguments>();
  CLI::App* verb =
      app.add_subcommand("verify", "Open a deposit in custody, judge it, record the verdict");
  verb->add_option("ID", arguments->id, "TLD/ID/RESEND, or TLD/ID for the highest resend")
      ->required();
  AddConfigOption(*verb, arguments->config, "verifier.toml");
  CLI::Option* profile = verb->add_option(
      "--profile", arguments->profile, "Rules: rst, gtld or cctld (default: the configuration's)");
  verb->add_option("--ruleset", arguments->ruleset,
                   "A rule set by its name (default: the profile's at the deposit's watermark)")
      ->excludes(profile);
  verb->add_option("--format", arguments->format, "text; json; html: a page")
      ->check(CLI::IsMember({"text", "json", "html"}))
      ->capture_default_str();
  verb->footer(
      "Exit status: 0 pass, 1 fail, 2 could not decide (refused and no such deposit among it).\n"
      "Example: tidemark verify example/20261122001/0 --config agent/verifier/verifier.toml");
  verb->callback([arguments, &session] { Run(*arguments, session); });
}

}  // namespace tidemark::cli
