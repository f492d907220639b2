// What a successor makes of a release package.

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "crypto/release_answer.h"
#include "vault/manifest.h"
#include "verifier/release/release.h"

namespace tidemark::verifier {
namespace {

std::string SealingContextOf(const SealedDeposit& deposit) {
  return vault::SealingContext(deposit.manifest.vault_id(), deposit.id);
}

absl::Status CheckCommitment(const SealedDeposit& deposit, const crypto::DepositKey& key) {
  if (key.Commitment(SealingContextOf(deposit)) == deposit.manifest.key_commitment()) {
    return absl::OkStatus();
  }
  return absl::DataLossError("the release package holds another deposit's key");
}

absl::StatusOr<Released> UnwrapFormat1(const SealedDeposit& deposit,
                                       const tidemark::v1::ReleasePackage& package,
                                       const crypto::OpeningKey& key,
                                       const Custodians& custodians) {
  if (custodians.keys.size() != 1 ||
      !custodians.keys[0]
           .Verify(crypto::SignaturePurpose::kRelease, package.body(), package.signature())
           .ok()) {
    return absl::DataLossError("the release package is not signed by this agent's custodian");
  }
  tidemark::v1::ReleaseBody body;
  if (!body.ParseFromString(package.body()) || body.format() != 1) {
    return absl::DataLossError("the release package is of a format that this program can't read");
  }
  const absl::StatusOr<vault::DepositId> id = vault::IdOf(body.identity());
  if (body.vault_id() != deposit.manifest.vault_id() || !id.ok() || *id != deposit.id ||
      body.manifest_digest() != deposit.manifest_digest) {
    return absl::PermissionDeniedError(
        absl::StrCat("the release package does not release ", deposit.id.ToString()));
  }
  const std::string key_id = key.public_key().key_id();
  if (body.successor_key_id() != key_id) {
    return absl::PermissionDeniedError(
        "the release package is for another successor's opening key");
  }
  absl::StatusOr<crypto::DepositKey> deposit_key =
      key.Unwrap(body.successor_wrap(), ReleaseContext(deposit, key_id));
  if (!deposit_key.ok()) {
    return absl::DataLossError("the release package's wrap does not open with this key");
  }
  return Released{.key = *std::move(deposit_key), .remarks = {}};
}

absl::StatusOr<Released> UnwrapFormat2(const SealedDeposit& deposit,
                                       const tidemark::v1::ReleasePackage& package,
                                       const crypto::OpeningKey& key,
                                       const Custodians& custodians) {
  ASSIGN_OR_RETURN(const ReleaseCase release_case, ParseCase(package.release_case()));
  RETURN_IF_ERROR(CheckCaseIsAbout(release_case, deposit));
  if (release_case.successor.ToHex() != key.public_key().ToHex()) {
    return absl::PermissionDeniedError(
        "the release package is for another successor's opening key");
  }
  const crypto::ReleaseSharing& sharing = custodians.sharing;
  if (release_case.body.release_key_id() != sharing.public_key().key_id()) {
    return absl::PermissionDeniedError(absl::StrCat(
        deposit.id.ToString(), " was sealed for another release key than agent.release_key"));
  }
  std::vector<std::string> remarks;
  std::vector<crypto::SealedAnswer> answers;
  std::vector<tidemark::v1::ReleaseAnswerBody> bodies(package.answers_size());
  for (int i = 0; i < package.answers_size(); ++i) {
    const absl::StatusOr<int> number = CheckAnswer(package.answers(i), release_case, custodians);
    if (!number.ok()) {
      remarks.push_back(std::string(number.status().message()));
      continue;
    }
    if (!answers.empty() && answers.back().custodian >= *number) {
      return absl::DataLossError("a release package whose answers are not in order");
    }
    bodies[i].ParseFromString(package.answers(i).body());
    answers.push_back({.custodian = *number, .sealed = bodies[i].sealed()});
  }
  const std::string context = SealingContextOf(deposit);
  absl::StatusOr<crypto::ReleasedKey> released = crypto::CombineAnswers(
      sharing,
      {.context = context, .wrap = deposit.manifest.release_wrap(), .case_id = release_case.id},
      key, answers);
  if (!released.ok()) {
    const std::string more =
        remarks.empty() ? "" : absl::StrCat("; ", absl::StrJoin(remarks, "; "));
    return absl::Status(released.status().code(),
                        absl::StrCat(deposit.id.ToString(),
                                     " is not released: ", released.status().message(), more));
  }
  for (const int liar : released->liars) {
    remarks.push_back(absl::StrCat("custodian ", liar,
                                   " answered wrongly, over its signature: by the "
                                   "configuration's commitments it is not its share of this "
                                   "deposit"));
  }
  return Released{.key = std::move(released->key), .remarks = std::move(remarks)};
}

}  // namespace

std::string ReleaseContext(const SealedDeposit& deposit, absl::string_view successor_key_id) {
  return absl::StrCat(SealingContextOf(deposit), "/release", successor_key_id);
}

absl::StatusOr<Released> UnwrapForSuccessor(const SealedDeposit& deposit,
                                            const tidemark::v1::ReleasePackage& package,
                                            const crypto::OpeningKey& key,
                                            const vault::AgentConnection& agent) {
  ASSIGN_OR_RETURN(const Custodians custodians, CustodiansOf(agent));
  absl::StatusOr<Released> released = package.release_case().empty()
                                          ? UnwrapFormat1(deposit, package, key, custodians)
                                          : UnwrapFormat2(deposit, package, key, custodians);
  RETURN_IF_ERROR(released.status());
  RETURN_IF_ERROR(CheckCommitment(deposit, released->key));
  return released;
}

}  // namespace tidemark::verifier
