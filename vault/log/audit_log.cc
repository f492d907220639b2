#include "vault/log/audit_log.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "crypto/merkle_proof.h"
#include "proto/stored.pb.h"
#include "vault/log/clock_state.h"
#include "vault/log/log_rows.h"
#include "vault/manifest.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using tidemark::v1::LogRow;
using tidemark::v1::TreeHeadBody;

absl::Status Bad(absl::string_view why) {
  return absl::DataLossError(absl::StrCat("audit log: ", why));
}

}  // namespace

absl::Status AuditLog::Load(const RocksStore& store) {
  ASSIGN_OR_RETURN(StoredFrontier stored, ReadFrontier(store));
  const uint64_t size = stored.frontier.size();
  ASSIGN_OR_RETURN(const tidemark::v1::LogRow last, ReadLogRow(store, size - 1));
  ASSIGN_OR_RETURN(const TreeHeadBody head, ParseTreeHead(last, size - 1));
  if (head.tree_size() != size || head.root() != stored.frontier.Root().bytes() ||
      head.vault_id() != vault_id_) {
    return Bad("frontier and last tree head do not agree");
  }
  if (store.Get(Family::kLog, schema::LogKey(size)).ok()) {
    return Bad("there is a leaf beyond the frontier");
  }
  frontier_ = std::move(stored.frontier);
  last_time_unix_micros_ = stored.last_time_unix_micros;
  return absl::OkStatus();
}

AuditLog::Entry AuditLog::Prepare(tidemark::v1::LogEvent event,
                                  const std::optional<DepositId>& deposit,
                                  const crypto::Blake2bDigest& digest, StoreBatch& batch) {
  Entry entry;
  const int64_t now = absl::ToUnixMicros(clock_.Now());
  entry.time_unix_micros = std::max(now, last_time_unix_micros_);
  entry.clock_state = now < last_time_unix_micros_ ? kUnsynchronised : ClockState();
  entry.index = frontier_.size();

  tidemark::v1::LogLeaf leaf;
  leaf.set_format(kLogFormat);
  leaf.set_event(event);
  leaf.set_time_unix_micros(entry.time_unix_micros);
  if (deposit.has_value()) *leaf.mutable_identity() = ToProto(*deposit);
  leaf.set_digest(std::string(digest.bytes()));
  entry.leaf = leaf.SerializeAsString();

  entry.inclusion_proof = Extend(entry.leaf, entry.time_unix_micros, batch);

  TreeHeadBody head;
  head.set_format(kLogFormat);
  head.set_vault_id(vault_id_);
  head.set_tree_size(next_frontier_.size());
  head.set_root(std::string(next_frontier_.Root().bytes()));
  head.set_time_unix_micros(entry.time_unix_micros);
  entry.tree_head.set_body(head.SerializeAsString());
  entry.tree_head.set_signature(
      key_->Sign(crypto::SignaturePurpose::kTreeHead, entry.tree_head.body()));
  PutRows(entry.leaf, entry.tree_head, batch);
  return entry;
}

absl::Status AuditLog::PrepareCopy(const std::string& leaf,
                                   const tidemark::v1::SignedTreeHead& tree_head,
                                   StoreBatch& batch) {
  tidemark::v1::LogLeaf parsed;
  TreeHeadBody head;
  if (!parsed.ParseFromString(leaf) || !head.ParseFromString(tree_head.body())) {
    return absl::InvalidArgumentError("audit log: leaf or tree head is not one");
  }
  Extend(leaf, parsed.time_unix_micros(), batch);
  if (head.tree_size() != next_frontier_.size() ||
      head.root() != next_frontier_.Root().bytes()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "leaf ", frontier_.size(), " does not lead from this log to the head that was signed"));
  }
  PutRows(leaf, tree_head, batch);
  return absl::OkStatus();
}

std::vector<crypto::Sha256Digest> AuditLog::Extend(const std::string& leaf,
                                                   int64_t time_unix_micros, StoreBatch& batch) {
  next_frontier_ = frontier_;
  next_time_unix_micros_ = time_unix_micros;
  std::vector<crypto::Sha256Digest> hashes;
  std::vector<crypto::Sha256Digest> path =
      next_frontier_.Append(crypto::MerkleLeafHash(leaf), &hashes);
  const std::vector<crypto::MerkleNode> nodes = crypto::MerkleNodesCompletedBy(frontier_.size());
  for (size_t i = 0; i < nodes.size(); ++i) PutNode(nodes[i], hashes[i], batch);
  return path;
}

void AuditLog::PutRows(const std::string& leaf, const tidemark::v1::SignedTreeHead& tree_head,
                       StoreBatch& batch) const {
  LogRow row;
  row.set_format(kLogFormat);
  row.set_leaf(leaf);
  *row.mutable_tree_head() = tree_head;
  batch.Put(Family::kLog, schema::LogKey(frontier_.size()), row.SerializeAsString());
  PutFrontier({next_frontier_, next_time_unix_micros_}, batch);
}

void AuditLog::Adopt() {
  frontier_ = std::move(next_frontier_);
  last_time_unix_micros_ = next_time_unix_micros_;
}

}  // namespace tidemark::vault
