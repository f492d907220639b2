#include "escrow_agent/release/release.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/config.h"
#include "base/status.h"
#include "vault/deposit_id.h"
#include "vault/manifest.h"

namespace tidemark::escrow_agent {

absl::StatusOr<CustodianConfig> LoadCustodianConfig(const std::string& path) {
  ASSIGN_OR_RETURN(base::Config config, base::Config::Load(path));
  ASSIGN_OR_RETURN(vault::AgentConnection agent, vault::LoadAgentConnection(config));
  ASSIGN_OR_RETURN(const std::string share_path, config.RequiredPath("custodian.release_share"));
  ASSIGN_OR_RETURN(const std::string key_path, config.RequiredPath("custodian.signing_key"));
  RETURN_IF_ERROR(config.CheckAllKeysKnown());
  ASSIGN_OR_RETURN(crypto::ReleaseShare share, crypto::ReleaseShare::Load(share_path));
  ASSIGN_OR_RETURN(crypto::SigningKey signing_key, crypto::SigningKey::Load(key_path));
  return CustodianConfig{
      .agent = std::move(agent),
      .share = std::move(share),
      .signing_key = std::move(signing_key),
  };
}

absl::StatusOr<crypto::OpeningPublicKey> LoadSuccessorKey(const std::string& hex_or_path) {
  absl::StatusOr<crypto::OpeningPublicKey> key = crypto::OpeningPublicKey::FromHex(hex_or_path);
  if (key.ok()) return key;
  ASSIGN_OR_RETURN(const base::Config config, base::Config::Load(hex_or_path));
  ASSIGN_OR_RETURN(const std::string hex, config.RequiredString("successor.opening_public_key"));
  RETURN_IF_ERROR(config.CheckAllKeysKnown());
  return crypto::OpeningPublicKey::FromHex(hex);
}

absl::StatusOr<tidemark::v1::ReleasePackage> MakeRelease(const verifier::SealedDeposit& deposit,
                                                         const ReleaseRequest& request,
                                                         const crypto::ReleaseShare& share,
                                                         const crypto::SigningKey& signing_key) {
  if (request.reason.empty() || request.reason.size() > kReleaseReasonBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("a release needs a reason of 1 to ", kReleaseReasonBytesMax, " bytes"));
  }
  const tidemark::v1::ClearManifest& manifest = deposit.manifest;
  if (manifest.release_key_id() != share.public_key().key_id()) {
    return absl::PermissionDeniedError(absl::StrCat(
        deposit.id.ToString(), " was sealed for another release key than this custodian's"));
  }
  const std::string context = vault::SealingContext(manifest.vault_id(), deposit.id);
  absl::StatusOr<crypto::DepositKey> key = share.Unwrap(manifest.release_wrap(), context);
  if (!key.ok() || key->Commitment(context) != manifest.key_commitment()) {
    return absl::DataLossError(absl::StrCat("the release wrap of ", deposit.id.ToString(),
                                            " does not hold the deposit's key"));
  }
  const std::string successor_key_id = request.successor.key_id();
  tidemark::v1::ReleaseBody body;
  body.set_format(1);
  body.set_vault_id(manifest.vault_id());
  *body.mutable_identity() = vault::ToProto(deposit.id);
  body.set_manifest_digest(deposit.manifest_digest);
  body.set_successor_key_id(successor_key_id);
  body.set_successor_wrap(
      request.successor.Wrap(*key, verifier::ReleaseContext(deposit, successor_key_id)));
  body.set_reason(request.reason);
  body.set_released_at_unix_micros(absl::ToUnixMicros(request.now));
  tidemark::v1::ReleasePackage package;
  package.set_body(body.SerializeAsString());
  package.set_signature(signing_key.Sign(crypto::SignaturePurpose::kRelease, package.body()));
  return package;
}

}  // namespace tidemark::escrow_agent
