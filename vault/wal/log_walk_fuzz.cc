// A log file of any bytes: the walk ends, and never behind the file.
#include <algorithm>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "base/status.h"
#include "vault/wal/log_walk.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using tidemark::vault::LogEnd;
  using tidemark::vault::LogFile;
  using tidemark::vault::LogWalk;
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const LogFile file : {LogFile::kWriteAhead, LogFile::kManifest}) {
    LogWalk walk(file);
    uint64_t last = 0;
    for (size_t at = 0; at < size; at += LogWalk::kBlockBytes) {
      walk.Add(bytes.substr(at, LogWalk::kBlockBytes));
      CHECK(walk.whole_end() >= last && walk.whole_end() <= walk.size());
      last = walk.whole_end();
    }
    const LogEnd end = walk.End();
    CHECK(walk.size() == size && end.size == size && end.at <= size);
    CHECK((end.kind == LogEnd::Kind::kDamaged) == !end.why.empty());
    CHECK(!end.hole_at.has_value() || *end.hole_at < size);
  }
  return 0;
}
