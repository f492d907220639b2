#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/progress.h"
#include "base/status.h"
#include "base/subprocess.h"
#include "cli/drill_modes.h"
#include "rde/file_name.h"
#include "tools/generator/generator.h"

namespace tidemark::cli {
namespace {

// Of what there is, how much another night changes.
constexpr double kChangedFraction = 0.1;

absl::Status Write(const generator::GeneratorOptions& options, bool quiet,
                   const std::string& deposit_path, const std::string& zone_path) {
  ASSIGN_OR_RETURN(const auto deposit,
                   base::FileSink::Create(deposit_path, base::FileMode::kPrivate));
  ASSIGN_OR_RETURN(const auto zone, base::FileSink::Create(zone_path, base::FileMode::kPrivate));
  std::unique_ptr<base::Progress> progress;
  const auto on_progress = [&](uint64_t done, uint64_t total) {
    if (progress == nullptr) {
      progress =
          std::make_unique<base::Progress>(base::ProgressOptions{.label = "  generating",
                                                                 .total = total,
                                                                 .unit = base::ProgressUnit::kItems,
                                                                 .quiet = quiet});
    }
    progress->Update(done);
  };
  RETURN_IF_ERROR(generator::Generate(options, *deposit, *zone, on_progress).status());
  RETURN_IF_ERROR(deposit->Close());
  return zone->Close();
}

absl::StatusOr<std::string> Make(generator::GeneratorOptions options, bool quiet,
                                 const failover::MadeDeposit& deposit) {
  options.night = deposit.night;
  if (deposit.night > 0) options.kind = generator::DepositKind::kDiff;
  const std::string path = absl::StrCat(deposit.dir, "/", generator::DepositName(options));
  RETURN_IF_ERROR(Write(options, quiet, path, deposit.zone_path));
  return path;
}

// Plays it and writes both reports into `out`, unless that is empty.
absl::StatusOr<failover::DrillReport> Play(const DrillArguments& arguments,
                                           failover::DrillFault fault, const Session& session) {
  generator::GeneratorOptions made;
  made.tld = arguments.tld;
  made.domains = arguments.domains;
  made.seed = arguments.seed;
  if (fault == failover::DrillFault::kChainBroken) made.changed_fraction = kChangedFraction;
  if (arguments.hosts == "attributes") made.host_model = generator::HostModel::kAttributes;
  RETURN_IF_ERROR(generator::Validate(made));
  // Of a TLD that cannot stand in a deposit's file name no verifier takes the deposit.
  RETURN_IF_ERROR(
      base::Annotate(rde::ParseDepositFileName(generator::DepositName(made)).status(), "--tld"));
  if (!arguments.out.empty()) {
    RETURN_IF_ERROR(base::MakeDirs(arguments.out, base::FileMode::kPublic));
  }
  CatchStopSignals();
  failover::DemoOptions options;
  ASSIGN_OR_RETURN(options.programs_dir, base::OwnProgramDir());
  if (!arguments.out.empty()) options.logs_dir = arguments.out + "/logs";
  options.tld = arguments.tld;
  options.domains = arguments.domains;
  options.seed = arguments.seed;
  options.fault = fault;
  options.generate = [made, quiet = session.quiet](const failover::MadeDeposit& deposit) {
    return Make(made, quiet, deposit);
  };
  options.hooks = HooksFor(session);
  failover::DrillReport report = failover::PlayDemo(options);
  if (arguments.out.empty()) return report;
  RETURN_IF_ERROR(base::WriteFile(arguments.out + "/report.json", failover::ToJson(report),
                                  base::FileMode::kPublic));
  RETURN_IF_ERROR(base::WriteFile(arguments.out + "/report.html", failover::ToHtml(report),
                                  base::FileMode::kPublic));
  return report;
}

}  // namespace

void RunDemo(const DrillArguments& given, Session& session) {
  DrillArguments arguments = given;
  if (arguments.out.empty()) arguments.out = "drill-report";
  const auto report = Play(arguments, failover::DrillFault::kNone, session);
  if (!report.ok()) return Fail(session, "drill", report.status());
  std::fputs(failover::ToText(*report).c_str(), stdout);
  std::printf("  report: %s/report.html\n", arguments.out.c_str());
  session.exit = ExitOf(report->verdict);
}

void RunScenario(const DrillArguments& given, Session& session) {
  const auto scenario = failover::LoadScenario(given.scenario);
  if (!scenario.ok()) return Fail(session, "drill", scenario.status());
  DrillArguments arguments = given;
  arguments.domains = scenario->domains;
  arguments.seed = scenario->seed;
  const auto report = Play(arguments, scenario->fault, session);
  if (!report.ok()) return Fail(session, "drill", report.status());
  if (!session.quiet) std::fputs(failover::ToText(*report).c_str(), stdout);
  const std::vector<std::string> differences = failover::CompareOutcome(*scenario, *report);
  for (const std::string& difference : differences) {
    std::printf("  not as expected: %s\n", difference.c_str());
  }
  std::printf("scenario %s: %s\n", scenario->name.c_str(),
              differences.empty() ? "as expected" : "NOT as expected");
  if (differences.empty()) return;
  // What could not be played says nothing about what would have come of it.
  session.exit =
      report->verdict == failover::DrillVerdict::kUndecided ? Exit::kUndecided : Exit::kNo;
}

}  // namespace tidemark::cli
