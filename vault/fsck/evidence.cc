// What others kept: tree heads and receipts. Theirs is the only word that a store cannot make up.
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "vault/fsck/store_check.h"
#include "vault/manifest.h"
#include "vault/receipt.h"

namespace tidemark::vault {
namespace {

using tidemark::v1::ReceiptBody;
using tidemark::v1::SignedTreeHead;
using tidemark::v1::TreeHeadBody;

absl::Status NotOurs(absl::string_view name, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(name, ": ", why));
}

absl::StatusOr<TreeHeadBody> ReadHead(const StoreCheck& check, const std::string& name,
                                      const SignedTreeHead& head) {
  TreeHeadBody body;
  if (!body.ParseFromString(head.body()) || body.tree_size() == 0) {
    return NotOurs(name, "not a signed tree head");
  }
  if (check.options.receipt_key.has_value()) {
    const absl::StatusOr<TreeHeadBody> verified =
        VerifyTreeHead(head, *check.options.receipt_key);
    if (!verified.ok()) return NotOurs(name, verified.status().message());
  }
  // Without the configuration's word the store's own id is all that there is to compare with.
  const std::string& vault_id =
      check.options.vault_id.empty() ? check.vault_id : check.options.vault_id;
  if (!vault_id.empty() && body.vault_id() != vault_id) return NotOurs(name, "another vault's");
  return body;
}

absl::StatusOr<ReceiptBody> ReadReceipt(const StoreCheck& check, const KeptReceipt& kept) {
  ReceiptBody body;
  if (!body.ParseFromString(kept.receipt.body())) return NotOurs(kept.name, "not a receipt");
  if (!check.options.receipt_key.has_value()) return body;
  absl::StatusOr<ReceiptBody> verified = VerifyReceipt(kept.receipt, *check.options.receipt_key);
  if (!verified.ok()) return NotOurs(kept.name, verified.status().message());
  return verified;
}

}  // namespace

absl::StatusOr<KeptRoots> ReadEvidence(StoreCheck& check) {
  KeptRoots kept;
  const auto add = [&](const std::string& name, const SignedTreeHead& head) -> absl::Status {
    ASSIGN_OR_RETURN(const TreeHeadBody body, ReadHead(check, name, head));
    kept.emplace(body.tree_size(), KeptRoot{name, body.root(), body.time_unix_micros()});
    return absl::OkStatus();
  };
  for (const KeptTreeHead& witness : check.options.witnesses) {
    RETURN_IF_ERROR(add(witness.name, witness.head));
  }
  for (const KeptReceipt& receipt : check.options.receipts) {
    ASSIGN_OR_RETURN(const ReceiptBody body, ReadReceipt(check, receipt));
    RETURN_IF_ERROR(add(receipt.name, body.tree_head()));
  }
  return kept;
}

absl::Status CheckReceiptsKept(StoreCheck& check) {
  for (const KeptReceipt& kept : check.options.receipts) {
    ASSIGN_OR_RETURN(const ReceiptBody body, ReadReceipt(check, kept));
    const absl::StatusOr<DepositId> id = IdOf(body.identity());
    if (!id.ok()) return NotOurs(kept.name, "it names no deposit");
    const auto known = check.deposits.find(id->ToString());
    if (known == check.deposits.end()) {
      check.Add(absl::StrCat("deposit ", id->ToString()),
                absl::StrCat("lost: ", kept.name, " is the agent's promise to keep it, and no row "
                             "of it can be read"),
                id->ToString());
    } else if (known->second.row.manifest_digest() != body.manifest_digest()) {
      check.Add(absl::StrCat("deposit ", id->ToString()),
                absl::StrCat("replaced: ", kept.name, " was given for another manifest"),
                id->ToString());
    }
  }
  return absl::OkStatus();
}

}  // namespace tidemark::vault
