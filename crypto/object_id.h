// Object ids: how a depositor recognises an object that it deposited before.
//
//   object key = keyed BLAKE2b-256(object secret, "tidemark/v1/object-key" || 0)
//   id         = first 16 bytes of HMAC-SHA-256(object key, object)       (RFC 2104, FIPS 180-4)
//
// Ids never leave the depositor, so their length and function are no part of what vault and
// verifier read. Keyed, so that a registrar who chooses what stands in an object cannot make two
// that collide, and so that a stolen index confirms no guess without the secret. Why HMAC:
// docs/decisions/0017.
//
// Threat: whoever has the hasher's memory has the object key (not the object secret) and can
// confirm guesses at objects, no more.
#ifndef TIDEMARK_CRYPTO_OBJECT_ID_H_
#define TIDEMARK_CRYPTO_OBJECT_ID_H_

#include <array>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/string_view.h"
#include "crypto/deposit_key.h"
#include "crypto/secret.h"

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

// Threads: Of() and Check() are const and safe from several at once.
class ObjectHasher final {
 public:
  explicit ObjectHasher(const ObjectSecret& secret);

  ObjectId Of(absl::string_view object) const;
  // 16 bytes that tell one object secret from another and nothing else about it.
  std::string Check() const { return check_; }

 private:
  SecretBytes pads_;  // SHA-256 after the inner and after the outer key block: as good as the key
  std::string check_;
};

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_OBJECT_ID_H_
