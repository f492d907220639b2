// tidemark drill --config FILE --all: every TLD, each in a process of its own, once or every night.
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "base/subprocess.h"
#include "cli/drill_modes.h"
#include "cli/night_tally.h"
#include "failover/drill/history/history.h"

namespace tidemark::cli {
namespace {

constexpr absl::Duration kLook = absl::Milliseconds(200);
// A drill that is told to stop stops knotd, which writes its journal.
constexpr absl::Duration kStopGrace = absl::Seconds(120);

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

// What a drill came to that may have been told to stop meanwhile.
DrillEnd EndOf(Exit exit) {
  if (exit == Exit::kGood) return DrillEnd::kPassed;
  if (exit == Exit::kNo) return DrillEnd::kNo;
  return StopRequested() ? DrillEnd::kBrokenOff : DrillEnd::kCouldNotRun;
}

// All of them, or with `night` those of which no drill has passed since it began that looked at all
// that this one would. An error: it could not begin.
absl::StatusOr<NightTally> RunAll(const DrillArguments& arguments,
                                  const failover::DrillConfig& config,
                                  std::optional<absl::Time> night, const Session& session) {
  ASSIGN_OR_RETURN(const std::string programs_dir, base::OwnProgramDir());
  ASSIGN_OR_RETURN(const failover::DrillLock lock, failover::DrillLock::Take(config.history_dir));
  ASSIGN_OR_RETURN(const std::vector<std::string> tlds,
                   failover::TldsToDrill(config, programs_dir));
  ASSIGN_OR_RETURN(const failover::DrillHistory history, failover::OpenHistory(config));
  const failover::DrillDemands demands = failover::DemandsOf(config);
  NightTally tally;
  for (const std::string& tld : tlds) {
    if (StopRequested()) {
      tally.Add(tld, DrillEnd::kNotReached);
      continue;
    }
    // What cannot be read says nothing of having passed.
    if (night.has_value() && history.HasPassed(tld, *night, absl::Now(), demands).value_or(false)) {
      tally.Add(tld, DrillEnd::kPassedBefore);
      continue;
    }
    Exit exit = RunChild(arguments, programs_dir + "/tidemark", tld, lock, session);
    // One that was killed could not do it.
    const absl::Status removed = failover::RemoveLeftDrills(config);
    if (!removed.ok()) {
      std::fprintf(stderr, "tidemark drill: what a drill of %s left is still there: %s\n",
                   tld.c_str(), std::string(removed.message()).c_str());
      if (exit == Exit::kGood) exit = Exit::kUndecided;
    }
    tally.Add(tld, EndOf(exit));
  }
  return tally;
}

// Nights that come one after the other. One night's trouble must not keep the next from being
// drilled.
class ScheduledNights {
 public:
  ScheduledNights(const DrillArguments& arguments, const failover::DrillConfig& config,
                  const Session& session)
      : arguments_(arguments), config_(config), session_(session) {}

  absl::Status Run(absl::Time night) {
    if (waiting_.has_value() && *waiting_ != night) {
      base::Log(base::LogLevel::kError, "drill-night-lost",
                {{"night", Text(*waiting_)}, {"why", why_.message()}});
      waiting_.reset();
    }
    if (!waiting_.has_value()) {
      base::Log(base::LogLevel::kInfo, "drill-begins", {{"night", Text(night)}});
    }
    const absl::StatusOr<NightTally> tally = RunAll(arguments_, config_, night, session_);
    if (!tally.ok()) {
      // It is tried again every minute; one line a reason is enough.
      if (waiting_ != night || why_ != tally.status()) {
        base::Log(base::LogLevel::kError, "drill-cannot-begin-yet",
                  {{"night", Text(night)}, {"why", tally.status().message()}});
      }
      waiting_ = night;
      why_ = tally.status();
      latest_.AddNone();
      return tally.status();
    }
    waiting_.reset();
    latest_.Add(*tally);
    base::Log(tally->exit() == Exit::kGood ? base::LogLevel::kInfo : base::LogLevel::kError,
              "drill-ends",
              {{"night", Text(night)},
               {"exit", static_cast<int>(tally->exit())},
               {"summary", tally->Summary()}});
    return absl::OkStatus();
  }

  // Told to stop: what a person should know who did not read the log every morning.
  Exit Stop() const {
    base::Log(latest_.exit() == Exit::kGood ? base::LogLevel::kInfo : base::LogLevel::kError,
              "drill-schedule-stops",
              {{"exit", static_cast<int>(latest_.exit())},
               {"latest", latest_.Summary()},
               {"waiting", waiting_.has_value() ? Text(*waiting_) : ""}});
    return latest_.exit();
  }

 private:
  static std::string Text(absl::Time night) {
    return absl::FormatTime("%Y-%m-%dT%H:%MZ", night, absl::UTCTimeZone());
  }

  const DrillArguments& arguments_;
  const failover::DrillConfig& config_;
  const Session& session_;
  std::optional<absl::Time> waiting_;  // the night that could not begin yet
  absl::Status why_;
  LatestNights latest_;
};

}  // namespace

void RunAllNights(const DrillArguments& arguments, Session& session) {
  CatchStopSignals();
  const auto config = failover::LoadDrillConfig(arguments.config);
  if (!config.ok()) return Fail(session, "drill", config.status());
  if (arguments.schedule) {
    const base::SystemClock clock;
    ScheduledNights nights(arguments, *config, session);
    failover::RunSchedule({.clock = &clock,
                           .at = config->at,
                           .wait =
                               [](absl::Duration duration) {
                                 return failover::WaitUnlessStopped(duration, StopRequested);
                               },
                           .run = [&nights](absl::Time night) { return nights.Run(night); }});
    session.exit = nights.Stop();
    return;
  }
  const absl::StatusOr<NightTally> tally = RunAll(arguments, *config, std::nullopt, session);
  if (!tally.ok()) return Fail(session, "drill", tally.status());
  std::printf("%s\n", tally->Summary().c_str());
  session.exit = tally->exit();
}

}  // namespace tidemark::cli
