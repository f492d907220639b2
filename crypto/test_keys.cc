#include "crypto/test_keys.h"

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"

namespace tidemark::crypto {

std::string KeyFileOf(KeyKind kind, absl::string_view key_hex) {
  const std::string path = absl::StrCat(base::TestDir(), "/key");
  const std::string text = absl::StrCat("tidemark-key 1 ", KeyKindName(kind), " ", key_hex, "\n");
  CHECK(base::WriteFile(path, text, base::FileMode::kPrivate).ok());
  return path;
}

}  // namespace tidemark::crypto
