#include "escrow_agent/server/write_watch.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/log.h"

namespace tidemark::escrow_agent {
namespace {

// Between two tries, which may make others wait for a moment.
constexpr absl::Duration kPauseMax = absl::Seconds(30);

}  // namespace

WriteWatch::WriteWatch(vault::Vault& vault, absl::Duration every,
                       std::function<void(Writes)> on_change)
    : vault_(vault), every_(every), on_change_(std::move(on_change)), thread_([this] { Run(); }) {}

WriteWatch::~WriteWatch() {
  {
    absl::MutexLock lock(&mutex_);
    is_stopping_ = true;
  }
  thread_.join();
}

void WriteWatch::Run() {
  Writes writes = Writes::kGoOn;
  std::string said;
  absl::Duration pause = every_;
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      if (mutex_.AwaitWithTimeout(absl::Condition(&is_stopping_), pause)) return;
    }
    const absl::Status why = vault_.WriteStatus();
    // Told before it is tried, for that may take a while.
    if (!why.ok() && writes == Writes::kGoOn) on_change_(writes = Writes::kStopped);
    const absl::Status goes_on = why.ok() ? why : vault_.GoOn();
    // What keeps it from going on is said once, not every time.
    if (!goes_on.ok() && std::exchange(said, goes_on.ToString()) != goes_on.ToString()) {
      base::Log(base::LogLevel::kError, "writes-stopped",
                {{"why", why.message()},
                 {"status", goes_on.ToString()},
                 {"do", "make room on the disk; it then goes on by itself"}});
    }
    if (goes_on.ok() && writes == Writes::kStopped) on_change_(writes = Writes::kGoOn);
    if (goes_on.ok()) said.clear();
    pause = goes_on.ok() ? every_ : std::min(2 * pause, std::max(kPauseMax, every_));
  }
}

}  // namespace tidemark::escrow_agent
