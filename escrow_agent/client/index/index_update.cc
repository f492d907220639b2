#include "escrow_agent/client/index/index_update.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "escrow_agent/client/index/checksum.h"
#include "escrow_agent/client/index/slot_table.h"

namespace tidemark::escrow_agent {
namespace {

constexpr size_t kBufferEntries = 43690;  // 1 MiB

template <typename T>
absl::string_view BytesOf(absl::Span<const T> items) {
  return {reinterpret_cast<const char*>(items.data()), items.size() * sizeof(T)};
}

}  // namespace

absl::StatusOr<std::unique_ptr<IndexUpdate>> IndexUpdate::Begin(const Options& options,
                                                                MappedIndex* old,
                                                                UpdateState& state) {
  ASSIGN_OR_RETURN(std::unique_ptr<AsideFile> file, AsideFile::Create(options.dir));
  auto update = std::unique_ptr<IndexUpdate>(new IndexUpdate(options, old, state, std::move(file)));
  if (options.mode == IndexMode::kExtend && old != nullptr) RETURN_IF_ERROR(update->CopyOld());
  return update;
}

IndexUpdate::IndexUpdate(const Options& options, MappedIndex* old, UpdateState& state,
                         std::unique_ptr<AsideFile> file)
    : options_(options), old_(old), state_(state), file_(std::move(file)) {
  buffer_.reserve(kBufferEntries);
  state_ = UpdateState::kOpen;
}

IndexUpdate::~IndexUpdate() {
  if (state_ != UpdateState::kCommitted) state_ = UpdateState::kNone;
}

absl::Span<const std::optional<IndexedPack>> IndexUpdate::old_packs() const {
  if (old_ == nullptr) return {};
  return old_->packs();
}

absl::Status IndexUpdate::CopyOld() {
  old_cursor_.emplace(*old_, IndexCursor::Order::kAny);
  for (uint64_t n = 0; n < old_->objects(); ++n) {
    const IndexEntry* const entry = old_->Entry(n);
    const bool is_good = entry != nullptr && IsWithin(old_packs(), UnpackPlace(entry->place));
    RETURN_IF_ERROR(Push(is_good ? *entry : IndexEntry{.id = {}, .place = kNoPlace}));
    if (buffer_.empty()) old_->ReleasePages();
  }
  return Flush();
}

absl::Status IndexUpdate::Append(absl::Span<const crypto::ObjectId> ids,
                                 absl::Span<const ObjectPlace> places) {
  CHECK(ids.size() == places.size());
  if (status_.ok()) status_ = AppendSome(ids, places);
  return status_;
}

absl::Status IndexUpdate::AppendSome(absl::Span<const crypto::ObjectId> ids,
                                     absl::Span<const ObjectPlace> places) {
  for (const ObjectPlace& place : places) RETURN_IF_ERROR(CheckPlace(place));
  if (old_cursor_.has_value()) return Extend(ids, places);
  for (size_t i = 0; i < ids.size(); ++i) {
    RETURN_IF_ERROR(Push({.id = ids[i], .place = PackPlace(places[i])}));
  }
  return absl::OkStatus();
}

absl::Status IndexUpdate::CheckPlace(const ObjectPlace& place) {
  if (place.slot != options_.new_slot) {
    if (IsWithin(old_packs(), place)) return absl::OkStatus();
  } else if (place.frame < base::kPackFramesMax && place.ordinal < kFrameObjectsMax) {
    if (place.frame >= new_objects_.size()) new_objects_.resize(place.frame + 1);
    uint32_t& objects = new_objects_[place.frame];
    objects = std::max(objects, place.ordinal + 1);
    return absl::OkStatus();
  }
  return absl::InternalError(absl::StrCat("object index: no object ", place.ordinal, " in frame ",
                                          place.frame, " of the pack in slot ", place.slot));
}

absl::Status IndexUpdate::Extend(absl::Span<const crypto::ObjectId> ids,
                                 absl::Span<const ObjectPlace> places) {
  hits_.resize(ids.size());
  old_cursor_->Find(ids, absl::MakeSpan(hits_));
  for (size_t i = 0; i < ids.size(); ++i) {
    const IndexEntry entry = {.id = ids[i], .place = PackPlace(places[i])};
    if (hits_[i].entry == EntryHit::kNone) {
      RETURN_IF_ERROR(Push(entry));
      continue;
    }
    // CopyOld() has flushed it. Written whether it differs or not: the id may have come before.
    const uint64_t offset = IndexHeader::entries_offset() + hits_[i].entry * sizeof(IndexEntry);
    RETURN_IF_ERROR(file_->WriteAt(offset, BytesOf(absl::MakeConstSpan(&entry, 1))));
  }
  return absl::OkStatus();
}

absl::Status IndexUpdate::Push(const IndexEntry& entry) {
  buffer_.push_back(entry);
  return buffer_.size() == kBufferEntries ? Flush() : absl::OkStatus();
}

absl::Status IndexUpdate::Flush() {
  if (written_ + buffer_.size() > base::kIndexObjectsMax) {
    return absl::ResourceExhaustedError(absl::StrCat("object index: more than ",
                                                     base::kIndexObjectsMax,
                                                     " objects; deposit a FULL to begin it anew"));
  }
  RETURN_IF_ERROR(file_->WriteAt(IndexHeader::entries_offset() + written_ * sizeof(IndexEntry),
                                 BytesOf(absl::MakeConstSpan(buffer_))));
  written_ += buffer_.size();
  buffer_.clear();
  return absl::OkStatus();
}

absl::Status IndexUpdate::Commit(IndexedPack new_pack) {
  RETURN_IF_ERROR(status_);
  if (state_ == UpdateState::kDropped) {
    return absl::FailedPreconditionError("object index: it was dropped since this update began");
  }
  status_ = CheckNewPack(new_pack);
  if (status_.ok()) status_ = Write(new_pack);
  RETURN_IF_ERROR(status_);
  state_ = UpdateState::kCommitted;
  status_ = absl::FailedPreconditionError("object index: this update was committed");
  return absl::OkStatus();
}

absl::Status IndexUpdate::CheckNewPack(const IndexedPack& pack) const {
  RETURN_IF_ERROR(CheckPack(pack));
  for (size_t frame = 0; frame < new_objects_.size(); ++frame) {
    const uint32_t has = frame < pack.frame_objects.size() ? pack.frame_objects[frame] : 0;
    if (new_objects_[frame] <= has) continue;
    return absl::InternalError(absl::StrCat("object index: frame ", frame, " of the new pack has ",
                                            has, " objects, and places for ", new_objects_[frame]));
  }
  return absl::OkStatus();
}

absl::Status IndexUpdate::Write(const IndexedPack& new_pack) {
  RETURN_IF_ERROR(Flush());
  if (old_ != nullptr) old_->ReleasePages();
  IndexHeader header;
  header.owner = options_.owner;
  header.objects = written_;
  const uint64_t entries_end = header.entries_offset() + written_ * sizeof(IndexEntry);
  ASSIGN_OR_RETURN(const absl::string_view mapped, file_->Map(entries_end));
  const absl::Span<const IndexEntry> entries(
      reinterpret_cast<const IndexEntry*>(mapped.data() + header.entries_offset()), written_);
  std::vector<uint64_t> checksums;
  for (uint64_t at = 0; at < entries.size(); at += kEntriesABlock) {
    const absl::string_view block = BytesOf(entries.subspan(at, kEntriesABlock));
    checksums.push_back(Checksum(block));
    file_->Release(block);
  }

  std::vector<const IndexedPack*> packs(std::max<size_t>(old_packs().size(), options_.new_slot + 1),
                                        nullptr);
  for (size_t slot = 0; slot < old_packs().size(); ++slot) {
    if (old_packs()[slot].has_value()) packs[slot] = &*old_packs()[slot];
  }
  if (!new_pack.frame_objects.empty()) packs[options_.new_slot] = &new_pack;
  PackLiveness liveness(std::move(packs));
  RETURN_IF_ERROR(WriteSlots(entries, liveness, header, checksums));

  std::vector<PackRow> rows = liveness.Rows(options_.mode);
  header.packs = static_cast<uint32_t>(rows.size());
  const std::string tables = EncodeTables(rows, checksums);
  header.tables_bytes = tables.size();
  header.tables_checksum = Checksum(tables);
  RETURN_IF_ERROR(file_->WriteAt(header.tables_offset(), tables));
  RETURN_IF_ERROR(file_->WriteAt(0, EncodeHeader(header)));
  return file_->Install();
}

absl::Status IndexUpdate::WriteSlots(absl::Span<const IndexEntry> entries, PackLiveness& liveness,
                                     IndexHeader& header, std::vector<uint64_t>& checksums) {
  SlotTableBuilder builder(*file_, entries, liveness);
  const absl::Status built = builder.Build([&](absl::Span<const uint32_t> slots) {
    checksums.push_back(Checksum(BytesOf(slots)));
    const uint64_t offset = header.slots_offset() + header.slots * sizeof(uint32_t);
    header.slots += slots.size();
    return file_->WriteAt(offset, BytesOf(slots));
  });
  header.homes = builder.homes();
  return built;
}

}  // namespace tidemark::escrow_agent
