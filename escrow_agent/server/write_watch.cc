#include "escrow_agent/server/write_watch.h"

#include <string>
#include <utility>

#include "base/log.h"

namespace tidemark::escrow_agent {

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
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      if (mutex_.AwaitWithTimeout(absl::Condition(&is_stopping_), every_)) return;
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
  }
}

}  // namespace tidemark::escrow_agent
