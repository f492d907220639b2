// A queue between two threads, neither of which runs ahead of the other by more than its bound.
//
// Threads: any number on either side.
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_BOUNDED_QUEUE_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_BOUNDED_QUEUE_H_

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace tidemark::escrow_agent {

template <typename T>
class BoundedQueue final {
 public:
  explicit BoundedQueue(size_t items_max) : items_max_(items_max) {}

  // Waits while it is full. False, and the item is gone, once it is closed.
  bool Push(T item) {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &BoundedQueue::CanPush));
    if (is_closed_) return false;
    items_.push_back(std::move(item));
    return true;
  }

  // Waits while it is empty. Nothing once it is closed and empty.
  std::optional<T> Pop() {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &BoundedQueue::CanPop));
    if (items_.empty()) return std::nullopt;
    T item = std::move(items_.front());
    items_.pop_front();
    return item;
  }

  // No more items come. What is in it can still be taken out.
  void Close() {
    absl::MutexLock lock(&mutex_);
    is_closed_ = true;
  }

 private:
  bool CanPush() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return is_closed_ || items_.size() < items_max_;
  }
  bool CanPop() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return is_closed_ || !items_.empty();
  }

  const size_t items_max_;
  absl::Mutex mutex_;
  bool is_closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<T> items_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_BOUNDED_QUEUE_H_
