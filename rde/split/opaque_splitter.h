// Cuts what has no objects, or none that are known, every kFrameObjectBytesMax from its start:
// equal files give equal pieces wherever in a tar they stand. Private to rde/split/.
#ifndef TIDEMARK_RDE_SPLIT_OPAQUE_SPLITTER_H_
#define TIDEMARK_RDE_SPLIT_OPAQUE_SPLITTER_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/limits.h"
#include "rde/split/piece.h"

namespace tidemark::rde {

class OpaqueSplitter final {
 public:
  // As ObjectSplitter::Split().
  size_t Split(absl::string_view data, bool at_end, std::vector<Piece>& pieces) {
    const size_t odd = data.size() % base::kFrameObjectBytesMax;
    const size_t certain = at_end ? data.size() : data.size() - odd;
    AppendPieces(PieceKind::kOpaque, certain, pieces);
    return certain;
  }
};

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_SPLIT_OPAQUE_SPLITTER_H_
