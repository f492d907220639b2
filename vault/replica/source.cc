// One leaf with everything that its event wrote, for a second copy.
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "vault/manifest.h"
#include "vault/replica/replication_impl.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using schema::DepositRow;
using schema::Family;
using tidemark::v1::CatalogueRow;
using tidemark::v1::PackRow;
using tidemark::v1::ReplicatedLeaf;

void FillPack(const PackRow& row, ReplicatedLeaf::Pack& out) {
  out.set_frame_count(row.frame_count());
  out.set_frame_bytes(row.frame_bytes());
  out.set_frames_digest(row.frames_digest());
  out.set_removed_frames(row.removed_frames());
  out.set_begin_digest(row.begin_digest());
  out.set_signer(row.signer());
  out.set_certificate_serial(row.certificate_serial());
  out.set_begun_at_unix_micros(row.begun_at_unix_micros());
}

}  // namespace

absl::StatusOr<ReplicatedLeaf> ReplicationImpl::Leaf(uint64_t index) const {
  absl::StatusOr<tidemark::v1::LogRow> row = ReadLog(index);
  if (absl::IsNotFound(row.status())) {
    return absl::OutOfRangeError(absl::StrCat("the log has no leaf ", index));
  }
  RETURN_IF_ERROR(row.status());
  ReplicatedLeaf out;
  out.set_log_index(index);
  out.set_leaf(row->leaf());
  *out.mutable_tree_head() = row->tree_head();
  tidemark::v1::LogLeaf leaf;
  if (!leaf.ParseFromString(row->leaf())) {
    return absl::DataLossError(absl::StrCat("leaf ", index, " is not one"));
  }
  if (leaf.event() == tidemark::v1::LOG_EVENT_VAULT_CREATED) return out;
  ASSIGN_OR_RETURN(const DepositId id, IdOf(leaf.identity()));
  if (leaf.event() == tidemark::v1::LOG_EVENT_DEPOSIT_COMMITTED) {
    RETURN_IF_ERROR(FillDeposit(id, out));
  } else if (leaf.event() == tidemark::v1::LOG_EVENT_VERDICT_APPENDED) {
    RETURN_IF_ERROR(FillVerdict(id, out));
  } else {
    RETURN_IF_ERROR(FillAct(out));
  }
  return out;
}

absl::Status ReplicationImpl::FillDeposit(const DepositId& id, ReplicatedLeaf& out) const {
  ReplicatedLeaf::Deposit& deposit = *out.mutable_deposit();
  // Manifest first: if it is shredded in between, the catalogue row says so.
  const absl::StatusOr<tidemark::v1::SignedManifest> manifest = ReadManifest(id);
  ASSIGN_OR_RETURN(const CatalogueRow catalogue, ReadCatalogue(id));
  if (catalogue.shredded_log_index() == 0) {
    if (!manifest.ok()) return absl::DataLossError(manifest.status().message());
    *deposit.mutable_manifest() = *manifest;
  } else {
    deposit.set_new_pack_id(catalogue.new_pack_id());
    deposit.set_manifest_parts(catalogue.manifest_parts());
    deposit.set_prev_id(catalogue.prev_id());
    deposit.set_shredded_log_index(catalogue.shredded_log_index());
  }
  ASSIGN_OR_RETURN(
      const std::string receipt,
      parts_.store.Get(Family::kDeposits, schema::DepositKey(DepositRow::kReceipt, id)));
  if (!deposit.mutable_receipt()->ParseFromString(receipt)) {
    return absl::DataLossError(absl::StrCat("the receipt of ", id.ToString(), " is not one"));
  }
  ASSIGN_OR_RETURN(const crypto::PackId pack, crypto::PackId::FromBytes(catalogue.new_pack_id()));
  ASSIGN_OR_RETURN(const PackRow row, ReadPack(pack));
  FillPack(row, *deposit.mutable_pack());
  return absl::OkStatus();
}

absl::Status ReplicationImpl::FillVerdict(const DepositId& id, ReplicatedLeaf& out) const {
  bool is_found = false;
  RETURN_IF_ERROR(parts_.store.Scan(
      Family::kVerdicts, schema::VerdictsOf(id),
      [&](absl::string_view, absl::string_view value) -> absl::Status {
        tidemark::v1::VerdictRow row;
        if (!row.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
          return absl::DataLossError(absl::StrCat("a verdict of ", id.ToString(), " is not one"));
        }
        if (row.log_index() != out.log_index()) return absl::OkStatus();
        *out.mutable_verdict() = std::move(*row.mutable_verdict());
        is_found = true;
        return absl::OkStatus();
      }));
  if (is_found) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("the verdict of leaf ", out.log_index(), " is missing"));
}

absl::Status ReplicationImpl::FillAct(ReplicatedLeaf& out) const {
  const absl::StatusOr<std::string> value =
      parts_.store.Get(Family::kActs, schema::LogKey(out.log_index()));
  tidemark::v1::ActRow row;
  if (!value.ok() || !row.ParseFromString(*value)) {
    return absl::DataLossError(absl::StrCat("the act of leaf ", out.log_index(), " is missing"));
  }
  out.set_act(row.act());
  return absl::OkStatus();
}

}  // namespace tidemark::vault
