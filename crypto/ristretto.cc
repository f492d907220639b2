#include "crypto/ristretto.h"

#include <sodium.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/sodium_init.h"

namespace tidemark::crypto {
namespace {

static_assert(kPointBytes == crypto_core_ristretto255_BYTES);
static_assert(kScalarBytes == crypto_core_ristretto255_SCALARBYTES);

SecretBytes Reduced(const SecretBytes& wide) {
  SecretBytes scalar = SecretBytes::Zero(kScalarBytes);
  crypto_core_ristretto255_scalar_reduce(scalar.MutableForCrypto().data(),
                                         wide.RawForCrypto().data());
  return scalar;
}

bool IsZero(const SecretBytes& scalar) {
  return sodium_is_zero(scalar.RawForCrypto().data(), scalar.size()) == 1;
}

}  // namespace

bool IsGoodPoint(const Point& point) {
  EnsureSodium();
  return sodium_is_zero(point.data(), point.size()) == 0 &&
         crypto_core_ristretto255_is_valid_point(point.data()) == 1;
}

std::optional<Point> GoodPointFrom(absl::string_view bytes) {
  if (bytes.size() != kPointBytes) return std::nullopt;
  Point point;
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(point.data()));
  if (!IsGoodPoint(point)) return std::nullopt;
  return point;
}

bool IsGoodScalar(const SecretBytes& scalar) {
  EnsureSodium();
  SecretBytes wide = SecretBytes::Zero(crypto_core_ristretto255_NONREDUCEDSCALARBYTES);
  std::copy_n(scalar.RawForCrypto().begin(), scalar.size(), wide.MutableForCrypto().begin());
  return Reduced(wide).Equals(scalar) && !IsZero(scalar);
}

SecretBytes RandomScalar() {
  EnsureSodium();
  SecretBytes scalar = SecretBytes::Zero(kScalarBytes);
  crypto_core_ristretto255_scalar_random(scalar.MutableForCrypto().data());
  return scalar;
}

SecretBytes HashToScalar(absl::Span<const uint8_t> key, absl::string_view domain,
                         std::initializer_list<HashPart> parts) {
  SecretBytes wide = SecretBytes::Zero(crypto_core_ristretto255_NONREDUCEDSCALARBYTES);
  KeyedHash(key, domain, parts, wide.MutableForCrypto());
  return Reduced(wide);
}

SecretBytes SmallScalar(uint32_t number) {
  SecretBytes scalar = SecretBytes::Zero(kScalarBytes);
  for (int i = 0; i < 4; ++i) scalar.MutableForCrypto()[i] = (number >> (8 * i)) & 0xff;
  return scalar;
}

SecretBytes ScalarSum(const SecretBytes& a, const SecretBytes& b) {
  SecretBytes sum = SecretBytes::Zero(kScalarBytes);
  crypto_core_ristretto255_scalar_add(sum.MutableForCrypto().data(), a.RawForCrypto().data(),
                                      b.RawForCrypto().data());
  return sum;
}

SecretBytes ScalarDifference(const SecretBytes& a, const SecretBytes& b) {
  SecretBytes difference = SecretBytes::Zero(kScalarBytes);
  crypto_core_ristretto255_scalar_sub(difference.MutableForCrypto().data(), a.RawForCrypto().data(),
                                      b.RawForCrypto().data());
  return difference;
}

SecretBytes ScalarProduct(const SecretBytes& a, const SecretBytes& b) {
  SecretBytes product = SecretBytes::Zero(kScalarBytes);
  crypto_core_ristretto255_scalar_mul(product.MutableForCrypto().data(), a.RawForCrypto().data(),
                                      b.RawForCrypto().data());
  return product;
}

SecretBytes ScalarInverse(const SecretBytes& a) {
  SecretBytes inverse = SecretBytes::Zero(kScalarBytes);
  CHECK(crypto_core_ristretto255_scalar_invert(inverse.MutableForCrypto().data(),
                                               a.RawForCrypto().data()) == 0);
  return inverse;
}

std::optional<Point> BaseTimes(const SecretBytes& scalar) {
  EnsureSodium();
  Point product;
  if (crypto_scalarmult_ristretto255_base(product.data(), scalar.RawForCrypto().data()) != 0) {
    return std::nullopt;
  }
  return product;
}

std::optional<Point> Times(const SecretBytes& scalar, const Point& point) {
  EnsureSodium();
  Point product;
  if (crypto_scalarmult_ristretto255(product.data(), scalar.RawForCrypto().data(), point.data()) !=
      0) {
    return std::nullopt;
  }
  return product;
}

Point PointSum(const Point& a, const Point& b) {
  Point sum;
  CHECK(crypto_core_ristretto255_add(sum.data(), a.data(), b.data()) == 0);
  return sum;
}

Point PointDifference(const Point& a, const Point& b) {
  Point difference;
  CHECK(crypto_core_ristretto255_sub(difference.data(), a.data(), b.data()) == 0);
  return difference;
}

std::optional<Proof> ProofFrom(absl::string_view bytes) {
  if (bytes.size() != kProofBytes) return std::nullopt;
  Proof proof{.challenge = SecretBytes::Copy(bytes.substr(0, kScalarBytes)),
              .response = SecretBytes::Copy(bytes.substr(kScalarBytes))};
  if (!IsGoodScalar(proof.challenge) || !IsGoodScalar(proof.response)) return std::nullopt;
  return proof;
}

std::string ProofBytes(const SecretBytes& challenge, const SecretBytes& nonce,
                       const SecretBytes& secret) {
  const SecretBytes response = ScalarSum(nonce, ScalarProduct(challenge, secret));
  const auto text = [](const SecretBytes& scalar) {
    return absl::string_view(reinterpret_cast<const char*>(scalar.RawForCrypto().data()),
                             scalar.size());
  };
  return absl::StrCat(text(challenge), text(response));
}

std::optional<Point> ProofCommitment(const Proof& proof, const Point* base, const Point& image) {
  const std::optional<Point> left =
      base == nullptr ? BaseTimes(proof.response) : Times(proof.response, *base);
  const std::optional<Point> right = Times(proof.challenge, image);
  if (!left.has_value() || !right.has_value()) return std::nullopt;
  const Point commitment = PointDifference(*left, *right);
  if (!IsGoodPoint(commitment)) return std::nullopt;
  return commitment;
}

}  // namespace tidemark::crypto
