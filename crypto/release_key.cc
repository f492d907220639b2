#include <sodium.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "base/status.h"
#include "crypto/deposit_key.h"
#include "crypto/key_box.h"
#include "crypto/keyed_hash.h"
#include "crypto/ristretto.h"
#include "crypto/sodium_init.h"

namespace tidemark::crypto {
namespace {

constexpr absl::string_view kScalarDomain = "tidemark/v1/release-wrap-scalar";
constexpr absl::string_view kBoxDomain = "tidemark/v1/release-wrap-box";

// `shared` is the point that only the maker and the custodians together can compute. Nothing more
// of the private key is needed, so custodians can answer with partial products of one point.
SecretBytes BoxKey(const SecretBytes& shared, const Point& ephemeral, const Point& recipient,
                   absl::string_view context) {
  SecretBytes key = SecretBytes::Zero(kSecretBytes);
  KeyedHash(shared.RawForCrypto(), kBoxDomain,
            {Fixed(ephemeral), Fixed(recipient), Prefixed(context)}, key.MutableForCrypto());
  return key;
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
  const SecretBytes scalar = HashToScalar(key.secret_.RawForCrypto(), kScalarDomain,
                                          {Fixed(bytes_), Prefixed(context)});
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
  return FromScalar(RandomScalar());
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

absl::StatusOr<DepositKey> ReleasePublicKey::OpenWrap(const SecretBytes& shared,
                                                      absl::string_view wrap,
                                                      absl::string_view context) const {
  RETURN_IF_ERROR(CheckWrapSize(wrap));
  Point ephemeral;
  std::copy_n(wrap.begin(), kPointBytes, reinterpret_cast<char*>(ephemeral.data()));
  ASSIGN_OR_RETURN(
      SecretBytes secret,
      OpenKeyBox(BoxKey(shared, ephemeral, bytes_, context), wrap.substr(kPointBytes)));
  DepositKey key(std::move(secret));
  if (Wrap(key, context) != wrap) {
    return absl::DataLossError("a release wrap that opens but was not made as wraps are made");
  }
  return key;
}

absl::StatusOr<DepositKey> ReleaseShare::Unwrap(absl::string_view wrap,
                                                absl::string_view context) const {
  RETURN_IF_ERROR(CheckWrapSize(wrap));
  const std::optional<Point> ephemeral = GoodPointFrom(wrap.substr(0, kPointBytes));
  if (!ephemeral.has_value()) {
    return absl::DataLossError("a release wrap that begins with no ristretto255 point");
  }
  SecretBytes shared = SecretBytes::Zero(kPointBytes);
  // Fails for a zero scalar only, which FromScalar() does not take.
  CHECK(crypto_scalarmult_ristretto255(shared.MutableForCrypto().data(),
                                       scalar_.RawForCrypto().data(), ephemeral->data()) == 0);
  return public_key_.OpenWrap(shared, wrap, context);
}

}  // namespace tidemark::crypto
