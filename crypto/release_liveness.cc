#include "crypto/release_liveness.h"

#include <sodium.h>

#include <optional>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/key_access.h"
#include "crypto/ristretto.h"
#include "crypto/sodium_init.h"

namespace tidemark::crypto {
namespace {

constexpr absl::string_view kNonceDomain = "tidemark/v1/release-liveness-nonce";
constexpr absl::string_view kProofDomain = "tidemark/v1/release-liveness-proof";
static_assert(kLivenessProofBytes == kProofBytes);

SecretBytes Challenge(const ReleaseSharing& sharing, int index, const Point& commitment,
                      absl::string_view challenge) {
  return HashToScalar(
      KeyAccess::Bytes(sharing.public_key()), kProofDomain,
      {Fixed(BigEndian32(index)), Fixed(KeyAccess::Bytes(sharing.PublicShare(index))),
       Fixed(commitment), Prefixed(challenge)});
}

}  // namespace

std::string LivenessNonce() {
  EnsureSodium();
  std::string nonce(kLivenessNonceBytes, '\0');
  randombytes_buf(nonce.data(), nonce.size());
  return nonce;
}

absl::StatusOr<std::string> ProveLiveness(int custodian, const ReleaseShare& share,
                                          const ReleaseSharing& sharing,
                                          absl::string_view challenge) {
  RETURN_IF_ERROR(sharing.CheckShare(custodian, share));
  const SecretBytes& scalar = KeyAccess::Scalar(share);
  const SecretBytes nonce = HashToScalar(scalar.RawForCrypto(), kNonceDomain,
                                         {Fixed(KeyAccess::Bytes(sharing.public_key())),
                                          Fixed(BigEndian32(custodian)), Prefixed(challenge)});
  const Point commitment = BaseTimes(nonce).value();  // zero by a chance of 1 in 2^252
  return ProofBytes(Challenge(sharing, custodian, commitment, challenge), nonce, scalar);
}

absl::Status VerifyLiveness(const ReleaseSharing& sharing, int custodian,
                            absl::string_view challenge, absl::string_view proof) {
  const std::optional<Proof> parsed = ProofFrom(proof);
  if (parsed.has_value()) {
    const std::optional<Point> commitment =
        ProofCommitment(*parsed, nullptr, KeyAccess::Bytes(sharing.PublicShare(custodian)));
    if (commitment.has_value() &&
        Challenge(sharing, custodian, *commitment, challenge).Equals(parsed->challenge)) {
      return absl::OkStatus();
    }
  }
  return absl::DataLossError(
      absl::StrCat("not a proof of custodian ", custodian, "'s share for this challenge"));
}

}  // namespace tidemark::crypto
