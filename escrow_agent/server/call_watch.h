// Private to server/: ends calls that are idle or open for too long.
//
// gRPC's blocking Read() and Write() have no time limit of their own; without this a peer could
// hold a thread and an open upload for ever by doing nothing. The call is cancelled, so the handler
// sees the end of its stream and cleans up as after a broken connection.
//
// Threads: one of its own, which looks around every second; Entry methods may be called from the
// handler's. Time is the steady clock: the wall clock may jump.
#ifndef TIDEMARK_ESCROW_AGENT_SERVER_CALL_WATCH_H_
#define TIDEMARK_ESCROW_AGENT_SERVER_CALL_WATCH_H_

#include <chrono>
#include <functional>
#include <list>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace tidemark::escrow_agent {

struct CallLimits {
  absl::Duration idle_max = absl::Minutes(5);  // without a message in either direction
  absl::Duration call_max = absl::Hours(6);    // altogether
};

class CallWatch final {
 public:
  explicit CallWatch(const CallLimits& limits);
  ~CallWatch();
  CallWatch(const CallWatch&) = delete;
  CallWatch& operator=(const CallWatch&) = delete;

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Call {
    std::function<void()> cancel;
    Time began;
    Time last_activity;
  };

 public:
  // A call under watch, from construction to destruction; must not outlive its watch.
  class Entry final {
   public:
    // `cancel` is called from the watch's thread, repeatedly, until the entry is destroyed.
    Entry(CallWatch& watch, std::function<void()> cancel);
    ~Entry();
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    // A message went by.
    void Touch();

   private:
    CallWatch& watch_;
    std::list<Call>::iterator call_;
  };

 private:
  void Run();

  const CallLimits limits_;
  absl::Mutex mutex_;
  bool is_stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::list<Call> calls_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;  // last: it uses everything above
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_SERVER_CALL_WATCH_H_
