// Uploads from their beginning to their end: begun, resumed, parked, dropped.
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status.h"
#include "vault/disk_space.h"
#include "vault/manifest.h"
#include "vault/schema.h"
#include "vault/upload.h"
#include "vault/vault_impl.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using tidemark::v1::PackRow;

constexpr uint32_t kFormat = 1;

PackRow UploadingRow(const UploadRequest& request, absl::Time now) {
  PackRow row;
  row.set_format(kFormat);
  row.set_state(tidemark::v1::PACK_STATE_UPLOADING);
  *row.mutable_owner() = ToProto(request.deposit);
  row.set_begin_digest(request.begin_digest);
  row.set_signer(request.signer);
  row.set_certificate_serial(request.serial);
  row.set_begun_at_unix_micros(absl::ToUnixMicros(now));
  return row;
}

bool IsSameBegin(const PackRow& row, const UploadRequest& request) {
  const absl::StatusOr<DepositId> owner = IdOf(row.owner());
  return owner.ok() && *owner == request.deposit && row.signer() == request.signer &&
         row.begin_digest() == request.begin_digest;
}

}  // namespace

absl::Status VaultImpl::LoadPacks() {
  return store_->Scan(
      Family::kPacks, {}, [&](absl::string_view key, absl::string_view value) -> absl::Status {
        ASSIGN_OR_RETURN(const crypto::PackId pack, schema::ParsePackKey(key));
        PackRow row;
        const bool is_row = row.ParseFromArray(value.data(), static_cast<int>(value.size())) &&
                            row.format() == kFormat;
        const absl::StatusOr<DepositId> owner = IdOf(row.owner());
        if (!is_row || !owner.ok()) {
          return absl::DataLossError(absl::StrCat("row of pack ", pack.ToHex(), " is not one"));
        }
        if (row.state() == tidemark::v1::PACK_STATE_COMMITTED) {
          ledger_.KnowTld(owner->tld());
          return absl::OkStatus();
        }
        ledger_.Restore({.deposit = *owner,
                         .new_pack = pack,
                         .begin_digest = row.begin_digest(),
                         .signer = row.signer(),
                         .serial = row.certificate_serial()},
                        pieces_.EstimateBytes(pack),
                        absl::FromUnixMicros(row.begun_at_unix_micros()));
        return absl::OkStatus();
      });
}

absl::Status VaultImpl::CheckDiskReserve(absl::string_view tld) const {
  ASSIGN_OR_RETURN(const uint64_t free_bytes, FreeBytes(options_.dir));
  if (free_bytes >= options_.limits.free_bytes_min + ledger_.ReservedForOthers(tld)) {
    return absl::OkStatus();
  }
  // Neither how much is free nor how many TLDs there are is this peer's to know.
  return absl::UnavailableError(
      absl::StrCat("the vault's disk is full but for its reserve: ", options_.limits.free_bytes_min,
                   " bytes (limits.free_bytes_min) and ", options_.limits.disk_reserve_per_tld,
                   " for each other TLD (limits.disk_reserve_per_tld); try again later"));
}

absl::Status VaultImpl::DropPack(const crypto::PackId& pack) {
  // Its commit failed, and was found on the disk when the store was opened anew.
  const absl::StatusOr<PackRow> row = ReadPackRow(pack);
  if (row.ok() && row->state() == tidemark::v1::PACK_STATE_COMMITTED) return absl::OkStatus();
  if (!row.ok() && !absl::IsNotFound(row.status())) return row.status();
  // The row goes last: while it is there, the next Open knows that something is left to remove.
  RETURN_IF_ERROR(pieces_.Drop(pack));
  StoreBatch batch;
  batch.Delete(Family::kPacks, schema::PackKey(pack));
  return store_->Apply(batch, Durability::kUnsynced);
}

void VaultImpl::DropUpload(const crypto::PackId& pack) {
  absl::MutexLock lock(&commit_mutex_);
  // If it is not known whether the last commit is on the disk, nothing may be removed that it might
  // speak of; the next opening sees which it was.
  const absl::Status dropped = log_status_.ok() ? DropPack(pack) : log_status_;
  if (!dropped.ok()) {
    base::Log(base::LogLevel::kWarning, "upload-left-for-next-open",
              {{"pack", pack.ToHex()}, {"status", dropped.ToString()}});
  }
  ledger_.Leave(pack);
}

void VaultImpl::SweepExpired() {
  for (const crypto::PackId& pack : ledger_.TakeExpired()) {
    DropUpload(pack);
    base::Log(base::LogLevel::kInfo, "expired-upload-removed", {{"pack", pack.ToHex()}});
  }
}

