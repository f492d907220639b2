// Cuts a CSV file (RFC 4180) at its rows, each with its line end. Private to rde/split/.
//
// A line end between quotes ends no row; which column has them, and what separates columns, does
// not matter here. A row of over kFrameObjectBytesMax goes out as opaque pieces.
//
// Threat: a quote that is never closed. It may join rows until one is too long; from there on the
// text counts as outside of quotes, so that not all of the file follows.
#ifndef TIDEMARK_RDE_SPLIT_ROW_SPLITTER_H_
#define TIDEMARK_RDE_SPLIT_ROW_SPLITTER_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "rde/split/piece.h"

namespace tidemark::rde {

class RowSplitter final {
 public:
  // As ObjectSplitter::Split().
  size_t Split(absl::string_view data, bool at_end, std::vector<Piece>& pieces);

 private:
  void TakeStep(const char* at, std::vector<Piece>& pieces);
  void Take(char c, std::vector<Piece>& pieces);
  void EndPiece(size_t end, bool ends_row, std::vector<Piece>& pieces);

  // Positions are into the `data` of the call; between calls, of the next one.
  size_t piece_ = 0;  // where the current piece begins
  size_t scan_ = 0;   // everything before was looked at
  bool in_quotes_ = false;
  bool is_cut_ = false;  // bytes of the row went out as kOpaque
};

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_SPLIT_ROW_SPLITTER_H_
