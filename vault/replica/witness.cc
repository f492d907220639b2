// The primary's heads against this log, and what stops a second copy until a person has decided.
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status.h"
#include "vault/receipt.h"
#include "vault/replica/replication_impl.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using tidemark::v1::DecidedLeafRow;
using tidemark::v1::RefusedLeafRow;
using tidemark::v1::SignedTreeHead;
using tidemark::v1::TreeHeadBody;

constexpr uint32_t kFormat = 1;
constexpr char kUntilResolved[] =
    "; nothing more is taken of this primary until a person has decided (docs/runbook.md, tidemark "
    "replica resolve)";

}  // namespace

absl::StatusOr<std::string> ReplicationImpl::ReadStopped() const {
  if (!is_replica()) return std::string();
  const absl::StatusOr<std::string> head =
      parts_.store.Get(Family::kMeta, schema::kContradictingHeadKey);
  if (head.ok()) {
    SignedTreeHead signed_head;
    TreeHeadBody body;
    if (!signed_head.ParseFromString(*head) || !body.ParseFromString(signed_head.body())) {
      return std::string(
          "a head of the primary that contradicts this copy is kept, and is damaged");
    }
    return absl::StrCat("the primary has signed another log than this copy's: at ",
                        body.tree_size(),
                        " leaves the two have different roots (a fork); both signed heads are kept "
                        "here",
                        kUntilResolved);
  }
  if (!absl::IsNotFound(head.status())) return head.status();
  const absl::StatusOr<std::string> refused =
      parts_.store.Get(Family::kMeta, schema::kRefusedShreddingKey);
  if (absl::IsNotFound(refused.status())) return std::string();
  RETURN_IF_ERROR(refused.status());
  RefusedLeafRow row;
  if (!row.ParseFromString(*refused)) {
    return std::string("a leaf of the primary was refused, and is kept, and is damaged");
  }
  return absl::StrCat("leaf ", row.log_index(), " of the primary deletes what it must not: ",
                      row.why(), "; the leaf and its signed head are kept here", kUntilResolved);
}

absl::Status ReplicationImpl::CheckNotStopped() const {
  ASSIGN_OR_RETURN(const std::string stopped, ReadStopped());
  return stopped.empty() ? absl::OkStatus() : absl::FailedPreconditionError(stopped);
}

absl::Status ReplicationImpl::Contradiction(const SignedTreeHead& head, absl::string_view how) {
  StoreBatch batch;
  batch.Put(Family::kMeta, std::string(schema::kContradictingHeadKey), head.SerializeAsString());
  RETURN_IF_ERROR(parts_.store.Apply(batch, Durability::kSynced));
  base::Log(base::LogLevel::kError, "primary-contradicts", {{"how", std::string(how)}});
  return CheckNotStopped();
}

absl::Status ReplicationImpl::RefuseShredding(const tidemark::v1::ReplicatedLeaf& leaf,
                                              const DepositId& deposit, absl::string_view why) {
  RefusedLeafRow row;
  row.set_format(kFormat);
  row.set_log_index(leaf.log_index());
  row.set_leaf(leaf.leaf());
  row.set_act(leaf.act());
  *row.mutable_tree_head() = leaf.tree_head();
  row.set_why(absl::StrCat(deposit.ToString(), ": ", why));
  StoreBatch batch;
  batch.Put(Family::kMeta, std::string(schema::kRefusedShreddingKey), row.SerializeAsString());
  RETURN_IF_ERROR(parts_.store.Apply(batch, Durability::kSynced));
  base::Log(base::LogLevel::kError, "shredding-refused",
            {{"leaf", static_cast<int64_t>(row.log_index())}, {"why", row.why()}});
  return CheckNotStopped();
}

absl::StatusOr<std::optional<DecidedLeafRow>> ReplicationImpl::ReadDecided() const {
  const absl::StatusOr<std::string> value =
      parts_.store.Get(Family::kMeta, schema::kDecidedLeafKey);
  if (absl::IsNotFound(value.status())) return std::optional<DecidedLeafRow>();
  RETURN_IF_ERROR(value.status());
  DecidedLeafRow row;
  if (!row.ParseFromString(*value) || row.format() != kFormat) {
    return absl::DataLossError("the leaf that a person decided about is kept, and is damaged");
  }
  return std::optional<DecidedLeafRow>(std::move(row));
}

absl::StatusOr<bool> ReplicationImpl::IsAllowed(const tidemark::v1::ReplicatedLeaf& leaf) const {
  ASSIGN_OR_RETURN(const std::optional<DecidedLeafRow> decided, ReadDecided());
  return decided.has_value() && decided->is_allowed() &&
         decided->refused().log_index() == leaf.log_index() &&
         decided->refused().leaf() == leaf.leaf();
}

absl::Status ReplicationImpl::CheckDecided(const tidemark::v1::ReplicatedLeaf& leaf) {
  ASSIGN_OR_RETURN(const std::optional<DecidedLeafRow> decided, ReadDecided());
  if (!decided.has_value() || decided->refused().log_index() != leaf.log_index() ||
      decided->refused().leaf() == leaf.leaf()) {
    return absl::OkStatus();
  }
  return Contradiction(leaf.tree_head(),
                       absl::StrCat("leaf ", leaf.log_index(),
                                    " is another one than was decided about (a fork)"));
}

absl::Status ReplicationImpl::CheckHeadOfDecided(const SignedTreeHead& head,
                                                 const TreeHeadBody& body) {
  ASSIGN_OR_RETURN(const std::optional<DecidedLeafRow> decided, ReadDecided());
  TreeHeadBody signed_before;
  if (!decided.has_value() ||
      !signed_before.ParseFromString(decided->refused().tree_head().body()) ||
      signed_before.tree_size() != body.tree_size() || signed_before.root() == body.root()) {
    return absl::OkStatus();
  }
  return Contradiction(head, absl::StrCat("at ", body.tree_size(),
                                          " leaves it signed another root before (a fork)"));
}

absl::Status ReplicationImpl::CheckHead(const SignedTreeHead& head) {
  ASSIGN_OR_RETURN(const TreeHeadBody body, VerifyTreeHead(head, *parts_.primary_key));
  if (body.vault_id() != parts_.vault_id) {
    return absl::FailedPreconditionError("the primary's tree head is of another vault");
  }
  const uint64_t size = parts_.log.CopiedSize();
  if (body.tree_size() > size) return CheckHeadOfDecided(head, body);  // each leaf will show
  if (body.tree_size() == 0) return absl::DataLossError("the primary's tree head has no leaf");
  ASSIGN_OR_RETURN(const tidemark::v1::LogRow row, ReadLog(body.tree_size() - 1));
  TreeHeadBody own;
  if (!own.ParseFromString(row.tree_head().body())) {
    return absl::DataLossError(absl::StrCat("leaf ", body.tree_size() - 1, " is not one"));
  }
  if (own.root() != body.root()) {
    return Contradiction(head, absl::StrCat("at ", body.tree_size(),
                                            " leaves the two have different roots (a fork)"));
  }
  if (body.tree_size() == size) return absl::OkStatus();
  // A true beginning of this log, as a slow copier shows it, or anybody who kept an old head: it
  // accuses nobody. Whoever has asked the primary itself knows whether it was set back.
  return absl::UnavailableError(absl::StrCat("the head is older than what this copy has: ",
                                             body.tree_size(), " leaves of ", size));
}

}  // namespace tidemark::vault
