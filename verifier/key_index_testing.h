// For tests only: keys that are the same in every run, and where an index puts what its memory does
// not hold.
#ifndef TIDEMARK_VERIFIER_KEY_INDEX_TESTING_H_
#define TIDEMARK_VERIFIER_KEY_INDEX_TESTING_H_

#include <cstdint>
#include <memory>
#include <utility>

#include "base/scratch.h"
#include "base/testing.h"
#include "verifier/key_index.h"

namespace tidemark::verifier {

inline KeyHasher& Hasher() {
  static KeyHasher hasher(1);
  return hasher;
}

inline std::unique_ptr<base::ScratchSpace> NewSpace(uint64_t bytes_max = 1ull << 30) {
  auto space = base::NewPlainScratchSpace({.dir = base::TestDir(), .bytes_max = bytes_max});
  EXPECT_OK(space);
  return *std::move(space);
}

// Of memory: nothing goes to scratch.
inline constexpr uint64_t kAmple = 64 << 20;

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_KEY_INDEX_TESTING_H_
