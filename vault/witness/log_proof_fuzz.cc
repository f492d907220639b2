// Whatever the bytes of a log proof or a tree head, and even where the agent signs its heads: what
// verifies holds together, and everything else is DATA_LOSS.
//
// The second byte string is the first as the agent would have made it: heads are signed anew, and a
// head without a root gets the root of a tree with this leaf alone, which no mutation could hit.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/status.h"
#include "crypto/merkle.h"
#include "crypto/sign.h"
#include "proto/custody.pb.h"
#include "vault/witness/log_proof.h"

namespace tidemark::vault {
namespace {

using tidemark::v1::LogProof;
using tidemark::v1::SignedTreeHead;
using tidemark::v1::TreeHeadBody;

const crypto::SigningKey& AgentKey() {
  static const auto& key = *new crypto::SigningKey(crypto::SigningKey::Generate());
  return key;
}

void Sign(const std::string& leaf, SignedTreeHead& head) {
  TreeHeadBody body;
  if (body.ParseFromString(head.body()) && body.root().empty()) {
    body.set_root(std::string(crypto::MerkleLeafHash(leaf).bytes()));
    head.set_body(body.SerializeAsString());
  }
  head.set_signature(AgentKey().Sign(crypto::SignaturePurpose::kTreeHead, head.body()));
}

bool Check(const std::string& bytes) {
  const auto proof = VerifyLogProof(bytes, AgentKey().verify_key());
  if (!proof.ok()) {
    CHECK(absl::IsDataLoss(proof.status()));
    return false;
  }
  CHECK(proof->log_index < proof->head.tree.size);
  if (proof->since.has_value()) {
    CHECK(proof->since->tree.size <= proof->head.tree.size);
    CHECK(proof->since->vault_id == proof->head.vault_id);
  }
  return true;
}

void CheckHead(const std::string& bytes) {
  const auto head = ParseHead(bytes, AgentKey().verify_key());
  CHECK(head.ok() || absl::IsDataLoss(head.status()));
  if (!head.ok()) return;
  CHECK(head->tree.size > 0 && head->head.SerializeAsString() == bytes);
}

}  // namespace
}  // namespace tidemark::vault

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark::vault;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  CHECK(!Check(bytes));  // nobody but this process has the key
  LogProof proof;
  if (!proof.ParseFromString(bytes)) return 0;
  Sign(proof.log_leaf(), *proof.mutable_tree_head());
  if (proof.has_since()) Sign(proof.log_leaf(), *proof.mutable_since());
  Check(proof.SerializeAsString());
  CheckHead(proof.tree_head().SerializeAsString());
  CheckHead(proof.tree_head().SerializeAsString() + "x");
  return 0;
}
