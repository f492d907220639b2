// Private to vault/: the log as it lies in a vault's database.
#ifndef TIDEMARK_VAULT_LOG_STORED_LOG_H_
#define TIDEMARK_VAULT_LOG_STORED_LOG_H_

#include <cstdint>
#include <vector>

#include "vault/log/log_reader.h"
#include "vault/rocks_store.h"

namespace tidemark::vault {

class StoredLog final : public LogReader {
 public:
  // `store` must outlive the reader.
  explicit StoredLog(const RocksStore& store) : store_(store) {}

  absl::StatusOr<uint64_t> Size() const override;
  absl::StatusOr<tidemark::v1::SignedTreeHead> Head(uint64_t size) const override;
  absl::StatusOr<std::vector<StoredLogLeaf>> Leaves(uint64_t first, uint32_t count) const override;
  absl::StatusOr<std::vector<crypto::Sha256Digest>> Inclusion(uint64_t index,
                                                              uint64_t size) const override;
  absl::StatusOr<std::vector<crypto::Sha256Digest>> Consistency(uint64_t old_size,
                                                                uint64_t new_size) const override;

 private:
  const RocksStore& store_;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_LOG_STORED_LOG_H_
