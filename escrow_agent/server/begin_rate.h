// Private to server/: how many uploads one certificate may begin within a minute.
//
// A begin costs a signature check, a look into the catalogue and a synced row, and a peer could do
// nothing else. Each certificate has a bucket of tokens that fills steadily; a full one is
// forgotten, so only those that began something lately take memory.
//
// Threads: safe for concurrent use. Time is the steady clock: the wall clock may jump.
#ifndef TIDEMARK_ESCROW_AGENT_SERVER_BEGIN_RATE_H_
#define TIDEMARK_ESCROW_AGENT_SERVER_BEGIN_RATE_H_

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"

namespace tidemark::escrow_agent {

class BeginRate final {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // `now` is for tests.
  explicit BeginRate(int begins_per_minute_max,
                     std::function<Time()> now = std::chrono::steady_clock::now)
      : per_minute_(begins_per_minute_max), now_(std::move(now)) {}

  // UNAVAILABLE says when to try again. At most kBeginCountersMax certificates are counted; more
  // that begin within one minute wait.
  absl::Status Take(const std::string& serial);

 private:
  struct Bucket {
    double tokens;
    Time filled_at;
  };
  double TokensAt(const Bucket& bucket, Time now) const;
  void ForgetFull(Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int per_minute_;
  const std::function<Time()> now_;
  absl::Mutex mutex_;
  std::map<std::string, Bucket> buckets_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_SERVER_BEGIN_RATE_H_
