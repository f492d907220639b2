// The clock seam: code asks a Clock, tests hand in a FakeClock.
#ifndef TIDEMARK_BASE_CLOCK_H_
#define TIDEMARK_BASE_CLOCK_H_

#include <time.h>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace tidemark::base {

// Threads: safe for concurrent use.
class Clock {
 public:
  virtual ~Clock() = default;
  // Wall clock time, UTC, unless it is a SteadyClock.
  virtual absl::Time Now() const = 0;
};

class SystemClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};

// For what is done now and then: nobody sets it, and it goes on while the machine sleeps. It counts
// from the machine's start, so that its times say nothing about any other clock's.
class SteadyClock final : public Clock {
 public:
  absl::Time Now() const override {
    timespec since_start = {};
    clock_gettime(CLOCK_BOOTTIME, &since_start);
    return absl::UnixEpoch() + absl::DurationFromTimespec(since_start);
  }
};

// Stands still until told otherwise.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(absl::Time now) : now_(now) {}
  absl::Time Now() const override {
    absl::MutexLock lock(&mutex_);
    return now_;
  }
  void Advance(absl::Duration by) {
    absl::MutexLock lock(&mutex_);
    now_ += by;
  }

 private:
  mutable absl::Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_CLOCK_H_
