// Lines about answers that failed, a few a minute: whoever asks thousands of questions of a store
// that cannot be read chooses how many fail, and must not fill a disk with it.
//
// Threads: safe for concurrent use.
#ifndef TIDEMARK_FAILOVER_LOOKUP_FAILURE_LOG_H_
#define TIDEMARK_FAILOVER_LOOKUP_FAILURE_LOG_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/clock.h"

namespace tidemark::failover {

inline constexpr absl::Duration kFailureLogPause = absl::Seconds(10);

class FailureLog {
 public:
  // `event` begins every line. `clock` must outlive it.
  FailureLog(absl::string_view event, const base::Clock& clock) : event_(event), clock_(clock) {}

  // Logs `failure`, unless a line was written within kFailureLogPause; the next one says how many
  // went unsaid.
  void Note(const absl::Status& failure);
  // The number of those that go unsaid before the line that is due now; nothing if none is due.
  std::optional<uint64_t> Due();

 private:
  const std::string event_;
  const base::Clock& clock_;
  absl::Mutex mutex_;
  absl::Time next_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  uint64_t unsaid_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_LOOKUP_FAILURE_LOG_H_
