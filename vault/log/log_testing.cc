#include "vault/log/log_testing.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "proto/stored.pb.h"
#include "vault/deposit_id.h"
#include "vault/log/log_rows.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

constexpr uint64_t kBatch = 1000;

std::unique_ptr<RocksStore> OpenStore(const std::string& dir) {
  absl::StatusOr<std::unique_ptr<RocksStore>> store = RocksStore::Open(dir);
  CHECK(store.ok());
  return *std::move(store);
}

}  // namespace

TestLog::TestLog(const std::string& dir, const crypto::SigningKey* key)
    : key_(key != nullptr ? *key : own_key_),
      store_(OpenStore(dir)),
      log_(vault_id_, &key_, clock_) {
  Append(tidemark::v1::LOG_EVENT_VAULT_CREATED, vault_id_);
}

void TestLog::Prepare(tidemark::v1::LogEvent event, absl::string_view body, StoreBatch& batch) {
  std::optional<DepositId> deposit;
  if (event != tidemark::v1::LOG_EVENT_VAULT_CREATED) {
    deposit = DepositId::Create("example", "A1", 0).value();
  }
  const AuditLog::Entry entry = log_.Prepare(event, deposit, crypto::Blake2b(body), batch);
  if (HasAct(event)) {
    tidemark::v1::ActRow row;
    row.set_format(1);
    row.set_act(std::string(body));
    batch.Put(schema::Family::kActs, schema::LogKey(entry.index), row.SerializeAsString());
  }
  log_.Adopt();
  clock_.Advance(absl::Seconds(1));
}

void TestLog::Append(tidemark::v1::LogEvent event, absl::string_view body) {
  StoreBatch batch;
  Prepare(event, body, batch);
  CHECK(store_->Apply(batch, Durability::kUnsynced).ok());
}

void TestLog::GrowTo(uint64_t size) {
  while (log_.size() < size) {
    StoreBatch batch;
    for (uint64_t n = 0; n < kBatch && log_.size() < size; ++n) {
      Prepare(tidemark::v1::LOG_EVENT_VERDICT_APPENDED, absl::StrCat("verdict ", log_.size()),
              batch);
    }
    CHECK(store_->Apply(batch, Durability::kUnsynced).ok());
  }
}

void TestLog::Damage(schema::Family family, const std::string& key) {
  std::string value = store_->Get(family, key).value();
  value[value.size() / 2] = static_cast<char>(value[value.size() / 2] ^ 1);
  Put(family, key, value);
}

void TestLog::Delete(schema::Family family, const std::string& key) {
  StoreBatch batch;
  batch.Delete(family, key);
  CHECK(store_->Apply(batch, Durability::kUnsynced).ok());
}

void TestLog::Put(schema::Family family, const std::string& key, const std::string& value) {
  StoreBatch batch;
  batch.Put(family, key, value);
  CHECK(store_->Apply(batch, Durability::kUnsynced).ok());
}

}  // namespace tidemark::vault
