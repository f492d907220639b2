// Private to crypto/: keyed BLAKE2b with a domain, the project's one key derivation function.
//
//   hash = BLAKE2b(key, domain || 0x00 || part || part ...)
//
// A domain never contains a zero byte, and a part is either of a size that the format fixes or
// preceded by its length (BE32), so no two different calls hash the same bytes.
#ifndef TIDEMARK_CRYPTO_KEYED_HASH_H_
#define TIDEMARK_CRYPTO_KEYED_HASH_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace tidemark::crypto {

// Big-endian, as every number in the formats.
std::string BigEndian32(size_t number);

struct HashPart {
  enum class Length { kFixed, kPrefixed };
  absl::string_view bytes;
  Length length;
};

// A part whose size the format fixes, or the last part of a hash that has no other variable one.
inline HashPart Fixed(absl::string_view bytes) { return {bytes, HashPart::Length::kFixed}; }
inline HashPart Fixed(const std::array<uint8_t, 32>& bytes) {
  return {{reinterpret_cast<const char*>(bytes.data()), bytes.size()}, HashPart::Length::kFixed};
}
inline HashPart Prefixed(absl::string_view bytes) { return {bytes, HashPart::Length::kPrefixed}; }

// Fills `out` (16 to 64 bytes); `key` has 32 bytes. Leaves nothing of key or hash on the stack.
void KeyedHash(absl::Span<const uint8_t> key, absl::string_view domain,
               std::initializer_list<HashPart> parts, absl::Span<uint8_t> out);

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_KEYED_HASH_H_
