// The gzip file format (RFC 1952).
//
// Threads: an object belongs to one thread at a time. Ownership: GzipSource borrows the wrapped
// source and closes it in its own Close(). Threat: input is hostile; memory is constant.
#ifndef TIDEMARK_BASE_GZIP_H_
#define TIDEMARK_BASE_GZIP_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/bytes.h"

namespace tidemark::base {

// Reads the plaintext of a file of one or more gzip members.
class GzipSource final : public ByteSource {
 public:
  GzipSource(ByteSource& source, uint64_t plain_bytes_max);
  ~GzipSource() override;

  // RESOURCE_EXHAUSTED after more than `plain_bytes_max` bytes; DATA_LOSS if not valid, truncated
  // input included.
  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override;
  absl::Status Close() override;

 private:
  struct Stream;
  absl::StatusOr<size_t> Inflate(absl::Span<char> buffer);
  absl::Status Refill();

  ByteSource& source_;
  const uint64_t plain_bytes_max_;
  std::unique_ptr<Stream> stream_;
  std::string in_;
  uint64_t plain_bytes_ = 0;
  bool member_done_ = false;  // what was consumed ends at the end of a member
  bool source_end_ = false;
  bool at_end_ = false;
  absl::Status status_;
};

// Compresses `data` into one gzip member: for what writes small files, and for tests.
absl::StatusOr<std::string> Gzip(absl::string_view data);

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_GZIP_H_
