#include "escrow_agent/server/answers.h"

#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "vault/manifest.h"

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

absl::StatusOr<DepositRecord> ToRecord(const vault::Vault& vault, const vault::DepositId& id) {
  DepositRecord record;
  ASSIGN_OR_RETURN(*record.mutable_manifest(), vault.Manifest(id));
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

absl::StatusOr<StatusReply> ToStatus(const vault::Vault& vault, const vault::Peer& peer,
                                     absl::string_view tld) {
  StatusReply reply;
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
  return reply;
}

}  // namespace tidemark::escrow_agent
