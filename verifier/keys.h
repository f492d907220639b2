// Keys of objects as 96-bit fingerprints: what uniqueness and references are judged with.
//
// Fingerprints are SipHash-1-3 with 128 bits of output, cut to 96, under a random key of this run.
// With a random key nobody can prepare colliding names, and by luck two of 10 million keys collide
// with a chance under 1e-14. Reports do not depend on the key: order is by place in the file.
// Fingerprints are not for storing or comparing across runs.
#ifndef TIDEMARK_VERIFIER_KEYS_H_
#define TIDEMARK_VERIFIER_KEYS_H_

#include <array>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace tidemark::verifier {

// What a key is a key of: equal texts of different kinds are different keys.
enum class KeyKind : uint8_t {
  kDomainName,
  kDomainRoid,
  kHostName,
  kHostRoid,
  kContactId,
  kContactRoid,
  kRegistrarId,
  kIdnTableId,
  kNndnName,
};

struct Key {
  std::array<uint32_t, 3> words;
  bool operator==(const Key&) const = default;
};

class KeyHasher {
 public:
  // A random key of this run.
  KeyHasher();
  KeyHasher(uint64_t k0, uint64_t k1) : k0_(k0), k1_(k1) {}

  // Of the text as it is.
  Key Of(KeyKind kind, absl::string_view text) const;
  // Of a DNS name: upper and lower case are one. Names over 255 bytes are as they are.
  Key OfName(KeyKind kind, absl::string_view name) const;

 private:
  uint64_t k0_;
  uint64_t k1_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_KEYS_H_
