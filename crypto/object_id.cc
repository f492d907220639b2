#include "crypto/object_id.h"

#include <openssl/evp.h>
#include <openssl/modes.h>
#include <sodium.h>

#include "absl/types/span.h"
#include "base/status.h"
#include "crypto/keyed_hash.h"

namespace tidemark::crypto {
namespace {

constexpr absl::string_view kHashKeyDomain = "tidemark/v2/object-hash-key";
constexpr absl::string_view kPrfKeyDomain = "tidemark/v2/object-prf-key";
constexpr absl::string_view kCheckDomain = "tidemark/v2/object-secret-check";
constexpr size_t kCheckBytes = 16;
constexpr size_t kBlockBytes = 16;
constexpr std::array<uint8_t, 12> kNonce = {};

using Block = std::array<uint8_t, kBlockBytes>;
static_assert(sizeof(ObjectId) == crypto_shorthash_siphashx24_BYTES);

// AES-GCM of associated data alone encrypts two blocks, which under one nonce are always the same:
// they are encrypted once.
struct Keys {
  Block hash;  // of zeros: the point at which GHASH is taken
  Block mask;  // of nonce and counter 1: what the hash is masked with
  std::array<uint8_t, crypto_shorthash_siphashx24_KEYBYTES> prf;
};

struct CipherContextFree {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

void SetBlocks(const SecretBytes& hash_key, Keys& keys) {
  const std::unique_ptr<EVP_CIPHER_CTX, CipherContextFree> aes(EVP_CIPHER_CTX_new());
  CHECK(aes != nullptr);
  CHECK(EVP_EncryptInit_ex(aes.get(), EVP_aes_256_ecb(), nullptr, hash_key.RawForCrypto().data(),
                           nullptr) == 1);
  CHECK(EVP_CIPHER_CTX_set_padding(aes.get(), 0) == 1);
  Block plain = {};
  for (Block* block : {&keys.hash, &keys.mask}) {
    int written = 0;
    CHECK(EVP_EncryptUpdate(aes.get(), block->data(), &written, plain.data(), kBlockBytes) == 1);
    CHECK(written == kBlockBytes);
    plain.back() = 1;
  }
}

// What AES makes of the only two blocks that OpenSSL asks it for here.
void EncryptBlock(const unsigned char in[kBlockBytes], unsigned char out[kBlockBytes],
                  const void* keys) {
  const auto& known = *static_cast<const Keys*>(keys);
  const Block& block = in[kBlockBytes - 1] == 0 ? known.hash : known.mask;
  std::memcpy(out, block.data(), kBlockBytes);
}

}  // namespace

void ObjectHasher::ContextFree::operator()(gcm128_context* context) const {
  CRYPTO_gcm128_release(context);
}

ObjectHasher::ObjectHasher(const ObjectSecret& secret)
    : keys_(SecretBytes::Zero(sizeof(Keys))), check_(kCheckBytes, '\0') {
  const absl::Span<const uint8_t> raw = secret.secret_.RawForCrypto();
  auto& keys = *reinterpret_cast<Keys*>(keys_.MutableForCrypto().data());
  SecretBytes hash_key = SecretBytes::Zero(kSecretBytes);
  KeyedHash(raw, kHashKeyDomain, {}, hash_key.MutableForCrypto());
  SetBlocks(hash_key, keys);
  KeyedHash(raw, kPrfKeyDomain, {}, absl::MakeSpan(keys.prf));
  KeyedHash(raw, kCheckDomain, {},
            {reinterpret_cast<uint8_t*>(check_.data()), check_.size()});
  context_.reset(CRYPTO_gcm128_new(&keys, EncryptBlock));
  CHECK(context_ != nullptr);
}

// EVP's AES-GCM and GMAC give the same tag; their calls alone take longer than all of this.
ObjectId ObjectHasher::Of(absl::string_view object) {
  gcm128_context* const context = context_.get();
  Block tag;
  CRYPTO_gcm128_setiv(context, kNonce.data(), kNonce.size());
  CHECK(CRYPTO_gcm128_aad(context, reinterpret_cast<const uint8_t*>(object.data()),
                          object.size()) == 0);
  CRYPTO_gcm128_tag(context, tag.data(), tag.size());
  const auto& keys = *reinterpret_cast<const Keys*>(keys_.RawForCrypto().data());
  ObjectId id;
  CHECK(crypto_shorthash_siphashx24(id.bytes.data(), tag.data(), tag.size(), keys.prf.data()) == 0);
  sodium_memzero(tag.data(), tag.size());
  return id;
}

}  // namespace tidemark::crypto
