// Whatever comes over the socket: a file with a status, or DATA_LOSS; no more bytes than came.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/status.h"
#include "verifier/sandbox/exchange.h"

namespace tidemark::verifier {
namespace {

// A descriptor from which these bytes are read.
class Incoming {
 public:
  explicit Incoming(absl::string_view bytes) : fd_(memfd_create("exchange", MFD_CLOEXEC)) {
    CHECK(fd_ >= 0);
    CHECK(write(fd_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    CHECK(lseek(fd_, 0, SEEK_SET) == 0);
  }
  ~Incoming() { close(fd_); }
  Incoming(const Incoming&) = delete;
  Incoming& operator=(const Incoming&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

absl::StatusOr<std::string> ReadFile(absl::string_view bytes, size_t piece) {
  const Incoming incoming(bytes);
  FrameSource source(incoming.fd());
  std::vector<char> buffer(piece);
  std::string content;
  for (;;) {
    const absl::StatusOr<size_t> got = source.Read(absl::MakeSpan(buffer));
    if (!got.ok()) {
      CHECK(source.Close() == got.status());
      return got.status();
    }
    if (*got == 0) break;
    content.append(buffer.data(), *got);
  }
  CHECK(source.Close().ok());
  return content;
}

void CheckFrame(absl::string_view bytes) {
  for (const FrameType type :
       {FrameType::kOrder, FrameType::kData, FrameType::kEnd, FrameType::kAnswer}) {
    const Incoming incoming(bytes);
    const absl::StatusOr<std::string> content = ReadFrame(incoming.fd(), type);
    CHECK(content.ok() || absl::IsDataLoss(content.status()));
    if (!content.ok()) continue;
    const EncodedHead head = EncodeHead({type, static_cast<uint32_t>(content->size())});
    CHECK(bytes.substr(0, kFrameHeadBytes) == absl::string_view(head.data(), head.size()));
    CHECK(bytes.substr(kFrameHeadBytes, content->size()) == *content);
  }
}

}  // namespace
}  // namespace tidemark::verifier

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark::verifier;
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  CheckFrame(bytes);
  const auto whole = ReadFile(bytes, 1 << 16);
  const auto pieces = ReadFile(bytes, 1 + size % 31);
  CHECK(whole.status() == pieces.status());
  CHECK(!whole.ok() || (*whole == *pieces && whole->size() < size));
  const absl::Status end = DecodeEnd(bytes);
  // The code OK carries no message.
  CHECK(end.ok() || absl::IsDataLoss(end) || EncodeEnd(end) == bytes);
  return 0;
}
