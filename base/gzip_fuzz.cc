// Whatever the bytes: a gzip file or a reason, the same in whatever pieces it is read, and never
// more plaintext than was asked for. What is compressed comes back.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "base/gzip.h"
#include "base/status.h"

namespace tidemark::base {
namespace {

constexpr size_t kPlainBytesMax = 1 << 18;

// The plaintext, read in pieces of `piece` bytes.
absl::StatusOr<std::string> Read(absl::string_view file, size_t piece) {
  StringSource stored(file);
  GzipSource source(stored, kPlainBytesMax);
  std::vector<char> buffer(piece);
  std::string plain;
  for (;;) {
    const absl::StatusOr<size_t> got = source.Read(absl::MakeSpan(buffer));
    if (!got.ok()) {
      CHECK(absl::IsDataLoss(got.status()) || absl::IsResourceExhausted(got.status()));
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

}  // namespace
}  // namespace tidemark::base

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = tidemark::base::Read(bytes, 1 << 16);
  const auto pieces = tidemark::base::Read(bytes, 1 + size % 97);
  CHECK(whole.status() == pieces.status());
  CHECK(!whole.ok() || *whole == *pieces);
  const auto compressed = tidemark::base::Gzip(bytes);
  CHECK(compressed.ok());
  CHECK(tidemark::base::Read(*compressed, 1 << 16).value() == bytes);
  return 0;
}
