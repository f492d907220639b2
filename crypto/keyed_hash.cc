#include "crypto/keyed_hash.h"

#include <sodium.h>

#include <cstdint>

#include "base/status.h"
#include "crypto/secret.h"
#include "crypto/sodium_init.h"

namespace tidemark::crypto {
namespace {

void Update(crypto_generichash_state& state, absl::string_view bytes) {
  CHECK(crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(bytes.data()),
                                  bytes.size()) == 0);
}

}  // namespace

std::string BigEndian32(size_t number) {
  CHECK(number <= UINT32_MAX);
  return {static_cast<char>(number >> 24), static_cast<char>(number >> 16),
          static_cast<char>(number >> 8), static_cast<char>(number)};
}

void KeyedHash(absl::Span<const uint8_t> key, absl::string_view domain,
               std::initializer_list<HashPart> parts, absl::Span<uint8_t> out) {
  EnsureSodium();
  CHECK(key.size() == kSecretBytes);
  crypto_generichash_state state;
  CHECK(crypto_generichash_init(&state, key.data(), key.size(), out.size()) == 0);
  Update(state, domain);
  Update(state, absl::string_view("\0", 1));
  for (const HashPart& part : parts) {
    if (part.length == HashPart::Length::kPrefixed) Update(state, BigEndian32(part.bytes.size()));
    Update(state, part.bytes);
  }
  CHECK(crypto_generichash_final(&state, out.data(), out.size()) == 0);
  sodium_memzero(&state, sizeof(state));
}

}  // namespace tidemark::crypto
