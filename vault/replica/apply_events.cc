// What each event of the primary's log writes into a second copy, and what is checked before.
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "vault/deposit_rows.h"
#include "vault/manifest.h"
#include "vault/receipt.h"
#include "vault/replica/applying.h"
#include "vault/replica/piece_names.h"
#include "vault/retention/frame_marks.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using schema::DepositRow;
using schema::Family;
using tidemark::v1::CatalogueRow;
using tidemark::v1::ClearManifest;
using tidemark::v1::PackRow;
using tidemark::v1::ReceiptBody;
using tidemark::v1::ReplicatedLeaf;

constexpr uint32_t kFormat = 1;

absl::Status Bad(const DepositId& id, absl::string_view why) {
  return absl::DataLossError(absl::StrCat(id.ToString(), ": ", why));
}

// The row of a pack on its way in, with all that it will have.
PackRow IncomingRow(const ReplicatedLeaf::Pack& pack, const DepositId& owner) {
  PackRow row;
  row.set_format(kFormat);
  row.set_state(tidemark::v1::PACK_STATE_UPLOADING);
  *row.mutable_owner() = ToProto(owner);
  row.set_frame_count(pack.frame_count());
  row.set_frame_bytes(pack.frame_bytes());
  row.set_frames_digest(pack.frames_digest());
  row.set_removed_frames(pack.removed_frames());
  row.set_begin_digest(pack.begin_digest());
  row.set_signer(pack.signer());
  row.set_certificate_serial(pack.certificate_serial());
  row.set_begun_at_unix_micros(pack.begun_at_unix_micros());
  return row;
}

// What is left to say of a deposit that was shredded: its receipt has most of it.
CatalogueRow ShreddedRow(const ReplicatedLeaf::Deposit& deposit, const ReceiptBody& receipt) {
  CatalogueRow row;
  row.set_format(kFormat);
  *row.mutable_identity() = receipt.identity();
  row.set_kind(receipt.kind());
  row.set_watermark_unix_seconds(receipt.watermark_unix_seconds());
  row.set_prev_id(deposit.prev_id());
  row.set_stored_bytes(receipt.stored_bytes());
  row.set_received_at_unix_micros(receipt.received_at_unix_micros());
  row.set_content_commitment(receipt.content_commitment());
  row.set_manifest_digest(receipt.manifest_digest());
  row.set_new_pack_id(deposit.new_pack_id());
  row.set_manifest_parts(deposit.manifest_parts());
  row.set_shredded_log_index(deposit.shredded_log_index());
  return row;
}

}  // namespace

absl::Status ApplyingImpl::BeginEvent(UnderWay& next) {
  const tidemark::v1::LogEvent event = next.log_leaf.event();
  if (event == tidemark::v1::LOG_EVENT_VAULT_CREATED) {
    if (next.leaf.log_index() == 0 &&
        next.log_leaf.digest() == crypto::Blake2b(parts_.vault_id).bytes()) {
      return absl::OkStatus();
    }
    return absl::DataLossError("the log does not begin with the creation of this vault");
  }
  if (next.leaf.log_index() == 0) {
    return absl::DataLossError("the log does not begin with the creation of a vault");
  }
  ASSIGN_OR_RETURN(next.deposit, IdOf(next.log_leaf.identity()));
  switch (event) {
    case tidemark::v1::LOG_EVENT_DEPOSIT_COMMITTED:
      return BeginDeposit(next);
    case tidemark::v1::LOG_EVENT_VERDICT_APPENDED:
      return FillVerdict(next);
    case tidemark::v1::LOG_EVENT_HOLD_PLACED:
    case tidemark::v1::LOG_EVENT_HOLD_LIFTED:
    case tidemark::v1::LOG_EVENT_DEPOSIT_SHREDDED:
    case tidemark::v1::LOG_EVENT_ERASURE_CONFIRMED:
      return FillAct(next);
    default:
      return absl::FailedPreconditionError(absl::StrCat(
          "leaf ", next.leaf.log_index(), " is an event that this program does not know (",
          static_cast<int>(event), "); bring this second copy to the primary's version"));
  }
}

