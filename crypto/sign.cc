#include "crypto/sign.h"

#include <sodium.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "base/status.h"
#include "crypto/sodium_init.h"

namespace tidemark::crypto {
namespace {

absl::string_view PurposeName(SignaturePurpose purpose) {
  switch (purpose) {
    case SignaturePurpose::kBegin:
      return "begin";
    case SignaturePurpose::kClearManifest:
      return "clear-manifest";
    case SignaturePurpose::kReceipt:
      return "receipt";
    case SignaturePurpose::kTreeHead:
      return "tree-head";
    case SignaturePurpose::kVerdict:
      return "verdict";
    case SignaturePurpose::kRelease:
      return "release";
    case SignaturePurpose::kDrillReport:
      return "drill-report";
    case SignaturePurpose::kReleaseDealing:
      return "release-dealing";
    case SignaturePurpose::kReleaseAnswer:
      return "release-answer";
  }
  CHECK(false && "not a purpose");
}

// What is signed. Copies the message: everything that is signed fits a gRPC message.
std::string Signed(SignaturePurpose purpose, absl::string_view message) {
  return absl::StrCat("tidemark/v1/", PurposeName(purpose), absl::string_view("\0", 1), message);
}

const unsigned char* Bytes(absl::string_view data) {
  return reinterpret_cast<const unsigned char*>(data.data());
}

}  // namespace

absl::StatusOr<VerifyKey> VerifyKey::FromBytes(absl::string_view bytes) {
  EnsureSodium();
  VerifyKey key;
  if (bytes.size() != key.bytes_.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("a verify key of ", bytes.size(), " bytes, want ", key.bytes_.size()));
  }
  // Refuses what is not on the curve, not canonical, or not in the main subgroup: under a key of
  // small order one signature would do for many messages.
  if (crypto_core_ed25519_is_valid_point(Bytes(bytes)) != 1) {
    return absl::InvalidArgumentError("32 bytes that are not an Ed25519 verify key");
  }
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(key.bytes_.data()));
  return key;
}

absl::StatusOr<VerifyKey> VerifyKey::FromHex(absl::string_view hex) {
  ASSIGN_OR_RETURN(const std::string bytes, base::HexDecode(hex));
  return FromBytes(bytes);
}

std::string VerifyKey::ToHex() const { return base::HexEncode(bytes()); }

absl::Status VerifyKey::Verify(SignaturePurpose purpose, absl::string_view message,
                               absl::string_view signature) const {
  EnsureSodium();
  if (signature.size() != crypto_sign_BYTES) {
    return absl::DataLossError(
        absl::StrCat("a signature of ", signature.size(), " bytes, want ", crypto_sign_BYTES));
  }
  const std::string bytes = Signed(purpose, message);
  if (crypto_sign_verify_detached(Bytes(signature), Bytes(bytes), bytes.size(), bytes_.data()) !=
      0) {
    return absl::DataLossError(
        absl::StrCat("not a signature of key ", ToHex(), " for purpose ", PurposeName(purpose)));
  }
  return absl::OkStatus();
}

SigningKey::SigningKey(SecretBytes seed, SecretBytes secret, VerifyKey verify_key)
    : seed_(std::move(seed)), secret_(std::move(secret)), verify_key_(verify_key) {}

SigningKey SigningKey::FromSeed(SecretBytes seed) {
  EnsureSodium();
  CHECK(seed.size() == crypto_sign_SEEDBYTES);
  SecretBytes secret = SecretBytes::Zero(crypto_sign_SECRETKEYBYTES);
  VerifyKey verify_key;
  CHECK(crypto_sign_seed_keypair(verify_key.bytes_.data(), secret.MutableForCrypto().data(),
                                 seed.RawForCrypto().data()) == 0);
  return SigningKey(std::move(seed), std::move(secret), verify_key);
}

SigningKey SigningKey::Generate() { return FromSeed(SecretBytes::Random(crypto_sign_SEEDBYTES)); }

absl::StatusOr<SigningKey> SigningKey::Load(const std::string& path) {
  ASSIGN_OR_RETURN(SecretBytes seed, LoadKeyFile(path, KeyKind::kSigning));
  return FromSeed(std::move(seed));
}

absl::Status SigningKey::Save(const std::string& path) const {
  return SaveKeyFile(path, KeyKind::kSigning, seed_);
}

std::string SigningKey::Sign(SignaturePurpose purpose, absl::string_view message) const {
  const std::string bytes = Signed(purpose, message);
  std::string signature(crypto_sign_BYTES, '\0');
  CHECK(crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr,
                             Bytes(bytes), bytes.size(), secret_.RawForCrypto().data()) == 0);
  return signature;
}

}  // namespace tidemark::crypto
