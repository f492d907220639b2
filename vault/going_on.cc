// After a disk that was full, or failed: the same vault over a database that was opened anew.
//
// A write that failed may be on the disk or not. The library, once it takes writes again by itself,
// says nothing of it; an opening replays its logs and has one answer, as after a crash.
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status.h"
#include "vault/schema.h"
#include "vault/vault_impl.h"

namespace tidemark::vault {

absl::Status VaultImpl::Latched() const {
  // That of a second copy says what it is.
  return receipt_key_ == nullptr ? copy_status_ : log_status_;
}

void VaultImpl::Latch(const absl::Status& status) {
  (receipt_key_ == nullptr ? copy_status_ : log_status_) = status;
}

absl::Status VaultImpl::WriteStatus() const {
  {
    absl::MutexLock lock(&commit_mutex_);
    RETURN_IF_ERROR(Latched());
  }
  return store_->failure();
}

absl::Status VaultImpl::LoadAnew() {
  if (receipt_key_ != nullptr) {
    RETURN_IF_ERROR(log_.Load(*store_));
    return LoadPacks();
  }
  const bool is_begun =
      !absl::IsNotFound(store_->Get(schema::Family::kMeta, schema::kFrontierKey).status());
  return is_begun ? log_.Load(*store_) : absl::OkStatus();
}

absl::Status VaultImpl::GoOn() {
  absl::MutexLock lock(&commit_mutex_);
  if (is_given_up_) return Latched();
  if (Latched().ok() && store_->failure().ok()) return absl::OkStatus();
  RETURN_IF_ERROR(store_->OpenAnew());
  absl::Status loaded = LoadAnew();
  if (!loaded.ok()) {
    is_given_up_ = true;
    loaded = absl::UnavailableError(
        absl::StrCat("after the disk had failed, the store was opened anew, and ", loaded.message(),
                     "; stop the server, and look at docs/runbook.md, \"the vault is damaged\""));
  }
  base::Log(loaded.ok() ? base::LogLevel::kWarning : base::LogLevel::kError,
            loaded.ok() ? "writes-go-on" : "writes-do-not-go-on",
            {{"log_size", log_.size()}, {"status", loaded.ToString()}});
  Latch(loaded);
  return loaded;
}

}  // namespace tidemark::vault
