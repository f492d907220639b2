#include "verifier/extension/byte_pipe.h"

#include <algorithm>
#include <cstring>

namespace tidemark::verifier {

void BytePipe::Write(absl::string_view piece) {
  const absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &BytePipe::CanWrite));
  if (stopped_ || ended_) return;
  piece_.assign(piece.data(), piece.size());
  taken_ = 0;
}

void BytePipe::End() {
  const absl::MutexLock lock(&mutex_);
  ended_ = true;
}

absl::StatusOr<size_t> BytePipe::Read(absl::Span<char> buffer) {
  const absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &BytePipe::CanRead));
  const size_t bytes = std::min(buffer.size(), piece_.size() - taken_);
  std::memcpy(buffer.data(), piece_.data() + taken_, bytes);
  taken_ += bytes;
  return bytes;
}

void BytePipe::StopReading() {
  const absl::MutexLock lock(&mutex_);
  stopped_ = true;
}

}  // namespace tidemark::verifier
