#include "escrow_agent/server/retention_rounds.h"

#include <random>

#include "base/log.h"

namespace tidemark::escrow_agent {
namespace {

// After the start: a twenty-fourth of the time between rounds (an hour of a day), up to twice that.
absl::Duration FirstPause(absl::Duration every) {
  std::random_device random;
  const double jitter = static_cast<double>(random()) / std::random_device::max();
  return every / 24 * (1 + jitter);
}

void LogRound(const absl::StatusOr<vault::retention::RunSummary>& round) {
  if (!round.ok()) {
    const bool is_told = absl::IsAborted(round.status());
    base::Log(is_told ? base::LogLevel::kInfo : base::LogLevel::kError,
              is_told ? "retention-stopped" : "retention-failed",
              {{"status", round.status().ToString()}});
    return;
  }
  if (!round->clock_objection.empty()) {
    base::Log(base::LogLevel::kWarning, "retention-clock", {{"why", round->clock_objection}});
  }
  base::Log(base::LogLevel::kInfo, "retention",
            {{"shredded", round->deposits_shredded},
             {"frames_removed", round->frames_removed},
             {"erasures_confirmed", round->erasures_confirmed},
             {"tlds_deferred", round->tlds_deferred}});
}

}  // namespace

RetentionRounds::RetentionRounds(vault::Vault& vault, absl::Duration every)
    : vault_(vault), every_(every), thread_([this] { Run(); }) {}

RetentionRounds::~RetentionRounds() {
  {
    absl::MutexLock lock(&mutex_);
    is_stopping_ = true;
    stop_ = true;
  }
  thread_.join();
}

void RetentionRounds::Run() {
  absl::Duration pause = FirstPause(every_);
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      if (mutex_.AwaitWithTimeout(absl::Condition(&is_stopping_), pause)) return;
    }
    LogRound(vault_.Retained().Run(vault::retention::RunMode::kDelete, stop_));
    pause = every_;
  }
}

}  // namespace tidemark::escrow_agent