absl::Status ApplyingImpl::CheckReceipt(const UnderWay& next) const {
  const absl::StatusOr<ReceiptBody> body =
      VerifyReceipt(next.leaf.deposit().receipt(), *parts_.primary_key);
  if (!body.ok()) return Bad(*next.deposit, body.status().message());
  if (body->log_index() != next.leaf.log_index() || body->log_leaf() != next.leaf.leaf() ||
      body->vault_id() != parts_.vault_id) {
    return Bad(*next.deposit, "the receipt is of another leaf");
  }
  return absl::OkStatus();
}

absl::Status ApplyingImpl::CheckReliedOn(const ClearManifest& clear) const {
  for (const tidemark::v1::PackRef& ref : clear.packs()) {
    if (ref.pack_id() == clear.new_pack_id()) continue;
    ASSIGN_OR_RETURN(const crypto::PackId pack, crypto::PackId::FromBytes(ref.pack_id()));
    const absl::StatusOr<PackRow> row = replication_.ReadPack(pack);
    if (!row.ok() || row->state() != tidemark::v1::PACK_STATE_COMMITTED ||
        row->owner().tld() != clear.identity().tld() || row->frame_count() != ref.frame_count() ||
        row->frames_digest() != ref.frames_digest()) {
      return absl::DataLossError(
          absl::StrCat("pack ", pack.ToHex(), " is relied on and is not here as it is named"));
    }
    const absl::Status is_whole = retention::CheckNoneRemoved(ref, *row);
    if (!is_whole.ok()) return absl::DataLossError(is_whole.message());
  }
  return absl::OkStatus();
}

absl::Status ApplyingImpl::CheckManifest(UnderWay& next) {
  const ReplicatedLeaf::Deposit& deposit = next.leaf.deposit();
  const absl::StatusOr<ClearManifest> clear = CheckManifestSigner(deposit.manifest());
  if (!clear.ok()) return Bad(*next.deposit, clear.status().message());
  if (crypto::Blake2b(deposit.manifest().body()).bytes() != next.log_leaf.digest()) {
    return Bad(*next.deposit, "the manifest is not the one that the leaf names");
  }
  const absl::StatusOr<DepositId> id = IdOf(clear->identity());
  if (!id.ok() || *id != *next.deposit || clear->vault_id() != parts_.vault_id) {
    return Bad(*next.deposit, "the manifest is another deposit's");
  }
  const tidemark::v1::PackRef& ref = *FindPack(*clear, clear->new_pack_id());
  ASSIGN_OR_RETURN(const crypto::PackId pack, crypto::PackId::FromBytes(clear->new_pack_id()));
  next.incoming->pack = pack;
  PackRow& row = next.incoming->row;
  if (row.frame_count() != ref.frame_count() || row.frames_digest() != ref.frames_digest() ||
      row.frame_bytes() != clear->frame_bytes()) {
    return Bad(*next.deposit, "the pack's row does not fit the manifest");
  }
  const absl::Status is_whole = retention::CheckNoneRemoved(ref, row);
  if (!is_whole.ok()) return Bad(*next.deposit, is_whole.message());
  next.incoming->parts = clear->manifest_parts();
  next.incoming->part_bytes_said = clear->manifest_bytes();
  next.incoming->parts_digest = clear->manifest_digest();
  return CheckReliedOn(*clear);
}

absl::Status ApplyingImpl::CheckShredded(UnderWay& next) const {
  const ReplicatedLeaf::Deposit& deposit = next.leaf.deposit();
  if (deposit.shredded_log_index() <= next.leaf.log_index() ||
      deposit.shredded_log_index() >= primary_size_) {
    return Bad(*next.deposit,
               "has no manifest, and no later leaf of the primary's log can say why");
  }
  if (deposit.manifest_parts() == 0 || deposit.manifest_parts() > base::kManifestPartsMax) {
    return Bad(*next.deposit, "the number of its manifest parts is out of bounds");
  }
  ASSIGN_OR_RETURN(next.incoming->pack, crypto::PackId::FromBytes(deposit.new_pack_id()));
  return absl::OkStatus();
}

