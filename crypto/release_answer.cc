#include "crypto/release_answer.h"

#include <sodium.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "crypto/key_access.h"
#include "crypto/polynomial.h"
#include "crypto/ristretto.h"
#include "crypto/sealed_message.h"

namespace tidemark::crypto {
namespace {

constexpr absl::string_view kNonceDomain = "tidemark/v1/release-answer-nonce";
constexpr absl::string_view kProofDomain = "tidemark/v1/release-answer-proof";
constexpr absl::string_view kEphemeralDomain = "tidemark/v1/release-answer-ephemeral";
constexpr absl::string_view kBoxDomain = "tidemark/v1/release-answer-box";
static_assert(kSealedAnswerBytes == kPointBytes + kProofBytes + kSealedMessageOverheadBytes);

// Both commitments of the proof, or of its check.
struct Commitments {
  Point on_base;  // k G
  Point on_wrap;  // k R
};

SecretBytes Challenge(const ReleaseSharing& sharing, int index, const Point& ephemeral,
                      const Point& answer, const Commitments& commitments,
                      const ReleaseTerms& terms, const OpeningPublicKey& successor) {
  return HashToScalar(
      KeyAccess::Bytes(sharing.public_key()), kProofDomain,
      {Fixed(BigEndian32(index)), Fixed(KeyAccess::Bytes(sharing.PublicShare(index))),
       Fixed(ephemeral), Fixed(answer), Fixed(commitments.on_base), Fixed(commitments.on_wrap),
       Fixed(KeyAccess::Bytes(successor)), Fixed(terms.case_id), Prefixed(terms.context)});
}

std::string Associated(const ReleaseTerms& terms, int index) {
  return absl::StrCat(terms.case_id, BigEndian32(index));
}

absl::StatusOr<Point> EphemeralOf(const ReleaseTerms& terms) {
  CHECK(terms.case_id.size() == kReleaseCaseIdBytes);
  RETURN_IF_ERROR(CheckWrapSize(terms.wrap));
  const std::optional<Point> point = GoodPointFrom(terms.wrap.substr(0, kPointBytes));
  if (point.has_value()) return *point;
  return absl::DataLossError("a release wrap that begins with no ristretto255 point");
}

// D_i, if the answer opens and its proof holds.
std::optional<Point> GoodAnswer(const ReleaseSharing& sharing, const ReleaseTerms& terms,
                                const Point& ephemeral, const OpeningKey& successor,
                                const SealedAnswer& answer) {
  if (answer.sealed.size() != kSealedAnswerBytes) return std::nullopt;
  const absl::StatusOr<SecretBytes> plain =
      OpenMessage(successor, kBoxDomain, Associated(terms, answer.custodian), answer.sealed);
  if (!plain.ok()) return std::nullopt;
  const absl::string_view text(reinterpret_cast<const char*>(plain->RawForCrypto().data()),
                               plain->size());
  const std::optional<Point> value = GoodPointFrom(text.substr(0, kPointBytes));
  const std::optional<Proof> proof = ProofFrom(text.substr(kPointBytes));
  if (!value.has_value() || !proof.has_value()) return std::nullopt;
  const Point& public_share = KeyAccess::Bytes(sharing.PublicShare(answer.custodian));
  const std::optional<Point> on_base = ProofCommitment(*proof, nullptr, public_share);
  const std::optional<Point> on_wrap = ProofCommitment(*proof, &ephemeral, *value);
  if (!on_base.has_value() || !on_wrap.has_value()) return std::nullopt;
  const SecretBytes challenge = Challenge(sharing, answer.custodian, ephemeral, *value,
                                          {*on_base, *on_wrap}, terms, successor.public_key());
  if (!challenge.Equals(proof->challenge)) return std::nullopt;
  return value;
}

std::string Names(const std::vector<int>& custodians) {
  return absl::StrCat(custodians.size() == 1 ? "custodian " : "custodians ",
                      absl::StrJoin(custodians, ", "));
}

}  // namespace

absl::StatusOr<std::string> AnswerRelease(int index, const ReleaseShare& share,
                                          const ReleaseSharing& sharing, const ReleaseTerms& terms,
                                          const OpeningPublicKey& successor) {
  RETURN_IF_ERROR(sharing.CheckShare(index, share));
  ASSIGN_OR_RETURN(const Point ephemeral, EphemeralOf(terms));
  const SecretBytes& scalar = KeyAccess::Scalar(share);
  // A nonce that came twice with another challenge would give the share away, so it depends on
  // everything that the challenge depends on, and on nothing that can fail.
  const SecretBytes nonce = HashToScalar(
      scalar.RawForCrypto(), kNonceDomain,
      {Fixed(KeyAccess::Bytes(sharing.public_key())), Fixed(BigEndian32(index)), Fixed(ephemeral),
       Fixed(KeyAccess::Bytes(successor)), Fixed(terms.case_id), Prefixed(terms.context)});
  // Nothing fails: neither scalar is zero, but by a chance of 1 in 2^252.
  const Point value = Times(scalar, ephemeral).value();
  const Commitments commitments{BaseTimes(nonce).value(), Times(nonce, ephemeral).value()};
  const SecretBytes challenge =
      Challenge(sharing, index, ephemeral, value, commitments, terms, successor);
  const std::string proof = ProofBytes(challenge, nonce, scalar);
  SecretBytes plain = SecretBytes::Zero(kPointBytes + kProofBytes);
  std::copy(value.begin(), value.end(), plain.MutableForCrypto().begin());
  std::copy(proof.begin(), proof.end(), plain.MutableForCrypto().begin() + kPointBytes);
  SecretBytes secret = SecretBytes::Zero(kSecretBytes);
  KeyedHash(
      scalar.RawForCrypto(), kEphemeralDomain,
      {Fixed(KeyAccess::Bytes(sharing.public_key())), Fixed(BigEndian32(index)), Fixed(ephemeral),
       Fixed(KeyAccess::Bytes(successor)), Fixed(terms.case_id), Prefixed(terms.context)},
      secret.MutableForCrypto());
  return SealMessage(successor, secret, kBoxDomain, Associated(terms, index), plain);
}

absl::StatusOr<ReleasedKey> CombineAnswers(const ReleaseSharing& sharing, const ReleaseTerms& terms,
                                           const OpeningKey& successor,
                                           const std::vector<SealedAnswer>& answers) {
  ASSIGN_OR_RETURN(const Point ephemeral, EphemeralOf(terms));
  std::vector<int> liars;
  std::vector<int> indexes;
  std::vector<Point> values;
  for (const SealedAnswer& answer : answers) {
    CHECK(answer.custodian >= 1 && answer.custodian <= sharing.custodians());
    const std::optional<Point> value = GoodAnswer(sharing, terms, ephemeral, successor, answer);
    if (!value.has_value()) {
      liars.push_back(answer.custodian);
    } else if (static_cast<int>(values.size()) < sharing.threshold()) {
      indexes.push_back(answer.custodian);
      values.push_back(*value);
    }
  }
  if (static_cast<int>(values.size()) < sharing.threshold()) {
    return absl::PermissionDeniedError(absl::StrCat(
        values.size(), " of the ", sharing.threshold(), " answers that it takes",
        liars.empty() ? "" : absl::StrCat("; not good: the answer of ", Names(liars))));
  }
  Point shared{};
  for (size_t k = 0; k < values.size(); ++k) {
    // Neither a factor nor a good answer is zero.
    shared = PointSum(shared, Times(LagrangeFactor(indexes, k), values[k]).value());
  }
  absl::StatusOr<DepositKey> key =
      KeyAccess::OpenWrap(sharing.public_key(), shared, terms.wrap, terms.context);
  sodium_memzero(shared.data(), shared.size());
  for (Point& value : values) sodium_memzero(value.data(), value.size());
  RETURN_IF_ERROR(key.status());
  return ReleasedKey{.key = *std::move(key), .liars = std::move(liars)};
}

}  // namespace tidemark::crypto
