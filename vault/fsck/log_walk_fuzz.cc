// A log file of any bytes: the walk ends, and never behind the file.
#include <algorithm>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "base/status.h"
#include "vault/fsck/log_walk.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using tidemark::vault::LogWalk;
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  LogWalk walk;
  uint64_t last = 0;
  for (size_t at = 0; at < size; at += LogWalk::kBlockBytes) {
    walk.Add(bytes.substr(at, LogWalk::kBlockBytes));
    CHECK(walk.whole_end() >= last && walk.whole_end() <= walk.size());
    last = walk.whole_end();
  }
  CHECK(walk.size() == size);
  return 0;
}
