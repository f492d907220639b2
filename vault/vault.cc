// Opening, creating, sweeping, and the beginning and end of uploads.
#include "vault/vault.h"

#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/hex.h"
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

// The id of the vault that lies in `store`; NOT_FOUND if there is none yet.
absl::StatusOr<std::string> ReadVaultId(const RocksStore& store) {
  ASSIGN_OR_RETURN(const std::string value, store.Get(Family::kMeta, schema::kFormatKey));
  ASSIGN_OR_RETURN(const uint32_t format, schema::ParseFormatValue(value));
  if (format != schema::kSchemaFormat) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the vault has format ", format, ", this program knows format ", schema::kSchemaFormat));
  }
  const absl::StatusOr<std::string> id = store.Get(Family::kMeta, schema::kVaultIdKey);
  if (!id.ok() || id->size() != schema::kVaultIdBytes) {
    return absl::DataLossError("the vault's id is missing or is not one");
  }
  return id;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Vault>> Vault::Open(const VaultOptions& options,
                                                   absl::string_view vault_id,
                                                   const crypto::SigningKey& receipt_key,
                                                   const base::Clock& clock) {
  if (!vault_id.empty() && vault_id.size() != schema::kVaultIdBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("vault id: ", vault_id.size(), " bytes, want ", schema::kVaultIdBytes));
  }
  ASSIGN_OR_RETURN(std::unique_ptr<RocksStore> store, RocksStore::Open(options.dir));
  const absl::StatusOr<std::string> stored_id = ReadVaultId(*store);
  const bool is_new = absl::IsNotFound(stored_id.status());
  if (!stored_id.ok() && !is_new) return base::Annotate(stored_id.status(), options.dir);
  if (!is_new && !vault_id.empty() && *stored_id != vault_id) {
    return absl::FailedPreconditionError(absl::StrCat(options.dir, " holds vault ",
                                                      base::HexEncode(*stored_id), ", not ",
                                                      base::HexEncode(vault_id)));
  }
  std::string id(vault_id);
  if (!is_new) id = *stored_id;
  // A pack id is 16 fresh random bytes, and so is this.
  if (id.empty()) id = std::string(crypto::PackId::Random().bytes());
  auto vault =
      std::make_unique<VaultImpl>(options, std::move(id), std::move(store), receipt_key, clock);
  RETURN_IF_ERROR(base::Annotate(is_new ? vault->Create() : vault->Resume(), options.dir));
  return vault;
}

absl::Status VaultImpl::Create() {
  absl::MutexLock lock(&commit_mutex_);
  StoreBatch batch;
  batch.Put(Family::kMeta, std::string(schema::kFormatKey),
            schema::FormatValue(schema::kSchemaFormat));
  batch.Put(Family::kMeta, std::string(schema::kVaultIdKey), vault_id_);
  log_.Prepare(tidemark::v1::LOG_EVENT_VAULT_CREATED, std::nullopt, crypto::Blake2b(vault_id_),
               batch);
  return WriteLogged(batch);
}

absl::Status VaultImpl::Resume() {
  {
    absl::MutexLock lock(&commit_mutex_);
    RETURN_IF_ERROR(log_.Load(*store_));
  }
  return SweepUnfinished();
}

absl::Status VaultImpl::SweepUnfinished() {
  std::vector<crypto::PackId> unfinished;
  RETURN_IF_ERROR(store_->Scan(
      Family::kPacks, {}, [&](absl::string_view key, absl::string_view value) -> absl::Status {
        ASSIGN_OR_RETURN(const crypto::PackId pack, schema::ParsePackKey(key));
        PackRow row;
        if (!row.ParseFromArray(value.data(), static_cast<int>(value.size())) ||
            row.format() != kFormat) {
          return absl::DataLossError(absl::StrCat("row of pack ", pack.ToHex(), " is not one"));
        }
        if (row.state() == tidemark::v1::PACK_STATE_UPLOADING) unfinished.push_back(pack);
        return absl::OkStatus();
      }));
  for (const crypto::PackId& pack : unfinished) {
    RETURN_IF_ERROR(DropPack(pack));
    base::Log(base::LogLevel::kInfo, "unfinished-upload-removed", {{"pack", pack.ToHex()}});
  }
  return unfinished.empty() ? absl::OkStatus() : store_->Sync();
}

absl::Status VaultImpl::DropPack(const crypto::PackId& pack) {
  // The row goes last: while it is there, the next Open knows that something is left to remove.
  RETURN_IF_ERROR(pieces_.Drop(pack));
  StoreBatch batch;
  batch.Delete(Family::kPacks, schema::PackKey(pack));
  return store_->Apply(batch, Durability::kUnsynced);
}

absl::Status VaultImpl::CheckDiskReserve() const {
  return CheckFreeSpace(options_.dir, options_.free_bytes_min);
}

absl::StatusOr<std::unique_ptr<Upload>> VaultImpl::Begin(const UploadRequest& request) {
  RETURN_IF_ERROR(CheckDiskReserve());
  for (const crypto::PackId& pack : request.relied_on) {
    RETURN_IF_ERROR(ReadHeldPack(request.deposit, pack).status());
  }
  {
    absl::MutexLock lock(&uploads_mutex_);
    if (open_packs_.size() >= static_cast<size_t>(options_.open_uploads_max)) {
      return absl::UnavailableError(
          absl::StrCat(open_packs_.size(), " uploads are open, the limit; try again later"));
    }
    const absl::StatusOr<std::string> row =
        store_->Get(Family::kPacks, schema::PackKey(request.new_pack));
    if (row.ok() || open_packs_.contains(request.new_pack)) {
      return absl::AlreadyExistsError("the new pack's id is taken; choose another at random");
    }
    if (!absl::IsNotFound(row.status())) return row.status();
    open_packs_.insert(request.new_pack);
  }
  // From here on the upload's destructor gives the place back.
  auto upload = std::make_unique<UploadImpl>(*this, request);
  PackRow row;
  row.set_format(kFormat);
  row.set_state(tidemark::v1::PACK_STATE_UPLOADING);
  *row.mutable_owner() = ToProto(request.deposit);
  StoreBatch batch;
  batch.Put(Family::kPacks, schema::PackKey(request.new_pack), row.SerializeAsString());
  // Synced, so that no frame can ever be on the disk without a row that says whose it is.
  RETURN_IF_ERROR(store_->Apply(batch, Durability::kSynced));
  AtPoint("begin-accepted");
  return upload;
}

void VaultImpl::EndUpload(const crypto::PackId& pack, UploadEnd end) {
  if (end == UploadEnd::kDropped) {
    absl::MutexLock lock(&commit_mutex_);
    // If it is not known whether the last commit is on the disk, nothing may be removed that it
    // might speak of; the next Open sees which it was.
    const absl::Status dropped = log_status_.ok() ? DropPack(pack) : log_status_;
    if (!dropped.ok()) {
      base::Log(base::LogLevel::kWarning, "upload-left-for-next-open",
                {{"pack", pack.ToHex()}, {"status", dropped.ToString()}});
    }
  }
  absl::MutexLock lock(&uploads_mutex_);
  open_packs_.erase(pack);
}

}  // namespace tidemark::vault
