#include "vault/scrub/scrub_thread.h"

#include <algorithm>

#include "base/log.h"

namespace tidemark::vault {
namespace {

constexpr absl::Duration kAfterFailure = absl::Minutes(1);
// Whoever meets damage knows nothing of this thread.
constexpr absl::Duration kBetweenGlances = absl::Seconds(1);

}  // namespace

ScrubThread::ScrubThread(Scrubber& scrubber) : scrubber_(scrubber), thread_([this] { Run(); }) {}

ScrubThread::~ScrubThread() {
  {
    absl::MutexLock lock(&mutex_);
    is_stopping_ = true;
  }
  thread_.join();
}

void ScrubThread::Run() {
  while (true) {
    const absl::StatusOr<absl::Duration> wait = scrubber_.CheckSlice();
    if (!wait.ok()) {
      base::Log(base::LogLevel::kError, "scrub-failed", {{"status", wait.status().ToString()}});
    }
    absl::Duration left = wait.ok() ? *wait : kAfterFailure;
    do {
      const absl::Duration glance = std::min(left, kBetweenGlances);
      absl::MutexLock lock(&mutex_);
      if (mutex_.AwaitWithTimeout(absl::Condition(&is_stopping_), glance)) return;
      left -= glance;
    } while (left > absl::ZeroDuration() && !scrubber_.IsWanted());
  }
}

}  // namespace tidemark::vault
