// The commit: from a claim and what was really received to a receipt, in one synced batch.
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/log.h"
#include "base/status.h"
#include "vault/damaged_pieces.h"
#include "vault/deposit_rows.h"
#include "vault/manifest.h"
#include "vault/retention/frame_marks.h"
#include "vault/retention/rows.h"
#include "vault/schema.h"
#include "vault/vault_impl.h"

namespace tidemark::vault {
namespace {

using schema::DepositRow;
using schema::Family;
using tidemark::v1::CatalogueRow;
using tidemark::v1::ClearManifest;
using tidemark::v1::PackRef;
using tidemark::v1::PackRow;
using tidemark::v1::ReceiptBody;
using tidemark::v1::SignedManifest;

constexpr uint32_t kFormat = 1;

absl::Status Mismatch(absl::string_view field, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("the manifest does not describe what was uploaded: ", field, ": ", why));
}

absl::Status CheckEqual(absl::string_view field, uint64_t said, uint64_t received) {
  if (said == received) return absl::OkStatus();
  return Mismatch(field, absl::StrCat("it says ", said, ", received were ", received));
}

// Nothing goes into a receipt that is not in the rows of its batch.
tidemark::v1::Receipt MakeReceipt(absl::string_view vault_id, const CatalogueRow& row,
                                  const AuditLog::Entry& entry, const crypto::SigningKey& key) {
  ReceiptBody body;
  body.set_format(kFormat);
  body.set_vault_id(std::string(vault_id));
  *body.mutable_identity() = row.identity();
  body.set_kind(row.kind());
  body.set_watermark_unix_seconds(row.watermark_unix_seconds());
  body.set_manifest_digest(row.manifest_digest());
  body.set_content_commitment(row.content_commitment());
  body.set_stored_bytes(row.stored_bytes());
  body.set_received_at_unix_micros(entry.time_unix_micros);
  body.set_clock_state(entry.clock_state);
  body.set_log_index(entry.index);
  body.set_log_leaf(entry.leaf);
  for (const crypto::Sha256Digest& hash : entry.inclusion_proof) {
    body.add_inclusion_proof(std::string(hash.bytes()));
  }
  *body.mutable_tree_head() = entry.tree_head;
  tidemark::v1::Receipt receipt;
  receipt.set_body(body.SerializeAsString());
  receipt.set_signature(key.Sign(crypto::SignaturePurpose::kReceipt, receipt.body()));
  return receipt;
}

}  // namespace

absl::Status VaultImpl::CheckAgainstUpload(const ClearManifest& manifest,
                                           const ReceivedUpload& received) const {
  if (manifest.new_pack_id() != received.pack.bytes()) {
    return Mismatch("new_pack_id", "is not the pack that was announced");
  }
  const PackRef* const pack = FindPack(manifest, manifest.new_pack_id());
  RETURN_IF_ERROR(CheckEqual("frame_count", pack->frame_count(), received.frames));
  RETURN_IF_ERROR(CheckEqual("frame_bytes", manifest.frame_bytes(), received.frame_bytes));
  RETURN_IF_ERROR(CheckEqual("manifest_parts", manifest.manifest_parts(), received.parts));
  RETURN_IF_ERROR(CheckEqual("manifest_bytes", manifest.manifest_bytes(), received.part_bytes));
  if (pack->frames_digest() != received.frames_digest.bytes()) {
    return Mismatch("frames_digest", "is not that of the frames received");
  }
  if (manifest.manifest_digest() != received.parts_digest.bytes()) {
    return Mismatch("manifest_digest", "is not that of the parts received");
  }
  return CheckReliedOn(manifest, received);
}

absl::Status VaultImpl::CheckSentIsWhole(const PackRef& ref, const crypto::PackId& pack) const {
  absl::Status whole = CheckFramesWhole(*store_, ref);
  if (whole.ok()) whole = CheckPartsWhole(*store_, pack);
  // It came in a moment ago; where nothing is known of damage to it there is none.
  if (whole.ok() || absl::IsDataLoss(whole)) return absl::OkStatus();
  if (!absl::IsFailedPrecondition(whole)) return whole;
  return absl::AbortedError(
      absl::StrCat("of what this upload has sent, ", whole.message(), "; begin another"));
}

absl::Status VaultImpl::CheckReliedOn(const ClearManifest& manifest,
                                      const ReceivedUpload& received) const {
  for (const PackRef& pack : manifest.packs()) {
    if (pack.pack_id() == manifest.new_pack_id()) {
      RETURN_IF_ERROR(CheckSentIsWhole(pack, received.pack));
      continue;
    }
    ASSIGN_OR_RETURN(const crypto::PackId id, crypto::PackId::FromBytes(pack.pack_id()));
    bool was_announced = false;
    for (const crypto::PackId& announced : received.relied_on) was_announced |= announced == id;
    if (!was_announced) {
      return absl::FailedPreconditionError(absl::StrCat(
          "pack ", id.ToHex(), " was not announced as one that is relied on; send in full"));
    }
    ASSIGN_OR_RETURN(const PackRow row, ReadHeldPack(received.deposit, id));
    if (row.frame_count() != pack.frame_count() || row.frames_digest() != pack.frames_digest()) {
      return Mismatch(absl::StrCat("pack ", id.ToHex()), "has other frames in this vault");
    }
    RETURN_IF_ERROR(retention::CheckNoneRemoved(pack, row));
    RETURN_IF_ERROR(SendInFull(CheckFramesWhole(*store_, pack)));
  }
  return absl::OkStatus();
}

