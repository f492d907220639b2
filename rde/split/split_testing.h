// How tests and the fuzz target run a splitter: whole, or in whatever steps the file is read.
#ifndef TIDEMARK_RDE_SPLIT_SPLIT_TESTING_H_
#define TIDEMARK_RDE_SPLIT_SPLIT_TESTING_H_

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/limits.h"
#include "base/status.h"
#include "rde/split/piece.h"

namespace tidemark::rde {

// A piece with its text, which is a view into the file: that must outlive it.
using TextPiece = std::pair<PieceKind, absl::string_view>;

inline TextPiece Object(absl::string_view text) { return {PieceKind::kObject, text}; }
inline TextPiece Opaque(absl::string_view text) { return {PieceKind::kOpaque, text}; }
inline TextPiece Gap(absl::string_view text) { return {PieceKind::kGap, text}; }

// Reads the file in steps of as many bytes as `next_step` says (0: only that the end was reached is
// news), and dies unless the pieces are the file, none is empty or too long, and each call with
// enough bytes makes progress.
template <typename Splitter>
std::vector<TextPiece> SplitInSteps(absl::string_view file,
                                    const std::function<size_t()>& next_step) {
  Splitter splitter;
  std::vector<TextPiece> out;
  std::vector<Piece> pieces;
  size_t done = 0;
  size_t read = 0;
  for (bool at_end = false; !at_end;) {
    const size_t step = next_step();
    at_end = read + step > file.size() || (read == file.size() && step == 0);
    read = std::min(file.size(), read + step);
    const absl::string_view data = file.substr(done, read - done);
    pieces.clear();
    const size_t taken = splitter.Split(data, at_end, pieces);
    CHECK(taken <= data.size() && (taken > 0 || data.size() < kSplitBytesMin));
    size_t covered = 0;
    for (const Piece& piece : pieces) {
      CHECK(piece.bytes > 0 && piece.bytes <= base::kFrameObjectBytesMax);
      out.emplace_back(piece.kind, file.substr(done + covered, piece.bytes));
      covered += piece.bytes;
    }
    CHECK(covered == taken);
    done += taken;
  }
  CHECK(done == file.size());
  return out;
}

template <typename Splitter>
std::vector<TextPiece> SplitInSteps(absl::string_view file, size_t step) {
  return SplitInSteps<Splitter>(file, [step] { return step; });
}

template <typename Splitter>
std::vector<TextPiece> SplitWhole(absl::string_view file) {
  return SplitInSteps<Splitter>(file, file.size() + 1);
}

// Dies unless the pieces are the same when the file is read in steps of that size.
template <typename Splitter>
void CheckSameInSteps(absl::string_view file, const std::vector<TextPiece>& whole,
                      const std::function<size_t()>& next_step) {
  CHECK(SplitInSteps<Splitter>(file, next_step) == whole);
}

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_SPLIT_SPLIT_TESTING_H_
