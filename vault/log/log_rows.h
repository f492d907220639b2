// Private to vault/log/: the log's rows, parsed. DATA_LOSS names the row that is missing or is not
// one; nothing here compares one row with another.
#ifndef TIDEMARK_VAULT_LOG_LOG_ROWS_H_
#define TIDEMARK_VAULT_LOG_LOG_ROWS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/digest.h"
#include "crypto/merkle.h"
#include "crypto/merkle_proof.h"
#include "proto/custody.pb.h"
#include "proto/stored.pb.h"
#include "vault/rocks_store.h"

namespace tidemark::vault {

inline constexpr uint32_t kLogFormat = 1;

struct StoredFrontier {
  crypto::MerkleFrontier frontier;
  int64_t last_time_unix_micros;
};
// Never empty: a vault's first leaf is of its creation.
absl::StatusOr<StoredFrontier> ReadFrontier(const RocksStore& store);
void PutFrontier(const StoredFrontier& frontier, StoreBatch& batch);

absl::StatusOr<tidemark::v1::LogRow> ReadLogRow(const RocksStore& store, uint64_t index);
absl::StatusOr<tidemark::v1::LogRow> ParseLogRow(absl::string_view value, uint64_t index);
// What a row's tree head says.
absl::StatusOr<tidemark::v1::TreeHeadBody> ParseTreeHead(const tidemark::v1::LogRow& row,
                                                         uint64_t index);

absl::StatusOr<crypto::Sha256Digest> ReadNode(const RocksStore& store, crypto::MerkleNode node);
void PutNode(crypto::MerkleNode node, const crypto::Sha256Digest& hash, StoreBatch& batch);

// Events whose CustodyAct is kept in family acts.
bool HasAct(tidemark::v1::LogEvent event);
// The CustodyAct of leaf `index`.
absl::StatusOr<std::string> ReadAct(const RocksStore& store, uint64_t index);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_LOG_LOG_ROWS_H_
