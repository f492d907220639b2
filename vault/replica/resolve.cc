#include "vault/replica/resolve.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "proto/custody.pb.h"
#include "proto/stored.pb.h"
#include "vault/replica/closed_copy.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using schema::Family;

constexpr uint32_t kFormat = 1;

// A value of family meta that need not be there.
absl::StatusOr<std::optional<std::string>> Find(const RocksStore& store, absl::string_view key) {
  absl::StatusOr<std::string> value = store.Get(Family::kMeta, key);
  if (absl::IsNotFound(value.status())) return std::optional<std::string>();
  RETURN_IF_ERROR(value.status());
  return std::optional<std::string>(*std::move(value));
}

absl::StatusOr<uint64_t> SizeOf(const RocksStore& store) {
  ASSIGN_OR_RETURN(const std::optional<std::string> value, Find(store, schema::kFrontierKey));
  tidemark::v1::FrontierRow frontier;
  if (!value.has_value()) return uint64_t{0};
  if (frontier.ParseFromString(*value)) return frontier.size();
  return absl::DataLossError("audit log: the frontier's row is not one");
}

absl::Status WriteEvidence(const std::string& dir, absl::string_view name,
                           absl::string_view bytes) {
  const std::string path = absl::StrCat(dir, "/", name);
  const absl::StatusOr<std::string> there = base::ReadSmallFile(path);
  if (there.ok() && *there == bytes) return absl::OkStatus();
  if (!absl::IsNotFound(there.status())) {
    return absl::AlreadyExistsError(
        absl::StrCat(path, " is there already, with other evidence; name another directory"));
  }
  return base::WriteFile(path, bytes, base::FileMode::kPrivate);
}

// This copy's head of `tree_size` leaves; the newest where it has fewer.
absl::Status WriteOwnHead(const RocksStore& store, uint64_t size, uint64_t tree_size,
                          const std::string& dir) {
  const uint64_t wanted = std::min(size, std::max<uint64_t>(tree_size, 1));
  if (wanted == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string value, store.Get(Family::kLog, schema::LogKey(wanted - 1)));
  tidemark::v1::LogRow row;
  if (!row.ParseFromString(value)) return absl::DataLossError("audit log: a leaf is not one");
  return WriteEvidence(dir, "own.head", row.tree_head().SerializeAsString());
}

absl::StatusOr<Resolved> Resolve(RocksStore& store, const Resolution& resolution) {
  ASSIGN_OR_RETURN(const auto marker, Find(store, schema::kReplicaOfKey));
  if (!marker.has_value()) return absl::FailedPreconditionError("is no second copy");
  ASSIGN_OR_RETURN(const auto head, Find(store, schema::kContradictingHeadKey));
  ASSIGN_OR_RETURN(const auto refused, Find(store, schema::kRefusedShreddingKey));
  if (!head.has_value() && !refused.has_value()) {
    return absl::FailedPreconditionError("has not stopped: there is nothing to decide");
  }
  Resolved resolved;
  ASSIGN_OR_RETURN(resolved.tree_size, SizeOf(store));
  resolved.had_contradiction = head.has_value();
  tidemark::v1::RefusedLeafRow leaf;
  if (refused.has_value()) {
    if (!leaf.ParseFromString(*refused)) return absl::DataLossError("the refused leaf is not one");
    resolved.refused_leaf = leaf.log_index();
  }
  if (resolution.allow_shredding.has_value() &&
      resolution.allow_shredding != resolved.refused_leaf) {
    return absl::FailedPreconditionError(
        absl::StrCat("leaf ", *resolution.allow_shredding, " is not what it refused"));
  }

  RETURN_IF_ERROR(base::MakeDirs(resolution.evidence_dir, base::FileMode::kPrivate));
  tidemark::v1::SignedTreeHead contradicting;
  tidemark::v1::TreeHeadBody body;
  // A damaged one is kept as it is.
  uint64_t tree_size = resolved.tree_size;
  if (head.has_value() && contradicting.ParseFromString(*head) &&
      body.ParseFromString(contradicting.body())) {
    tree_size = body.tree_size();
  }
  RETURN_IF_ERROR(
      WriteOwnHead(store, resolved.tree_size, tree_size, resolution.evidence_dir));
  if (head.has_value()) {
    RETURN_IF_ERROR(WriteEvidence(resolution.evidence_dir, "contradicting.head", *head));
    ASSIGN_OR_RETURN(const auto decided, Find(store, schema::kDecidedLeafKey));
    if (decided.has_value()) {
      RETURN_IF_ERROR(WriteEvidence(resolution.evidence_dir, "decided.leaf", *decided));
    }
  }
  if (refused.has_value()) {
    RETURN_IF_ERROR(WriteEvidence(resolution.evidence_dir, "refused.leaf", *refused));
  }
  RETURN_IF_ERROR(base::SyncDir(resolution.evidence_dir));

  StoreBatch batch;
  batch.Delete(Family::kMeta, std::string(schema::kContradictingHeadKey));
  batch.Delete(Family::kMeta, std::string(schema::kRefusedShreddingKey));
  if (refused.has_value()) {
    tidemark::v1::DecidedLeafRow decided;
    decided.set_format(kFormat);
    *decided.mutable_refused() = std::move(leaf);
    decided.set_is_allowed(resolution.allow_shredding.has_value());
    batch.Put(Family::kMeta, std::string(schema::kDecidedLeafKey), decided.SerializeAsString());
  }
  RETURN_IF_ERROR(store.Apply(batch, Durability::kSynced));
  return resolved;
}

}  // namespace

absl::StatusOr<Resolved> ResolveStop(const std::string& dir, const Resolution& resolution) {
  ASSIGN_OR_RETURN(const std::unique_ptr<RocksStore> store, OpenClosedCopy(dir));
  absl::StatusOr<Resolved> resolved = Resolve(*store, resolution);
  if (!resolved.ok()) return base::Annotate(resolved.status(), dir);
  return resolved;
}

}  // namespace tidemark::vault
