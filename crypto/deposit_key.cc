#include "crypto/deposit_key.h"

#include "crypto/keyed_hash.h"

namespace tidemark::crypto {
namespace {

constexpr absl::string_view kCommitmentDomain = "tidemark/v1/key-commitment";
constexpr absl::string_view kContentDomain = "tidemark/v1/content";
constexpr size_t kCommitmentBytes = 32;

absl::Span<uint8_t> Bytes(std::string& out) {
  return {reinterpret_cast<uint8_t*>(out.data()), out.size()};
}

}  // namespace

DepositKey DepositKey::Generate() { return DepositKey(SecretBytes::Random(kSecretBytes)); }

std::string DepositKey::Commitment(absl::string_view context) const {
  std::string commitment(kCommitmentBytes, '\0');
  KeyedHash(secret_.RawForCrypto(), kCommitmentDomain, {Prefixed(context)}, Bytes(commitment));
  return commitment;
}

ObjectSecret ObjectSecret::Generate() { return ObjectSecret(SecretBytes::Random(kSecretBytes)); }

absl::StatusOr<ObjectSecret> ObjectSecret::Load(const std::string& path) {
  absl::StatusOr<SecretBytes> secret = LoadKeyFile(path, KeyKind::kObjectSecret);
  if (!secret.ok()) return secret.status();
  return ObjectSecret(*std::move(secret));
}

absl::Status ObjectSecret::Save(const std::string& path) const {
  return SaveKeyFile(path, KeyKind::kObjectSecret, secret_);
}

std::string ObjectSecret::ContentCommitment(absl::string_view message) const {
  std::string commitment(kCommitmentBytes, '\0');
  KeyedHash(secret_.RawForCrypto(), kContentDomain, {Fixed(message)}, Bytes(commitment));
  return commitment;
}

}  // namespace tidemark::crypto
