#include <algorithm>

#include "failover/drill/drill.h"

namespace tidemark::failover {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);
// Waits are short, so that a clock that is set is noticed.
constexpr absl::Duration kWaitMax = absl::Minutes(1);

}  // namespace

absl::Time NextNight(absl::Time now, absl::Duration at, std::optional<absl::Time> last) {
  if (!last.has_value() || now - *last > kDay) return now;
  const absl::Time midnight = absl::UnixEpoch() + absl::Floor(now - absl::UnixEpoch(), kDay);
  const absl::Time tonight = midnight + at;
  return tonight > now ? tonight : tonight + kDay;
}

void RunSchedule(const ScheduleOptions& options) {
  std::optional<absl::Time> last = options.last;
  absl::Time next = NextNight(options.clock->Now(), options.at, last);
  absl::Time seen = absl::InfinitePast();
  while (true) {
    const absl::Time now = options.clock->Now();
    // After the clock was set back the next night is nearer than it was.
    if (now < seen) next = std::min(next, NextNight(now, options.at, now));
    seen = now;
    if (now < next) {
      if (!options.wait(std::min(next - now, kWaitMax))) return;
      continue;
    }
    last = now;
    options.run();
    next = NextNight(options.clock->Now(), options.at, last);
    // A night that took longer than a day is followed by the next time of day, not by itself.
    if (next <= options.clock->Now()) next = NextNight(next, options.at, next);
    if (!options.wait(absl::ZeroDuration())) return;
  }
}

}  // namespace tidemark::failover