absl::Status ApplyingImpl::BeginDeposit(UnderWay& next) {
  const ReplicatedLeaf::Deposit& deposit = next.leaf.deposit();
  if (replication_.ReadCatalogue(*next.deposit).ok()) return Bad(*next.deposit, "is here already");
  RETURN_IF_ERROR(CheckReceipt(next));
  const ReplicatedLeaf::Pack& pack = deposit.pack();
  if (pack.frame_count() > base::kPackFramesMax ||
      pack.removed_frames().size() > (pack.frame_count() + size_t{7}) / 8) {
    return Bad(*next.deposit, "the pack has more frames than one may have");
  }
  next.incoming = std::make_unique<Incoming>(
      Incoming{.pack = crypto::PackId::Random(), .row = IncomingRow(pack, *next.deposit)});
  return deposit.has_manifest() ? CheckManifest(next) : CheckShredded(next);
}

absl::Status ApplyingImpl::FillDeposit(UnderWay& next) const {
  const ReplicatedLeaf::Deposit& deposit = next.leaf.deposit();
  ReceiptBody receipt;
  if (!receipt.ParseFromString(deposit.receipt().body())) {
    return Bad(*next.deposit, "the receipt is not one");
  }
  CatalogueRow row;
  if (deposit.has_manifest()) {
    ASSIGN_OR_RETURN(const ClearManifest clear, ParseClearManifest(deposit.manifest().body()));
    row = MakeCatalogueRow(clear, crypto::Blake2b(deposit.manifest().body()),
                           next.log_leaf.time_unix_micros());
    next.batch.Put(Family::kDeposits, schema::DepositKey(DepositRow::kManifest, *next.deposit),
                   deposit.manifest().SerializeAsString());
  } else {
    row = ShreddedRow(deposit, receipt);
  }
  PackRow pack = next.incoming->row;
  pack.set_state(tidemark::v1::PACK_STATE_COMMITTED);
  next.batch.Put(Family::kDeposits, schema::DepositKey(DepositRow::kCatalogue, *next.deposit),
                 row.SerializeAsString());
  next.batch.Put(Family::kDeposits, schema::DepositKey(DepositRow::kReceipt, *next.deposit),
                 deposit.receipt().SerializeAsString());
  next.batch.Put(Family::kPacks, schema::PackKey(next.incoming->pack), pack.SerializeAsString());
  return absl::OkStatus();
}

absl::Status ApplyingImpl::FillVerdict(UnderWay& next) const {
  const tidemark::v1::SignedVerdict& verdict = next.leaf.verdict();
  tidemark::v1::VerdictBody body;
  if (crypto::Blake2b(verdict.body()).bytes() != next.log_leaf.digest() ||
      !body.ParseFromString(verdict.body())) {
    return Bad(*next.deposit, "the verdict is not the one that the leaf names");
  }
  ASSIGN_OR_RETURN(CatalogueRow catalogue, replication_.ReadCatalogue(*next.deposit));
  tidemark::v1::VerdictRow row;
  row.set_format(kFormat);
  *row.mutable_verdict() = verdict;
  row.set_log_index(next.leaf.log_index());
  next.batch.Put(Family::kVerdicts, schema::VerdictKey(*next.deposit, catalogue.verdicts()),
                 row.SerializeAsString());
  catalogue.set_verdicts(catalogue.verdicts() + 1);
  catalogue.set_latest_verdict(body.outcome());
  next.batch.Put(Family::kDeposits, schema::DepositKey(DepositRow::kCatalogue, *next.deposit),
                 catalogue.SerializeAsString());
  // Of a deposit that was shredded since nobody knows which packs it named but the primary.
  if (!body.content_mismatch() || catalogue.shredded_log_index() != 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const tidemark::v1::SignedManifest manifest,
                   replication_.ReadManifest(*next.deposit));
  ASSIGN_OR_RETURN(const ClearManifest clear, ParseClearManifest(manifest.body()));
  for (const tidemark::v1::PackRef& ref : clear.packs()) {
    ASSIGN_OR_RETURN(const crypto::PackId pack, crypto::PackId::FromBytes(ref.pack_id()));
    ASSIGN_OR_RETURN(PackRow pack_row, replication_.ReadPack(pack));
    pack_row.set_distrusted(true);
    next.batch.Put(Family::kPacks, schema::PackKey(pack), pack_row.SerializeAsString());
  }
  return absl::OkStatus();
}

}  // namespace tidemark::vault
