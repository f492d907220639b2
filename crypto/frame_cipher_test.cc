#include "crypto/frame_cipher.h"

#include <openssl/evp.h>
#include <sodium.h>

#include <array>
#include <cstdlib>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "base/testing.h"

namespace tidemark::crypto {
namespace {

uint8_t* Bytes(std::string& bytes) { return reinterpret_cast<uint8_t*>(bytes.data()); }
const uint8_t* Bytes(const std::string& bytes) {
  return reinterpret_cast<const uint8_t*>(bytes.data());
}

class FrameCipherTest : public ::testing::Test {
 protected:
  std::string RandomBytes(size_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_());
    return bytes;
  }
  FrameCipher Cipher(absl::string_view associated) const {
    return {{Bytes(key_), key_.size()}, {Bytes(nonce_), nonce_.size()}, associated};
  }
  std::string Sodium(const std::string& plain, const std::string& associated) const {
    std::string sealed(plain.size() + kFrameTagBytes, '\0');
    unsigned long long written = 0;
    EXPECT_EQ(crypto_aead_xchacha20poly1305_ietf_encrypt(
                  Bytes(sealed), &written, Bytes(plain), plain.size(), Bytes(associated),
                  associated.size(), nullptr, Bytes(nonce_), Bytes(key_)),
              0);
    EXPECT_EQ(written, sealed.size());
    return sealed;
  }
  std::string Encrypt(std::string text, absl::string_view associated) const {
    text.resize(text.size() + kFrameTagBytes);
    Cipher(associated).Encrypt({Bytes(text), text.size()});
    return text;
  }
  // What comes out of it, or "no".
  std::string Decrypt(const std::string& sealed, absl::string_view associated) const {
    std::string plain(sealed.size() - kFrameTagBytes, '?');
    const bool is_authentic = Cipher(associated).Decrypt({Bytes(sealed), sealed.size()},
                                                         {Bytes(plain), plain.size()});
    if (is_authentic) return plain;
    EXPECT_EQ(plain, std::string(plain.size(), '\0'));
    return "no";
  }

  std::mt19937 random_{20261126};
  std::string key_ = RandomBytes(kFrameKeyBytes);
  std::string nonce_ = RandomBytes(kFrameNonceBytes);
};

// These tests run twice: once as OpenSSL comes, once under a configuration that refuses the cipher.
TEST_F(FrameCipherTest, OpensslOffersTheCipherUnlessItsConfigurationForbidsIt) {
  EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "ChaCha20-Poly1305", nullptr);
  EXPECT_EQ(cipher == nullptr, std::getenv("OPENSSL_CONF") != nullptr);
  EVP_CIPHER_free(cipher);
}

// Appendix A.3.1 of draft-irtf-cfrg-xchacha-03.
TEST_F(FrameCipherTest, KnownAnswerOfTheDraft) {
  key_ =
      base::HexDecode("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f").value();
  nonce_ = base::HexDecode("404142434445464748494a4b4c4d4e4f5051525354555657").value();
  const std::string associated = base::HexDecode("50515253c0c1c2c3c4c5c6c7").value();
  const std::string plain =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
      "sunscreen would be it.";
  const std::string sealed = Encrypt(plain, associated);
  EXPECT_EQ(base::HexEncode(sealed.substr(plain.size())), "c0875924c1c7987947deafd8780acf49");
  EXPECT_EQ(base::HexEncode(sealed.substr(0, 16)), "bd6d179d3e83d43b9576579493c0e939");
  EXPECT_EQ(Decrypt(sealed, associated), plain);
}

TEST_F(FrameCipherTest, IsLibsodiumsOfEveryLength) {
  for (size_t size = 0; size < 1'100; ++size) {
    const std::string plain = RandomBytes(size);
    const std::string associated = RandomBytes(size % 70);
    const std::string sealed = Sodium(plain, associated);
    EXPECT_EQ(Encrypt(plain, associated), sealed) << size;
    EXPECT_EQ(Decrypt(sealed, associated), plain) << size;
  }
}

TEST_F(FrameCipherTest, IsLibsodiumsOfTheLargestFrame) {
  const std::string plain = RandomBytes(1'808 * 1'024);
  const std::string sealed = Sodium(plain, "frame");
  EXPECT_EQ(Encrypt(plain, "frame"), sealed);
  EXPECT_EQ(Decrypt(sealed, "frame"), plain);
}

TEST_F(FrameCipherTest, EveryBitFlipIsNoticed) {
  const std::string sealed = Encrypt("some objects", "a frame's place");
  for (size_t bit = 0; bit < 8 * sealed.size(); ++bit) {
    std::string bad = sealed;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    EXPECT_EQ(Decrypt(bad, "a frame's place"), "no") << bit;
  }
}

TEST_F(FrameCipherTest, OtherKeyNonceOrAssociatedDataIsNoticed) {
  const std::string sealed = Encrypt("some objects", "here");
  EXPECT_EQ(Decrypt(sealed, "there"), "no");
  EXPECT_EQ(Decrypt(sealed, ""), "no");
  for (std::string* const part : {&key_, &nonce_}) {
    for (char& byte : *part) {
      byte = static_cast<char>(byte ^ 1);
      EXPECT_EQ(Decrypt(sealed, "here"), "no");
      byte = static_cast<char>(byte ^ 1);
    }
  }
  EXPECT_EQ(Decrypt(sealed, "here"), "some objects");
}

}  // namespace
}  // namespace tidemark::crypto
