#include "verifier/opening/run_columns.h"

#include <bit>

#include "absl/strings/str_cat.h"

namespace tidemark::verifier {
namespace {

size_t VarintBytes(uint32_t value) { return (std::bit_width(value | 1u) + 6) / 7; }
size_t ZigzagBytes(int32_t value) {
  return VarintBytes((static_cast<uint32_t>(value) << 1) ^ static_cast<uint32_t>(value >> 31));
}

// Frames and ordinals are far below 2^31 (base/limits.h), so differences of them fit.
int32_t Difference(uint32_t to, uint32_t from) {
  return static_cast<int32_t>(static_cast<int64_t>(to) - from);
}

}  // namespace

size_t AppendRun(const ObjectRun& run, const RunCursors& cursors,
                 tidemark::v1::RunColumns& columns) {
  const PlaceInPack& left = cursors.of(run.pack);
  const int32_t frame = Difference(run.begin.frame, left.frame);
  const int32_t ordinal = Difference(run.begin.ordinal, frame == 0 ? left.ordinal : 0);
  columns.add_pack(run.pack);
  columns.add_frame(frame);
  columns.add_ordinal(ordinal);
  columns.add_count(run.count);
  columns.add_gap(run.gap);
  return VarintBytes(run.pack) + ZigzagBytes(frame) + ZigzagBytes(ordinal) +
         VarintBytes(run.count) + VarintBytes(run.gap);
}

absl::Status CheckColumns(const tidemark::v1::RunColumns& columns) {
  const int runs = columns.pack_size();
  if (runs > 0 && columns.frame_size() == runs && columns.ordinal_size() == runs &&
      columns.count_size() == runs && columns.gap_size() == runs) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("columns of ", runs, ", ", columns.frame_size(), ", ", columns.ordinal_size(),
                   ", ", columns.count_size(), " and ", columns.gap_size(), " entries"));
}

absl::StatusOr<ObjectRun> ReadRun(const tidemark::v1::RunColumns& columns, int index,
                                  const RunCursors& cursors) {
  ObjectRun run = {.pack = columns.pack(index),
                   .begin = {},
                   .count = columns.count(index),
                   .gap = columns.gap(index)};
  if (run.count == 0) return absl::InvalidArgumentError("an empty run");
  if (run.pack >= cursors.packs()) {
    return absl::InvalidArgumentError(
        absl::StrCat("a run in pack ", run.pack, " of ", cursors.packs()));
  }
  const PlaceInPack& left = cursors.of(run.pack);
  const int64_t frame = int64_t{left.frame} + columns.frame(index);
  const int64_t ordinal =
      int64_t{columns.ordinal(index)} + (columns.frame(index) == 0 ? left.ordinal : 0);
  if (frame < 0 || frame > UINT32_MAX || ordinal < 0 || ordinal > UINT32_MAX) {
    return absl::InvalidArgumentError(
        absl::StrCat("a run at object ", ordinal, " of frame ", frame));
  }
  run.begin = {static_cast<uint32_t>(frame), static_cast<uint32_t>(ordinal)};
  return run;
}

}  // namespace tidemark::verifier
