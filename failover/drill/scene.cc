#include "failover/drill/scene.h"

#include <signal.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/clock.h"
#include "base/status.h"

namespace tidemark::failover {
namespace {

// serve waits for knotd, which writes its journal when it ends.
constexpr absl::Duration kServeStopGrace = absl::Seconds(70);
constexpr absl::Duration kGoneTimeout = absl::Seconds(10);
constexpr absl::Duration kGonePoll = absl::Milliseconds(20);

absl::Status Stop(std::unique_ptr<base::Subprocess>& process, absl::Duration grace) {
  if (process == nullptr) return absl::OkStatus();
  const absl::Status status = process->Stop(grace).status();
  process.reset();
  return status;
}

// knotd is a grandchild, which serve has to stop; if serve was killed, the kernel kills it.
bool IsGone(pid_t pid) {
  const base::SteadyClock clock;
  const absl::Time deadline = clock.Now() + kGoneTimeout;
  while (kill(pid, 0) == 0 || errno != ESRCH) {
    if (clock.Now() > deadline) return false;
    absl::SleepFor(kGonePoll);
  }
  return true;
}

void TearDown(Scene& scene) {
  absl::Status status = Stop(scene.serving, kServeStopGrace);
  for (auto& process : scene.others) status.Update(Stop(process, base::kStopGraceDefault));
  scene.report.torn_down =
      status.ok() && (!scene.knotd_pid.has_value() || IsGone(*scene.knotd_pid));
  scene.stage_name = "tear-down";
  if (!*scene.report.torn_down) scene.No("something that the drill started still runs");
}

}  // namespace

Scene::Scene(DrillHooks the_hooks) : hooks(std::move(the_hooks)) {
  report.started_at = absl::Now();
}

Scene::~Scene() = default;

double Scene::Seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double Scene::WayBackSeconds() const { return way_back_before + Seconds() - stage_begin; }

void Scene::No(const std::string& reason) {
  report.reasons.push_back(absl::StrCat(stage_name, ": ", reason));
}

absl::StatusOr<base::RunResult> Scene::RunVerb(Role role, const std::string& log,
                                               const std::vector<std::string>& arguments) {
  ASSIGN_OR_RETURN(base::RunResult result, stage->Run(role, log, arguments, kVerbTimeout));
  if (result.exit_status == 0 || result.exit_status == 1) return result;
  return absl::UnavailableError(absl::StrCat("tidemark ", arguments[0], " ended with status ",
                                             result.exit_status, ": ", result.err));
}

std::string RestoreOutcome(const base::RunResult& restored) {
  const auto json = nlohmann::json::parse(restored.out, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("outcome") || !json["outcome"].is_string()) return "";
  return json["outcome"].get<std::string>();
}

bool IsLostForGood(const base::RunResult& restored) {
  const std::string outcome = RestoreOutcome(restored);
  return outcome == "lost" || outcome == "never-whole";
}

absl::Status Play(Scene& scene, absl::Span<const Stage> stages) {
  absl::Status status;
  for (const Stage& stage : stages) {
    if (status.ok() && scene.ShouldStop()) status = absl::CancelledError("told to stop");
    if (!status.ok()) {
      scene.report.stages_not_run.emplace_back(stage.name);
      continue;
    }
    scene.stage_name = stage.name;
    if (scene.hooks.on_stage_begin) scene.hooks.on_stage_begin(stage.name);
    scene.stage_begin = scene.Seconds();
    const size_t reasons = scene.report.reasons.size();
    status = stage.play();
    const double seconds = scene.Seconds() - scene.stage_begin;
    const StageOutcome outcome = !status.ok()                            ? StageOutcome::kBrokenOff
                                 : scene.report.reasons.size() > reasons ? StageOutcome::kFailed
                                                                         : StageOutcome::kPassed;
    scene.report.stages.push_back({stage.name, scene.stage_begin, seconds, outcome});
    if (stage.part == Stage::Part::kWayBack) {
      scene.way_back_before += seconds;
      scene.report.rto_stages.emplace_back(stage.name, seconds);
    }
    if (scene.hooks.on_stage_end) scene.hooks.on_stage_end(stage.name, seconds);
  }
  return status;
}

DrillReport Conclude(Scene& scene, const absl::Status& status, const std::string& logs_dir) {
  DrillReport& report = scene.report;
  // A no is one also where the rest could not run.
  const bool any_no = !report.reasons.empty();
  if (!status.ok()) {
    report.reasons.push_back(absl::StrCat(scene.stage_name, ": ", status.message()));
  }
  TearDown(scene);
  if (any_no || (status.ok() && !report.reasons.empty())) {
    report.verdict = DrillVerdict::kFail;
  } else {
    report.verdict = status.ok() ? DrillVerdict::kPass : DrillVerdict::kUndecided;
  }
  if (report.verdict != DrillVerdict::kPass && scene.stage != nullptr && !logs_dir.empty()) {
    const absl::Status kept = scene.stage->KeepLogs(logs_dir);
    if (!kept.ok()) report.reasons.push_back(absl::StrCat("logs: ", kept.message()));
  }
  scene.stage.reset();
  return std::move(report);
}

}  // namespace tidemark::failover
