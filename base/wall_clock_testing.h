// For tests only: a wall clock that a test sets, for the whole process. Who asks the kernel for
// CLOCK_REALTIME is told its time and so much more; all other clocks are as they are. Timers of the
// kernel do not know of it.
#ifndef TIDEMARK_BASE_WALL_CLOCK_TESTING_H_
#define TIDEMARK_BASE_WALL_CLOCK_TESTING_H_

#include <thread>

#include "absl/time/time.h"

namespace tidemark::base {

// Sets it by so many whole seconds, a moment after it was made, while others wait; right again once
// it is gone. One at a time.
class WallClockSetter {
 public:
  explicit WallClockSetter(absl::Duration by);
  ~WallClockSetter();
  WallClockSetter(const WallClockSetter&) = delete;
  WallClockSetter& operator=(const WallClockSetter&) = delete;

 private:
  std::thread thread_;
};

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_WALL_CLOCK_TESTING_H_
