#include <sodium.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "base/status.h"
#include "crypto/deposit_key.h"
#include "crypto/key_box.h"
#include "crypto/keyed_hash.h"
#include "crypto/sodium_init.h"

namespace tidemark::crypto {
namespace {

constexpr absl::string_view kScalarDomain = "tidemark/v1/release-wrap-scalar";
constexpr absl::string_view kBoxDomain = "tidemark/v1/release-wrap-box";

using Point = std::array<uint8_t, kPointBytes>;

// `shared` is the point that only the maker and the custodians together can compute. Nothing more
// of the private key is needed, so custodians can answer with partial products of one point.
SecretBytes BoxKey(const SecretBytes& shared, const Point& ephemeral, const Point& recipient,
                   absl::string_view context) {
  SecretBytes key = SecretBytes::Zero(kSecretBytes);
  KeyedHash(shared.RawForCrypto(), kBoxDomain,
            {Fixed(ephemeral), Fixed(recipient), Prefixed(context)}, key.MutableForCrypto());
  return key;
}

// Canonical encoding of a point other than the identity.
bool IsGoodPoint(const Point& point) {
  return sodium_is_zero(point.data(), point.size()) == 0 &&
         crypto_core_ristretto255_is_valid_point(point.data()) == 1;
}

// Not zero and below the group's order.
bool IsGoodScalar(const SecretBytes& scalar) {
  SecretBytes wide = SecretBytes::Zero(crypto_core_ristretto255_NONREDUCEDSCALARBYTES);
  std::copy_n(scalar.RawForCrypto().begin(), scalar.size(), wide.MutableForCrypto().begin());
  SecretBytes reduced = SecretBytes::Zero(crypto_core_ristretto255_SCALARBYTES);
  crypto_core_ristretto255_scalar_reduce(reduced.MutableForCrypto().data(),
                                         wide.RawForCrypto().data());
  return reduced.Equals(scalar) && sodium_is_zero(scalar.RawForCrypto().data(), scalar.size()) == 0;
}

}  // namespace

absl::StatusOr<ReleasePublicKey> ReleasePublicKey::FromHex(absl::string_view hex) {
  EnsureSodium();
  ASSIGN_OR_RETURN(const std::string bytes, base::HexDecode(hex));
  ReleasePublicKey key;
  if (bytes.size() != key.bytes_.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("a release public key of ", bytes.size(), " bytes, want ", kPointBytes));
  }
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(key.bytes_.data()));
  if (!IsGoodPoint(key.bytes_)) {
    return absl::InvalidArgumentError("32 bytes that are not a ristretto255 public key");
  }
  return key;
}

std::string ReleasePublicKey::ToHex() const { return base::HexEncode(Fixed(bytes_).bytes); }

std::string ReleasePublicKey::key_id() const { return PublicKeyId(Fixed(bytes_).bytes); }

std::string ReleasePublicKey::Wrap(const DepositKey& key, absl::string_view context) const {
  SecretBytes wide = SecretBytes::Zero(crypto_core_ristretto255_NONREDUCEDSCALARBYTES);
  KeyedHash(key.secret_.RawForCrypto(), kScalarDomain, {Fixed(bytes_), Prefixed(context)},
            wide.MutableForCrypto());
  SecretBytes scalar = SecretBytes::Zero(crypto_core_ristretto255_SCALARBYTES);
  crypto_core_ristretto255_scalar_reduce(scalar.MutableForCrypto().data(),
                                         wide.RawForCrypto().data());
  // Both fail only for a zero scalar, which takes 2^252 tries to find, or the identity, which
  // FromHex() does not let in.
  Point ephemeral;
  CHECK(crypto_scalarmult_ristretto255_base(ephemeral.data(), scalar.RawForCrypto().data()) == 0);
  SecretBytes shared = SecretBytes::Zero(kPointBytes);
  CHECK(crypto_scalarmult_ristretto255(shared.MutableForCrypto().data(),
                                       scalar.RawForCrypto().data(), bytes_.data()) == 0);
  return absl::StrCat(Fixed(ephemeral).bytes,
                      SealKeyBox(BoxKey(shared, ephemeral, bytes_, context), key.secret_));
}

ReleaseShare::ReleaseShare(SecretBytes scalar, ReleasePublicKey public_key)
    : scalar_(std::move(scalar)), public_key_(public_key) {}

ReleaseShare ReleaseShare::FromScalar(SecretBytes scalar) {
  ReleasePublicKey public_key;
  CHECK(crypto_scalarmult_ristretto255_base(public_key.bytes_.data(),
                                            scalar.RawForCrypto().data()) == 0);
  return ReleaseShare(std::move(scalar), public_key);
}

ReleaseShare ReleaseShare::Generate() {
  SecretBytes scalar = SecretBytes::Zero(crypto_core_ristretto255_SCALARBYTES);
  crypto_core_ristretto255_scalar_random(scalar.MutableForCrypto().data());
  return FromScalar(std::move(scalar));
}

absl::StatusOr<ReleaseShare> ReleaseShare::Load(const std::string& path) {
  ASSIGN_OR_RETURN(SecretBytes scalar, LoadKeyFile(path, KeyKind::kReleaseShare));
  if (!IsGoodScalar(scalar)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": not a ristretto255 scalar"));
  }
  return FromScalar(std::move(scalar));
}

absl::Status ReleaseShare::Save(const std::string& path) const {
  return SaveKeyFile(path, KeyKind::kReleaseShare, scalar_);
}

absl::StatusOr<DepositKey> ReleaseShare::Unwrap(absl::string_view wrap,
                                                absl::string_view context) const {
  RETURN_IF_ERROR(CheckWrapSize(wrap));
  Point ephemeral;
  std::copy_n(wrap.begin(), kPointBytes, reinterpret_cast<char*>(ephemeral.data()));
  SecretBytes shared = SecretBytes::Zero(kPointBytes);
  if (!IsGoodPoint(ephemeral) ||
      crypto_scalarmult_ristretto255(shared.MutableForCrypto().data(),
                                     scalar_.RawForCrypto().data(), ephemeral.data()) != 0) {
    return absl::DataLossError("a release wrap that begins with no ristretto255 point");
  }
  ASSIGN_OR_RETURN(
      SecretBytes secret,
      OpenKeyBox(BoxKey(shared, ephemeral, public_key_.bytes_, context), wrap.substr(kPointBytes)));
  DepositKey key(std::move(secret));
  if (public_key_.Wrap(key, context) != wrap) {
    return absl::DataLossError("a release wrap that opens but was not made as wraps are made");
  }
  return key;
}

}  // namespace tidemark::crypto
