#include "crypto/release_ceremony.h"

#include <sodium.h>

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/dealing.h"
#include "crypto/key_access.h"
#include "crypto/polynomial.h"
#include "crypto/ristretto.h"
#include "crypto/sealed_message.h"
#include "crypto/sodium_init.h"

namespace tidemark::crypto {
namespace {

constexpr absl::string_view kTranscriptDomain = "tidemark/v1/release-ceremony";
constexpr absl::string_view kCoefficientDomain = "tidemark/v1/release-dealing-coefficient";
constexpr absl::string_view kNonceDomain = "tidemark/v1/release-dealing-nonce";
constexpr absl::string_view kProofDomain = "tidemark/v1/release-dealing-proof";
constexpr absl::string_view kEphemeralDomain = "tidemark/v1/release-dealing-ephemeral";
constexpr absl::string_view kBoxDomain = "tidemark/v1/release-dealing-box";

std::string Joined(const std::vector<Point>& points) {
  std::string bytes;
  for (const Point& point : points) absl::StrAppend(&bytes, BytesOf(point));
  return bytes;
}

SecretBytes Challenge(const Point& transcript, int dealer, const std::vector<Point>& commitments,
                      const Point& proof_commitment) {
  return HashToScalar(
      transcript, kProofDomain,
      {Fixed(BigEndian32(dealer)), Fixed(Joined(commitments)), Fixed(proof_commitment)});
}

std::string Associated(const Point& transcript, int dealer, int custodian) {
  return absl::StrCat(BytesOf(transcript), BigEndian32(dealer), BigEndian32(custodian));
}

absl::Status BadDealing(int dealer, absl::string_view what) {
  return absl::DataLossError(
      absl::StrCat("dealer ", dealer, ": ", what, "; the ceremony ends here"));
}

}  // namespace

ReleaseCeremony::ReleaseCeremony(CeremonyTerms terms) : terms_(std::move(terms)) {
  std::string custodians;
  for (const OpeningPublicKey& key : terms_.custodians) {
    absl::StrAppend(&custodians, BytesOf(KeyAccess::Bytes(key)));
  }
  std::string dealers;
  for (const VerifyKey& key : terms_.dealers) absl::StrAppend(&dealers, key.bytes());
  KeyedHash({reinterpret_cast<const uint8_t*>(terms_.nonce.data()), terms_.nonce.size()},
            kTranscriptDomain,
            {Fixed(BigEndian32(terms_.threshold)), Prefixed(custodians), Prefixed(dealers)},
            absl::MakeSpan(transcript_));
}

std::string ReleaseCeremony::RandomNonce() {
  EnsureSodium();
  std::string nonce(kCeremonyNonceBytes, '\0');
  randombytes_buf(nonce.data(), nonce.size());
  return nonce;
}

absl::StatusOr<ReleaseCeremony> ReleaseCeremony::Create(CeremonyTerms terms) {
  EnsureSodium();
  const size_t most = base::kCustodiansMax;
  if (terms.nonce.size() != kCeremonyNonceBytes) {
    return absl::InvalidArgumentError(absl::StrCat("a ceremony's nonce of ", terms.nonce.size(),
                                                   " bytes, want ", kCeremonyNonceBytes));
  }
  if (terms.custodians.empty() || terms.custodians.size() > most || terms.threshold < 1 ||
      static_cast<size_t>(terms.threshold) > terms.custodians.size()) {
    return absl::InvalidArgumentError(absl::StrCat("a release key shared ", terms.threshold, " of ",
                                                   terms.custodians.size(),
                                                   "; want 1 <= m <= n <= ", most));
  }
  if (terms.dealers.empty() || terms.dealers.size() > most) {
    return absl::InvalidArgumentError(
        absl::StrCat(terms.dealers.size(), " dealers, want 1 to ", most));
  }
  std::set<std::string> keys;
  for (const OpeningPublicKey& key : terms.custodians) keys.insert(key.ToHex());
  for (const VerifyKey& key : terms.dealers) keys.insert(key.ToHex());
  if (keys.size() != terms.custodians.size() + terms.dealers.size()) {
    return absl::InvalidArgumentError("a key that stands twice in the ceremony's terms");
  }
  return ReleaseCeremony(std::move(terms));
}

size_t ReleaseCeremony::DealingBytes() const {
  return DealingSize(terms_.threshold, terms_.custodians.size());
}

absl::StatusOr<std::string> ReleaseCeremony::Deal(const SigningKey& dealer) const {
  return DealFrom(SecretBytes::Random(kSecretBytes), dealer);
}

absl::StatusOr<std::string> ReleaseCeremony::DealFrom(const SecretBytes& seed,
                                                      const SigningKey& dealer) const {
  const auto found = std::find(terms_.dealers.begin(), terms_.dealers.end(), dealer.verify_key());
  if (found == terms_.dealers.end()) {
    return absl::NotFoundError("the signing key is none of the dealers' of this ceremony");
  }
  const int number = static_cast<int>(found - terms_.dealers.begin()) + 1;
  // All that is random comes from the seed, bound to this ceremony: a seed that came twice would
  // deal two unrelated polynomials.
  std::vector<SecretBytes> coefficients;
  std::vector<Point> commitments;
  for (int k = 0; k < terms_.threshold; ++k) {
    coefficients.push_back(HashToScalar(seed.RawForCrypto(), kCoefficientDomain,
                                        {Fixed(transcript_), Fixed(BigEndian32(k))}));
    commitments.push_back(BaseTimes(coefficients.back()).value());
  }
  const SecretBytes nonce = HashToScalar(seed.RawForCrypto(), kNonceDomain, {Fixed(transcript_)});
  const SecretBytes challenge =
      Challenge(transcript_, number, commitments, BaseTimes(nonce).value());
  std::string body = absl::StrCat(BytesOf(transcript_), BigEndian32(number), Joined(commitments),
                                  ProofBytes(challenge, nonce, coefficients[0]));
  for (size_t i = 0; i < terms_.custodians.size(); ++i) {
    const int custodian = static_cast<int>(i) + 1;
    SecretBytes ephemeral = SecretBytes::Zero(kSecretBytes);
    KeyedHash(seed.RawForCrypto(), kEphemeralDomain,
              {Fixed(transcript_), Fixed(BigEndian32(custodian))}, ephemeral.MutableForCrypto());
    absl::StrAppend(&body, SealMessage(terms_.custodians[i], ephemeral, kBoxDomain,
                                       Associated(transcript_, number, custodian),
                                       ValueAt(coefficients, custodian)));
  }
  return absl::StrCat(body, dealer.Sign(SignaturePurpose::kReleaseDealing, body));
}

absl::StatusOr<int> ReleaseCeremony::CheckDealing(absl::string_view dealing) const {
  const std::optional<Dealing> parsed =
      ParseDealing(dealing, terms_.threshold, terms_.custodians.size());
  if (!parsed.has_value() || parsed->dealer > terms_.dealers.size()) {
    return absl::DataLossError(absl::StrCat("not a dealing of this ceremony: ", dealing.size(),
                                            " bytes, want ", DealingBytes(),
                                            " that are well formed"));
  }
  const int number = static_cast<int>(parsed->dealer);
  // Before anything is held against the dealer: did he say it?
  const VerifyKey& key = terms_.dealers[number - 1];
  if (!key.Verify(SignaturePurpose::kReleaseDealing, parsed->body, parsed->signature).ok()) {
    return absl::DataLossError(
        absl::StrCat("a dealing that says dealer ", number, " and is not signed by it"));
  }
  if (parsed->transcript != BytesOf(transcript_)) {
    return BadDealing(number, "a dealing for another ceremony");
  }
  const std::optional<std::vector<Point>> commitments = CommitmentsOf(*parsed);
  if (!commitments.has_value()) return BadDealing(number, "a commitment that is not a point");
  const std::optional<Proof> proof = ProofFrom(parsed->proof);
  if (proof.has_value()) {
    const std::optional<Point> point = ProofCommitment(*proof, nullptr, commitments->front());
    if (point.has_value() &&
        Challenge(transcript_, number, *commitments, *point).Equals(proof->challenge)) {
      return number;
    }
  }
  return BadDealing(number, "no proof that it knows what it deals");
}

absl::Status ReleaseCeremony::CheckDealings(const std::vector<std::string>& dealings) const {
  std::set<int> seen;
  for (const std::string& dealing : dealings) {
    ASSIGN_OR_RETURN(const int dealer, CheckDealing(dealing));
    if (!seen.insert(dealer).second) return BadDealing(dealer, "two dealings");
  }
  for (int dealer = 1; dealer <= static_cast<int>(terms_.dealers.size()); ++dealer) {
    if (!seen.contains(dealer)) {
      return absl::FailedPreconditionError(
          absl::StrCat("the dealing of dealer ", dealer, " is missing"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<ReleaseSharing> ReleaseCeremony::Sharing(
    const std::vector<std::string>& dealings) const {
  RETURN_IF_ERROR(CheckDealings(dealings));
  std::vector<Point> sums(terms_.threshold);  // identities
  for (const std::string& dealing : dealings) {
    const Dealing parsed = *ParseDealing(dealing, terms_.threshold, terms_.custodians.size());
    const std::vector<Point> commitments = *CommitmentsOf(parsed);
    for (size_t k = 0; k < sums.size(); ++k) sums[k] = PointSum(sums[k], commitments[k]);
  }
  std::vector<std::string> hex;
  for (const Point& sum : sums) {
    if (!IsGoodPoint(sum)) {
      return absl::DataLossError("dealings that cancel each other; begin the ceremony anew");
    }
    hex.push_back(KeyAccess::KeyFrom(sum).ToHex());
  }
  return ReleaseSharing::Create(hex, static_cast<int>(terms_.custodians.size()));
}

absl::StatusOr<ReleaseShare> ReleaseCeremony::Share(const std::vector<std::string>& dealings,
                                                    int index, const OpeningKey& key) const {
  if (index < 1 || static_cast<size_t>(index) > terms_.custodians.size() ||
      terms_.custodians[index - 1].ToHex() != key.public_key().ToHex()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the opening key is not custodian ", index, "'s of this ceremony"));
  }
  ASSIGN_OR_RETURN(const ReleaseSharing sharing, Sharing(dealings));
  SecretBytes sum = SecretBytes::Zero(kScalarBytes);
  for (const std::string& dealing : dealings) {
    const Dealing parsed = *ParseDealing(dealing, terms_.threshold, terms_.custodians.size());
    const int dealer = static_cast<int>(parsed.dealer);
    const absl::StatusOr<SecretBytes> value = OpenMessage(
        key, kBoxDomain, Associated(transcript_, dealer, index), parsed.subshares[index - 1]);
    if (!value.ok()) {
      return BadDealing(dealer, absl::StrCat("custodian ", index, "'s part does not open"));
    }
    const std::optional<Point> image = IsGoodScalar(*value) ? BaseTimes(*value) : std::nullopt;
    if (!image.has_value() || *image != CommittedValue(*CommitmentsOf(parsed), index)) {
      return BadDealing(dealer,
                        absl::StrCat("custodian ", index, "'s part does not fit the commitments"));
    }
    sum = ScalarSum(sum, *value);
  }
  // Each part fits, so the sum does; ReleaseSharing has refused a public share that is nothing.
  ReleaseShare share = KeyAccess::ShareFrom(std::move(sum));
  CHECK(share.public_key().ToHex() == sharing.PublicShare(index).ToHex());
  return share;
}

}  // namespace tidemark::crypto
