#include <algorithm>
#include <chrono>

#include "absl/time/clock.h"
#include "failover/drill/drill.h"

namespace tidemark::failover {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);
// Waits are short, so that a clock that is set is noticed, and another drill's end.
constexpr absl::Duration kWaitMax = absl::Minutes(1);
constexpr absl::Duration kLook = absl::Milliseconds(200);

}  // namespace

absl::Time NightOf(absl::Time now, absl::Duration at) {
  return absl::UnixEpoch() + absl::Floor(now - absl::UnixEpoch() - at, kDay) + at;
}

bool WaitUnlessStopped(absl::Duration duration, const std::function<bool()>& is_stopped) {
  const auto until = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(duration);
  while (!is_stopped()) {
    const absl::Duration left = absl::FromChrono(until - std::chrono::steady_clock::now());
    if (left <= absl::ZeroDuration()) return true;
    absl::SleepFor(std::min(kLook, left));
  }
  return false;
}

void RunSchedule(const ScheduleOptions& options) {
  absl::Time done = absl::InfinitePast();  // the last night that was run
  absl::Time seen = absl::InfinitePast();
  absl::Duration pause = absl::ZeroDuration();
  while (options.wait(pause)) {
    const absl::Time now = options.clock->Now();
    const absl::Time night = NightOf(now, options.at);
    // After the clock was set back nobody knows which nights were run by a right one. What passed
    // in this one is not drilled again; the callee sees to that.
    if (now < seen) done = absl::InfinitePast();
    seen = now;
    pause = std::min(night + kDay - now, kWaitMax);
    if (night <= done || !options.run(night).ok()) continue;
    // If it took until the next one began, that begins at once.
    done = night;
    pause = absl::ZeroDuration();
  }
}

}  // namespace tidemark::failover
