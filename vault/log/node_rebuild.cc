#include "vault/log/node_rebuild.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/merkle.h"
#include "crypto/merkle_proof.h"
#include "vault/log/log_rows.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

// About twice as many nodes, of some hundred bytes each: a megabyte of a batch.
constexpr uint64_t kLeavesPerBatch = 4096;

// Appends leaves `frontier.size()` .. end-1, and puts what they complete into `batch`.
absl::Status AppendLeaves(const RocksStore& store, uint64_t end, crypto::MerkleFrontier& frontier,
                          StoreBatch& batch) {
  const schema::KeyRange range = {schema::LogKey(frontier.size()), schema::LogKey(end)};
  return store.Scan(
      schema::Family::kLog, range,
      [&](absl::string_view key, absl::string_view value) -> absl::Status {
        const uint64_t index = frontier.size();
        if (key != schema::LogKey(index)) {
          return absl::DataLossError(absl::StrCat("audit log: leaf ", index, " is missing"));
        }
        ASSIGN_OR_RETURN(const tidemark::v1::LogRow row, ParseLogRow(value, index));
        std::vector<crypto::Sha256Digest> hashes;
        frontier.Append(crypto::MerkleLeafHash(row.leaf()), &hashes);
        const auto nodes = crypto::MerkleNodesCompletedBy(index);
        for (size_t i = 0; i < nodes.size(); ++i) {
          PutNode(nodes[i], hashes[i], batch);
        }
        return absl::OkStatus();
      });
}

}  // namespace

absl::Status RebuildNodes(RocksStore& store) {
  ASSIGN_OR_RETURN(const StoredFrontier stored, ReadFrontier(store));
  crypto::MerkleFrontier frontier;
  while (frontier.size() < stored.frontier.size()) {
    const uint64_t end = std::min(frontier.size() + kLeavesPerBatch, stored.frontier.size());
    StoreBatch batch;
    RETURN_IF_ERROR(AppendLeaves(store, end, frontier, batch));
    if (frontier.size() != end) {
      return absl::DataLossError(absl::StrCat("audit log: leaf ", frontier.size(), " is missing"));
    }
    RETURN_IF_ERROR(store.Apply(batch, Durability::kUnsynced));
  }
  if (frontier.peaks() != stored.frontier.peaks()) {
    return absl::DataLossError("audit log: the leaves are not those of the frontier");
  }
  return absl::OkStatus();
}

}  // namespace tidemark::vault
