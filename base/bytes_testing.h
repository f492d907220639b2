// For tests: a source of its own text, which may end badly.
#ifndef TIDEMARK_BASE_BYTES_TESTING_H_
#define TIDEMARK_BASE_BYTES_TESTING_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/bytes.h"

namespace tidemark::base {

class HeldSource final : public ByteSource {
 public:
  // `end` is what its reader is told after the last byte.
  explicit HeldSource(std::string text, absl::Status end = absl::OkStatus())
      : text_(std::move(text)), source_(text_), end_(std::move(end)) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    auto got = source_.Read(buffer);
    if (got.ok() && *got == 0 && !end_.ok()) return end_;
    return got;
  }
  absl::Status Close() override { return end_; }

 private:
  const std::string text_;
  StringSource source_;
  const absl::Status end_;
};

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_BYTES_TESTING_H_