absl::StatusOr<PackRow> VaultImpl::FindOwnPack(const UploadRequest& request) const {
  absl::StatusOr<PackRow> row = ReadPackRow(request.new_pack);
  if (row.ok() && !IsSameBegin(*row, request)) return absl::AlreadyExistsError(kPackTaken);
  return row;
}

absl::StatusOr<std::unique_ptr<Upload>> VaultImpl::Answer(const UploadRequest& request,
                                                          const PackRow& row) {
  ASSIGN_OR_RETURN(const tidemark::v1::CatalogueRow catalogue, ReadCatalogueRow(request.deposit));
  return std::make_unique<CommittedUpload>(
      *this, request.deposit, PiecesHeld{row.frame_count(), catalogue.manifest_parts()});
}

absl::Status VaultImpl::WriteUploadingRow(const UploadRequest& request) {
  StoreBatch batch;
  batch.Put(Family::kPacks, schema::PackKey(request.new_pack),
            UploadingRow(request, clock_.Now()).SerializeAsString());
  // Synced, so that no frame can ever be on the disk without a row that says whose it is.
  RETURN_IF_ERROR(store_->Apply(batch, Durability::kSynced));
  AtPoint("begin-accepted");
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Upload>> VaultImpl::BeginNew(const UploadRequest& request) {
  // Nobody else can begin or commit this pack while the ledger has it: what its row says, holds.
  const absl::StatusOr<PackRow> row = FindOwnPack(request);
  if (!absl::IsNotFound(row.status())) {
    // Its rows are another's or were left by one that failed: none of them may be touched.
    ledger_.Leave(request.new_pack);
    RETURN_IF_ERROR(row.status());
    if (row->state() == tidemark::v1::PACK_STATE_COMMITTED) return Answer(request, *row);
    return absl::AbortedError("what this upload left cannot be gone on with; begin another");
  }
  const absl::Status written = WriteUploadingRow(request);
  if (!written.ok()) {
    DropUpload(request.new_pack);
    return written;
  }
  return std::make_unique<UploadImpl>(*this, request, std::make_unique<UploadProgress>());
}

absl::StatusOr<std::unique_ptr<Upload>> VaultImpl::ResumeParked(
    const UploadRequest& request, std::unique_ptr<UploadProgress> progress) {
  if (progress == nullptr) {
    absl::StatusOr<std::unique_ptr<UploadProgress>> read = ReadProgress(pieces_, request.new_pack);
    if (!read.ok()) {
      base::Log(base::LogLevel::kError, "unfinished-upload-damaged",
                {{"pack", request.new_pack.ToHex()}, {"status", read.status().ToString()}});
      DropUpload(request.new_pack);
      return absl::AbortedError("what this upload had sent is damaged; begin another");
    }
    progress = *std::move(read);
    ledger_.SetBytes(request.new_pack, progress->bytes());
  }
  // What is told to be here is durable.
  absl::Status ready = pieces_.Sync();
  if (ready.ok()) ready = WriteUploadingRow(request);
  if (!ready.ok()) {
    ledger_.Park(request.new_pack, std::move(progress));
    return ready;
  }
  return std::make_unique<UploadImpl>(*this, request, std::move(progress));
}

absl::StatusOr<std::unique_ptr<Upload>> VaultImpl::Begin(const UploadRequest& request) {
  if (receipt_key_ == nullptr) {
    absl::MutexLock lock(&commit_mutex_);
    return log_status_;
  }
  const absl::StatusOr<PackRow> row = FindOwnPack(request);
  if (!row.ok() && !absl::IsNotFound(row.status())) return row.status();
  // Who asks for a receipt again needs no room, and no trust in packs.
  if (row.ok() && row->state() == tidemark::v1::PACK_STATE_COMMITTED) return Answer(request, *row);
  RETURN_IF_ERROR(CheckDiskReserve(request.deposit.tld()));
  for (const crypto::PackId& pack : request.relied_on) {
    RETURN_IF_ERROR(ReadHeldPack(request.deposit, pack).status());
  }
  RETURN_IF_ERROR(CheckNewestAreWhole(request));
  for (const crypto::PackId& forgotten : ledger_.TakeForgotten(request)) DropUpload(forgotten);
  ASSIGN_OR_RETURN(UploadLedger::Entered entered, ledger_.Enter(request));
  if (entered.is_new) return BeginNew(request);
  return ResumeParked(request, std::move(entered.progress));
}

}  // namespace tidemark::vault
