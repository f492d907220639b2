// Runs of format 2: positions relative to where each pack was left, in columns.
//
// A night on which little changed alternates between long stretches of old packs and single objects
// of the new one, each of which goes on, or nearly, where its pack was left: the columns are then
// small numbers that compress well. Writer (escrow_agent/client) and reader (opening.h) share this
// file, so that there is one notion of where a pack was left. docs/formats/sealed_manifest.md.
//
// Threads: one at a time. Threat: a depositor chooses every number; none is used before ReadRun()
// has looked at it.
#ifndef TIDEMARK_VERIFIER_OPENING_RUN_COLUMNS_H_
#define TIDEMARK_VERIFIER_OPENING_RUN_COLUMNS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "proto/custody.pb.h"

namespace tidemark::verifier {

// Object `ordinal` of frame `frame`; both count from 0.
struct PlaceInPack {
  uint32_t frame = 0;
  uint32_t ordinal = 0;
  friend bool operator==(const PlaceInPack&, const PlaceInPack&) = default;
};

// `count` objects from `begin` on, each followed by gap number `gap`.
struct ObjectRun {
  uint32_t pack = 0;
  PlaceInPack begin;
  uint32_t count = 0;
  uint32_t gap = 0;
};

// Where each pack was left: behind the last object of its last run, and at the first object of the
// next frame if that one was its frame's last. Whoever walks along a run says where it ends.
class RunCursors final {
 public:
  explicit RunCursors(size_t packs) : places_(packs) {}
  size_t packs() const { return places_.size(); }
  // REQUIRES: pack < packs().
  PlaceInPack& of(uint32_t pack) { return places_[pack]; }
  const PlaceInPack& of(uint32_t pack) const { return places_[pack]; }

 private:
  std::vector<PlaceInPack> places_;
};

// Appends `run` to `columns`; the cursors are as they were before it. Returns the bytes it adds.
size_t AppendRun(const ObjectRun& run, const RunCursors& cursors,
                 tidemark::v1::RunColumns& columns);

// INVALID_ARGUMENT unless all columns have the same length, at least 1.
absl::Status CheckColumns(const tidemark::v1::RunColumns& columns);

// Run number `index` of checked columns; the cursors are behind all runs before it.
// INVALID_ARGUMENT: a pack that is not there, a place before the pack's first object, no objects.
absl::StatusOr<ObjectRun> ReadRun(const tidemark::v1::RunColumns& columns, int index,
                                  const RunCursors& cursors);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_OPENING_RUN_COLUMNS_H_
