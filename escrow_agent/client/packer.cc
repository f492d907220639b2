#include "escrow_agent/client/packer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::escrow_agent {
namespace {

using tidemark::v1::ManifestRecord;
using verifier::PlaceInPack;

// Our own choices, well within the format's limits: what makes good manifests of real files.
constexpr size_t kGapBytesMax = 256;
constexpr size_t kGapsMax = 4096;
constexpr size_t kLiteralBytesMax = 4096;
constexpr uint64_t kLiteralBytesTotalMax = 1 << 20;
// Five bytes each at most, well within the limit of a record.
constexpr size_t kCountsPerRecord = 65'536;
constexpr uint32_t kNoGap = 0;  // the table's first entry is the empty gap

RunWriter::FrameObjects With(RunWriter::FrameObjects known, const std::vector<uint32_t>& tonight) {
  known.push_back(&tonight);
  return known;
}

}  // namespace

Packer::Packer(ManifestWriter& manifest, FrameSink frames, RunWriter::FrameObjects known)
    : manifest_(manifest),
      frames_(std::move(frames)),
      known_(known),
      new_pack_(static_cast<uint32_t>(known.size())),
      runs_(manifest, With(known, frame_objects_)) {
  for (const std::vector<uint32_t>* pack : known) used_.emplace_back((pack->size() + 7) / 8, '\0');
}

absl::Status Packer::Begin(tidemark::v1::ManifestHeader header) {
  header.clear_gaps();
  for (const char* gap : {"", "\n"}) {
    gaps_.emplace(gap, header.gaps_size());
    header.add_gaps(gap);
  }
  ManifestRecord record;
  *record.mutable_header() = std::move(header);
  RETURN_IF_ERROR(manifest_.Write(record));
  for (uint32_t pack = 0; pack < new_pack_; ++pack) {
    RETURN_IF_ERROR(WriteFrameCounts(pack, *known_[pack]));
  }
  return absl::OkStatus();
}

absl::Status Packer::WriteFrameCounts(uint32_t pack, const std::vector<uint32_t>& objects) {
  for (size_t first = 0; first < objects.size(); first += kCountsPerRecord) {
    const size_t end = std::min(objects.size(), first + kCountsPerRecord);
    ManifestRecord record;
    record.mutable_frame_counts()->set_pack(pack);
    record.mutable_frame_counts()->mutable_objects()->Add(objects.begin() + first,
                                                          objects.begin() + end);
    RETURN_IF_ERROR(manifest_.Write(record));
  }
  return absl::OkStatus();
}

absl::StatusOr<PlaceInPack> Packer::AddNew(absl::string_view object) {
  if (!frame_.Fits(object.size())) RETURN_IF_ERROR(FlushFrame());
  const PlaceInPack place = {static_cast<uint32_t>(frame_objects_.size()), frame_.count()};
  RETURN_IF_ERROR(Place({new_pack_, place}));
  frame_.Add(object);
  return place;
}

absl::Status Packer::AddKnown(uint32_t pack, const PlaceInPack& place) {
  used_[pack][place.frame / 8] |= static_cast<char>(1 << place.frame % 8);
  return Place({pack, place});
}

absl::Status Packer::Place(const OpenObject& object) {
  RETURN_IF_ERROR(EndObject(kNoGap));
  open_object_ = object;
  ++objects_;
  return absl::OkStatus();
}

absl::StatusOr<bool> Packer::AddGap(absl::string_view bytes) {
  if (open_object_.has_value()) {
    ASSIGN_OR_RETURN(const bool is_done, TryGapTable(bytes));
    if (is_done) return true;
  }
  if (bytes.size() > kLiteralBytesMax || literal_bytes_ + bytes.size() > kLiteralBytesTotalMax) {
    return false;
  }
  RETURN_IF_ERROR(WriteLiteral(bytes));
  return true;
}

// Ends the open object with this gap, if the table has it or takes it.
absl::StatusOr<bool> Packer::TryGapTable(absl::string_view bytes) {
  if (bytes.size() > kGapBytesMax) return false;
  auto found = gaps_.find(bytes);
  if (found == gaps_.end()) {
    if (gaps_.size() == kGapsMax) return false;
    ManifestRecord record;
    record.set_gap(std::string(bytes));
    RETURN_IF_ERROR(manifest_.Write(record));
    found = gaps_.emplace(bytes, static_cast<uint32_t>(gaps_.size())).first;
  }
  RETURN_IF_ERROR(EndObject(found->second));
  return true;
}

absl::Status Packer::WriteLiteral(absl::string_view bytes) {
  RETURN_IF_ERROR(EndObject(kNoGap));
  RETURN_IF_ERROR(runs_.Flush());
  literal_bytes_ += bytes.size();
  ManifestRecord record;
  record.set_literal(std::string(bytes));
  return manifest_.Write(record);
}

absl::Status Packer::EndObject(uint32_t gap) {
  if (!open_object_.has_value()) return absl::OkStatus();
  const OpenObject object = *std::exchange(open_object_, std::nullopt);
  return runs_.Add(object.pack, object.place, gap);
}

absl::Status Packer::Finish() {
  RETURN_IF_ERROR(EndObject(kNoGap));
  RETURN_IF_ERROR(runs_.Flush());
  return FlushFrame();
}

absl::Status Packer::FlushFrame() {
  if (frame_.empty()) return absl::OkStatus();
  const auto number = static_cast<uint32_t>(frame_objects_.size());
  if (number == base::kPackFramesMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the deposit needs more than ", base::kPackFramesMax, " frames"));
  }
  // The frame's last object is still open where its gap is not known: its run ends, for whoever
  // reads it, behind the frame.
  frame_objects_.push_back(frame_.count());
  return frames_(number, frame_);
}

}  // namespace tidemark::escrow_agent
