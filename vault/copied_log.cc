// The vault as a second copy: opened without a key, its log written on by what the primary signed.
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status.h"
#include "vault/schema.h"
#include "vault/vault_impl.h"

namespace tidemark::vault {

absl::Status VaultImpl::OpenForReplication(const std::optional<crypto::VerifyKey>& primary_key) {
  ASSIGN_OR_RETURN(replication_, OpenReplication({.store = *store_,
                                                  .pieces = pieces_,
                                                  .vault_id = vault_id_,
                                                  .primary_key = primary_key,
                                                  .log = *this,
                                                  .policy = options_.retention,
                                                  .clock = clock_,
                                                  .at_point = options_.at_point}));
  return absl::OkStatus();
}

absl::Status VaultImpl::ResumeReplica() {
  absl::MutexLock lock(&commit_mutex_);
  // Nothing here may ever sign, nor drop what only the primary may give up.
  log_status_ = absl::FailedPreconditionError(
      "this is a second copy, which takes what its primary logged and nothing else; ask the "
      "primary");
  if (absl::IsNotFound(store_->Get(schema::Family::kMeta, schema::kFrontierKey).status())) {
    return absl::OkStatus();
  }
  return log_.Load(*store_);
}

uint64_t VaultImpl::CopiedSize() const {
  absl::MutexLock lock(&commit_mutex_);
  return log_.size();
}

absl::Status VaultImpl::CheckNext(const std::string& leaf,
                                  const tidemark::v1::SignedTreeHead& head) {
  absl::MutexLock lock(&commit_mutex_);
  RETURN_IF_ERROR(copy_status_);
  StoreBatch not_written;
  return log_.PrepareCopy(leaf, head, not_written);
}

absl::Status VaultImpl::WriteCopied(const std::string& leaf,
                                    const tidemark::v1::SignedTreeHead& head, StoreBatch batch) {
  absl::MutexLock lock(&commit_mutex_);
  RETURN_IF_ERROR(copy_status_);
  RETURN_IF_ERROR(log_.PrepareCopy(leaf, head, batch));
  const absl::Status written = store_->Apply(batch, Durability::kSynced);
  if (!written.ok()) {
    copy_status_ = absl::UnavailableError(absl::StrCat(
        "a leaf could not be written, and nothing is until the disk has room again: ",
        written.message()));
    base::Log(base::LogLevel::kError, "copy-failed", {{"status", written.ToString()}});
    return copy_status_;
  }
  log_.Adopt();
  return absl::OkStatus();
}

absl::Status VaultImpl::LogErasedThere(const DepositId& deposit, uint64_t shredded_log_index,
                                       const std::string& detail) {
  return Record([&](uint64_t, StoreBatch&) -> absl::StatusOr<retention::LoggedAct> {
           retention::LoggedAct logged = {tidemark::v1::LOG_EVENT_ERASURE_CONFIRMED, deposit, {}};
           tidemark::v1::CustodyAct::Erased& erased = *logged.act.mutable_erased();
           erased.set_where(tidemark::v1::CustodyAct::Erased::WHERE_REPLICA);
           erased.set_shredded_log_index(shredded_log_index);
           erased.set_detail(detail);
           return logged;
         })
      .status();
}

absl::StatusOr<std::unique_ptr<Vault>> Vault::OpenReplica(const VaultOptions& options,
                                                          absl::string_view vault_id,
                                                          const crypto::VerifyKey& primary_key,
                                                          const base::Clock& clock) {
  if (vault_id.size() != schema::kVaultIdBytes) {
    return absl::InvalidArgumentError("a second copy needs the vault id of its primary (vault_id)");
  }
  ASSIGN_OR_RETURN(std::unique_ptr<RocksStore> store, RocksStore::Open(options.dir, &clock));
  RETURN_IF_ERROR(base::Annotate(CheckIsReplicaOf(*store, vault_id, primary_key), options.dir));
  auto vault = std::make_unique<VaultImpl>(options, std::string(vault_id), std::move(store),
                                           /*receipt_key=*/nullptr, clock);
  RETURN_IF_ERROR(base::Annotate(vault->ResumeReplica(), options.dir));
  RETURN_IF_ERROR(base::Annotate(vault->OpenForReplication(primary_key), options.dir));
  return vault;
}

}  // namespace tidemark::vault
