// Opening and creating.
#include "vault/vault.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "base/log.h"
#include "base/status.h"
#include "vault/log/node_rebuild.h"
#include "vault/schema.h"
#include "vault/vault_impl.h"

namespace tidemark::vault {
namespace {

using schema::Family;

// The format of the vault that lies in `store`; NOT_FOUND if there is none yet.
absl::StatusOr<uint32_t> ReadFormat(const RocksStore& store) {
  ASSIGN_OR_RETURN(const std::string value, store.Get(Family::kMeta, schema::kFormatKey));
  ASSIGN_OR_RETURN(const uint32_t format, schema::ParseFormatValue(value));
  if (format != schema::kSchemaFormat && format != schema::kSchemaFormatWithoutNodes) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the vault has format ", format, ", this program knows formats ",
        schema::kSchemaFormatWithoutNodes, " and ", schema::kSchemaFormat));
  }
  return format;
}

absl::StatusOr<std::string> ReadVaultId(const RocksStore& store) {
  const absl::StatusOr<std::string> id = store.Get(Family::kMeta, schema::kVaultIdKey);
  if (!id.ok() || id->size() != schema::kVaultIdBytes) {
    return absl::DataLossError("the vault's id is missing or is not one");
  }
  return id;
}

// The format is written last, and synced: until then this is simply done again.
absl::Status Upgrade(RocksStore& store) {
  RETURN_IF_ERROR(base::Annotate(RebuildNodes(store), "upgrade to format 2"));
  StoreBatch batch;
  batch.Put(Family::kMeta, std::string(schema::kFormatKey),
            schema::FormatValue(schema::kSchemaFormat));
  RETURN_IF_ERROR(store.Apply(batch, Durability::kSynced));
  base::Log(base::LogLevel::kInfo, "vault-upgraded", {{"format", schema::kSchemaFormat}});
  return absl::OkStatus();
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
  ASSIGN_OR_RETURN(std::unique_ptr<RocksStore> store, RocksStore::Open(options.dir, &clock));
  RETURN_IF_ERROR(base::Annotate(CheckIsPrimary(*store), options.dir));
  const absl::StatusOr<uint32_t> format = ReadFormat(*store);
  const bool is_new = absl::IsNotFound(format.status());
  if (!format.ok() && !is_new) return base::Annotate(format.status(), options.dir);
  std::string id(vault_id);
  if (is_new) {
    // A pack id is 16 fresh random bytes, and so is this.
    if (id.empty()) id = std::string(crypto::PackId::Random().bytes());
  } else {
    absl::StatusOr<std::string> stored_id = ReadVaultId(*store);
    if (!stored_id.ok()) return base::Annotate(stored_id.status(), options.dir);
    if (!id.empty() && *stored_id != id) {
      return absl::FailedPreconditionError(
          absl::StrCat(options.dir, " holds vault ", base::HexEncode(*stored_id), ", not ",
                       base::HexEncode(id)));
    }
    id = *std::move(stored_id);
    if (*format == schema::kSchemaFormatWithoutNodes) {
      RETURN_IF_ERROR(base::Annotate(Upgrade(*store), options.dir));
    }
  }
  auto vault =
      std::make_unique<VaultImpl>(options, std::move(id), std::move(store), &receipt_key, clock);
  RETURN_IF_ERROR(base::Annotate(is_new ? vault->Create() : vault->Resume(), options.dir));
  RETURN_IF_ERROR(vault->OpenForReplication(std::nullopt));
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
  RETURN_IF_ERROR(LoadPacks());
  SweepExpired();
  return absl::OkStatus();
}

}  // namespace tidemark::vault
