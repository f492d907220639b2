// What was read of a source to see what it is, then the rest of it.
//
// Threads: as the source's. Errors: the source's.
#ifndef TIDEMARK_BASE_RESUMED_SOURCE_H_
#define TIDEMARK_BASE_RESUMED_SOURCE_H_

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/bytes.h"

namespace tidemark::base {

class ResumedSource final : public ByteSource {
 public:
  // `rest` must outlive it.
  ResumedSource(std::string head, ByteSource& rest) : head_(std::move(head)), rest_(rest) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    if (at_ == head_.size()) return rest_.Read(buffer);
    const size_t n = std::min(buffer.size(), head_.size() - at_);
    std::memcpy(buffer.data(), head_.data() + at_, n);
    at_ += n;
    return n;
  }
  absl::Status Close() override { return rest_.Close(); }

 private:
  const std::string head_;
  ByteSource& rest_;
  size_t at_ = 0;
};

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_RESUMED_SOURCE_H_
