// tidemark drill --config FILE --tld TLD: one drill of one TLD.
#include <cstdio>
#include <string>

#include "absl/time/clock.h"
#include "base/status.h"
#include "base/subprocess.h"
#include "cli/drill_modes.h"
#include "failover/drill/history/history.h"

namespace tidemark::cli {
namespace {

// Another sample every night, and the same one if it is played again the same day.
uint64_t SeedOfTheDay() {
  return static_cast<uint64_t>(absl::ToUnixSeconds(absl::Now()) / (24 * 3600));
}

}  // namespace

void RunOneNight(const DrillArguments& arguments, Session& session) {
  CatchStopSignals();
  const auto config = failover::LoadDrillConfig(arguments.config);
  if (!config.ok()) return Fail(session, "drill", config.status());
  const auto lock = failover::DrillLock::Take(config->history_dir);
  if (!lock.ok()) return Fail(session, "drill", lock.status());
  failover::NightlyOptions options;
  const auto programs_dir = base::OwnProgramDir();
  if (!programs_dir.ok()) return Fail(session, "drill", programs_dir.status());
  options.programs_dir = *programs_dir;
  options.tld = arguments.tld;
  options.seed = SeedOfTheDay();
  options.hooks = HooksFor(session);
  std::string kept;
  const auto report = failover::PlayNightly(*config, options, kept);
  if (!report.ok()) {
    return Fail(session, "drill", base::Annotate(report.status(), "no report was kept"));
  }
  std::fputs(failover::ToText(*report).c_str(), stdout);
  std::printf("  report: %s/report.html\n", kept.c_str());
  session.exit = ExitOf(report->verdict);
}

}  // namespace tidemark::cli
