// Whatever the bytes of a receipt's body, and even where the agent signs them: what verifies holds
// together, and everything else is DATA_LOSS.
//
// A tree head without a root gets the root of a tree with this leaf alone: no mutation could hit
// it.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/status.h"
#include "crypto/digest.h"
#include "crypto/merkle.h"
#include "crypto/sign.h"
#include "proto/custody.pb.h"
#include "vault/deposit_id.h"
#include "vault/manifest.h"
#include "vault/receipt.h"

namespace tidemark::vault {
namespace {

using crypto::SignaturePurpose;
using tidemark::v1::Receipt;
using tidemark::v1::ReceiptBody;
using tidemark::v1::TreeHeadBody;

const crypto::SigningKey& AgentKey() {
  static const auto& key = *new crypto::SigningKey(crypto::SigningKey::Generate());
  return key;
}

void SignTreeHead(ReceiptBody& body) {
  TreeHeadBody head;
  if (head.ParseFromString(body.tree_head().body()) && head.root().empty()) {
    head.set_root(std::string(crypto::MerkleLeafHash(body.log_leaf()).bytes()));
    body.mutable_tree_head()->set_body(head.SerializeAsString());
  }
  body.mutable_tree_head()->set_signature(
      AgentKey().Sign(SignaturePurpose::kTreeHead, body.tree_head().body()));
}

Receipt Signed(const std::string& body) {
  Receipt receipt;
  receipt.set_body(body);
  receipt.set_signature(AgentKey().Sign(SignaturePurpose::kReceipt, body));
  return receipt;
}

void Check(const Receipt& receipt) {
  const absl::StatusOr<ReceiptBody> body = VerifyReceipt(receipt, AgentKey().verify_key());
  if (!body.ok()) {
    CHECK(absl::IsDataLoss(body.status()));
    return;
  }
  tidemark::v1::LogLeaf leaf;
  CHECK(leaf.ParseFromString(body->log_leaf()));
  CHECK(IdOf(leaf.identity()).value() == IdOf(body->identity()).value());
  CHECK(leaf.digest() == body->manifest_digest());
  const absl::StatusOr<TreeHeadBody> head =
      VerifyTreeHead(body->tree_head(), AgentKey().verify_key());
  CHECK(head.ok() && head->vault_id() == body->vault_id());
  CHECK(body->log_index() < head->tree_size());
}

}  // namespace
}  // namespace tidemark::vault

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark::vault;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  Check(Signed(bytes));
  ReceiptBody body;
  if (!body.ParseFromString(bytes)) return 0;
  SignTreeHead(body);
  const Receipt receipt = Signed(body.SerializeAsString());
  Check(receipt);
  Receipt unsigned_receipt = receipt;
  unsigned_receipt.set_signature(bytes);
  CHECK(absl::IsDataLoss(VerifyReceipt(unsigned_receipt, AgentKey().verify_key()).status()));
  return 0;
}
