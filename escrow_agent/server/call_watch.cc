#include "escrow_agent/server/call_watch.h"

#include <algorithm>
#include <utility>

namespace tidemark::escrow_agent {
namespace {

constexpr absl::Duration kLookEvery = absl::Seconds(1);

}  // namespace

CallWatch::CallWatch(const CallLimits& limits) : limits_(limits), thread_([this] { Run(); }) {}

CallWatch::~CallWatch() {
  {
    absl::MutexLock lock(&mutex_);
    is_stopping_ = true;
  }
  thread_.join();
}

void CallWatch::Run() {
  const absl::Duration look_every =
      std::min(kLookEvery, std::min(limits_.idle_max, limits_.call_max) / 4);
  absl::MutexLock lock(&mutex_);
  while (!mutex_.AwaitWithTimeout(absl::Condition(&is_stopping_), look_every)) {
    const Time now = std::chrono::steady_clock::now();
    for (const Call& call : calls_) {
      if (absl::FromChrono(now - call.last_activity) > limits_.idle_max ||
          absl::FromChrono(now - call.began) > limits_.call_max) {
        call.cancel();
      }
    }
  }
}

CallWatch::Entry::Entry(CallWatch& watch, std::function<void()> cancel) : watch_(watch) {
  const Time now = std::chrono::steady_clock::now();
  absl::MutexLock lock(&watch_.mutex_);
  watch_.calls_.push_front({std::move(cancel), now, now});
  call_ = watch_.calls_.begin();
}

CallWatch::Entry::~Entry() {
  absl::MutexLock lock(&watch_.mutex_);
  watch_.calls_.erase(call_);
}

void CallWatch::Entry::Touch() {
  absl::MutexLock lock(&watch_.mutex_);
  call_->last_activity = std::chrono::steady_clock::now();
}

}  // namespace tidemark::escrow_agent
