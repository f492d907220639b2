#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "base/subprocess.h"
#include "cli/drill_modes.h"
#include "failover/drill/history/history.h"

namespace tidemark::cli {
namespace {

constexpr absl::Duration kLook = absl::Milliseconds(200);
// A drill that is told to stop stops knotd, which writes its journal.
constexpr absl::Duration kStopGrace = absl::Seconds(120);

// Another sample every night, and the same one if it is played again the same day.
uint64_t SeedOfTheDay() {
  return static_cast<uint64_t>(absl::ToUnixSeconds(absl::Now()) / (24 * 3600));
}

// Its exit status. Told to stop, it is let tear down what it has started.
absl::StatusOr<int> RunUnlessStopped(const base::SubprocessOptions& options) {
  ASSIGN_OR_RETURN(const std::unique_ptr<base::Subprocess> child, base::Subprocess::Start(options));
  while (!StopRequested()) {
    absl::StatusOr<int> ended = child->Wait(kLook);
    if (!absl::IsDeadlineExceeded(ended.status())) return ended;
  }
  return child->Stop(kStopGrace);
}

// One TLD in a process of its own, so that whatever becomes of it the others are drilled.
Exit RunChild(const DrillArguments& arguments, const std::string& program, const std::string& tld,
              const failover::DrillLock& lock, const Session& session) {
  base::SubprocessOptions options;
  options.argv = {program, "drill", "--config", arguments.config, "--tld", tld};
  if (session.quiet) options.argv.insert(options.argv.begin() + 1, "--quiet");
  options.in = lock.fd();
  const absl::StatusOr<int> ended = RunUnlessStopped(options);
  if (ended.ok() && *ended == 0) return Exit::kGood;
  if (ended.ok() && *ended == 1) return Exit::kNo;
  std::fprintf(stderr, "tidemark drill: %s could not be drilled: %s\n", tld.c_str(),
               ended.ok() ? absl::StrCat("exit status ", *ended).c_str()
                          : std::string(ended.status().message()).c_str());
  return Exit::kUndecided;
}

// That one is no makes the answer no, whatever could not be decided besides.
absl::StatusOr<Exit> RunAll(const DrillArguments& arguments, const failover::DrillConfig& config,
                            const Session& session) {
  ASSIGN_OR_RETURN(const std::string programs_dir, base::OwnProgramDir());
  ASSIGN_OR_RETURN(const failover::DrillLock lock, failover::DrillLock::Take(config.history_dir));
  ASSIGN_OR_RETURN(const std::vector<std::string> tlds,
                   failover::TldsToDrill(config, programs_dir));
  bool any_no = false;
  bool any_undecided = false;
  for (const std::string& tld : tlds) {
    if (StopRequested()) return absl::CancelledError("told to stop");
    const Exit exit = RunChild(arguments, programs_dir + "/tidemark", tld, lock, session);
    any_no = any_no || exit == Exit::kNo;
    any_undecided = any_undecided || exit == Exit::kUndecided;
    // One that was killed could not do it.
    RETURN_IF_ERROR(failover::RemoveLeftDrills(config));
  }
  return any_no ? Exit::kNo : any_undecided ? Exit::kUndecided : Exit::kGood;
}

// One night's trouble must not keep the next from being drilled.
void RunScheduledNight(const DrillArguments& arguments, const failover::DrillConfig& config,
                       const Session& session) {
  base::Log(base::LogLevel::kInfo, "drill-begins");
  const absl::StatusOr<Exit> exit = RunAll(arguments, config, session);
  if (!exit.ok()) {
    base::Log(base::LogLevel::kError, "drill-could-not-run", {{"why", exit.status().message()}});
    return;
  }
  base::Log(*exit == Exit::kGood ? base::LogLevel::kInfo : base::LogLevel::kError, "drill-ends",
            {{"exit", static_cast<int>(*exit)}});
}

bool WaitUnlessStopped(absl::Duration duration) {
  const absl::Time until = absl::Now() + duration;
  while (!StopRequested() && absl::Now() < until) {
    absl::SleepFor(std::min(kLook, until - absl::Now()));
  }
  return !StopRequested();
}

absl::Status RunForEver(const DrillArguments& arguments, const failover::DrillConfig& config,
                        const Session& session) {
  const failover::DrillHistory history({.dir = config.history_dir, .keys = {}});
  ASSIGN_OR_RETURN(const std::optional<absl::Time> last, history.Latest());
  const base::SystemClock clock;
  failover::RunSchedule(
      {.clock = &clock, .at = config.at, .last = last, .wait = WaitUnlessStopped, .run = [&] {
         RunScheduledNight(arguments, config, session);
       }});
  return absl::OkStatus();
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

void RunAllNights(const DrillArguments& arguments, Session& session) {
  CatchStopSignals();
  const auto config = failover::LoadDrillConfig(arguments.config);
  if (!config.ok()) return Fail(session, "drill", config.status());
  if (arguments.schedule) {
    const absl::Status status = RunForEver(arguments, *config, session);
    if (!status.ok()) Fail(session, "drill", status);
    return;
  }
  const absl::StatusOr<Exit> exit = RunAll(arguments, *config, session);
  if (!exit.ok()) return Fail(session, "drill", exit.status());
  session.exit = *exit;
}

}  // namespace tidemark::cli
