#include "escrow_agent/release/release.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/config.h"
#include "base/hex.h"
#include "base/status.h"
#include "crypto/release_answer.h"
#include "vault/deposit_id.h"
#include "vault/manifest.h"

namespace tidemark::escrow_agent {
namespace {

absl::Status TooFew(size_t answers, const verifier::Custodians& custodians) {
  return absl::PermissionDeniedError(absl::StrCat(
      "not released: ", answers, " of the ", custodians.sharing.threshold(),
      " answers that it takes (", custodians.sharing.custodians(), " custodians share the key)"));
}

}  // namespace

absl::StatusOr<CustodianConfig> LoadCustodianConfig(const std::string& path) {
  ASSIGN_OR_RETURN(base::Config config, base::Config::Load(path));
  ASSIGN_OR_RETURN(vault::AgentConnection agent, vault::LoadAgentConnection(config));
  ASSIGN_OR_RETURN(const std::string share_path, config.RequiredPath("custodian.release_share"));
  ASSIGN_OR_RETURN(const std::string key_path, config.RequiredPath("custodian.signing_key"));
  RETURN_IF_ERROR(config.CheckAllKeysKnown());
  ASSIGN_OR_RETURN(verifier::Custodians custodians, verifier::CustodiansOf(agent));
  ASSIGN_OR_RETURN(crypto::ReleaseShare share, crypto::ReleaseShare::Load(share_path));
  ASSIGN_OR_RETURN(crypto::SigningKey signing_key, crypto::SigningKey::Load(key_path));
  const auto own = std::find(custodians.keys.begin(), custodians.keys.end(),
                             signing_key.verify_key());
  if (own == custodians.keys.end()) {
    return absl::FailedPreconditionError(absl::StrCat(
        key_path, ": none of the signing keys of this agent's custodians ([release] or "
                  "agent.custodian_key)"));
  }
  const int number = static_cast<int>(own - custodians.keys.begin()) + 1;
  const absl::Status is_own = custodians.sharing.CheckShare(number, share);
  if (!is_own.ok()) return base::Annotate(is_own, share_path);
  return CustodianConfig{
      .agent = std::move(agent),
      .custodians = std::move(custodians),
      .number = number,
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

absl::StatusOr<verifier::ReleaseCase> OpenCase(const verifier::SealedDeposit& deposit,
                                               const ReleaseRequest& request) {
  if (request.reason.empty() || request.reason.size() > verifier::kReleaseReasonBytesMax) {
    return absl::InvalidArgumentError(absl::StrCat("a release needs a reason of 1 to ",
                                                   verifier::kReleaseReasonBytesMax, " bytes"));
  }
  ASSIGN_OR_RETURN(const std::string successor, base::HexDecode(request.successor.ToHex()));
  tidemark::v1::ReleaseCase body;
  body.set_format(2);
  body.set_vault_id(deposit.manifest.vault_id());
  *body.mutable_identity() = vault::ToProto(deposit.id);
  body.set_manifest_digest(deposit.manifest_digest);
  body.set_release_key_id(deposit.manifest.release_key_id());
  body.set_successor_key(successor);
  body.set_reason(request.reason);
  body.set_opened_at_unix_micros(absl::ToUnixMicros(request.now));
  absl::StatusOr<verifier::ReleaseCase> opened = verifier::ParseCase(body.SerializeAsString());
  // What is ours to get wrong is the reason: protobuf takes UTF-8 only.
  if (!opened.ok()) return absl::InvalidArgumentError(opened.status().message());
  return opened;
}

absl::StatusOr<tidemark::v1::ReleaseAnswer> Approve(const verifier::SealedDeposit& deposit,
                                                    const verifier::ReleaseCase& release_case,
                                                    const CustodianConfig& custodian) {
  RETURN_IF_ERROR(verifier::CheckCaseIsAbout(release_case, deposit));
  const crypto::ReleaseSharing& sharing = custodian.custodians.sharing;
  const tidemark::v1::ClearManifest& manifest = deposit.manifest;
  if (manifest.release_key_id() != sharing.public_key().key_id()) {
    return absl::PermissionDeniedError(absl::StrCat(
        deposit.id.ToString(), " was sealed for another release key than this custodian's"));
  }
  const std::string context = vault::SealingContext(manifest.vault_id(), deposit.id);
  ASSIGN_OR_RETURN(const std::string sealed,
                   crypto::AnswerRelease(custodian.number, custodian.share, sharing,
                                         {.context = context,
                                          .wrap = manifest.release_wrap(),
                                          .case_id = release_case.id},
                                         release_case.successor));
  tidemark::v1::ReleaseAnswerBody body;
  body.set_format(2);
  body.set_case_id(release_case.id);
  body.set_custodian(custodian.number);
  body.set_sealed(sealed);
  tidemark::v1::ReleaseAnswer answer;
  answer.set_body(body.SerializeAsString());
  answer.set_signature(
      custodian.signing_key.Sign(crypto::SignaturePurpose::kReleaseAnswer, answer.body()));
  return answer;
}

absl::StatusOr<tidemark::v1::ReleasePackage> Assemble(
    const verifier::ReleaseCase& release_case,
    const std::vector<tidemark::v1::ReleaseAnswer>& answers,
    const verifier::Custodians& custodians) {
  std::map<int, const tidemark::v1::ReleaseAnswer*> by_custodian;
  for (const tidemark::v1::ReleaseAnswer& answer : answers) {
    ASSIGN_OR_RETURN(const int number, verifier::CheckAnswer(answer, release_case, custodians));
    if (!by_custodian.emplace(number, &answer).second) {
      return absl::InvalidArgumentError(absl::StrCat("two answers of custodian ", number));
    }
  }
  if (by_custodian.size() < static_cast<size_t>(custodians.sharing.threshold())) {
    return TooFew(by_custodian.size(), custodians);
  }
  tidemark::v1::ReleasePackage package;
  package.set_release_case(release_case.bytes);
  for (const auto& [number, answer] : by_custodian) *package.add_answers() = *answer;
  return package;
}

absl::StatusOr<tidemark::v1::ReleasePackage> MakeRelease(const verifier::SealedDeposit& deposit,
                                                         const ReleaseRequest& request,
                                                         const CustodianConfig& custodian) {
  if (custodian.custodians.sharing.threshold() != 1) return TooFew(1, custodian.custodians);
  ASSIGN_OR_RETURN(const verifier::ReleaseCase release_case, OpenCase(deposit, request));
  ASSIGN_OR_RETURN(tidemark::v1::ReleaseAnswer answer, Approve(deposit, release_case, custodian));
  return Assemble(release_case, {std::move(answer)}, custodian.custodians);
}

}  // namespace tidemark::escrow_agent
