// Whatever the bytes, in every encoding: UTF-8, or a reason, in whatever pieces they are read.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "base/status.h"
#include "rde/csv/row_text.h"
#include "rde/csv/transcoder.h"

namespace tidemark::rde::csv {
namespace {

absl::StatusOr<std::string> Read(absl::string_view text, Encoding encoding, size_t piece) {
  base::StringSource stored(text);
  const std::unique_ptr<base::ByteSource> source = NewTranscoder(stored, encoding);
  std::vector<char> buffer(piece);
  std::string decoded;
  for (;;) {
    ASSIGN_OR_RETURN(const size_t got, source->Read(absl::MakeSpan(buffer)));
    if (got == 0) break;
    decoded.append(buffer.data(), got);
  }
  RETURN_IF_ERROR(source->Close());
  return decoded;
}

bool IsUtf8(absl::string_view text) {
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

void Check(absl::string_view text, Encoding encoding) {
  const absl::StatusOr<std::string> whole = Read(text, encoding, 1 << 16);
  const absl::StatusOr<std::string> pieces = Read(text, encoding, 4 + text.size() % 61);
  CHECK(whole.status() == pieces.status());
  if (!whole.ok()) {
    CHECK(absl::IsDataLoss(whole.status()));
    return;
  }
  CHECK(*whole == *pieces);
  CHECK(encoding == Encoding::kUtf8 || IsUtf8(*whole));
}

}  // namespace
}  // namespace tidemark::rde::csv

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using tidemark::rde::csv::Encoding;
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  for (const Encoding encoding : {Encoding::kUtf8, Encoding::kAscii, Encoding::kLatin1,
                                  Encoding::kUtf16, Encoding::kUtf16Le, Encoding::kUtf16Be}) {
    tidemark::rde::csv::Check(text, encoding);
  }
  return 0;
}
