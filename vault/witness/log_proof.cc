#include "vault/witness/log_proof.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/parse_exactly.h"
#include "base/status.h"
#include "crypto/merkle.h"
#include "vault/receipt.h"

namespace tidemark::vault {
namespace {

using crypto::Sha256Digest;
using tidemark::v1::LogProof;
using tidemark::v1::SignedTreeHead;

constexpr uint32_t kFormat = 1;
constexpr uint32_t kFormatWithAct = 2;
constexpr size_t kVaultIdBytes = 16;

absl::Status Bad(absl::string_view why) {
  return absl::DataLossError(absl::StrCat("log proof: ", why));
}

template <typename Hashes>
absl::StatusOr<std::vector<Sha256Digest>> ParseHashes(const Hashes& hashes,
                                                      absl::string_view what) {
  if (hashes.size() > base::kLogProofHashesMax) return Bad(absl::StrCat(what, " is too long"));
  std::vector<Sha256Digest> digests;
  for (const std::string& bytes : hashes) {
    const absl::StatusOr<Sha256Digest> digest = Sha256Digest::FromBytes(bytes);
    if (!digest.ok()) return Bad(absl::StrCat(what, " holds something that is not a digest"));
    digests.push_back(*digest);
  }
  return digests;
}

}  // namespace

absl::StatusOr<VerifiedHead> VerifyHead(const SignedTreeHead& head,
                                        const crypto::VerifyKey& agent_key) {
  ASSIGN_OR_RETURN(const tidemark::v1::TreeHeadBody body, VerifyTreeHead(head, agent_key));
  const absl::StatusOr<Sha256Digest> root = Sha256Digest::FromBytes(body.root());
  if (!root.ok() || body.tree_size() == 0 || body.vault_id().size() != kVaultIdBytes) {
    return absl::DataLossError("tree head: its size, root or vault id is not one");
  }
  return VerifiedHead{head, body.vault_id(), {body.tree_size(), *root}, body.time_unix_micros()};
}

absl::StatusOr<VerifiedHead> ParseHead(absl::string_view bytes,
                                       const crypto::VerifyKey& agent_key) {
  SignedTreeHead head;
  if (!base::ParseExactly(bytes, head)) {
    return absl::DataLossError("tree head: the file is not one");
  }
  return VerifyHead(head, agent_key);
}

std::string HeadText(const VerifiedHead& head) {
  return absl::StrCat(
      head.tree.size, " leaves, root ", head.tree.root.ToHex(), ", of ",
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMicros(head.time_unix_micros),
                       absl::UTCTimeZone()));
}

absl::Status CheckContinuation(const VerifiedHead& before, const VerifiedHead& after,
                               const std::vector<Sha256Digest>& proof) {
  if (before.vault_id != after.vault_id) {
    return absl::DataLossError(absl::StrCat("the tree heads are of two vaults, ",
                                            base::HexEncode(before.vault_id), " and ",
                                            base::HexEncode(after.vault_id)));
  }
  const absl::Status shown = crypto::VerifyMerkleConsistency(before.tree, after.tree, proof);
  if (shown.ok()) return shown;
  return absl::DataLossError(absl::StrCat(
      "the log is not a continuation of the one that was seen before; then: ", HeadText(before),
      "; now: ", HeadText(after), " (", shown.message(), ")"));
}

absl::StatusOr<VerifiedLogProof> VerifyLogProof(absl::string_view bytes,
                                                const crypto::VerifyKey& agent_key) {
  LogProof proof;
  if (!base::ParseExactly(bytes, proof)) return Bad("the file is not one");
  if (proof.format() != kFormat && proof.format() != kFormatWithAct) {
    return Bad(absl::StrCat("format ", proof.format(), ", this program knows ", kFormat, " and ",
                            kFormatWithAct));
  }
  if ((proof.format() == kFormatWithAct) == proof.act().empty()) {
    return Bad("an act goes with format 2, and has to be there");
  }
  ASSIGN_OR_RETURN(VerifiedHead head, VerifyHead(proof.tree_head(), agent_key));
  ASSIGN_OR_RETURN(const auto inclusion,
                   ParseHashes(proof.inclusion_proof(), "the inclusion proof"));
  RETURN_IF_ERROR(
      base::Annotate(crypto::VerifyMerkleInclusion(proof.log_index(), head.tree.size,
                                                   crypto::MerkleLeafHash(proof.log_leaf()),
                                                   inclusion, head.tree.root),
                     "log proof: inclusion proof"));
  VerifiedLogProof verified{proof.log_index(), {}, std::move(head), std::nullopt, std::nullopt};
  if (!verified.leaf.ParseFromString(proof.log_leaf()) || verified.leaf.format() != kFormat ||
      verified.leaf.event() == tidemark::v1::LOG_EVENT_UNSPECIFIED) {
    return Bad("the log leaf is not one");
  }
  if (!proof.act().empty()) {
    if (crypto::Blake2b(proof.act()).bytes() != verified.leaf.digest() ||
        !verified.act.emplace().ParseFromString(proof.act())) {
      return Bad("the act is not the one that the leaf names");
    }
  }
  ASSIGN_OR_RETURN(const auto consistency,
                   ParseHashes(proof.consistency_proof(), "the consistency proof"));
  if (!proof.has_since()) {
    if (!consistency.empty()) return Bad("a consistency proof without the older tree head");
    return verified;
  }
  ASSIGN_OR_RETURN(verified.since, VerifyHead(proof.since(), agent_key));
  RETURN_IF_ERROR(
      base::Annotate(CheckContinuation(*verified.since, verified.head, consistency), "log proof"));
  return verified;
}

}  // namespace tidemark::vault
