// Bytes of answers that no client has taken yet, of all connections together. Private to front/.
//
// Threat: whoever asks for the longest answers and takes none would fill the memory, connections
// times the longest answer. Above a limit nothing more is computed until something was taken.
//
// Threads: a total is safe for concurrent use, an answer belongs to one.
#ifndef TIDEMARK_FAILOVER_FRONT_OUTGOING_H_
#define TIDEMARK_FAILOVER_FRONT_OUTGOING_H_

#include <atomic>
#include <cstddef>
#include <string>
#include <utility>

namespace tidemark::failover::front {

class OutgoingTotal {
 public:
  explicit OutgoingTotal(size_t bytes_max) : bytes_max_(bytes_max) {}

  // Nothing more should be computed. What is being computed in other threads comes on top.
  bool is_full() const { return bytes_ >= bytes_max_; }

 private:
  friend class Outgoing;
  const size_t bytes_max_;
  std::atomic<size_t> bytes_{0};
};

// One connection's answer while it is on its way.
class Outgoing {
 public:
  explicit Outgoing(OutgoingTotal& total) : total_(total) {}
  ~Outgoing() { Clear(); }
  Outgoing(const Outgoing&) = delete;
  Outgoing& operator=(const Outgoing&) = delete;

  const std::string& bytes() const { return bytes_; }
  void Set(std::string bytes) {
    total_.bytes_ += bytes.size();
    total_.bytes_ -= bytes_.size();
    bytes_ = std::move(bytes);
  }
  void Clear() { Set(std::string()); }

 private:
  OutgoingTotal& total_;
  std::string bytes_;
};

}  // namespace tidemark::failover::front

#endif  // TIDEMARK_FAILOVER_FRONT_OUTGOING_H_
