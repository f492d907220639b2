#include "crypto/frame_cipher.h"

#include <openssl/evp.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <climits>

#include "base/status.h"
#include "crypto/openssl_handles.h"
#include "crypto/sodium_init.h"

namespace tidemark::crypto {
namespace {

static_assert(kFrameKeyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
static_assert(kFrameNonceBytes == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(kFrameTagBytes == crypto_aead_xchacha20poly1305_ietf_ABYTES);

using CipherPtr = OpensslPtr<EVP_CIPHER, EVP_CIPHER_free>;
using CipherContextPtr = OpensslPtr<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

enum class Direction : int { kDecrypt = 0, kEncrypt = 1 };

// Fetching it takes OpenSSL 3 longer than a small frame, so it is fetched once. Null where the
// host's configuration of OpenSSL does not offer it, as one for FIPS 140 does not.
const EVP_CIPHER* ChaCha20Poly1305() {
  static const CipherPtr cipher(EVP_CIPHER_fetch(nullptr, "ChaCha20-Poly1305", nullptr));
  return cipher.get();
}

// A context that has its key and its associated data. What OpenSSL offers fails here only without
// memory.
CipherContextPtr Begin(const FrameCipher& frame, Direction direction) {
  CHECK(frame.associated.size() <= INT_MAX);
  EnsureSodium();
  std::array<uint8_t, kFrameKeyBytes> key;
  CHECK(crypto_core_hchacha20(key.data(), frame.nonce.data(), frame.key.data(), nullptr) == 0);
  // What HChaCha20 has not taken of the nonce, behind four zeros.
  std::array<uint8_t, crypto_aead_chacha20poly1305_IETF_NPUBBYTES> nonce = {};
  std::copy(frame.nonce.begin() + crypto_core_hchacha20_INPUTBYTES, frame.nonce.end(),
            nonce.begin() + 4);
  CipherContextPtr context(EVP_CIPHER_CTX_new());
  CHECK(context != nullptr);
  CHECK(EVP_CipherInit_ex2(context.get(), ChaCha20Poly1305(), key.data(), nonce.data(),
                           static_cast<int>(direction), nullptr) == 1);
  sodium_memzero(key.data(), key.size());
  int written = 0;
  CHECK(EVP_CipherUpdate(context.get(), nullptr, &written,
                         reinterpret_cast<const uint8_t*>(frame.associated.data()),
                         static_cast<int>(frame.associated.size())) == 1);
  return context;
}

void Update(EVP_CIPHER_CTX* context, absl::Span<const uint8_t> in, uint8_t* out) {
  CHECK(in.size() <= INT_MAX);
  int written = 0;
  CHECK(EVP_CipherUpdate(context, out, &written, in.data(), static_cast<int>(in.size())) == 1);
  CHECK(static_cast<size_t>(written) == in.size());
}

void EncryptBySodium(const FrameCipher& frame, absl::Span<uint8_t> text) {
  EnsureSodium();
  unsigned long long written = 0;
  CHECK(crypto_aead_xchacha20poly1305_ietf_encrypt(
            text.data(), &written, text.data(), text.size() - kFrameTagBytes,
            reinterpret_cast<const uint8_t*>(frame.associated.data()), frame.associated.size(),
            nullptr, frame.nonce.data(), frame.key.data()) == 0);
  CHECK(written == text.size());
}

bool DecryptBySodium(const FrameCipher& frame, absl::Span<const uint8_t> ciphertext,
                     absl::Span<uint8_t> plain) {
  EnsureSodium();
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          plain.data(), nullptr, nullptr, ciphertext.data(), ciphertext.size(),
          reinterpret_cast<const uint8_t*>(frame.associated.data()), frame.associated.size(),
          frame.nonce.data(), frame.key.data()) == 0) {
    return true;
  }
  sodium_memzero(plain.data(), plain.size());
  return false;
}

}  // namespace

void FrameCipher::Encrypt(absl::Span<uint8_t> text) const {
  CHECK(key.size() == kFrameKeyBytes && nonce.size() == kFrameNonceBytes);
  CHECK(text.size() >= kFrameTagBytes);
  if (ChaCha20Poly1305() == nullptr) return EncryptBySodium(*this, text);
  const absl::Span<uint8_t> plain = text.first(text.size() - kFrameTagBytes);
  const CipherContextPtr context = Begin(*this, Direction::kEncrypt);
  Update(context.get(), plain, plain.data());
  int written = 0;
  CHECK(EVP_CipherFinal_ex(context.get(), plain.end(), &written) == 1 && written == 0);
  CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kFrameTagBytes, plain.end()) ==
        1);
}

bool FrameCipher::Decrypt(absl::Span<const uint8_t> ciphertext, absl::Span<uint8_t> plain) const {
  CHECK(key.size() == kFrameKeyBytes && nonce.size() == kFrameNonceBytes);
  CHECK(ciphertext.size() == plain.size() + kFrameTagBytes);
  if (ChaCha20Poly1305() == nullptr) return DecryptBySodium(*this, ciphertext, plain);
  const CipherContextPtr context = Begin(*this, Direction::kDecrypt);
  Update(context.get(), ciphertext.first(plain.size()), plain.data());
  std::array<uint8_t, kFrameTagBytes> tag;
  std::copy_n(ciphertext.end() - kFrameTagBytes, kFrameTagBytes, tag.begin());
  CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kFrameTagBytes, tag.data()) == 1);
  int written = 0;
  std::array<uint8_t, 1> nothing;
  if (EVP_CipherFinal_ex(context.get(), nothing.data(), &written) == 1) return true;
  sodium_memzero(plain.data(), plain.size());
  return false;
}

}  // namespace tidemark::crypto
