// Random numbers as a pure function of (seed, stream, index, field): every object of a registry
// can be derived alone, in any order, on any machine, and always the same. splitmix64's finalizer
// is good enough for test data and for nothing else.
#ifndef TIDEMARK_TOOLS_GENERATOR_DICE_H_
#define TIDEMARK_TOOLS_GENERATOR_DICE_H_

#include <cstdint>

namespace tidemark::generator {

// The kinds of things that have dice of their own. The values shape the data: never renumber.
enum class Stream : uint64_t {
  kDomain = 1,
  kBlock = 2,
  kContact = 3,
  kInZoneHost = 4,
  kExternalHost = 5,
  kProvider = 6,
  kRegistrar = 7,
  kDeletion = 8,
};

inline uint64_t Mix(uint64_t x) {
  x ^= x >> 30;
  x *= 0xBF58476D1CE4E5B9u;
  x ^= x >> 27;
  x *= 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

class Dice {
 public:
  Dice(uint64_t seed, Stream stream, uint64_t index)
      : base_(Mix(Mix(seed + kGolden * static_cast<uint64_t>(stream)) + kGolden * (index + 1))) {}

  // 64 random bits. `version` counts how often the thing that the field describes has changed.
  uint64_t Roll(uint32_t field, uint32_t version = 0) const {
    return Mix(base_ + kGolden * (field + 1 + (static_cast<uint64_t>(version) << 32)));
  }
  // 0 ... n - 1. REQUIRES: 0 < n < 2^32.
  uint64_t Below(uint64_t n, uint32_t field, uint32_t version = 0) const {
    return ((Roll(field, version) >> 32) * n) >> 32;
  }
  bool Chance(double probability, uint32_t field, uint32_t version = 0) const {
    return static_cast<double>(Roll(field, version) >> 11) < probability * 9007199254740992.0;
  }

 private:
  static constexpr uint64_t kGolden = 0x9E3779B97F4A7C15u;
  uint64_t base_;
};

}  // namespace tidemark::generator

#endif  // TIDEMARK_TOOLS_GENERATOR_DICE_H_
