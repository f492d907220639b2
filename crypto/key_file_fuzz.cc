// Whatever the text: a key file of one kind, of which the very text is made again, or a refusal.
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/status.h"
#include "crypto/key_file.h"
#include "crypto/secret.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using tidemark::crypto::KeyKind;
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  int kinds = 0;
  for (const KeyKind kind :
       {KeyKind::kSigning, KeyKind::kOpening, KeyKind::kReleaseShare, KeyKind::kObjectSecret}) {
    const auto key = tidemark::crypto::ParseKeyFile(text, kind);
    if (!key.ok()) {
      CHECK(absl::IsInvalidArgument(key.status()));
      continue;
    }
    ++kinds;
    CHECK(size <= tidemark::crypto::kKeyFileBytesMax);
    const auto again = tidemark::crypto::FormatKeyFile(kind, *key);
    CHECK(again.RawForCrypto() == absl::MakeConstSpan(data, size));
  }
  CHECK(kinds <= 1);
  return 0;
}
