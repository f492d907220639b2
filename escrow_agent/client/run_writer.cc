#include "escrow_agent/client/run_writer.h"

#include <utility>

#include "base/limits.h"
#include "base/status.h"

namespace tidemark::escrow_agent {

using verifier::PlaceInPack;

namespace {

// Leaves room in a record for the fields' own lengths, and for the run that comes last.
constexpr size_t kRecordBytesMax = base::kManifestRecordBytesMax - 1024;

}  // namespace

PlaceInPack RunWriter::Behind(uint32_t pack, const PlaceInPack& place) const {
  const std::vector<uint32_t>& objects = *frame_objects_[pack];
  // The frame that is being filled is not among them yet.
  if (place.frame < objects.size() && place.ordinal + 1 == objects[place.frame]) {
    return {place.frame + 1, 0};
  }
  return {place.frame, place.ordinal + 1};
}

absl::Status RunWriter::Add(uint32_t pack, const PlaceInPack& place, uint32_t gap) {
  if (run_.count > 0 && run_.pack == pack && run_.gap == gap && run_.count < UINT32_MAX &&
      place == Behind(pack, *last_[pack])) {
    ++run_.count;
    last_[pack] = place;
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(EndRun());
  if (last_[pack].has_value()) cursors_.of(pack) = Behind(pack, *last_[pack]);
  run_ = {.pack = pack, .begin = place, .count = 1, .gap = gap};
  last_[pack] = place;
  return absl::OkStatus();
}

absl::Status RunWriter::Flush() {
  RETURN_IF_ERROR(EndRun());
  return WriteRecord();
}

absl::Status RunWriter::EndRun() {
  if (run_.count == 0) return absl::OkStatus();
  record_bytes_ += verifier::AppendRun(run_, cursors_, *record_.mutable_columns());
  run_.count = 0;
  return record_bytes_ < kRecordBytesMax ? absl::OkStatus() : WriteRecord();
}

absl::Status RunWriter::WriteRecord() {
  if (record_bytes_ == 0) return absl::OkStatus();
  record_bytes_ = 0;
  RETURN_IF_ERROR(manifest_.Write(record_));
  record_.mutable_columns()->Clear();
  return absl::OkStatus();
}

}  // namespace tidemark::escrow_agent
