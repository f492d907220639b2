// Texts as words of eight bytes: for loops over names, ids and contact data, most of which are so
// short that a call into a library costs more than the bytes do.
//
// Letters are those of ASCII, as everywhere in names. Pure functions; any thread. No byte outside
// the text is read.
#ifndef TIDEMARK_BASE_TEXT_WORDS_H_
#define TIDEMARK_BASE_TEXT_WORDS_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/strings/string_view.h"

namespace tidemark::base {

// The first byte of a text is the lowest of its word.
static_assert(std::endian::native == std::endian::little);

// Each of the eight bytes of a word.
inline constexpr uint64_t kEveryByte = 0x0101'0101'0101'0101;

inline uint32_t Load32(const char* at) {
  uint32_t word;
  std::memcpy(&word, at, sizeof(word));
  return word;
}

inline uint64_t Load64(const char* at) {
  uint64_t word;
  std::memcpy(&word, at, sizeof(word));
  return word;
}

// The first `bytes` bytes, at most eight, and zeros after them: two loads that overlap, or three
// single bytes of which some may be one.
inline uint64_t LoadUpTo64(const char* at, size_t bytes) {
  if (bytes >= 8) return Load64(at);
  if (bytes >= 4) return Load32(at) | uint64_t{Load32(at + bytes - 4)} << (8 * (bytes - 4));
  if (bytes == 0) return 0;
  const auto byte = [at](size_t i) { return uint64_t{static_cast<uint8_t>(at[i])} << (8 * i); };
  return byte(0) | byte(bytes / 2) | byte(bytes - 1);
}

// With 'a' for 'A' to 'z' for 'Z', and every other byte as it is.
constexpr uint64_t LowerWord(uint64_t word) {
  // Without their high bits, bytes are added to without a carry into the next.
  const uint64_t low = word & ~(kEveryByte * 0x80);
  const uint64_t from_a = low + kEveryByte * (0x80 - 'A');
  const uint64_t after_z = low + kEveryByte * (0x80 - ('Z' + 1));
  return word | (from_a & ~after_z & ~word & kEveryByte * 0x80) >> 2;
}

inline bool IsAscii(absl::string_view text) {
  uint64_t seen = 0;
  const char* at = text.data();
  size_t left = text.size();
  for (; left > 8; at += 8, left -= 8) seen |= Load64(at);
  return ((seen | LoadUpTo64(at, left)) & kEveryByte * 0x80) == 0;
}

// Whether two texts are the same, each of whose words goes through `change` first.
template <typename Change>
inline bool EqualsAs(absl::string_view a, absl::string_view b, Change change) {
  if (a.size() != b.size()) return false;
  const char* at_a = a.data();
  const char* at_b = b.data();
  size_t left = a.size();
  for (; left > 8; at_a += 8, at_b += 8, left -= 8) {
    if (change(Load64(at_a)) != change(Load64(at_b))) return false;
  }
  return change(LoadUpTo64(at_a, left)) == change(LoadUpTo64(at_b, left));
}

// Byte by byte.
inline bool Equals(absl::string_view a, absl::string_view b) {
  return EqualsAs(a, b, [](uint64_t word) { return word; });
}

// Whether a text is a short literal: of a known length, so that it takes a load or two.
template <size_t size>
inline bool Is(absl::string_view text, const char (&literal)[size]) {
  return text.size() == size - 1 && std::memcmp(text.data(), literal, size - 1) == 0;
}

// Whatever the case.
inline bool EqualsFolded(absl::string_view a, absl::string_view b) {
  return EqualsAs(a, b, LowerWord);
}
inline bool StartsFolded(absl::string_view text, absl::string_view start) {
  return text.size() >= start.size() && EqualsFolded({text.data(), start.size()}, start);
}
inline bool EndsFolded(absl::string_view text, absl::string_view end) {
  if (text.size() < end.size()) return false;
  return EqualsFolded({text.data() + (text.size() - end.size()), end.size()}, end);
}

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_TEXT_WORDS_H_
