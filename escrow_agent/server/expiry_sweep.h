// Private to server/: drops parked uploads whose time is over, now and then.
//
// Threads: one of its own, from construction to destruction.
#ifndef TIDEMARK_ESCROW_AGENT_SERVER_EXPIRY_SWEEP_H_
#define TIDEMARK_ESCROW_AGENT_SERVER_EXPIRY_SWEEP_H_

#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "vault/vault.h"

namespace tidemark::escrow_agent {

class ExpirySweep final {
 public:
  // `vault` must outlive it.
  ExpirySweep(vault::Vault& vault, absl::Duration every);
  ~ExpirySweep();
  ExpirySweep(const ExpirySweep&) = delete;
  ExpirySweep& operator=(const ExpirySweep&) = delete;

 private:
  void Run();

  vault::Vault& vault_;
  const absl::Duration every_;
  absl::Mutex mutex_;
  bool is_stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses everything above
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_SERVER_EXPIRY_SWEEP_H_
