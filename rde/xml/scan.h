// How far runs of bytes go that need no second look: sixteen at a time where the machine has SSE2
// (every x86-64), else one by one. Private to rde/xml/.
//
// Most of a deposit is white space between tags and short plain values, so these two loops are what
// reading costs.
#ifndef TIDEMARK_RDE_XML_SCAN_H_
#define TIDEMARK_RDE_XML_SCAN_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "absl/strings/string_view.h"
#include "rde/xml/characters.h"

namespace tidemark::rde::xml {

#if defined(__SSE2__)
namespace sse2 {

inline constexpr size_t kLane = 16;
inline __m128i Load(const char* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}
inline unsigned Equal(__m128i bytes, char c) {
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(c))));
}
// Under U+0020, and over 127 too: the comparison is signed.
inline unsigned UnderSpace(__m128i bytes) {
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_cmplt_epi8(bytes, _mm_set1_epi8(' '))));
}

}  // namespace sse2
#endif

// The bytes at the start of `text` that are printable ASCII and stand for themselves in character
// data: neither '<' nor '&' nor ']', and no white space but the space.
inline size_t PlainRun(absl::string_view text) {
  size_t i = 0;
#if defined(__SSE2__)
  for (; i + sse2::kLane <= text.size(); i += sse2::kLane) {
    const __m128i bytes = sse2::Load(text.data() + i);
    const unsigned others = sse2::UnderSpace(bytes) | sse2::Equal(bytes, '<') |
                            sse2::Equal(bytes, '&') | sse2::Equal(bytes, ']');
    if (others != 0) return i + static_cast<size_t>(std::countr_zero(others));
  }
#endif
  while (i < text.size() && Has(text[i], kTextByte) && text[i] >= ' ') ++i;
  return i;
}

// The spaces, tabs and line feeds at the start of `text`; adds the line feeds to `lines`.
inline size_t BlankRun(absl::string_view text, int64_t& lines) {
  size_t i = 0;
#if defined(__SSE2__)
  for (; i + sse2::kLane <= text.size(); i += sse2::kLane) {
    const __m128i bytes = sse2::Load(text.data() + i);
    unsigned feeds = sse2::Equal(bytes, '\n');
    const unsigned others = ~(feeds | sse2::Equal(bytes, ' ') | sse2::Equal(bytes, '\t')) & 0xFFFF;
    // Of the lane, only what stands before the first other byte.
    if (others != 0) feeds &= (others & -others) - 1;
    for (; feeds != 0; feeds &= feeds - 1) ++lines;
    if (others != 0) return i + static_cast<size_t>(std::countr_zero(others));
  }
#endif
  for (; i < text.size() && (text[i] == ' ' || text[i] == '\t' || text[i] == '\n'); ++i) {
    lines += text[i] == '\n';
  }
  return i;
}

// Where the first '>' stands among the first `bytes_max` bytes; npos if it does not.
inline size_t FindTagEnd(absl::string_view text, size_t bytes_max) {
  text = text.substr(0, bytes_max);
  size_t i = 0;
#if defined(__SSE2__)
  for (; i + sse2::kLane <= text.size(); i += sse2::kLane) {
    const unsigned found = sse2::Equal(sse2::Load(text.data() + i), '>');
    if (found != 0) return i + static_cast<size_t>(std::countr_zero(found));
  }
#endif
  for (; i < text.size(); ++i) {
    if (text[i] == '>') return i;
  }
  return absl::string_view::npos;
}

inline uint64_t LoadWord(const char* at) {
  uint64_t word;
  std::memcpy(&word, at, sizeof(word));
  return word;
}

// memcmp() == 0 without the call.
inline bool EqualBytes(const char* a, const char* b, size_t bytes) {
  constexpr size_t kWord = sizeof(uint64_t);
  if (bytes < kWord) {
    for (size_t i = 0; i < bytes; ++i) {
      if (a[i] != b[i]) return false;
    }
    return true;
  }
  for (size_t i = 0; i + kWord <= bytes; i += kWord) {
    if (LoadWord(a + i) != LoadWord(b + i)) return false;
  }
  // The last word may overlap the one before.
  return LoadWord(a + bytes - kWord) == LoadWord(b + bytes - kWord);
}

// A short text to look for at the start of others, in a room that can be read to its end.
template <size_t kRoom>
struct Pattern {
  static constexpr size_t kBytesMax = kRoom;

  bool Begins(absl::string_view text) const {
#if defined(__SSE2__)
    // Two lanes whatever the size, or three, and no loop to be predicted wrong.
    static_assert(kRoom >= 3 * sse2::kLane);
    if (size <= 2 * sse2::kLane && text.size() >= 2 * sse2::kLane) {
      return (~Same<2>(text.data()) & ((uint64_t{1} << size) - 1)) == 0;
    }
    if (size <= 3 * sse2::kLane && text.size() >= 3 * sse2::kLane) {
      return (~Same<3>(text.data()) & ((uint64_t{1} << size) - 1)) == 0;
    }
#endif
    return text.size() >= size && EqualBytes(bytes.data(), text.data(), size);
  }
  void Set(absl::string_view text) {
    size = text.size();
    std::copy(text.begin(), text.end(), bytes.begin());
  }
  absl::string_view view() const { return {bytes.data(), size}; }

  size_t size = 0;
  std::array<char, kRoom> bytes = {};

#if defined(__SSE2__)
 private:
  // A bit for each byte that is the same.
  template <int kLanes>
  uint64_t Same(const char* text) const {
    uint64_t same = 0;
    for (int lane = 0; lane < kLanes; ++lane) {
      const size_t at = static_cast<size_t>(lane) * sse2::kLane;
      same |= uint64_t{static_cast<unsigned>(_mm_movemask_epi8(
                  _mm_cmpeq_epi8(sse2::Load(bytes.data() + at), sse2::Load(text + at))))}
              << at;
    }
    return same;
  }
#endif
};

}  // namespace tidemark::rde::xml

#endif  // TIDEMARK_RDE_XML_SCAN_H_
