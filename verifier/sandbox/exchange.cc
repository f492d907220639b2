#include "verifier/sandbox/exchange.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace tidemark::verifier {
namespace {

absl::Status ReadExactly(int fd, absl::Span<char> buffer) {
  while (!buffer.empty()) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return base::ErrnoStatus(errno, "exchange");
    if (n == 0) return absl::DataLossError("the exchange ends within a frame");
    buffer.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

absl::Status WriteExactly(int fd, absl::string_view data) {
  while (!data.empty()) {
    const ssize_t n = ::write(fd, data.data(), data.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return base::ErrnoStatus(errno, "exchange");
    data.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

absl::StatusOr<FrameHead> ReadHead(int fd) {
  EncodedHead bytes;
  RETURN_IF_ERROR(ReadExactly(fd, absl::MakeSpan(bytes)));
  ASSIGN_OR_RETURN(const FrameHead head, DecodeHead(bytes));
  if (head.bytes > kFrameToReaderBytesMax) return absl::DataLossError("the frame is too long");
  return head;
}

}  // namespace

EncodedHead EncodeHead(const FrameHead& head) {
  EncodedHead bytes = {static_cast<char>(head.type)};
  for (size_t i = 0; i < 4; ++i) bytes[1 + i] = static_cast<char>(head.bytes >> (24 - 8 * i));
  return bytes;
}

absl::StatusOr<FrameHead> DecodeHead(const EncodedHead& bytes) {
  FrameHead head = {static_cast<FrameType>(bytes[0]), 0};
  switch (head.type) {
    case FrameType::kOrder:
    case FrameType::kData:
    case FrameType::kEnd:
    case FrameType::kAnswer:
      break;
    default:
      return absl::DataLossError("a frame of unknown type");
  }
  for (size_t i = 0; i < 4; ++i) {
    head.bytes = head.bytes << 8 | static_cast<uint8_t>(bytes[1 + i]);
  }
  return head;
}

std::string EncodeEnd(const absl::Status& status) {
  return absl::StrCat(std::string(1, static_cast<char>(status.code())),
                      status.message().substr(0, kFrameToReaderBytesMax - 1));
}

absl::Status DecodeEnd(absl::string_view bytes) {
  if (bytes.empty() ||
      static_cast<uint8_t>(bytes[0]) > static_cast<uint8_t>(absl::StatusCode::kUnauthenticated)) {
    return absl::DataLossError("the end carries no status");
  }
  return absl::Status(static_cast<absl::StatusCode>(bytes[0]), bytes.substr(1));
}

absl::Status WriteFrame(int fd, FrameType type, absl::string_view content) {
  const EncodedHead head = EncodeHead({type, static_cast<uint32_t>(content.size())});
  RETURN_IF_ERROR(WriteExactly(fd, absl::string_view(head.data(), head.size())));
  return WriteExactly(fd, content);
}

absl::StatusOr<std::string> ReadFrame(int fd, FrameType type) {
  ASSIGN_OR_RETURN(const FrameHead head, ReadHead(fd));
  if (head.type != type) return absl::DataLossError("a frame of another type was due");
  std::string content(head.bytes, '\0');
  RETURN_IF_ERROR(ReadExactly(fd, absl::MakeSpan(content)));
  return content;
}

// Finds the next byte of data, or the end.
absl::Status FrameSource::Advance() {
  while (left_ == 0 && !ended_) {
    ASSIGN_OR_RETURN(const FrameHead head, ReadHead(fd_));
    if (head.type == FrameType::kData) {
      left_ = head.bytes;
      continue;
    }
    if (head.type != FrameType::kEnd) return absl::DataLossError("data or the end was due");
    std::string content(head.bytes, '\0');
    RETURN_IF_ERROR(ReadExactly(fd_, absl::MakeSpan(content)));
    ended_ = true;
    RETURN_IF_ERROR(DecodeEnd(content));
  }
  return absl::OkStatus();
}

absl::StatusOr<size_t> FrameSource::Read(absl::Span<char> buffer) {
  if (status_.ok()) status_ = Advance();
  if (!status_.ok()) return status_;
  if (ended_) return size_t{0};
  const size_t wanted = std::min(left_, buffer.size());
  status_ = ReadExactly(fd_, buffer.first(wanted));
  if (!status_.ok()) return status_;
  left_ -= wanted;
  return wanted;
}

absl::Status FrameSource::Close() {
  if (status_.ok() && !ended_) status_ = Advance();
  if (!status_.ok()) return status_;
  return ended_ ? absl::OkStatus()
                : absl::FailedPreconditionError("the deposit was not read to its end");
}

}  // namespace tidemark::verifier
