// What passes between the verifier and the process that reads for it: frames on one socket.
//
//   verifier -> reader   an order; of each file data, piece by piece, and the end, with a status
//   reader -> verifier   one answer
//
// A frame is one byte of type, its length in four bytes (big-endian), and that many bytes. The
// reader believes the verifier; the verifier believes nothing: lengths are bounded before anything
// is allocated. Blocking; for the reader's side. The verifier's is confined_process.h.
// Threads: one at a time. Errors: DATA_LOSS for what is no such frame.
#ifndef TIDEMARK_VERIFIER_SANDBOX_EXCHANGE_H_
#define TIDEMARK_VERIFIER_SANDBOX_EXCHANGE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/bytes.h"

namespace tidemark::verifier {

enum class FrameType : char { kOrder = 'O', kData = 'D', kEnd = 'E', kAnswer = 'A' };

struct FrameHead {
  FrameType type;
  uint32_t bytes;
};
inline constexpr size_t kFrameHeadBytes = 5;
// Of an order, a piece of data or an end. An order names every deposit of a TLD, 100,000 and more,
// and has two lists of ids (base/limits.h).
inline constexpr size_t kFrameToReaderBytesMax = 32 << 20;

using EncodedHead = std::array<char, kFrameHeadBytes>;
EncodedHead EncodeHead(const FrameHead& head);
absl::StatusOr<FrameHead> DecodeHead(const EncodedHead& bytes);

// A status as the content of an end frame. What carries none is DATA_LOSS.
std::string EncodeEnd(const absl::Status& status);
absl::Status DecodeEnd(absl::string_view bytes);

absl::Status WriteFrame(int fd, FrameType type, absl::string_view content);
// The content of the next frame, which has to be of this type.
absl::StatusOr<std::string> ReadFrame(int fd, FrameType type);

// The data of one file, up to its end; Read() and Close() then give the status that it carries.
class FrameSource final : public base::ByteSource {
 public:
  explicit FrameSource(int fd) : fd_(fd) {}
  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override;
  absl::Status Close() override;

 private:
  absl::Status Advance();

  const int fd_;
  size_t left_ = 0;  // of the current piece
  bool ended_ = false;
  absl::Status status_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_SANDBOX_EXCHANGE_H_
