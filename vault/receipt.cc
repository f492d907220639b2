#include "vault/receipt.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "crypto/merkle.h"
#include "vault/manifest.h"

namespace tidemark::vault {
namespace {

using tidemark::v1::LogLeaf;
using tidemark::v1::ReceiptBody;
using tidemark::v1::TreeHeadBody;

constexpr uint32_t kFormat = 1;
constexpr int kProofHashesMax = 64;  // a tree of 2^64 leaves

absl::Status Bad(absl::string_view why) {
  return absl::DataLossError(absl::StrCat("receipt: ", why));
}

absl::Status CheckLeaf(const ReceiptBody& body) {
  LogLeaf leaf;
  if (!leaf.ParseFromString(body.log_leaf()) || leaf.format() != kFormat) {
    return Bad("the log leaf is not one");
  }
  if (leaf.event() != tidemark::v1::LOG_EVENT_DEPOSIT_COMMITTED) {
    return Bad("the log leaf is about another event");
  }
  const absl::StatusOr<DepositId> of_leaf = IdOf(leaf.identity());
  const absl::StatusOr<DepositId> of_body = IdOf(body.identity());
  if (!of_leaf.ok() || !of_body.ok() || *of_leaf != *of_body) {
    return Bad("the log leaf is about another deposit");
  }
  if (leaf.digest() != body.manifest_digest()) return Bad("the log leaf is of another manifest");
  if (leaf.time_unix_micros() != body.received_at_unix_micros()) {
    return Bad("the log leaf has another time");
  }
  return absl::OkStatus();
}

absl::Status CheckInclusion(const ReceiptBody& body, const TreeHeadBody& head) {
  const absl::StatusOr<crypto::Sha256Digest> root = crypto::Sha256Digest::FromBytes(head.root());
  if (!root.ok()) return Bad("the tree head's root is not a digest");
  if (body.inclusion_proof_size() > kProofHashesMax) return Bad("the inclusion proof is too long");
  std::vector<crypto::Sha256Digest> path;
  for (const std::string& hash : body.inclusion_proof()) {
    absl::StatusOr<crypto::Sha256Digest> digest = crypto::Sha256Digest::FromBytes(hash);
    if (!digest.ok()) return Bad("the inclusion proof holds something that is not a digest");
    path.push_back(*digest);
  }
  return base::Annotate(
      crypto::VerifyMerkleInclusion(body.log_index(), head.tree_size(),
                                    crypto::MerkleLeafHash(body.log_leaf()), path, *root),
      "receipt: inclusion proof");
}

}  // namespace

absl::StatusOr<TreeHeadBody> VerifyTreeHead(const tidemark::v1::SignedTreeHead& head,
                                            const crypto::VerifyKey& agent_key) {
  RETURN_IF_ERROR(base::Annotate(
      agent_key.Verify(crypto::SignaturePurpose::kTreeHead, head.body(), head.signature()),
      "tree head"));
  TreeHeadBody body;
  if (!body.ParseFromString(head.body()) || body.format() != kFormat) {
    return absl::DataLossError("tree head: the body is not one of format 1");
  }
  return body;
}

absl::StatusOr<ReceiptBody> VerifyReceipt(const tidemark::v1::Receipt& receipt,
                                          const crypto::VerifyKey& agent_key) {
  RETURN_IF_ERROR(base::Annotate(
      agent_key.Verify(crypto::SignaturePurpose::kReceipt, receipt.body(), receipt.signature()),
      "receipt"));
  ReceiptBody body;
  if (!body.ParseFromString(receipt.body())) return Bad("the body is not a ReceiptBody message");
  if (body.format() != kFormat) {
    return Bad(absl::StrCat("format ", body.format(), ", this program knows ", kFormat));
  }
  RETURN_IF_ERROR(CheckLeaf(body));
  ASSIGN_OR_RETURN(const TreeHeadBody head, VerifyTreeHead(body.tree_head(), agent_key));
  if (head.vault_id() != body.vault_id()) return Bad("the tree head is of another vault");
  RETURN_IF_ERROR(CheckInclusion(body, head));
  return body;
}

}  // namespace tidemark::vault
