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

constexpr absl::string_view kEphemeralDomain = "tidemark/v1/verifier-wrap-ephemeral";
constexpr absl::string_view kBoxDomain = "tidemark/v1/verifier-wrap-box";

using Point = std::array<uint8_t, kPointBytes>;

// Both sides come to it: the maker from (ephemeral secret, recipient), the reader from (recipient
// secret, ephemeral point). Nothing if a point is of small order.
absl::StatusOr<SecretBytes> BoxKey(const SecretBytes& secret, const Point& other,
                                   const Point& ephemeral, const Point& recipient,
                                   absl::string_view context) {
  SecretBytes shared = SecretBytes::Zero(crypto_scalarmult_BYTES);
  if (crypto_scalarmult(shared.MutableForCrypto().data(), secret.RawForCrypto().data(),
                        other.data()) != 0) {
    return absl::DataLossError("a wrap whose ephemeral key is of small order");
  }
  SecretBytes key = SecretBytes::Zero(kSecretBytes);
  KeyedHash(shared.RawForCrypto(), kBoxDomain,
            {Fixed(ephemeral), Fixed(recipient), Prefixed(context)}, key.MutableForCrypto());
  return key;
}

// Below 2^255 - 19, high bit clear.
bool IsCanonical(const Point& point) {
  if (point[31] > 0x7f) return false;
  if (point[31] < 0x7f || point[0] < 0xed) return true;
  return !std::all_of(point.begin() + 1, point.end() - 1, [](uint8_t b) { return b == 0xff; });
}

bool IsSmallOrder(const Point& point) {
  // Any clamped scalar is a multiple of the cofactor; libsodium refuses the zero that comes out.
  Point scalar{};
  scalar[0] = 8;
  Point product;
  return crypto_scalarmult(product.data(), scalar.data(), point.data()) != 0;
}

}  // namespace

absl::StatusOr<OpeningPublicKey> OpeningPublicKey::FromHex(absl::string_view hex) {
  EnsureSodium();
  ASSIGN_OR_RETURN(const std::string bytes, base::HexDecode(hex));
  OpeningPublicKey key;
  if (bytes.size() != key.bytes_.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("an opening public key of ", bytes.size(), " bytes, want ", kPointBytes));
  }
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(key.bytes_.data()));
  if (!IsCanonical(key.bytes_) || IsSmallOrder(key.bytes_)) {
    return absl::InvalidArgumentError("32 bytes that are not an X25519 public key");
  }
  return key;
}

std::string OpeningPublicKey::ToHex() const { return base::HexEncode(Fixed(bytes_).bytes); }

std::string OpeningPublicKey::key_id() const { return PublicKeyId(Fixed(bytes_).bytes); }

std::string OpeningPublicKey::Wrap(const DepositKey& key, absl::string_view context) const {
  SecretBytes ephemeral_secret = SecretBytes::Zero(crypto_scalarmult_SCALARBYTES);
  KeyedHash(key.secret_.RawForCrypto(), kEphemeralDomain, {Fixed(bytes_), Prefixed(context)},
            ephemeral_secret.MutableForCrypto());
  Point ephemeral;
  CHECK(crypto_scalarmult_base(ephemeral.data(), ephemeral_secret.RawForCrypto().data()) == 0);
  const absl::StatusOr<SecretBytes> box_key =
      BoxKey(ephemeral_secret, bytes_, ephemeral, bytes_, context);
  CHECK(box_key.ok());  // FromHex() let no key of small order in
  return absl::StrCat(Fixed(ephemeral).bytes, SealKeyBox(*box_key, key.secret_));
}

OpeningKey::OpeningKey(SecretBytes secret, OpeningPublicKey public_key)
    : secret_(std::move(secret)), public_key_(public_key) {}

OpeningKey OpeningKey::FromSecret(SecretBytes secret) {
  EnsureSodium();
  OpeningPublicKey public_key;
  CHECK(crypto_scalarmult_base(public_key.bytes_.data(), secret.RawForCrypto().data()) == 0);
  return OpeningKey(std::move(secret), public_key);
}

OpeningKey OpeningKey::Generate() { return FromSecret(SecretBytes::Random(kSecretBytes)); }

absl::StatusOr<OpeningKey> OpeningKey::Load(const std::string& path) {
  ASSIGN_OR_RETURN(SecretBytes secret, LoadKeyFile(path, KeyKind::kOpening));
  return FromSecret(std::move(secret));
}

absl::Status OpeningKey::Save(const std::string& path) const {
  return SaveKeyFile(path, KeyKind::kOpening, secret_);
}

absl::StatusOr<DepositKey> OpeningKey::Unwrap(absl::string_view wrap,
                                              absl::string_view context) const {
  RETURN_IF_ERROR(CheckWrapSize(wrap));
  Point ephemeral;
  std::copy_n(wrap.begin(), kPointBytes, reinterpret_cast<char*>(ephemeral.data()));
  ASSIGN_OR_RETURN(const SecretBytes box_key,
                   BoxKey(secret_, ephemeral, ephemeral, public_key_.bytes_, context));
  ASSIGN_OR_RETURN(SecretBytes secret, OpenKeyBox(box_key, wrap.substr(kPointBytes)));
  DepositKey key(std::move(secret));
  if (public_key_.Wrap(key, context) != wrap) {
    return absl::DataLossError("a wrap that opens but was not made as wraps are made");
  }
  return key;
}

}  // namespace tidemark::crypto
