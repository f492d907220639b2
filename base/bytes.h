// Byte streams: how a deposit moves through the project without ever being held whole.
//
// A stage is a ByteSource or a ByteSink that wraps another one (limit, digest, decompress, open).
// The first failure latches: every later call returns it again. Reaching the end of Read() is not
// yet success: only Close() says that what was read was complete and authentic (a truncated
// envelope ends early and fails in Close()), or that what was written is durable. Destroying an
// unclosed sink discards what it wrote.
//
// Threads: an object is used by one thread at a time. Ownership: a wrapping stage borrows the
// wrapped one, which must outlive it, unless its constructor takes a unique_ptr.
#ifndef TIDEMARK_BASE_BYTES_H_
#define TIDEMARK_BASE_BYTES_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace tidemark::base {

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Reads up to buffer.size() bytes (at least one must fit). Returns how many, and 0 only at the
  // end of the stream. REQUIRES: not closed.
  virtual absl::StatusOr<size_t> Read(absl::Span<char> buffer) = 0;

  // OK if and only if the stream was read to its authentic end. FAILED_PRECONDITION if bytes
  // remain; DATA_LOSS if the end is not authentic. Idempotent.
  virtual absl::Status Close() = 0;
};

class ByteSink {
 public:
  virtual ~ByteSink() = default;

  // Takes all of `data`.
  virtual absl::Status Write(absl::string_view data) = 0;

  // OK if and only if everything written has reached its destination (for a file: synced and
  // renamed into place). Idempotent.
  virtual absl::Status Close() = 0;
};

// Reads `data`, which must outlive the source.
class StringSource final : public ByteSource {
 public:
  explicit StringSource(absl::string_view data) : rest_(data) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override;
  absl::Status Close() override;

 private:
  absl::string_view rest_;
  absl::Status status_;
};

// Appends to `out`, which must outlive the sink, and refuses to go over `bytes_max`
// (RESOURCE_EXHAUSTED). For small things only: a deposit never goes into a string.
class StringSink final : public ByteSink {
 public:
  StringSink(std::string& out, size_t bytes_max) : out_(out), bytes_max_(bytes_max) {}

  absl::Status Write(absl::string_view data) override;
  absl::Status Close() override { return status_; }

 private:
  std::string& out_;
  const size_t bytes_max_;
  absl::Status status_;
};

// Moves everything from `source` to `sink` in pieces; closes neither.
absl::Status CopyAll(ByteSource& source, ByteSink& sink);

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_BYTES_H_
