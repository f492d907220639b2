#include "crypto/object_id.h"

// HMAC and EVP of OpenSSL 3 look up, allocate and lock for every message, which takes as long as a
// third of a typical object; the plain SHA-256 functions are deprecated for that convenience alone.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <cstring>

#include "absl/types/span.h"
#include "base/status.h"
#include "crypto/keyed_hash.h"

namespace tidemark::crypto {
namespace {

constexpr absl::string_view kKeyDomain = "tidemark/v1/object-key";
constexpr absl::string_view kCheckDomain = "tidemark/v1/object-secret-check";
constexpr size_t kCheckBytes = 16;
constexpr uint8_t kInnerPad = 0x36;
constexpr uint8_t kOuterPad = 0x5c;

// Where every message begins, once for all of them.
struct Pads {
  SHA256_CTX inner;
  SHA256_CTX outer;
};

void HashPad(const SecretBytes& key, uint8_t pad, SHA256_CTX& state) {
  SecretBytes block = SecretBytes::Zero(SHA256_CBLOCK);
  const absl::Span<uint8_t> bytes = block.MutableForCrypto();
  std::memcpy(bytes.data(), key.RawForCrypto().data(), key.size());
  for (uint8_t& byte : bytes) byte ^= pad;
  CHECK(SHA256_Init(&state) == 1);
  CHECK(SHA256_Update(&state, bytes.data(), bytes.size()) == 1);
}

}  // namespace

ObjectHasher::ObjectHasher(const ObjectSecret& secret)
    : pads_(SecretBytes::Zero(sizeof(Pads))), check_(kCheckBytes, '\0') {
  SecretBytes key = SecretBytes::Zero(kSecretBytes);
  KeyedHash(secret.secret_.RawForCrypto(), kKeyDomain, {}, key.MutableForCrypto());
  auto* const pads = reinterpret_cast<Pads*>(pads_.MutableForCrypto().data());
  HashPad(key, kInnerPad, pads->inner);
  HashPad(key, kOuterPad, pads->outer);
  KeyedHash(secret.secret_.RawForCrypto(), kCheckDomain, {},
            {reinterpret_cast<uint8_t*>(check_.data()), check_.size()});
}

ObjectId ObjectHasher::Of(absl::string_view object) const {
  const auto* const pads = reinterpret_cast<const Pads*>(pads_.RawForCrypto().data());
  // SHA256_Final() leaves a digest where the state after the key block was: nothing to wipe.
  std::array<uint8_t, SHA256_DIGEST_LENGTH> digest;
  SHA256_CTX state = pads->inner;
  CHECK(SHA256_Update(&state, object.data(), object.size()) == 1);
  CHECK(SHA256_Final(digest.data(), &state) == 1);
  state = pads->outer;
  CHECK(SHA256_Update(&state, digest.data(), digest.size()) == 1);
  CHECK(SHA256_Final(digest.data(), &state) == 1);
  ObjectId id;
  std::memcpy(id.bytes.data(), digest.data(), id.bytes.size());
  return id;
}

}  // namespace tidemark::crypto
