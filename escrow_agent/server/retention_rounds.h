// Private to server/: has the vault carry out its retention policy, once a day or so.
//
// The first round comes soon after the start, so that a server which is restarted every night has
// its rounds, too; not at once and not at the same moment everywhere, for a round rewrites files.
// Nothing in a call's path waits for a round beyond the vault's lock for one batch.
//
// Threads: one of its own, from construction to destruction, which does not wait for the end of a
// round but for that of its step.
#ifndef TIDEMARK_ESCROW_AGENT_SERVER_RETENTION_ROUNDS_H_
#define TIDEMARK_ESCROW_AGENT_SERVER_RETENTION_ROUNDS_H_

#include <atomic>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "vault/vault.h"

namespace tidemark::escrow_agent {

class RetentionRounds final {
 public:
  // `vault` must outlive it.
  RetentionRounds(vault::Vault& vault, absl::Duration every);
  ~RetentionRounds();
  RetentionRounds(const RetentionRounds&) = delete;
  RetentionRounds& operator=(const RetentionRounds&) = delete;

 private:
  void Run();

  vault::Vault& vault_;
  const absl::Duration every_;
  std::atomic<bool> stop_ = false;  // what the vault looks at
  absl::Mutex mutex_;
  bool is_stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses everything above
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_SERVER_RETENTION_ROUNDS_H_
