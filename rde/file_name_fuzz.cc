// Whatever the name: what parses is written again as it was, in lower case, and parses to the same.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "base/status.h"
#include "rde/file_name.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view path(reinterpret_cast<const char*>(data), size);
  const auto name = tidemark::rde::ParseDepositFileName(path);
  if (!name.ok()) {
    CHECK(!name.status().message().empty());
    return 0;
  }
  const std::string again = tidemark::rde::FormatDepositFileName(*name);
  CHECK(again.size() <= path.size());
  const auto twice = tidemark::rde::ParseDepositFileName(again);
  CHECK(twice.ok());
  CHECK(tidemark::rde::FormatDepositFileName(*twice) == again);
  return 0;
}