absl::Status VaultImpl::WriteLogged(const StoreBatch& batch) {
  RETURN_IF_ERROR(log_status_);
  const absl::Status written = store_->Apply(batch, Durability::kSynced);
  if (!written.ok()) {
    log_status_ = absl::UnavailableError(absl::StrCat(
        "a commit failed on the disk, and nothing is written until that has room again: ",
        written.message()));
    base::Log(base::LogLevel::kError, "commit-failed", {{"status", written.ToString()}});
    return log_status_;
  }
  log_.Adopt();
  return absl::OkStatus();
}

absl::StatusOr<std::optional<tidemark::v1::Receipt>> VaultImpl::FindCommitted(
    const DepositId& deposit, const ClearManifest& clear) const {
  const absl::StatusOr<CatalogueRow> row = ReadCatalogueRow(deposit);
  if (absl::IsNotFound(row.status())) return std::optional<tidemark::v1::Receipt>();
  RETURN_IF_ERROR(row.status());
  // Whoever still waits for the receipt of that very upload gets it; an identity is never used
  // again.
  if (row->shredded_log_index() != 0 && row->new_pack_id() != clear.new_pack_id()) {
    const absl::Status shredded = retention::ShreddedError(*store_, deposit, *row);
    if (!absl::IsNotFound(shredded)) return shredded;
    return absl::AlreadyExistsError(
        absl::StrCat(shredded.message(), "; send the file under another identity"));
  }
  if (row->content_commitment() != clear.content_commitment()) {
    return absl::AlreadyExistsError(
        absl::StrCat(deposit.ToString(),
                     " is committed with other content; send what changed as a higher resend"));
  }
  // The same upload once more has its receipt in any case; another one that is meant to mend what
  // does not give its file back must not be told that all is well.
  ASSIGN_OR_RETURN(const crypto::PackId pack, crypto::PackId::FromBytes(row->new_pack_id()));
  ASSIGN_OR_RETURN(const PackRow pack_row, ReadPackRow(pack));
  if (pack_row.distrusted() && row->new_pack_id() != clear.new_pack_id()) {
    return absl::AlreadyExistsError(
        absl::StrCat(deposit.ToString(), " is committed, but what was sealed does not give its "
                     "file back (TDM_CONTENT_MISMATCH); send the file as a higher resend"));
  }
  if (row->new_pack_id() != clear.new_pack_id() && row->shredded_log_index() == 0) {
    RETURN_IF_ERROR(CheckIsWhole(deposit));
  }
  ASSIGN_OR_RETURN(tidemark::v1::Receipt receipt, Receipt(deposit));
  return std::optional<tidemark::v1::Receipt>(std::move(receipt));
}

absl::StatusOr<ClearManifest> VaultImpl::ReadClaim(const DepositId& deposit,
                                                   const SignedManifest& manifest) const {
  ASSIGN_OR_RETURN(ClearManifest clear, CheckManifestSigner(manifest));
  if (clear.vault_id() != vault_id_) return Mismatch("vault_id", "is another vault's");
  ASSIGN_OR_RETURN(const DepositId claimed, IdOf(clear.identity()));
  if (claimed != deposit) return Mismatch("identity", "is not the one announced");
  return clear;
}

absl::StatusOr<tidemark::v1::Receipt> VaultImpl::AnswerAgain(const DepositId& deposit,
                                                             const SignedManifest& manifest) {
  ASSIGN_OR_RETURN(const ClearManifest clear, ReadClaim(deposit, manifest));
  absl::MutexLock lock(&commit_mutex_);
  RETURN_IF_ERROR(log_status_);
  ASSIGN_OR_RETURN(std::optional<tidemark::v1::Receipt> receipt, FindCommitted(deposit, clear));
  if (receipt.has_value()) return *std::move(receipt);
  return absl::DataLossError(absl::StrCat("the rows of ", deposit.ToString(), " are gone"));
}

absl::StatusOr<VaultImpl::CommitResult> VaultImpl::Commit(const ReceivedUpload& received,
                                                          const SignedManifest& manifest) {
  const DepositId& deposit = received.deposit;
  ASSIGN_OR_RETURN(const ClearManifest clear, ReadClaim(deposit, manifest));

  absl::MutexLock lock(&commit_mutex_);
  RETURN_IF_ERROR(log_status_);
  ASSIGN_OR_RETURN(std::optional<tidemark::v1::Receipt> old, FindCommitted(deposit, clear));
  if (old.has_value()) return CommitResult{*std::move(old), false};
  RETURN_IF_ERROR(CheckAgainstUpload(clear, received));
  ASSIGN_OR_RETURN(PackRow pack_row, ReadPackRow(received.pack));

  const crypto::Blake2bDigest digest = crypto::Blake2b(manifest.body());
  StoreBatch batch;
  const AuditLog::Entry entry =
      log_.Prepare(tidemark::v1::LOG_EVENT_DEPOSIT_COMMITTED, deposit, digest, batch);
  const CatalogueRow row = MakeCatalogueRow(clear, digest, entry.time_unix_micros);
  tidemark::v1::Receipt receipt = MakeReceipt(vault_id_, row, entry, *receipt_key_);
  batch.Put(Family::kDeposits, schema::DepositKey(DepositRow::kCatalogue, deposit),
            row.SerializeAsString());
  batch.Put(Family::kDeposits, schema::DepositKey(DepositRow::kManifest, deposit),
            manifest.SerializeAsString());
  batch.Put(Family::kDeposits, schema::DepositKey(DepositRow::kReceipt, deposit),
            receipt.SerializeAsString());
  batch.Put(Family::kPacks, schema::PackKey(received.pack),
            CommittedPackRow(std::move(pack_row), clear).SerializeAsString());
  AtPoint("before-commit-batch");
  RETURN_IF_ERROR(WriteLogged(batch));
  AtPoint("after-commit-batch");
  return CommitResult{std::move(receipt), true};
}

}  // namespace tidemark::vault
