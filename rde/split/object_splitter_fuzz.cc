// Whatever the bytes and however they come: the pieces in order are the file, none is empty or too
// long, and they do not depend on how the bytes were handed over.
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/limits.h"
#include "base/status.h"
#include "rde/split/object_splitter.h"

namespace tidemark::rde {
namespace {

class Pieces final : public PieceSink {
 public:
  absl::Status OnPiece(PieceKind kind, absl::string_view bytes) override {
    CHECK(!bytes.empty() && bytes.size() <= base::kFrameObjectBytesMax);
    list.emplace_back(kind, std::string(bytes));
    return absl::OkStatus();
  }
  std::vector<std::pair<PieceKind, std::string>> list;
};

Pieces Split(absl::string_view file, size_t chunk_bytes) {
  Pieces pieces;
  ObjectSplitter splitter(pieces);
  for (size_t at = 0; at < file.size(); at += chunk_bytes) {
    CHECK(splitter.Write(file.substr(at, chunk_bytes)).ok());
  }
  CHECK(splitter.Close().ok());
  return pieces;
}

}  // namespace
}  // namespace tidemark::rde

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view file(reinterpret_cast<const char*>(data), size);
  const tidemark::rde::Pieces whole = tidemark::rde::Split(file, size + 1);
  std::string joined;
  for (const auto& [kind, bytes] : whole.list) joined += bytes;
  CHECK(joined == file);
  CHECK(tidemark::rde::Split(file, 1 + size % 7).list == whole.list);
  return 0;
}
