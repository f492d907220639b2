#include "cli/shown_deposit.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "cli/log_json.h"
#include "crypto/sign.h"
#include "vault/manifest.h"
#include "vault/receipt.h"
#include "verifier/opening/opening.h"

namespace tidemark::cli {
namespace {

// The receipt says which manifest it was, and the manifest is gone.
absl::StatusOr<verifier::SealedDeposit> CheckDeleted(const AgentSession& peer,
                                                     const vault::DepositId& id,
                                                     const tidemark::v1::DepositRecord& record) {
  ASSIGN_OR_RETURN(const crypto::VerifyKey key,
                   crypto::VerifyKey::FromHex(peer.agent.receipt_key_hex));
  ASSIGN_OR_RETURN(tidemark::v1::ReceiptBody receipt,
                   vault::VerifyReceipt(record.receipt(), key));
  const absl::StatusOr<vault::DepositId> named = vault::IdOf(receipt.identity());
  if (receipt.vault_id() != peer.agent.vault_id || !named.ok() || *named != id) {
    return absl::DataLossError(
        absl::StrCat("custody of ", id.ToString(), ": the receipt is another deposit's"));
  }
  const std::string digest = receipt.manifest_digest();
  return verifier::SealedDeposit{.id = id,
                                 .signed_manifest = {},
                                 .manifest = {},
                                 .manifest_digest = digest,
                                 .receipt = std::move(receipt)};
}

}  // namespace

absl::StatusOr<ShownDeposit> FetchShown(const AgentSession& peer, const vault::DepositId& id) {
  ASSIGN_OR_RETURN(tidemark::v1::DepositRecord record, peer.vault->ShowEvenDeleted(id));
  if (!record.has_shredded()) {
    ASSIGN_OR_RETURN(verifier::SealedDeposit deposit,
                     verifier::FetchSealedDeposit(*peer.vault, peer.agent, id));
    return ShownDeposit{std::move(deposit), std::move(record), ""};
  }
  ASSIGN_OR_RETURN(verifier::SealedDeposit deposit, CheckDeleted(peer, id, record));
  ASSIGN_OR_RETURN(std::string deletion, DeletionText(record.shredded(), deposit.receipt));
  return ShownDeposit{std::move(deposit), std::move(record), std::move(deletion)};
}

}  // namespace tidemark::cli
