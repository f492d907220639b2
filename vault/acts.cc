// Acts of custody: what retention and holds write, under the vault's lock and into its log.
#include <utility>

#include "base/status.h"
#include "vault/manifest.h"
#include "vault/schema.h"
#include "vault/vault_impl.h"

namespace tidemark::vault {
namespace {

using schema::Family;

constexpr uint32_t kFormat = 1;

}  // namespace

uint64_t VaultImpl::LogSize() {
  absl::MutexLock lock(&commit_mutex_);
  return log_.size();
}

absl::StatusOr<uint64_t> VaultImpl::Record(
    const std::function<absl::StatusOr<retention::LoggedAct>(uint64_t, StoreBatch&)>& change) {
  absl::MutexLock lock(&commit_mutex_);
  RETURN_IF_ERROR(log_status_);
  StoreBatch batch;
  const uint64_t log_index = log_.size();
  ASSIGN_OR_RETURN(retention::LoggedAct logged, change(log_index, batch));
  logged.act.set_format(kFormat);
  logged.act.set_vault_id(vault_id_);
  *logged.act.mutable_identity() = ToProto(logged.deposit);
  tidemark::v1::ActRow row;
  row.set_format(kFormat);
  row.set_act(logged.act.SerializeAsString());
  batch.Put(Family::kActs, schema::LogKey(log_index), row.SerializeAsString());
  log_.Prepare(logged.event, logged.deposit, crypto::Blake2b(row.act()), batch);
  RETURN_IF_ERROR(WriteLogged(batch));
  return log_index;
}

absl::Status VaultImpl::Alter(const std::function<absl::Status(uint64_t, StoreBatch&)>& change) {
  absl::MutexLock lock(&commit_mutex_);
  RETURN_IF_ERROR(log_status_);
  StoreBatch batch;
  RETURN_IF_ERROR(change(log_.size(), batch));
  // An empty record would keep the write-ahead log that it stands in.
  return batch.empty() ? absl::OkStatus() : store_->Apply(batch, Durability::kSynced);
}

std::optional<std::set<crypto::PackId>> VaultImpl::InUse(absl::string_view tld) {
  return ledger_.ReliedOn(tld);
}

std::string VaultImpl::KernelClockState() const { return ClockState(); }

}  // namespace tidemark::vault
