#include "escrow_agent/server/answers.h"

#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "vault/log/clock_state.h"
#include "vault/manifest.h"
#include "vault/replica/replica.h"

namespace tidemark::escrow_agent {
namespace {

using tidemark::v1::DepositRecord;
using tidemark::v1::DepositSummary;
using tidemark::v1::SignedVerdict;
using tidemark::v1::StatusReply;

// Field tags and lengths around the parts of a message.
constexpr size_t kFramingBytes = 64;

}  // namespace

DepositSummary ToSummary(const vault::CatalogueEntry& entry) {
  DepositSummary summary;
  *summary.mutable_identity() = vault::ToProto(entry.deposit);
  summary.set_kind(entry.kind);
  summary.set_watermark_unix_seconds(entry.watermark_unix_seconds);
  summary.set_prev_id(entry.prev_id);
  summary.set_stored_bytes(entry.stored_bytes);
  summary.set_received_at_unix_micros(entry.received_at_unix_micros);
  summary.set_latest_verdict(entry.latest_verdict);
  summary.set_superseded(entry.superseded);
  summary.set_shredded_log_index(entry.shredded_log_index);
  return summary;
}

namespace {

// The manifest; of a deposit that policy deleted the leaf that says so.
absl::Status AddContent(const vault::Vault& vault, const vault::DepositId& id,
                        DepositRecord& record) {
  absl::StatusOr<tidemark::v1::SignedManifest> manifest = vault.Manifest(id);
  if (manifest.ok()) {
    *record.mutable_manifest() = *std::move(manifest);
    return absl::OkStatus();
  }
  if (!absl::IsNotFound(manifest.status())) return manifest.status();
  ASSIGN_OR_RETURN(const uint64_t index, vault.ShreddedLogIndex(id));
  if (index == 0) return manifest.status();
  ASSIGN_OR_RETURN(std::vector<vault::StoredLogLeaf> leaves, vault.log().Leaves(index, 1));
  // A second copy to which that leaf has not come yet.
  if (leaves.empty()) return manifest.status();
  record.mutable_shredded()->set_log_index(index);
  record.mutable_shredded()->set_leaf(std::move(leaves[0].leaf));
  record.mutable_shredded()->set_act(std::move(leaves[0].act));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<DepositRecord> ToRecord(const vault::Vault& vault, const vault::DepositId& id) {
  DepositRecord record;
  RETURN_IF_ERROR(AddContent(vault, id, record));
  ASSIGN_OR_RETURN(*record.mutable_receipt(), vault.Receipt(id));
  ASSIGN_OR_RETURN(std::vector<SignedVerdict> verdicts, vault.Verdicts(id));
  size_t bytes = record.ByteSizeLong() + kFramingBytes;
  size_t first = verdicts.size();
  while (first > 0) {
    const size_t more = verdicts[first - 1].ByteSizeLong() + kFramingBytes;
    if (bytes + more > base::kGrpcMessageBytesMax) break;
    bytes += more;
    --first;
  }
  record.set_verdicts_omitted(static_cast<uint32_t>(first));
  for (size_t i = first; i < verdicts.size(); ++i) {
    *record.add_verdicts() = std::move(verdicts[i]);
  }
  return record;
}

absl::StatusOr<StatusReply> ToStatus(vault::Vault& vault, const vault::Peer& peer,
                                     absl::string_view tld) {
  StatusReply reply;
  if (vault.replication().is_replica()) {
    ASSIGN_OR_RETURN(const tidemark::v1::ReplicaState copy, vault.replication().State());
    reply.set_is_second_copy(true);
    reply.set_copy_stopped(copy.stopped());
  }
  ASSIGN_OR_RETURN(const std::vector<vault::CatalogueEntry> entries, vault.List(tld));
  // Entries are in order of identity, so those of a TLD stand together.
  StatusReply::Tld* current = nullptr;
  for (const vault::CatalogueEntry& entry : entries) {
    if (!peer.MayTouch(entry.deposit.tld())) continue;
    if (current == nullptr || current->tld() != entry.deposit.tld()) {
      current = reply.add_tlds();
      current->set_tld(entry.deposit.tld());
    }
    if (entry.shredded_log_index != 0) {
      current->set_shredded(current->shredded() + 1);
      continue;
    }
    current->set_deposits(current->deposits() + 1);
    if (entry.received_at_unix_micros >= current->latest().received_at_unix_micros()) {
      *current->mutable_latest() = ToSummary(entry);
    }
  }
  ASSIGN_OR_RETURN(const uint64_t stored_bytes, vault.StoredBytes());
  ASSIGN_OR_RETURN(const uint64_t disk_bytes, vault.DiskBytes());
  reply.set_disk_bytes(disk_bytes);
  reply.set_stored_bytes(stored_bytes);
  ASSIGN_OR_RETURN(*reply.mutable_tree_head(), vault.TreeHead());
  reply.set_clock_state(vault::ClockState());
  const vault::ScrubProgress scrub = vault.scrubber().progress();
  StatusReply::Scrub& out = *reply.mutable_scrub();
  out.set_cycle(scrub.cycle);
  out.set_cycle_started_unix_micros(scrub.cycle_started_unix_micros);
  out.set_done(scrub.done);
  out.set_pieces_damaged(scrub.pieces_damaged);
  out.set_tables_refused(scrub.tables_refused);
  out.set_finished_unix_micros(scrub.finished_unix_micros);
  out.set_finished_pieces(scrub.finished_pieces);
  out.set_finished_bytes(scrub.finished_bytes);
  out.set_damage_unknown(!scrub.is_damage_known);
  out.set_records_damaged(scrub.records_damaged);
  out.set_finished_records(scrub.finished_records);
  return reply;
}

}  // namespace tidemark::escrow_agent
