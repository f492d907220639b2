#include "verifier/keys.h"

#include <sys/random.h>

#include <algorithm>

#include "base/status.h"

namespace tidemark::verifier {
namespace {

constexpr size_t kHashes = 3;
constexpr size_t kNumbersPerWord = 2 * kHashes;
// Of names and ids as they mostly are.
constexpr size_t kWordsAtFirst = 32;
// What getrandom() gives in one piece.
constexpr size_t kRandomBytesMax = 256;

}  // namespace

KeyHasher::KeyHasher() { Extend(kWordsAtFirst); }
KeyHasher::KeyHasher(uint64_t seed) : seeded_(seed) { Extend(kWordsAtFirst); }

void KeyHasher::Extend(size_t words) {
  size_t have = numbers_.size();
  // A word more, for kind and length, and what each sum begins with.
  numbers_.resize(std::max(have, kHashes + (words + 1) * kNumbersPerWord));
  if (seeded_.has_value()) {
    for (; have < numbers_.size(); ++have) numbers_[have] = (*seeded_)();
  }
  while (have < numbers_.size()) {
    const size_t count = std::min(numbers_.size() - have, kRandomBytesMax / sizeof(uint64_t));
    const size_t bytes = count * sizeof(uint64_t);
    CHECK(getrandom(&numbers_[have], bytes, 0) == static_cast<ssize_t>(bytes));
    have += count;
  }
}

// Per word, with its halves l and h: (a + l) * (b + h) modulo 2^64. The upper half of the sum is
// strongly universal. Kind and length stand first, so that no two inputs are the same words.
template <typename Change>
Key KeyHasher::Sum(KeyKind kind, absl::string_view text, Change change) {
  const size_t words = text.size() / 8 + 1;
  if (numbers_.size() < kHashes + (words + 1) * kNumbersPerWord) Extend(words);
  const uint64_t* number = numbers_.data();
  // Not an array: that would stand in memory, with a canary behind it.
  uint64_t first = number[0], second = number[1], third = number[2];
  number += kHashes;
  const auto add = [&number, &first, &second, &third](uint64_t low, uint64_t high) {
    first += (number[0] + low) * (number[1] + high);
    second += (number[2] + low) * (number[3] + high);
    third += (number[4] + low) * (number[5] + high);
    number += kNumbersPerWord;
  };
  add(text.size(), static_cast<uint64_t>(kind));
  const char* at = text.data();
  size_t left = text.size();
  for (; left > 8; at += 8, left -= 8) {
    const uint64_t word = change(base::Load64(at));
    add(word & 0xffff'ffff, word >> 32);
  }
  const uint64_t word = change(base::LoadUpTo64(at, left));
  add(word & 0xffff'ffff, word >> 32);
  return {first >> 32 | (second & ~uint64_t{0xffff'ffff}), static_cast<uint32_t>(third >> 32)};
}

Key KeyHasher::Of(KeyKind kind, absl::string_view text) {
  return Sum(kind, text, [](uint64_t word) { return word; });
}

Key KeyHasher::OfName(KeyKind kind, absl::string_view name) {
  return Sum(kind, name, base::LowerWord);
}

}  // namespace tidemark::verifier
