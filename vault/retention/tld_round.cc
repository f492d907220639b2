#include "vault/retention/tld_round.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/limits.h"
#include "base/status.h"
#include "vault/schema.h"

namespace tidemark::vault::retention {
namespace {

using schema::DepositRow;
using schema::Family;
using tidemark::v1::CatalogueRow;
using tidemark::v1::ClearManifest;
using tidemark::v1::PackRow;

constexpr size_t kDigestBytes = 32;  // before each stored ciphertext
// Rows of packs in one batch: a bitmap has at most 128 KiB.
constexpr size_t kPacksPerBatchMax = 32;

absl::Status Told(const std::atomic<bool>& stop) {
  return stop.load() ? absl::AbortedError("told to stop") : absl::OkStatus();
}

std::string InWords(const Policy& policy) {
  return absl::StrCat("retention.days = ", absl::ToInt64Hours(policy.keep_for) / 24, ", margin of ",
                      absl::ToInt64Hours(MarginOf(policy)) / 24,
                      " days; no hold, no later deposit needs it");
}

// Whoever reads a manifest here and does not find it must delete nothing: what the deposit uses is
// not known.
absl::StatusOr<ClearManifest> ReadForMarks(const RocksStore& store, const DepositId& id) {
  absl::StatusOr<ClearManifest> manifest = ReadManifest(store, id);
  if (manifest.ok()) return manifest;
  return absl::DataLossError(absl::StrCat(
      "nothing of TLD ", id.tld(),
      " is deleted, for it is not known what is in use: ", manifest.status().message()));
}

}  // namespace

uint64_t TldRound::BytesOf(const crypto::PackId& pack, const PackRow& row,
                           absl::string_view bits) const {
  if (CountBits(bits) == row.frame_count()) return row.frame_bytes();
  uint64_t bytes = 0;
  for (uint32_t frame = 0; frame < row.frame_count(); ++frame) {
    if (!HasBit(bits, frame)) continue;
    // What is damaged or gone is not counted; it is on its way out in any case.
    const absl::StatusOr<std::string> value =
        store_.Get(Family::kFrames, schema::PieceKey(pack, frame));
    if (value.ok() && value->size() > kDigestBytes) bytes += value->size() - kDigestBytes;
  }
  return bytes;
}

absl::StatusOr<std::vector<TldRound::Freed>> TldRound::FreedBy(
    const ClearManifest& manifest) const {
  std::vector<Freed> freed;
  for (const tidemark::v1::PackRef& ref : manifest.packs()) {
    ASSIGN_OR_RETURN(const crypto::PackId pack, crypto::PackId::FromBytes(ref.pack_id()));
    ASSIGN_OR_RETURN(const PackRow row, ReadPack(store_, pack));
    std::string bits = kept_.Unmarked(pack, row.frame_count(), row.removed_frames());
    // Frames that this deposit does not use were nobody's before; they are not its doing.
    const std::string& used = ref.used();
    for (size_t i = 0; i < bits.size(); ++i) {
      bits[i] = i < used.size() ? static_cast<char>(bits[i] & used[i]) : '\0';
    }
    if (CountBits(bits) == 0) continue;
    const uint64_t bytes = BytesOf(pack, row, bits);
    freed.push_back({pack, std::move(bits), bytes});
  }
  return freed;
}

absl::Status TldRound::ReadDue() {
  seen_ = books_.LogSize();
  ASSIGN_OR_RETURN(rows_, ReadTld(store_, tld_));
  const std::vector<Fate> fates = MakePlan(options_.policy, options_.time, rows_.facts);
  for (size_t i = 0; i < fates.size(); ++i) {
    if (options_.may_shred && fates[i].is_due) due_.push_back({i, 0, {}});
  }
  std::stable_sort(due_.begin(), due_.end(), [this](const Due& a, const Due& b) {
    return rows_.facts[a.index].received_at_unix_micros >
           rows_.facts[b.index].received_at_unix_micros;
  });
  return absl::OkStatus();
}

absl::Status TldRound::CheckUnchanged(uint64_t log_size) const {
  if (log_size - seen_ > base::kLogLeavesMax) return absl::AbortedError("too much has happened");
  for (uint64_t index = seen_; index < log_size; ++index) {
    ASSIGN_OR_RETURN(const tidemark::v1::LogLeaf leaf, ReadLeaf(store_, index));
    if (leaf.identity().tld() == tld_) return absl::AbortedError("the TLD has a new log entry");
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> TldRound::AddRemoval(const Freed& freed, StoreBatch& batch) {
  const std::optional<std::set<crypto::PackId>> in_use = books_.InUse(tld_);
  if (!in_use.has_value() || in_use->contains(freed.pack)) {
    is_deferred_ = true;
    return false;
  }
  ASSIGN_OR_RETURN(PackRow row, ReadPack(store_, freed.pack));
  AddBits(freed.bits, *row.mutable_removed_frames());
  batch.Put(Family::kPacks, schema::PackKey(freed.pack), row.SerializeAsString());
  // An earlier run may have left some that it marked and did not delete.
  absl::StatusOr<std::string> removing = store_.Get(Family::kMeta, schema::RemovingKey(freed.pack));
  if (absl::IsNotFound(removing.status())) removing = std::string();
  RETURN_IF_ERROR(removing.status());
  AddBits(freed.bits, *removing);
  batch.Put(Family::kMeta, schema::RemovingKey(freed.pack), *std::move(removing));
  return true;
}

absl::StatusOr<LoggedAct> TldRound::FillShredBatch(const Due& due, uint64_t log_index,
                                                   StoreBatch& batch) {
  RETURN_IF_ERROR(CheckUnchanged(log_index));
  const DepositId& id = rows_.facts[due.index].deposit;
  CatalogueRow row = rows_.rows[due.index];
  ASSIGN_OR_RETURN(const crypto::PackId own_pack, crypto::PackId::FromBytes(row.new_pack_id()));
  LoggedAct logged = {tidemark::v1::LOG_EVENT_DEPOSIT_SHREDDED, id, {}};
  tidemark::v1::CustodyAct::Shredded& shredded = *logged.act.mutable_shredded();
  shredded.set_manifest_digest(row.manifest_digest());
  shredded.set_policy(InWords(options_.policy));
  shredded.set_bytes_freed(due.manifest_bytes);
  for (const Freed& freed : due.freed) {
    ASSIGN_OR_RETURN(const bool is_removed, AddRemoval(freed, batch));
    if (!is_removed) continue;
    shredded.set_frames_freed(shredded.frames_freed() + CountBits(freed.bits));
    shredded.set_bytes_freed(shredded.bytes_freed() + freed.bytes);
  }
  row.set_shredded_log_index(log_index);
  batch.Put(Family::kDeposits, schema::DepositKey(DepositRow::kCatalogue, id),
            row.SerializeAsString());
  batch.Delete(Family::kDeposits, schema::DepositKey(DepositRow::kManifest, id));
  batch.DeleteRange(Family::kParts, schema::PiecesOf(own_pack));
  return logged;
}

absl::Status TldRound::Shred(const Due& due) {
  uint64_t frames = 0;
  books_.AtPoint("before-shred-batch");
  ASSIGN_OR_RETURN(
      const uint64_t index,
      books_.Record([&](uint64_t log_index, StoreBatch& batch) -> absl::StatusOr<LoggedAct> {
        ASSIGN_OR_RETURN(LoggedAct act, FillShredBatch(due, log_index, batch));
        frames = act.act.shredded().frames_freed();
        return act;
      }));
  books_.AtPoint("after-shred-batch");
  seen_ = index + 1;
  ++summary_.deposits_shredded;
  summary_.frames_removed += frames;
  return absl::OkStatus();
}

absl::Status TldRound::MarkRemoved(const std::vector<Freed>& garbage) {
  uint64_t frames = 0;
  books_.AtPoint("before-removal-batch");
  RETURN_IF_ERROR(books_.Alter([&](uint64_t log_size, StoreBatch& batch) -> absl::Status {
    RETURN_IF_ERROR(CheckUnchanged(log_size));
    for (const Freed& freed : garbage) {
      ASSIGN_OR_RETURN(const bool is_removed, AddRemoval(freed, batch));
      if (is_removed) frames += CountBits(freed.bits);
    }
    return absl::OkStatus();
  }));
  books_.AtPoint("after-removal-batch");
  summary_.frames_removed += frames;
  return absl::OkStatus();
}

absl::Status TldRound::Collect(const std::atomic<bool>& stop) {
  std::vector<Freed> garbage;
  for (const CatalogueRow& deposit : rows_.rows) {
    ASSIGN_OR_RETURN(const crypto::PackId pack, crypto::PackId::FromBytes(deposit.new_pack_id()));
    ASSIGN_OR_RETURN(const PackRow row, ReadPack(store_, pack));
    std::string bits = kept_.Unmarked(pack, row.frame_count(), row.removed_frames());
    if (bits.empty()) continue;
    garbage.push_back({pack, std::move(bits), 0});
    if (garbage.size() < kPacksPerBatchMax) continue;
    RETURN_IF_ERROR(Told(stop));
    RETURN_IF_ERROR(MarkRemoved(garbage));
    garbage.clear();
  }
  return garbage.empty() ? absl::OkStatus() : MarkRemoved(garbage);
}

absl::Status TldRound::Run(bool is_unfinished, const std::atomic<bool>& stop) {
  RETURN_IF_ERROR(ReadDue());
  if (due_.empty() && !is_unfinished) return absl::OkStatus();
  std::vector<bool> is_due(rows_.rows.size(), false);
  for (const Due& due : due_) is_due[due.index] = true;
  for (size_t i = 0; i < rows_.rows.size(); ++i) {
    if (is_due[i] || rows_.facts[i].shredded_log_index != 0) continue;
    ASSIGN_OR_RETURN(const ClearManifest manifest, ReadForMarks(store_, rows_.facts[i].deposit));
    RETURN_IF_ERROR(kept_.Add(manifest));
  }
  // From the last one to go to the first: a frame that several use goes with the last of them.
  FrameMarks kept = kept_;
  for (auto due = due_.rbegin(); due != due_.rend(); ++due) {
    RETURN_IF_ERROR(Told(stop));
    ASSIGN_OR_RETURN(const ClearManifest manifest,
                     ReadForMarks(store_, rows_.facts[due->index].deposit));
    due->manifest_bytes = manifest.manifest_bytes();
    ASSIGN_OR_RETURN(due->freed, FreedBy(manifest));
    RETURN_IF_ERROR(kept_.Add(manifest));
  }
  kept_ = std::move(kept);
  if (options_.mode == RunMode::kDryRun) {
    summary_.deposits_shredded += due_.size();
    for (const Due& due : due_) {
      for (const Freed& freed : due.freed) summary_.frames_removed += CountBits(freed.bits);
    }
    return absl::OkStatus();
  }
  for (const Due& due : due_) {
    RETURN_IF_ERROR(Told(stop));
    RETURN_IF_ERROR(Shred(due));
  }
  return Collect(stop);
}

}  // namespace tidemark::vault::retention
