// Cases and answers: form, signature, and what they are about.

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/parse_exactly.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "crypto/release_answer.h"
#include "vault/manifest.h"
#include "verifier/release/release.h"

namespace tidemark::verifier {
namespace {

constexpr size_t kVaultIdBytes = 16;
constexpr size_t kDigestBytes = 32;
constexpr size_t kKeyIdBytes = 16;

absl::Status NotACase(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("not a release case: ", what));
}

}  // namespace

absl::StatusOr<Custodians> CustodiansOf(const vault::AgentConnection& agent) {
  ASSIGN_OR_RETURN(
      crypto::ReleaseSharing sharing,
      crypto::ReleaseSharing::Create(agent.release_commitments_hex,
                                     static_cast<int>(agent.custodian_keys_hex.size())));
  std::vector<crypto::VerifyKey> keys;
  for (const std::string& hex : agent.custodian_keys_hex) {
    ASSIGN_OR_RETURN(const crypto::VerifyKey key, crypto::VerifyKey::FromHex(hex));
    // A signature says which custodian it was.
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) {
      return absl::InvalidArgumentError("a key that stands twice in release.custodian_keys");
    }
    keys.push_back(key);
  }
  return Custodians{.sharing = std::move(sharing), .keys = std::move(keys)};
}

absl::StatusOr<ReleaseCase> ParseCase(absl::string_view bytes) {
  if (bytes.size() > kReleaseCaseBytesMax) {
    return NotACase(absl::StrCat(bytes.size(), " bytes, at most ", kReleaseCaseBytesMax));
  }
  tidemark::v1::ReleaseCase body;
  if (!base::ParseExactly(bytes, body)) return NotACase("the bytes are none");
  if (body.format() != 2) return NotACase(absl::StrCat("format ", body.format(), ", want 2"));
  if (body.vault_id().size() != kVaultIdBytes) return NotACase("vault id");
  if (body.manifest_digest().size() != kDigestBytes) return NotACase("manifest digest");
  if (body.release_key_id().size() != kKeyIdBytes) return NotACase("release key id");
  if (body.reason().empty() || body.reason().size() > kReleaseReasonBytesMax) {
    return NotACase("reason");
  }
  absl::StatusOr<vault::DepositId> deposit = vault::IdOf(body.identity());
  if (!deposit.ok()) return NotACase(deposit.status().message());
  absl::StatusOr<crypto::OpeningPublicKey> successor =
      crypto::OpeningPublicKey::FromHex(base::HexEncode(body.successor_key()));
  if (!successor.ok()) return NotACase(successor.status().message());
  return ReleaseCase{.bytes = std::string(bytes),
                     .id = std::string(crypto::Blake2b(bytes).bytes()),
                     .body = std::move(body),
                     .deposit = *std::move(deposit),
                     .successor = *std::move(successor)};
}

absl::Status CheckCaseIsAbout(const ReleaseCase& release_case, const SealedDeposit& deposit) {
  const tidemark::v1::ReleaseCase& body = release_case.body;
  if (release_case.deposit != deposit.id || body.vault_id() != deposit.manifest.vault_id() ||
      body.manifest_digest() != deposit.manifest_digest) {
    return absl::PermissionDeniedError(
        absl::StrCat("the release case is not about ", deposit.id.ToString(), " of this vault"));
  }
  if (body.release_key_id() != deposit.manifest.release_key_id()) {
    return absl::PermissionDeniedError(
        absl::StrCat("the release case names another release key than ", deposit.id.ToString(),
                     " was sealed for"));
  }
  return absl::OkStatus();
}

absl::StatusOr<int> CheckAnswer(const tidemark::v1::ReleaseAnswer& answer,
                                const ReleaseCase& release_case, const Custodians& custodians) {
  tidemark::v1::ReleaseAnswerBody body;
  if (!base::ParseExactly(answer.body(), body) || body.format() != 2 || body.custodian() < 1 ||
      body.custodian() > custodians.keys.size() ||
      body.sealed().size() != crypto::kSealedAnswerBytes) {
    return absl::DataLossError("not an answer of one of this agent's custodians");
  }
  const int number = static_cast<int>(body.custodian());
  if (!custodians.keys[number - 1]
           .Verify(crypto::SignaturePurpose::kReleaseAnswer, answer.body(), answer.signature())
           .ok()) {
    return absl::DataLossError(
        absl::StrCat("an answer that says custodian ", number, " and is not signed by it"));
  }
  if (body.case_id() != release_case.id) {
    return absl::DataLossError(
        absl::StrCat("the answer of custodian ", number, " is to another case"));
  }
  return number;
}

absl::StatusOr<tidemark::v1::ReleasePackage> ParsePackage(absl::string_view bytes) {
  tidemark::v1::ReleasePackage package;
  if (bytes.size() > base::kSmallFileBytesMax || !base::ParseExactly(bytes, package) ||
      package.body().empty() == package.release_case().empty() ||
      package.answers_size() > base::kCustodiansMax ||
      (package.body().empty() ? !package.signature().empty() : package.answers_size() != 0)) {
    return absl::DataLossError("not a release package");
  }
  return package;
}

absl::StatusOr<vault::DepositId> ReleasedDeposit(const tidemark::v1::ReleasePackage& package) {
  if (!package.release_case().empty()) {
    ASSIGN_OR_RETURN(const ReleaseCase release_case, ParseCase(package.release_case()));
    return release_case.deposit;
  }
  tidemark::v1::ReleaseBody body;
  if (!body.ParseFromString(package.body())) {
    return absl::DataLossError("not a release package");
  }
  return vault::IdOf(body.identity());
}

}  // namespace tidemark::verifier
