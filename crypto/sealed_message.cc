#include "crypto/sealed_message.h"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/key_access.h"
#include "crypto/keyed_hash.h"

namespace tidemark::crypto {
namespace {

constexpr std::array<unsigned char, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES> kZeroNonce{};
static_assert(kSealedMessageOverheadBytes ==
              kPointBytes + crypto_aead_xchacha20poly1305_ietf_ABYTES);

// Nothing if `other` is of small order.
absl::StatusOr<SecretBytes> BoxKey(const SecretBytes& secret, const Point& other,
                                   const Point& ephemeral, const Point& recipient,
                                   absl::string_view domain, absl::string_view associated) {
  SecretBytes shared = SecretBytes::Zero(crypto_scalarmult_BYTES);
  if (crypto_scalarmult(shared.MutableForCrypto().data(), secret.RawForCrypto().data(),
                        other.data()) != 0) {
    return absl::DataLossError("a sealed message whose ephemeral key is of small order");
  }
  SecretBytes key = SecretBytes::Zero(kSecretBytes);
  KeyedHash(shared.RawForCrypto(), domain,
            {Fixed(ephemeral), Fixed(recipient), Prefixed(associated)}, key.MutableForCrypto());
  return key;
}

}  // namespace

std::string SealMessage(const OpeningPublicKey& to, const SecretBytes& ephemeral,
                        absl::string_view domain, absl::string_view associated,
                        const SecretBytes& plaintext) {
  const Point& recipient = KeyAccess::Bytes(to);
  Point point;
  CHECK(crypto_scalarmult_base(point.data(), ephemeral.RawForCrypto().data()) == 0);
  const absl::StatusOr<SecretBytes> key =
      BoxKey(ephemeral, recipient, point, recipient, domain, associated);
  CHECK(key.ok());  // no OpeningPublicKey is of small order
  std::string box(plaintext.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
  CHECK(crypto_aead_xchacha20poly1305_ietf_encrypt(
            reinterpret_cast<unsigned char*>(box.data()), nullptr, plaintext.RawForCrypto().data(),
            plaintext.size(), nullptr, 0, nullptr, kZeroNonce.data(),
            key->RawForCrypto().data()) == 0);
  return absl::StrCat(BytesOf(point), box);
}

absl::StatusOr<SecretBytes> OpenMessage(const OpeningKey& key, absl::string_view domain,
                                        absl::string_view associated, absl::string_view sealed) {
  if (sealed.size() < kSealedMessageOverheadBytes) {
    return absl::DataLossError(absl::StrCat("a sealed message of ", sealed.size(), " bytes"));
  }
  Point ephemeral;
  std::copy_n(sealed.begin(), kPointBytes, reinterpret_cast<char*>(ephemeral.data()));
  sealed.remove_prefix(kPointBytes);
  ASSIGN_OR_RETURN(const SecretBytes box_key,
                   BoxKey(KeyAccess::Secret(key), ephemeral, ephemeral,
                          KeyAccess::Bytes(key.public_key()), domain, associated));
  SecretBytes plaintext =
      SecretBytes::Zero(sealed.size() - crypto_aead_xchacha20poly1305_ietf_ABYTES);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          plaintext.MutableForCrypto().data(), nullptr, nullptr,
          reinterpret_cast<const unsigned char*>(sealed.data()), sealed.size(), nullptr, 0,
          kZeroNonce.data(), box_key.RawForCrypto().data()) != 0) {
    return absl::DataLossError("a sealed message that is not to this key, for this purpose");
  }
  return plaintext;
}

}  // namespace tidemark::crypto
