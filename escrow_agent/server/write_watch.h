// Private to server/: sees to it that a vault whose disk was full goes on once there is room, and
// tells whoever watches the server in the meantime.
//
// Threads: one of its own, from construction to destruction.
#ifndef TIDEMARK_ESCROW_AGENT_SERVER_WRITE_WATCH_H_
#define TIDEMARK_ESCROW_AGENT_SERVER_WRITE_WATCH_H_

#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "vault/vault.h"

namespace tidemark::escrow_agent {

enum class Writes { kGoOn, kStopped };

class WriteWatch final {
 public:
  // Looks every so often, and more seldom while it is in vain. `on_change` is called on its thread
  // whenever that has changed; at first writes go on. `vault` must outlive it.
  WriteWatch(vault::Vault& vault, absl::Duration every, std::function<void(Writes)> on_change);
  ~WriteWatch();
  WriteWatch(const WriteWatch&) = delete;
  WriteWatch& operator=(const WriteWatch&) = delete;

 private:
  void Run();

  vault::Vault& vault_;
  const absl::Duration every_;
  const std::function<void(Writes)> on_change_;
  absl::Mutex mutex_;
  bool is_stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses everything above
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_SERVER_WRITE_WATCH_H_
