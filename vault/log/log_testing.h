// For tests only: a log of its own in a fresh database, written by the real writer, without
// deposits.
#ifndef TIDEMARK_VAULT_LOG_LOG_TESTING_H_
#define TIDEMARK_VAULT_LOG_LOG_TESTING_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "base/clock.h"
#include "crypto/sign.h"
#include "proto/custody.pb.h"
#include "vault/log/audit_log.h"
#include "vault/rocks_store.h"

namespace tidemark::vault {

class TestLog {
 public:
  // A log of one leaf, of the vault's creation.
  explicit TestLog(const std::string& dir) : TestLog(dir, nullptr) {}
  // Of the same vault id, signed by a key that outlives it: another past of that vault.
  TestLog(const std::string& dir, const crypto::SigningKey* key);

  // Appends one leaf about example/A1/0 with the digest of `body`; for events 4 to 7 `body` is the
  // act, and is stored.
  void Append(tidemark::v1::LogEvent event, absl::string_view body);
  // Verdicts until there are `size` leaves, many in a batch.
  void GrowTo(uint64_t size);

  RocksStore& store() { return *store_; }
  const std::string& vault_id() const { return vault_id_; }
  const crypto::SigningKey& key() const { return key_; }
  base::FakeClock& clock() { return clock_; }
  uint64_t size() const { return log_.size(); }

  // Replaces one byte in the middle of a stored value.
  void Damage(schema::Family family, const std::string& key);
  void Delete(schema::Family family, const std::string& key);
  void Put(schema::Family family, const std::string& key, const std::string& value);

 private:
  void Prepare(tidemark::v1::LogEvent event, absl::string_view body, StoreBatch& batch);

  const std::string vault_id_ = std::string(16, 'v');
  const crypto::SigningKey own_key_ = crypto::SigningKey::Generate();
  const crypto::SigningKey& key_;
  base::FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  const std::unique_ptr<RocksStore> store_;
  AuditLog log_;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_LOG_LOG_TESTING_H_
