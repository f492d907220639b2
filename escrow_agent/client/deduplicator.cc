#include "escrow_agent/client/deduplicator.h"

#include <optional>

#include "absl/types/span.h"
#include "base/status.h"
#include "verifier/opening/run_columns.h"

namespace tidemark::escrow_agent {

using rde::PieceKind;

absl::Status Deduplicator::Take(absl::string_view bytes, absl::Span<const rde::Piece> pieces) {
  bytes_ += bytes.size();
  ids_.clear();
  absl::string_view rest = bytes;
  for (const rde::Piece& piece : pieces) {
    if (piece.kind != PieceKind::kGap) ids_.push_back(hasher_.Of(rest.substr(0, piece.bytes)));
    rest.remove_prefix(piece.bytes);
  }
  places_.assign(ids_.size(), ObjectPlace{});
  index_.Find(ids_, absl::MakeSpan(places_));
  size_t object = 0;
  for (const rde::Piece& piece : pieces) {
    const absl::string_view content = bytes.substr(0, piece.bytes);
    bytes.remove_prefix(piece.bytes);
    if (piece.kind == PieceKind::kGap) {
      RETURN_IF_ERROR(TakeGap(content));
    } else {
      RETURN_IF_ERROR(TakeObject(content, places_[object++]));
    }
  }
  Enter(ids_, places_);
  return absl::OkStatus();
}

// A gap that the manifest has no room for is an object like any other.
absl::Status Deduplicator::TakeGap(absl::string_view bytes) {
  ASSIGN_OR_RETURN(const bool is_done, packer_.AddGap(bytes));
  if (is_done) return absl::OkStatus();
  const crypto::ObjectId id = hasher_.Of(bytes);
  ObjectPlace place;
  index_.Find(absl::MakeConstSpan(&id, 1), absl::MakeSpan(&place, 1));
  RETURN_IF_ERROR(TakeObject(bytes, place));
  Enter(absl::MakeConstSpan(&id, 1), absl::MakeConstSpan(&place, 1));
  return absl::OkStatus();
}

absl::Status Deduplicator::TakeObject(absl::string_view bytes, ObjectPlace& place) {
  if (place.is_known() && !IsToRenew(place, bytes.size())) {
    return packer_.AddKnown(pack_of_slot_[place.slot], {place.frame, place.ordinal});
  }
  ++new_objects_;
  ASSIGN_OR_RETURN(const verifier::PlaceInPack sent, packer_.AddNew(bytes));
  place = {.slot = index_.new_slot(), .frame = sent.frame, .ordinal = sent.ordinal};
  return absl::OkStatus();
}

void Deduplicator::Enter(absl::Span<const crypto::ObjectId> ids,
                         absl::Span<const ObjectPlace> places) {
  if (update_status_.ok()) update_status_ = update_->Append(ids, places);
}

absl::Status Deduplicator::CommitIndex(IndexedPack new_pack) {
  RETURN_IF_ERROR(update_status_);
  return update_->Commit(std::move(new_pack));
}

bool Deduplicator::IsToRenew(const ObjectPlace& place, size_t bytes) {
  const std::optional<IndexedPack>& pack = index_.packs()[place.slot];
  if (!pack->is_to_renew[place.frame]) return false;
  if (renewed_bytes_ + bytes > bytes_ / kRenewalShare) return false;
  renewed_bytes_ += bytes;
  ++renewed_objects_;
  return true;
}

}  // namespace tidemark::escrow_agent
