#include "escrow_agent/client/packer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::escrow_agent {
namespace {

using tidemark::v1::ManifestRecord;
using tidemark::v1::Run;

// Our own choices, well within the format's limits: what makes good manifests of real files.
constexpr size_t kGapBytesMax = 256;
constexpr size_t kGapsMax = 4096;
constexpr size_t kLiteralBytesMax = 4096;
constexpr uint64_t kLiteralBytesTotalMax = 1 << 20;
constexpr int kRunsPerBatch = 1024;
constexpr uint32_t kNoGap = 0;  // the table's first entry is the empty gap

}  // namespace

absl::Status Packer::Begin(tidemark::v1::ManifestHeader header) {
  header.clear_gaps();
  for (const char* gap : {"", "\n"}) {
    gaps_.emplace(gap, header.gaps_size());
    header.add_gaps(gap);
  }
  ManifestRecord record;
  *record.mutable_header() = std::move(header);
  return manifest_.Write(record);
}

absl::Status Packer::OnPiece(rde::PieceKind kind, absl::string_view bytes) {
  switch (kind) {
    case rde::PieceKind::kObject:
    case rde::PieceKind::kOpaque:
      return AddObject(bytes);
    case rde::PieceKind::kGap:
      return AddGap(bytes);
  }
  return absl::InternalError("a piece of an unknown kind");
}

absl::Status Packer::Finish() {
  RETURN_IF_ERROR(EndObject(kNoGap));
  RETURN_IF_ERROR(FlushRuns());
  return FlushFrame();
}

absl::Status Packer::AddObject(absl::string_view bytes) {
  RETURN_IF_ERROR(EndObject(kNoGap));
  if (!frame_.Fits(bytes.size())) RETURN_IF_ERROR(FlushFrame());
  open_frame_ = frame_number_;
  open_ordinal_ = frame_.count();
  has_open_object_ = true;
  frame_.Add(bytes);
  ++objects_;
  return absl::OkStatus();
}

absl::Status Packer::AddGap(absl::string_view bytes) {
  if (has_open_object_) {
    ASSIGN_OR_RETURN(const bool is_done, TryGapTable(bytes));
    if (is_done) return absl::OkStatus();
  }
  if (bytes.size() <= kLiteralBytesMax &&
      literal_bytes_ + bytes.size() <= kLiteralBytesTotalMax) {
    return WriteLiteral(bytes);
  }
  return AddObject(bytes);
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
  RETURN_IF_ERROR(FlushRuns());
  literal_bytes_ += bytes.size();
  ManifestRecord record;
  record.set_literal(std::string(bytes));
  return manifest_.Write(record);
}

// Objects fill frames in order, so the next one always goes on where the run ends.
absl::Status Packer::EndObject(uint32_t gap) {
  if (!std::exchange(has_open_object_, false)) return absl::OkStatus();
  if (run_.count() > 0 && run_.gap() == gap && run_.count() < UINT32_MAX) {
    run_.set_count(run_.count() + 1);
    return absl::OkStatus();
  }
  if (run_.count() > 0) {
    *batch_.mutable_runs()->add_runs() = run_;
    if (batch_.runs().runs_size() == kRunsPerBatch) {
      RETURN_IF_ERROR(manifest_.Write(batch_));
      batch_.mutable_runs()->clear_runs();
    }
  }
  run_.set_pack(0);
  run_.set_frame(open_frame_);
  run_.set_ordinal(open_ordinal_);
  run_.set_count(1);
  run_.set_gap(gap);
  return absl::OkStatus();
}

absl::Status Packer::FlushRuns() {
  if (run_.count() > 0) *batch_.mutable_runs()->add_runs() = run_;
  run_.set_count(0);
  if (batch_.runs().runs_size() > 0) RETURN_IF_ERROR(manifest_.Write(batch_));
  batch_.mutable_runs()->clear_runs();
  return absl::OkStatus();
}

absl::Status Packer::FlushFrame() {
  if (frame_.empty()) return absl::OkStatus();
  if (frame_number_ == base::kPackFramesMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the deposit needs more than ", base::kPackFramesMax, " frames"));
  }
  RETURN_IF_ERROR(frames_(frame_number_, frame_.Encode()));
  ++frame_number_;
  frame_.Clear();
  return absl::OkStatus();
}

}  // namespace tidemark::escrow_agent
