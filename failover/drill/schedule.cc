#include <algorithm>

#include "failover/drill/drill.h"

namespace tidemark::failover {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);
// Waits are short, so that a clock that is set is noticed, and another drill's end.
constexpr absl::Duration kWaitMax = absl::Minutes(1);

}  // namespace

absl::Time NightOf(absl::Time now, absl::Duration at) {
  return absl::UnixEpoch() + absl::Floor(now - absl::UnixEpoch() - at, kDay) + at;
}

void RunSchedule(const ScheduleOptions& options) {
  absl::Time done = absl::InfinitePast();  // the last night that was run
  absl::Time seen = absl::InfinitePast();
  absl::Duration pause = absl::ZeroDuration();
  while (options.wait(pause)) {
    const absl::Time now = options.clock->Now();
    const absl::Time night = NightOf(now, options.at);
    // After the clock was set back the next night is nearer than it was.
    if (now < seen) done = std::min(done, night);
    seen = now;
    pause = std::min(night + kDay - now, kWaitMax);
    if (night <= done || !options.run(night).ok()) continue;
    // If it took until the next one began, that begins at once.
    done = night;
    pause = absl::ZeroDuration();
  }
}

}  // namespace tidemark::failover
