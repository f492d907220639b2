#include "escrow_agent/replication/compare.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "vault/receipt.h"

namespace tidemark::escrow_agent {
namespace {

using tidemark::v1::ReplicatedLeaf;
using tidemark::v1::TreeHeadBody;

// How far back deposits are looked for.
constexpr uint64_t kLeavesCompared = 256;

absl::StatusOr<TreeHeadBody> HeadOf(ReplicaPeer& side, uint64_t tree_size,
                                    const crypto::VerifyKey& key) {
  ASSIGN_OR_RETURN(const tidemark::v1::SignedTreeHead head, side.TreeHead(tree_size));
  absl::StatusOr<TreeHeadBody> body = vault::VerifyTreeHead(head, key);
  if (!body.ok()) return base::Annotate(body.status(), side.address());
  return body;
}

// All that the two have in the log from `first` to `end`, but for what only the primary knows of an
// unfinished deletion: a copy that is behind has the manifest still.
absl::Status CompareLeaves(ReplicaPeer& primary, ReplicaPeer& replica, uint64_t first, uint64_t end,
                           CopyComparison& out) {
  while (first < end) {
    const auto count = static_cast<uint32_t>(end - first);
    ASSIGN_OR_RETURN(const std::vector<ReplicatedLeaf> theirs, primary.ReadLeaves(first, count));
    ASSIGN_OR_RETURN(const std::vector<ReplicatedLeaf> ours, replica.ReadLeaves(first, count));
    const size_t both = std::min(theirs.size(), ours.size());
    for (size_t i = 0; i < both; ++i) {
      if (!theirs[i].has_deposit()) continue;
      const ReplicatedLeaf::Deposit& one = theirs[i].deposit();
      const ReplicatedLeaf::Deposit& other = ours[i].deposit();
      const bool is_kept = one.has_manifest() && other.has_manifest();
      if (one.receipt().body() != other.receipt().body() ||
          one.pack().frames_digest() != other.pack().frames_digest() ||
          (is_kept && one.manifest().body() != other.manifest().body())) {
        out.differences.push_back(
            absl::StrCat("the deposit of leaf ", first + i, " is not the same in both"));
      }
      ++out.deposits_compared;
    }
    first += both;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CopyComparison> Compare(ReplicaPeer& primary, ReplicaPeer& replica,
                                       const crypto::VerifyKey& key) {
  CopyComparison out;
  ASSIGN_OR_RETURN(const tidemark::v1::ReplicaState state, replica.State());
  if (!state.stopped().empty()) {
    out.differences.push_back(absl::StrCat("the second copy has stopped: ", state.stopped()));
  }
  TreeHeadBody own;
  if (!own.ParseFromString(state.tree_head().body())) {
    return absl::DataLossError("the second copy sent a tree head that is not one");
  }
  out.replica_size = own.tree_size();
  // After the other one, so that a log that only grows is never the shorter one.
  ASSIGN_OR_RETURN(const TreeHeadBody newest, HeadOf(primary, 0, key));
  out.primary_size = newest.tree_size();
  if (out.primary_size < out.replica_size) {
    out.differences.push_back(
        "the primary has less of the log than the second copy: it was set back");
  }
  const uint64_t common = std::min(out.primary_size, out.replica_size);
  if (common > 0) {
    ASSIGN_OR_RETURN(const TreeHeadBody theirs, HeadOf(primary, common, key));
    ASSIGN_OR_RETURN(const TreeHeadBody ours, HeadOf(replica, common, key));
    if (theirs.root() != ours.root() || theirs.vault_id() != ours.vault_id()) {
      out.differences.push_back(
          absl::StrCat("at ", common, " leaves the two have different roots (a fork)"));
    } else {
      RETURN_IF_ERROR(CompareLeaves(primary, replica,
                                    common - std::min(common, kLeavesCompared), common, out));
    }
  }
  ASSIGN_OR_RETURN(const auto primary_damage, primary.Damaged());
  ASSIGN_OR_RETURN(const auto replica_damage, replica.Damaged());
  out.primary_damaged = primary_damage.size();
  out.replica_damaged = replica_damage.size();
  return out;
}

}  // namespace tidemark::escrow_agent
