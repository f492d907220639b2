#include "vault/replica/promote.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "proto/stored.pb.h"
#include "vault/receipt.h"
#include "vault/replica/closed_copy.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using schema::Family;

absl::StatusOr<Promoted> Promote(RocksStore& store, const crypto::SigningKey& receipt_key) {
  const absl::StatusOr<std::string> marker = store.Get(Family::kMeta, schema::kReplicaOfKey);
  if (absl::IsNotFound(marker.status())) {
    return absl::FailedPreconditionError("is no second copy, or was promoted before");
  }
  RETURN_IF_ERROR(marker.status());
  const crypto::VerifyKey key = receipt_key.verify_key();
  if (*marker != key.bytes()) {
    return absl::FailedPreconditionError(
        "the receipt key is not the one that signed this log; with another one every receipt that "
        "was ever given would be worth nothing");
  }
  ASSIGN_OR_RETURN(const std::string frontier_value,
                   store.Get(Family::kMeta, schema::kFrontierKey));
  tidemark::v1::FrontierRow frontier;
  if (!frontier.ParseFromString(frontier_value) || frontier.size() == 0) {
    return absl::DataLossError("audit log: the frontier's row is not one");
  }
  ASSIGN_OR_RETURN(const std::string last,
                   store.Get(Family::kLog, schema::LogKey(frontier.size() - 1)));
  tidemark::v1::LogRow row;
  if (!row.ParseFromString(last)) return absl::DataLossError("audit log: the last leaf is not one");
  RETURN_IF_ERROR(VerifyTreeHead(row.tree_head(), key).status());
  const absl::StatusOr<std::string> contradicting =
      store.Get(Family::kMeta, schema::kContradictingHeadKey);
  const absl::StatusOr<std::string> refused =
      store.Get(Family::kMeta, schema::kRefusedShreddingKey);
  StoreBatch batch;
  batch.Delete(Family::kMeta, std::string(schema::kReplicaOfKey));
  RETURN_IF_ERROR(store.Apply(batch, Durability::kSynced));
  return Promoted{frontier.size(), contradicting.ok() || refused.ok()};
}

}  // namespace

absl::StatusOr<Promoted> PromoteReplica(const std::string& dir,
                                        const crypto::SigningKey& receipt_key) {
  ASSIGN_OR_RETURN(const std::unique_ptr<RocksStore> store, OpenClosedCopy(dir));
  absl::StatusOr<Promoted> promoted = Promote(*store, receipt_key);
  if (!promoted.ok()) return base::Annotate(promoted.status(), dir);
  return promoted;
}

}  // namespace tidemark::vault
