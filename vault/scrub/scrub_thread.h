// The thread on which tidemarkd scrubs, at the pace that the scrubber asks for.
//
// Threads: one of its own, from construction to destruction. Errors: a slice that fails is logged,
// and tried again after a while: a disk that takes no writes must not end the looking for good.
#ifndef TIDEMARK_VAULT_SCRUB_SCRUB_THREAD_H_
#define TIDEMARK_VAULT_SCRUB_SCRUB_THREAD_H_

#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "vault/scrub/scrubber.h"

namespace tidemark::vault {

class ScrubThread final {
 public:
  // `scrubber` must outlive it.
  explicit ScrubThread(Scrubber& scrubber);
  ~ScrubThread();
  ScrubThread(const ScrubThread&) = delete;
  ScrubThread& operator=(const ScrubThread&) = delete;

 private:
  void Run();

  Scrubber& scrubber_;
  absl::Mutex mutex_;
  bool is_stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses everything above
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_SCRUB_SCRUB_THREAD_H_
