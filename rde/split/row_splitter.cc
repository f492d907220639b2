#include "rde/split/row_splitter.h"

#include <bit>
#include <cstdint>

#include "base/limits.h"
#include "rde/split/scan.h"

namespace tidemark::rde {

using base::kFrameObjectBytesMax;

size_t RowSplitter::Split(absl::string_view data, bool at_end, std::vector<Piece>& pieces) {
  while (scan_ < data.size()) {
    // Steps at once until there is none left, or one in which a row may become too long.
    const bool is_step = data.size() - scan_ >= kRowStepBytes &&
                         scan_ + kRowStepBytes - piece_ <= kFrameObjectBytesMax;
    if (is_step) {
      TakeStep(data.data() + scan_, pieces);
    } else {
      Take(data[scan_], pieces);
    }
  }
  if (at_end && piece_ < data.size()) EndPiece(data.size(), !in_quotes_, pieces);
  const size_t done = piece_;
  piece_ = 0;
  scan_ -= done;
  return done;
}

void RowSplitter::TakeStep(const char* at, std::vector<Piece>& pieces) {
  const RowStep step = LookAtRows(at);
  for (uint64_t marks = step.feeds | step.quotes; marks != 0; marks &= marks - 1) {
    if ((step.quotes & marks & -marks) != 0) {
      in_quotes_ = !in_quotes_;
    } else if (!in_quotes_) {
      EndPiece(scan_ + static_cast<size_t>(std::countr_zero(marks)) + 1, true, pieces);
    }
  }
  scan_ += kRowStepBytes;
}

void RowSplitter::Take(char c, std::vector<Piece>& pieces) {
  // A row of the largest size that goes on.
  if (scan_ - piece_ == kFrameObjectBytesMax) {
    EndPiece(scan_, false, pieces);
    is_cut_ = true;
    in_quotes_ = false;
  }
  ++scan_;
  if (c == '"') {
    in_quotes_ = !in_quotes_;
  } else if (c == '\n' && !in_quotes_) {
    EndPiece(scan_, true, pieces);
  }
}

void RowSplitter::EndPiece(size_t end, bool ends_row, std::vector<Piece>& pieces) {
  const bool is_object = ends_row && !is_cut_;
  pieces.push_back(
      {is_object ? PieceKind::kObject : PieceKind::kOpaque, static_cast<uint32_t>(end - piece_)});
  piece_ = end;
  is_cut_ = false;
}

}  // namespace tidemark::rde
