// Whatever the bytes: zstd or a reason, the same in whatever pieces it is read, and never more
// plaintext than was asked for. One frame is the same as a block and as a stream, and what is
// compressed comes back.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "base/compress.h"
#include "base/status.h"

namespace tidemark::base {
namespace {

constexpr size_t kPlainBytesMax = 1 << 18;

bool IsReason(const absl::Status& status) {
  return absl::IsDataLoss(status) || absl::IsResourceExhausted(status);
}

// The plaintext of a stream, read in pieces of `piece` bytes.
absl::StatusOr<std::string> Read(absl::string_view file, size_t piece) {
  StringSource stored(file);
  ZstdSource source(stored, kPlainBytesMax);
  std::vector<char> buffer(piece);
  std::string plain;
  for (;;) {
    const absl::StatusOr<size_t> got = source.Read(absl::MakeSpan(buffer));
    if (!got.ok()) {
      CHECK(IsReason(got.status()));
      CHECK(source.Close() == got.status());
      return got.status();
    }
    if (*got == 0) break;
    plain.append(buffer.data(), *got);
  }
  CHECK(plain.size() <= kPlainBytesMax);
  RETURN_IF_ERROR(source.Close());
  return plain;
}

void CheckBlock(absl::string_view bytes, const absl::StatusOr<std::string>& stream) {
  Decompressor decompressor;
  const absl::StatusOr<std::string> block = decompressor.Decompress(bytes, kPlainBytesMax);
  CHECK(block.ok() || IsReason(block.status()));
  // A stream may have several frames, a block has one.
  CHECK(!block.ok() || (stream.ok() && *stream == *block));
}

void CheckRoundTrips(absl::string_view bytes) {
  Compressor compressor;
  const absl::StatusOr<std::string> block = compressor.Compress(bytes);
  CHECK(block.ok());
  Decompressor decompressor;
  CHECK(decompressor.Decompress(*block, bytes.size()).value() == bytes);
  CHECK(bytes.empty() || !decompressor.Decompress(*block, bytes.size() - 1).ok());
  std::string stream;
  StringSink stored(stream, 1 << 20);
  ZstdSink sink(stored);
  CHECK(sink.Write(bytes).ok() && sink.Close().ok());
  CHECK(Read(stream, 1 << 16).value() == bytes);
}

}  // namespace
}  // namespace tidemark::base

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = tidemark::base::Read(bytes, 1 << 16);
  const auto pieces = tidemark::base::Read(bytes, 1 + size % 97);
  // Which of several flaws is met first depends on how much is asked for at once.
  CHECK(whole.ok() == pieces.ok());
  CHECK(!whole.ok() || *whole == *pieces);
  tidemark::base::CheckBlock(bytes, whole);
  if (size % 8 == 0) tidemark::base::CheckRoundTrips(bytes);
  return 0;
}
