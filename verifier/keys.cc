#include "verifier/keys.h"

#include <sys/random.h>

#include <bit>
#include <cstring>

#include "absl/strings/ascii.h"
#include "base/status.h"

namespace tidemark::verifier {
namespace {

// Little-endian only matters for agreement with other implementations, which nobody needs here.
uint64_t Load64(const char* p) {
  uint64_t word;
  std::memcpy(&word, p, sizeof(word));
  return word;
}

struct SipState {
  uint64_t v0, v1, v2, v3;

  void Round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void Absorb(uint64_t word) {
    v3 ^= word;
    Round();
    v0 ^= word;
  }
  uint64_t Squeeze() {
    for (int i = 0; i < 3; ++i) Round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

}  // namespace

KeyHasher::KeyHasher() {
  uint64_t key[2];
  CHECK(getrandom(key, sizeof(key), 0) == static_cast<ssize_t>(sizeof(key)));
  k0_ = key[0];
  k1_ = key[1];
}

Key KeyHasher::Of(KeyKind kind, absl::string_view text) const {
  SipState state{k0_ ^ 0x736f6d6570736575, k1_ ^ 0x646f72616e646f6d ^ 0xee,
                 k0_ ^ 0x6c7967656e657261, k1_ ^ 0x7465646279746573};
  const char* p = text.data();
  size_t left = text.size();
  for (; left >= 8; p += 8, left -= 8) state.Absorb(Load64(p));
  // The last word: the rest, the kind, and the length, so that no two inputs share one.
  uint64_t last = 0;
  std::memcpy(&last, p, left);
  state.Absorb(last);
  state.Absorb((static_cast<uint64_t>(text.size()) << 8) | static_cast<uint8_t>(kind));
  state.v2 ^= 0xee;
  const uint64_t low = state.Squeeze();
  state.v1 ^= 0xdd;
  const uint64_t high = state.Squeeze();
  return Key{
      {static_cast<uint32_t>(low), static_cast<uint32_t>(low >> 32), static_cast<uint32_t>(high)}};
}

Key KeyHasher::OfName(KeyKind kind, absl::string_view name) const {
  char lower[256];
  if (name.size() >= sizeof(lower)) return Of(kind, name);
  for (size_t i = 0; i < name.size(); ++i) lower[i] = absl::ascii_tolower(name[i]);
  return Of(kind, absl::string_view(lower, name.size()));
}

}  // namespace tidemark::verifier
