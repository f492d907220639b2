// Object ids: how a depositor recognises an object that it deposited before.
//
//   hash key = keyed BLAKE2b-256(object secret, "tidemark/v2/object-hash-key" || 0)
//   prf key  = keyed BLAKE2b-128(object secret, "tidemark/v2/object-prf-key" || 0)
//   tag      = GMAC of the object: AES-256-GCM under the hash key with a nonce of zeros, the object
//              as associated data, no plaintext                            (NIST SP 800-38D)
//   id       = SipHash-2-4-128(prf key, tag)
//
// Ids never leave the depositor, so their length and function are no part of what vault and
// verifier read. Keyed, so that a registrar who chooses what stands in an object cannot make two
// that collide, and so that a stolen index confirms no guess without the secret. One nonce for all
// makes tags a universal hash and no more; nobody sees one, since SipHash stands before the index.
// Bounds, and why not HMAC: docs/decisions/0021.
//
// Not collision resistant for who knows the hash key: with it two objects of one id are made at
// once. Threat: whoever has the hasher's memory can do so and can confirm guesses at objects, no
// more; the object secret is not in it. OpenSSL keeps a table of the hash key's first block in
// memory that is wiped but not locked.
#ifndef TIDEMARK_CRYPTO_OBJECT_ID_H_
#define TIDEMARK_CRYPTO_OBJECT_ID_H_

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "crypto/deposit_key.h"
#include "crypto/secret.h"

struct gcm128_context;

namespace tidemark::crypto {

struct ObjectId {
  std::array<uint8_t, 16> bytes;
  // By words: of the arrays g++ makes a call of memcmp(), a third of what a look-up costs.
  friend bool operator==(const ObjectId& a, const ObjectId& b) {
    uint64_t x[2], y[2];
    std::memcpy(x, a.bytes.data(), sizeof(x));
    std::memcpy(y, b.bytes.data(), sizeof(y));
    return ((x[0] ^ y[0]) | (x[1] ^ y[1])) == 0;
  }
};

// Threads: one at a time.
class ObjectHasher final {
 public:
  explicit ObjectHasher(const ObjectSecret& secret);

  // Of any length. REQUIRES: at most kFrameObjectBytesMax for the bound of collisions to hold.
  ObjectId Of(absl::string_view object);
  // 16 bytes that tell one object secret from another, and these ids from those of before, and
  // nothing else about it.
  std::string Check() const { return check_; }

 private:
  struct ContextFree {
    void operator()(gcm128_context* context) const;
  };

  SecretBytes keys_;  // what tags and ids are computed under; the context points at it
  std::unique_ptr<gcm128_context, ContextFree> context_;
  std::string check_;
};

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_OBJECT_ID_H_
