#include "failover/lookup/failure_log.h"

#include <utility>

#include "base/log.h"

namespace tidemark::failover {

std::optional<uint64_t> FailureLog::Due() {
  const absl::Time now = clock_.Now();
  absl::MutexLock lock(&mutex_);
  // A clock that was set back does not silence it.
  if (now < next_ && now >= next_ - kFailureLogPause) {
    ++unsaid_;
    return std::nullopt;
  }
  next_ = now + kFailureLogPause;
  return std::exchange(unsaid_, 0);
}

void FailureLog::Note(const absl::Status& failure) {
  const std::optional<uint64_t> unsaid = Due();
  if (!unsaid.has_value()) return;
  base::Log(base::LogLevel::kError, event_,
            {{"error", std::string(failure.message())}, {"unsaid", *unsaid}});
}

}  // namespace tidemark::failover
