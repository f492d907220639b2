#include "vault/log/stored_log.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/merkle.h"
#include "crypto/merkle_proof.h"
#include "vault/log/log_rows.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using crypto::Sha256Digest;

absl::Status NotThatLong(uint64_t size, uint64_t wanted) {
  return absl::OutOfRangeError(
      absl::StrCat("the log has ", size, " leaves; asked for was size ", wanted));
}

// The root that was signed when the log had `size` leaves.
absl::StatusOr<crypto::MerkleTreeRoot> SignedRoot(const RocksStore& store, uint64_t size) {
  ASSIGN_OR_RETURN(const tidemark::v1::LogRow row, ReadLogRow(store, size - 1));
  ASSIGN_OR_RETURN(const tidemark::v1::TreeHeadBody head, ParseTreeHead(row, size - 1));
  const absl::StatusOr<Sha256Digest> root = Sha256Digest::FromBytes(head.root());
  if (!root.ok() || head.tree_size() != size) {
    return absl::DataLossError(
        absl::StrCat("audit log: the tree head of leaf ", size - 1, " is not its own"));
  }
  return crypto::MerkleTreeRoot{size, *root};
}

crypto::MerkleNodeSource NodesOf(const RocksStore& store) {
  return [&store](crypto::MerkleNode node) { return ReadNode(store, node); };
}

// Whoever gets a proof that does not hold takes it for a past that was rewritten.
absl::Status NotOwn(const absl::Status& checked) {
  if (checked.ok()) return checked;
  return absl::DataLossError(absl::StrCat(
      "audit log: the stored nodes do not lead to the stored tree heads (tidemark fsck "
      "names what is damaged): ",
      checked.message()));
}

}  // namespace

absl::StatusOr<uint64_t> StoredLog::Size() const {
  const auto is_absent = [this](schema::Family family, absl::string_view key) {
    return absl::IsNotFound(store_.Get(family, key).status());
  };
  if (is_absent(schema::Family::kMeta, schema::kFrontierKey) &&
      is_absent(schema::Family::kLog, schema::LogKey(0))) {
    return absl::NotFoundError("this second copy has no leaf yet: nothing was replicated to it");
  }
  ASSIGN_OR_RETURN(const StoredFrontier stored, ReadFrontier(store_));
  return stored.frontier.size();
}

absl::StatusOr<tidemark::v1::SignedTreeHead> StoredLog::Head(uint64_t size) const {
  ASSIGN_OR_RETURN(const uint64_t newest, Size());
  if (size > newest) return absl::NotFoundError(NotThatLong(newest, size).message());
  if (size == 0) size = newest;
  RETURN_IF_ERROR(SignedRoot(store_, size).status());
  ASSIGN_OR_RETURN(tidemark::v1::LogRow row, ReadLogRow(store_, size - 1));
  return std::move(*row.mutable_tree_head());
}

absl::StatusOr<std::vector<StoredLogLeaf>> StoredLog::Leaves(uint64_t first, uint32_t count) const {
  if (count > base::kLogLeavesMax) {
    return absl::OutOfRangeError(absl::StrCat(count, " leaves were asked for at once, at most ",
                                              base::kLogLeavesMax, " are given"));
  }
  ASSIGN_OR_RETURN(const uint64_t size, Size());
  std::vector<StoredLogLeaf> leaves;
  if (first >= size) return leaves;
  const uint64_t end = first + std::min<uint64_t>(count, size - first);
  RETURN_IF_ERROR(store_.Scan(
      schema::Family::kLog, {schema::LogKey(first), schema::LogKey(end)},
      [&](absl::string_view key, absl::string_view value) -> absl::Status {
        const uint64_t index = first + leaves.size();
        if (key != schema::LogKey(index)) {
          return absl::DataLossError(absl::StrCat("audit log: leaf ", index, " is missing"));
        }
        ASSIGN_OR_RETURN(tidemark::v1::LogRow row, ParseLogRow(value, index));
        leaves.push_back({index, std::move(*row.mutable_leaf()), ""});
        return absl::OkStatus();
      }));
  if (leaves.size() != end - first) {
    return absl::DataLossError(
        absl::StrCat("audit log: leaf ", first + leaves.size(), " is missing"));
  }
  for (StoredLogLeaf& leaf : leaves) {
    tidemark::v1::LogLeaf parsed;
    if (!parsed.ParseFromString(leaf.leaf)) {
      return absl::DataLossError(absl::StrCat("audit log: leaf ", leaf.index, " is not one"));
    }
    if (!HasAct(parsed.event())) continue;
    ASSIGN_OR_RETURN(leaf.act, ReadAct(store_, leaf.index));
  }
  return leaves;
}

absl::StatusOr<std::vector<Sha256Digest>> StoredLog::Inclusion(uint64_t index,
                                                               uint64_t size) const {
  ASSIGN_OR_RETURN(const uint64_t newest, Size());
  if (size > newest) return NotThatLong(newest, size);
  ASSIGN_OR_RETURN(std::vector<Sha256Digest> proof,
                   crypto::MerkleInclusionProof(index, size, NodesOf(store_)));
  ASSIGN_OR_RETURN(const tidemark::v1::LogRow row, ReadLogRow(store_, index));
  ASSIGN_OR_RETURN(const crypto::MerkleTreeRoot tree, SignedRoot(store_, size));
  RETURN_IF_ERROR(NotOwn(crypto::VerifyMerkleInclusion(
      index, size, crypto::MerkleLeafHash(row.leaf()), proof, tree.root)));
  return proof;
}

absl::StatusOr<std::vector<Sha256Digest>> StoredLog::Consistency(uint64_t old_size,
                                                                 uint64_t new_size) const {
  ASSIGN_OR_RETURN(const uint64_t newest, Size());
  if (new_size > newest) return NotThatLong(newest, new_size);
  ASSIGN_OR_RETURN(std::vector<Sha256Digest> proof,
                   crypto::MerkleConsistencyProof(old_size, new_size, NodesOf(store_)));
  ASSIGN_OR_RETURN(const crypto::MerkleTreeRoot before, SignedRoot(store_, old_size));
  ASSIGN_OR_RETURN(const crypto::MerkleTreeRoot after, SignedRoot(store_, new_size));
  RETURN_IF_ERROR(NotOwn(crypto::VerifyMerkleConsistency(before, after, proof)));
  return proof;
}

}  // namespace tidemark::vault
