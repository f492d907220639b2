#include "crypto/key_box.h"

#include <sodium.h>

#include <array>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/digest.h"

namespace tidemark::crypto {
namespace {

constexpr std::array<unsigned char, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES> kZeroNonce{};
static_assert(kKeyBoxBytes == kSecretBytes + crypto_aead_xchacha20poly1305_ietf_ABYTES);

}  // namespace

std::string PublicKeyId(absl::string_view public_key) {
  return std::string(Blake2b(public_key).bytes().substr(0, 16));
}

std::string SealKeyBox(const SecretBytes& box_key, const SecretBytes& key) {
  CHECK(box_key.size() == kSecretBytes && key.size() == kSecretBytes);
  std::string box(kKeyBoxBytes, '\0');
  CHECK(crypto_aead_xchacha20poly1305_ietf_encrypt(reinterpret_cast<unsigned char*>(box.data()),
                                                   nullptr, key.RawForCrypto().data(), key.size(),
                                                   nullptr, 0, nullptr, kZeroNonce.data(),
                                                   box_key.RawForCrypto().data()) == 0);
  return box;
}

absl::StatusOr<SecretBytes> OpenKeyBox(const SecretBytes& box_key, absl::string_view box) {
  CHECK(box_key.size() == kSecretBytes && box.size() == kKeyBoxBytes);
  SecretBytes key = SecretBytes::Zero(kSecretBytes);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(key.MutableForCrypto().data(), nullptr, nullptr,
                                                 reinterpret_cast<const unsigned char*>(box.data()),
                                                 box.size(), nullptr, 0, kZeroNonce.data(),
                                                 box_key.RawForCrypto().data()) != 0) {
    return absl::DataLossError("a wrap that is not to this key in this context");
  }
  return key;
}

absl::Status CheckWrapSize(absl::string_view wrap) {
  if (wrap.size() == kWrapBytes) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("a wrap of ", wrap.size(), " bytes, want ", kWrapBytes));
}

}  // namespace tidemark::crypto
