// Sixteen bytes of a text at once, asked which of them are what: with SSE2 (every x86-64) in a few
// instructions, else byte by byte. For the few loops that go over every name and contact.
//
// An answer has bit i for byte i of the lane, and none beyond the text. Pure; any thread. No byte
// outside the text is read.
#ifndef TIDEMARK_BASE_TEXT_LANE_H_
#define TIDEMARK_BASE_TEXT_LANE_H_

#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "absl/strings/string_view.h"
#include "base/text_words.h"

namespace tidemark::base {

inline constexpr size_t kLaneBytes = 16;

#if defined(__SSE2__)

class TextLane {
 public:
  // Of the first bytes of `text`.
  explicit TextLane(absl::string_view text) : bytes_(Load(text.data(), text.size())) {}

  uint32_t Is(char c) const { return Bits(_mm_cmpeq_epi8(bytes_, _mm_set1_epi8(c))); }
  uint32_t IsOver127() const { return Bits(bytes_); }
  // Bytes over 127 are negative here, and hence in no range of ASCII.
  uint32_t IsDigit() const { return Bits(Between(bytes_, '0', '9')); }
  uint32_t IsLetter() const {
    return Bits(Between(_mm_or_si128(bytes_, _mm_set1_epi8(0x20)), 'a', 'z'));
  }

 private:
  static __m128i Load(const char* at, size_t left) {
    if (left >= kLaneBytes) return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i low = _mm_cvtsi64_si128(static_cast<int64_t>(LoadUpTo64(at, left)));
    if (left <= 8) return low;
    return _mm_unpacklo_epi64(
        low, _mm_cvtsi64_si128(static_cast<int64_t>(LoadUpTo64(at + 8, left - 8))));
  }
  static __m128i Between(__m128i bytes, char first, char last) {
    return _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(static_cast<char>(first - 1))),
                         _mm_cmplt_epi8(bytes, _mm_set1_epi8(static_cast<char>(last + 1))));
  }
  static uint32_t Bits(__m128i lane) { return static_cast<uint32_t>(_mm_movemask_epi8(lane)); }

  __m128i bytes_;
};

#else

class TextLane {
 public:
  explicit TextLane(absl::string_view text) : text_(text.substr(0, kLaneBytes)) {}

  uint32_t Is(char c) const {
    return Where([c](char byte) { return byte == c; });
  }
  uint32_t IsOver127() const {
    return Where([](char byte) { return (byte & 0x80) != 0; });
  }
  uint32_t IsDigit() const {
    return Where([](char byte) { return byte >= '0' && byte <= '9'; });
  }
  uint32_t IsLetter() const {
    return Where([](char byte) { return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z'; });
  }

 private:
  template <typename Predicate>
  uint32_t Where(Predicate is) const {
    uint32_t bits = 0;
    for (size_t i = 0; i < text_.size(); ++i) bits |= uint32_t{is(text_[i])} << i;
    return bits;
  }

  absl::string_view text_;
};

#endif

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_TEXT_LANE_H_
