#include "vault/witness/prove.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "crypto/merkle.h"
#include "vault/witness/witness.h"

namespace tidemark::vault {
namespace {

using tidemark::v1::LogLeaf;
using tidemark::v1::LogProof;
using tidemark::v1::StoredLeaf;

constexpr uint32_t kFormat = 1;
constexpr uint32_t kFormatWithAct = 2;

bool IsSame(const tidemark::v1::DepositIdentity& one, const tidemark::v1::DepositIdentity& other) {
  return one.tld() == other.tld() && one.id() == other.id() && one.resend() == other.resend();
}

// Leaves first .. end-1 that the server shows, call by call.
absl::Status ForLeaves(RemoteLog& log, uint64_t first, uint64_t end,
                       const std::function<absl::Status(const StoredLeaf&)>& sink) {
  while (first < end) {
    const auto count = static_cast<uint32_t>(std::min<uint64_t>(base::kLogLeavesMax, end - first));
    RETURN_IF_ERROR(log.Leaves(first, count, sink));
    first += count;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ClaimedLeaf> FindVerdictLeaf(RemoteLog& log, uint64_t from, uint64_t tree_size,
                                            const tidemark::v1::DepositIdentity& deposit,
                                            const tidemark::v1::SignedVerdict& verdict) {
  const crypto::Blake2bDigest digest = crypto::Blake2b(verdict.body());
  std::optional<ClaimedLeaf> found;
  const absl::Status status =
      ForLeaves(log, from + 1, tree_size, [&](const StoredLeaf& stored) -> absl::Status {
        LogLeaf leaf;
        if (!leaf.ParseFromString(stored.leaf())) {
          return absl::DataLossError(
              absl::StrCat("the server sent a log leaf ", stored.log_index(), " that is not one"));
        }
        if (leaf.event() != tidemark::v1::LOG_EVENT_VERDICT_APPENDED ||
            leaf.digest() != digest.bytes() || !IsSame(leaf.identity(), deposit)) {
          return absl::OkStatus();
        }
        found = ClaimedLeaf{stored.log_index(), stored.leaf()};
        return absl::CancelledError("found");
      });
  if (found.has_value()) return *std::move(found);
  RETURN_IF_ERROR(status);
  return absl::NotFoundError("the log has no leaf of this verdict");
}

absl::StatusOr<LogProof> FetchLogProof(RemoteLog& log, const ClaimedLeaf& leaf,
                                       const VerifiedHead& head,
                                       const std::optional<VerifiedHead>& since,
                                       const crypto::VerifyKey& agent_key) {
  LogProof proof;
  proof.set_format(leaf.act.empty() ? kFormat : kFormatWithAct);
  proof.set_act(leaf.act);
  proof.set_log_index(leaf.log_index);
  proof.set_log_leaf(leaf.leaf);
  *proof.mutable_tree_head() = head.head;
  ASSIGN_OR_RETURN(const auto inclusion, log.Inclusion(leaf.log_index, head.tree.size));
  for (const crypto::Sha256Digest& hash : inclusion) {
    proof.add_inclusion_proof(std::string(hash.bytes()));
  }
  if (since.has_value()) {
    // Names both heads where there is no such proof.
    RETURN_IF_ERROR(AskNewestContinues(log, *since, head));
    ASSIGN_OR_RETURN(const auto consistency, log.Consistency(since->tree.size, head.tree.size));
    *proof.mutable_since() = since->head;
    for (const crypto::Sha256Digest& hash : consistency) {
      proof.add_consistency_proof(std::string(hash.bytes()));
    }
  }
  RETURN_IF_ERROR(VerifyLogProof(proof.SerializeAsString(), agent_key).status());
  return proof;
}

absl::StatusOr<bool> ReadLeaves(RemoteLog& log, const VerifiedHead& head, uint64_t from,
                                const std::function<absl::Status(const StoredLeaf&)>& sink) {
  crypto::MerkleFrontier frontier;
  RETURN_IF_ERROR(ForLeaves(log, from, head.tree.size, [&](const StoredLeaf& leaf) -> absl::Status {
    // A gap leaves it too small for ever, which is how it is noticed.
    if (leaf.log_index() == frontier.size()) {
      frontier.Append(crypto::MerkleLeafHash(leaf.leaf()));
    }
    return sink(leaf);
  }));
  if (frontier.size() != head.tree.size) return false;
  if (frontier.Root() == head.tree.root) return true;
  return absl::DataLossError(
      absl::StrCat("the leaves are not those of the tree head with ", HeadText(head)));
}

}  // namespace tidemark::vault
