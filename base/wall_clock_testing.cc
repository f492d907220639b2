#include "base/wall_clock_testing.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

#include "absl/time/clock.h"

namespace tidemark::base {
namespace {

// Until others wait.
constexpr absl::Duration kMoment = absl::Milliseconds(50);

std::atomic<int64_t> offset_seconds{0};

}  // namespace

WallClockSetter::WallClockSetter(absl::Duration by)
    : thread_([by] {
        absl::SleepFor(kMoment);
        offset_seconds = absl::ToInt64Seconds(by);
      }) {}

WallClockSetter::~WallClockSetter() {
  thread_.join();
  offset_seconds = 0;
}

}  // namespace tidemark::base

// In place of libc's, for the program and its libraries alike.
extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  const auto result = static_cast<int>(syscall(SYS_clock_gettime, clock, time));
  if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec += tidemark::base::offset_seconds;
  return result;
}
