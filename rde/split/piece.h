// Into what a file is cut: shared by the splitters of the formats.
#ifndef TIDEMARK_RDE_SPLIT_PIECE_H_
#define TIDEMARK_RDE_SPLIT_PIECE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/limits.h"

namespace tidemark::rde {

enum class PieceKind {
  kObject,  // one whole object: an element from its '<' to its '>', a row with its line end
  kOpaque,  // part of something longer than kFrameObjectBytesMax, or not understood
  kGap,     // what stands outside objects: the head, line ends, comments, a tar's headers
};

struct Piece {
  PieceKind kind;
  uint32_t bytes;
};

// A piece, and behind it what may have to be seen before the piece is certain: a start tag, which
// is either its end or not.
inline constexpr size_t kSplitBytesMin = 2 * base::kFrameObjectBytesMax;

// Appends a piece for each `bytes`, the last of which may be shorter than kFrameObjectBytesMax. If
// there is more than one, all but the last are opaque.
inline void AppendPieces(PieceKind kind, size_t bytes, std::vector<Piece>& pieces) {
  for (; bytes > base::kFrameObjectBytesMax; bytes -= base::kFrameObjectBytesMax) {
    pieces.push_back({PieceKind::kOpaque, uint32_t{base::kFrameObjectBytesMax}});
  }
  if (bytes > 0) pieces.push_back({kind, static_cast<uint32_t>(bytes)});
}

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_SPLIT_PIECE_H_
