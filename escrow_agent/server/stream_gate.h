// Private to server/: how many calls one certificate may have open at a time.
//
// Threads: safe for concurrent use. A Ticket gives its place back when it is destroyed, and must
// not outlive its gate.
#ifndef TIDEMARK_ESCROW_AGENT_SERVER_STREAM_GATE_H_
#define TIDEMARK_ESCROW_AGENT_SERVER_STREAM_GATE_H_

#include <map>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

namespace tidemark::escrow_agent {

class StreamGate final {
 public:
  StreamGate(int per_certificate_max, int all_max)
      : per_certificate_max_(per_certificate_max), all_max_(all_max) {}

  class Ticket final {
   public:
    Ticket(Ticket&& other) noexcept
        : gate_(std::exchange(other.gate_, nullptr)), serial_(std::move(other.serial_)) {}
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    ~Ticket() {
      if (gate_ != nullptr) gate_->Leave(serial_);
    }

   private:
    friend class StreamGate;
    Ticket(StreamGate& gate, std::string serial) : gate_(&gate), serial_(std::move(serial)) {}
    StreamGate* gate_;
    std::string serial_;
  };

  // UNAVAILABLE says which of the two limits is reached.
  absl::StatusOr<Ticket> Enter(const std::string& serial);

 private:
  void Leave(const std::string& serial);

  const int per_certificate_max_;
  const int all_max_;
  absl::Mutex mutex_;
  int all_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<std::string, int> open_ ABSL_GUARDED_BY(mutex_);  // only certificates with open calls
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_SERVER_STREAM_GATE_H_
