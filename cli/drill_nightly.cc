// tidemark drill --config FILE --tld TLD: one drill of one TLD.
#include <cstdio>
#include <string>

#include "absl/time/clock.h"
#include "base/log.h"
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
  const auto night = failover::PlayNightly(*config, options);
  if (!night.ok()) {
    return Fail(session, "drill", base::Annotate(night.status(), "nothing was played"));
  }
  std::fputs(failover::ToText(night->report).c_str(), stdout);
  if (!night->kept.ok()) {
    Fail(session, "drill", base::Annotate(night->kept.status(), "no report was kept"));
    // What was a no is one without a file that says so, too; a pass is none without.
    if (night->report.verdict == failover::DrillVerdict::kFail) session.exit = Exit::kNo;
    return;
  }
  std::printf("  report: %s/report.html\n", night->kept->dir.c_str());
  if (!night->kept->tidied.ok()) {
    // Of this drill nothing is missing; whoever looks after the disk has to know.
    base::Log(base::LogLevel::kWarning, "drill-old-reports-stay",
              {{"tld", options.tld}, {"why", night->kept->tidied.message()}});
    std::printf("  older reports could not be removed: %s\n",
                std::string(night->kept->tidied.message()).c_str());
  }
  session.exit = ExitOf(night->report.verdict);
}

}  // namespace tidemark::cli
