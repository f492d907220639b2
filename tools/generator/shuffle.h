// An order of the numbers 0 ... n - 1 that looks random and takes no memory: a permutation of the
// next power of four, by a Feistel network, walked until it lands below n.
#ifndef TIDEMARK_TOOLS_GENERATOR_SHUFFLE_H_
#define TIDEMARK_TOOLS_GENERATOR_SHUFFLE_H_

#include <cstdint>

#include "tools/generator/dice.h"

namespace tidemark::generator {

class Shuffle {
 public:
  // REQUIRES: n > 0.
  Shuffle(uint64_t n, uint64_t seed) : n_(n), key_(Mix(seed ^ 0x5AFF1E)) {
    while (uint64_t{1} << 2 * half_bits_ < n) ++half_bits_;
  }

  // Where `i` goes. REQUIRES: i < n.
  uint64_t operator()(uint64_t i) const {
    do {
      i = Permute(i);
    } while (i >= n_);
    return i;
  }

 private:
  static constexpr uint64_t kRounds = 4;

  uint64_t Permute(uint64_t i) const {
    const uint64_t mask = (uint64_t{1} << half_bits_) - 1;
    uint64_t left = i >> half_bits_;
    uint64_t right = i & mask;
    for (uint64_t round = 0; round < kRounds; ++round) {
      const uint64_t next = left ^ (Mix(key_ + (right << 3 | round)) & mask);
      left = right;
      right = next;
    }
    return left << half_bits_ | right;
  }

  const uint64_t n_;
  const uint64_t key_;
  int half_bits_ = 1;
};

}  // namespace tidemark::generator

#endif  // TIDEMARK_TOOLS_GENERATOR_SHUFFLE_H_
