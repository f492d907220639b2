// What is checked about a sealed deposit before a byte of it is opened.

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "vault/manifest.h"
#include "vault/receipt.h"
#include "verifier/opening/opening.h"

namespace tidemark::verifier {
namespace {

using tidemark::v1::ClearManifest;
using tidemark::v1::ReceiptBody;

// The vault handed over something that does not hold together: whatever the reason was called
// where it was found, for us it is tampered custody.
absl::Status Tampered(const vault::DepositId& id, absl::string_view why) {
  return absl::DataLossError(absl::StrCat("custody of ", id.ToString(), ": ", why));
}

absl::Status CheckReceiptAndManifest(const SealedDeposit& deposit,
                                     const vault::AgentConnection& agent) {
  const ReceiptBody& receipt = deposit.receipt;
  const ClearManifest& manifest = deposit.manifest;
  if (receipt.vault_id() != agent.vault_id || manifest.vault_id() != agent.vault_id) {
    return Tampered(deposit.id, "receipt or manifest are another vault's");
  }
  const absl::StatusOr<vault::DepositId> receipt_id = vault::IdOf(receipt.identity());
  const absl::StatusOr<vault::DepositId> manifest_id = vault::IdOf(manifest.identity());
  if (!receipt_id.ok() || *receipt_id != deposit.id || !manifest_id.ok() ||
      *manifest_id != deposit.id) {
    return Tampered(deposit.id, "receipt or manifest are another deposit's");
  }
  if (receipt.manifest_digest() != deposit.manifest_digest ||
      receipt.kind() != manifest.kind() ||
      receipt.watermark_unix_seconds() != manifest.watermark_unix_seconds() ||
      receipt.content_commitment() != manifest.content_commitment()) {
    return Tampered(deposit.id, "the receipt is not for this manifest");
  }
  return absl::OkStatus();
}

absl::Status SealedWrongly(absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat("the depositor sealed it wrongly: ", why));
}

}  // namespace

absl::StatusOr<SealedDeposit> FetchSealedDeposit(vault::RemoteVault& vault,
                                                 const vault::AgentConnection& agent,
                                                 const vault::DepositId& id) {
  ASSIGN_OR_RETURN(const crypto::VerifyKey receipt_key,
                   crypto::VerifyKey::FromHex(agent.receipt_key_hex));
  ASSIGN_OR_RETURN(tidemark::v1::DepositRecord record, vault.Show(id));
  absl::StatusOr<ReceiptBody> receipt = vault::VerifyReceipt(record.receipt(), receipt_key);
  if (!receipt.ok()) return Tampered(id, receipt.status().message());
  absl::StatusOr<ClearManifest> manifest =
      vault::VerifySignedManifest(record.manifest(), agent.authority_pem,
                                  absl::FromUnixMicros(receipt->received_at_unix_micros()));
  if (!manifest.ok()) return Tampered(id, manifest.status().message());
  SealedDeposit deposit{
      .id = id,
      .signed_manifest = std::move(*record.mutable_manifest()),
      .manifest = *std::move(manifest),
      .manifest_digest = "",
      .receipt = *std::move(receipt),
  };
  deposit.manifest_digest =
      std::string(crypto::Blake2b(deposit.signed_manifest.body()).bytes());
  RETURN_IF_ERROR(CheckReceiptAndManifest(deposit, agent));
  return deposit;
}

absl::StatusOr<tidemark::v1::VerdictBody> CheckVerdict(const SealedDeposit& deposit,
                                                       const tidemark::v1::SignedVerdict& verdict,
                                                       const vault::AgentConnection& agent) {
  ASSIGN_OR_RETURN(const crypto::VerifyKey key, crypto::VerifyKey::FromHex(agent.verdict_key_hex));
  const absl::Status is_signed =
      key.Verify(crypto::SignaturePurpose::kVerdict, verdict.body(), verdict.signature());
  if (!is_signed.ok()) return Tampered(deposit.id, "a verdict that the verifier did not sign");
  tidemark::v1::VerdictBody body;
  if (!body.ParseFromString(verdict.body())) {
    return Tampered(deposit.id, "a verdict that can't be read");
  }
  const absl::StatusOr<vault::DepositId> id = vault::IdOf(body.identity());
  if (body.vault_id() != agent.vault_id || !id.ok() || *id != deposit.id ||
      body.manifest_digest() != deposit.manifest_digest) {
    return Tampered(deposit.id, "a verdict about something else");
  }
  return body;
}

absl::StatusOr<crypto::DepositKey> UnwrapForVerifier(const SealedDeposit& deposit,
                                                     const crypto::OpeningKey& key,
                                                     const vault::AgentConnection& agent) {
  const ClearManifest& manifest = deposit.manifest;
  const std::string context = vault::SealingContext(manifest.vault_id(), deposit.id);
  if (manifest.verifier_key_id() != key.public_key().key_id()) {
    return absl::PermissionDeniedError(absl::StrCat(
        "the opening key is not the one that ", deposit.id.ToString(), " was sealed for"));
  }
  absl::StatusOr<crypto::DepositKey> deposit_key = key.Unwrap(manifest.verifier_wrap(), context);
  // The wrap is under the depositor's signature, so custody did not alter it.
  if (!deposit_key.ok()) return SealedWrongly("the verifier's wrap does not open");
  if (deposit_key->Commitment(context) != manifest.key_commitment()) {
    return SealedWrongly("the key commitment does not match");
  }
  ASSIGN_OR_RETURN(const crypto::ReleasePublicKey release_key,
                   crypto::ReleasePublicKey::FromHex(agent.release_key_hex));
  if (manifest.release_key_id() != release_key.key_id() ||
      manifest.release_wrap() != release_key.Wrap(*deposit_key, context)) {
    return SealedWrongly("release wrap does not match: only the verifier could open it");
  }
  return deposit_key;
}

}  // namespace tidemark::verifier
