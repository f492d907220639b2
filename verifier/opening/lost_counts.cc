#include "verifier/opening/lost_counts.h"

#include <memory>
#include <utility>
#include <vector>

#include "base/status.h"
#include "vault/manifest.h"
#include "verifier/opening/manifest_reader.h"
#include "verifier/opening/pack_set.h"
#include "verifier/opening/run_columns.h"

namespace tidemark::verifier {
namespace {

using tidemark::v1::ManifestHeader;
using tidemark::v1::ManifestRecord;
using tidemark::v1::RunColumns;

// Adds the objects of the runs in pack number `pack`; false if they do not go on one from another.
bool AddRuns(const RunColumns& columns, uint32_t pack, uint64_t& objects) {
  if (!CheckColumns(columns).ok()) return false;
  for (int i = 0; i < columns.pack_size(); ++i) {
    if (columns.pack(i) != pack) continue;
    if (columns.frame(i) != 0 || columns.ordinal(i) != 0) return false;
    objects += columns.count(i);
  }
  return true;
}

// Number of the pack that came with the deposit, among the header's.
std::optional<uint32_t> NewPack(const SealedDeposit& deposit, const ManifestHeader& header) {
  for (int i = 0; i < header.packs_size(); ++i) {
    if (header.packs(i).pack_id() == deposit.manifest.new_pack_id()) return i;
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<std::optional<LostFrames>> CountLostObjects(vault::RemoteVault& vault,
                                                           const SealedDeposit& deposit,
                                                           const crypto::DepositKey& key) {
  // Runs of format 1 have places of their own, and say nothing of what lies between.
  if (deposit.manifest.format() < 2) return std::optional<LostFrames>();
  absl::StatusOr<std::unique_ptr<ManifestReader>> records = ManifestReader::Open(
      vault, deposit, key, vault::SealingContext(deposit.manifest.vault_id(), deposit.id));
  if (absl::IsDataLoss(records.status())) return std::optional<LostFrames>();
  RETURN_IF_ERROR(records.status());
  ASSIGN_OR_RETURN(const std::optional<ManifestRecord> first, (*records)->Next());
  if (!first.has_value() || !first->has_header()) return std::optional<LostFrames>();
  const std::optional<uint32_t> pack = NewPack(deposit, first->header());
  if (!pack.has_value()) return std::optional<LostFrames>();
  ASSIGN_OR_RETURN(const std::unique_ptr<PackSet> packs,
                   PackSet::Create(vault, deposit, first->header()));
  uint64_t objects = 0;
  while (true) {
    ASSIGN_OR_RETURN(const std::optional<ManifestRecord> record, (*records)->Next());
    if (!record.has_value()) break;
    if (record->has_columns() && !AddRuns(record->columns(), *pack, objects)) {
      return std::optional<LostFrames>();
    }
  }
  for (uint32_t frame = 0; frame < packs->frames(*pack); ++frame) {
    if (!packs->Uses(*pack, frame)) return std::optional<LostFrames>();
  }
  std::vector<uint32_t> counts(packs->frames(*pack));
  std::vector<UnreadableFrame> unreadable;
  RETURN_IF_ERROR(packs->OpenAll(
      *pack,
      [&counts](uint32_t frame, const FrameContent& content) {
        counts[frame] = content.count();
        return absl::OkStatus();
      },
      &unreadable));
  if (unreadable.empty()) return std::optional<LostFrames>();
  LostFrames lost = {unreadable.front().frame, unreadable.back().frame, objects};
  for (uint32_t frame = 0; frame < counts.size(); ++frame) {
    if (frame >= lost.first && frame <= lost.last) continue;
    if (counts[frame] > lost.objects) return std::optional<LostFrames>();
    lost.objects -= counts[frame];
  }
  // Each frame has an object at least; fewer are nobody's honest word.
  if (lost.objects < lost.last - lost.first + 1) return std::optional<LostFrames>();
  return std::optional<LostFrames>(lost);
}

}  // namespace tidemark::verifier
