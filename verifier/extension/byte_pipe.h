// Bytes from one thread to another, a piece at a time. Private to verifier/extension/.
//
// One writer, one reader. The writer waits while the last piece has not been taken: memory is that
// of one piece.
#ifndef TIDEMARK_VERIFIER_EXTENSION_BYTE_PIPE_H_
#define TIDEMARK_VERIFIER_EXTENSION_BYTE_PIPE_H_

#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "base/bytes.h"

namespace tidemark::verifier {

class BytePipe final : public base::ByteSource {
 public:
  // The writer's side. After End() nothing more is taken.
  void Write(absl::string_view piece);
  void End();

  // The reader's side. What comes after StopReading() is dropped: the writer never waits for it.
  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override;
  void StopReading();
  absl::Status Close() override { return absl::OkStatus(); }

 private:
  bool CanWrite() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return stopped_ || taken_ == piece_.size();
  }
  bool CanRead() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return ended_ || taken_ < piece_.size();
  }

  absl::Mutex mutex_;
  std::string piece_ ABSL_GUARDED_BY(mutex_);
  size_t taken_ ABSL_GUARDED_BY(mutex_) = 0;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_EXTENSION_BYTE_PIPE_H_
