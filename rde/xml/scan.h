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

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "absl/strings/string_view.h"
#include "base/text_words.h"
#include "rde/xml/characters.h"

namespace tidemark::rde::xml {

#if defined(__SSE2__)
namespace sse2 {

inline constexpr size_t kLane = 16;
inline __m128i Load(const char* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}
inline __m128i Equal(__m128i bytes, char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); }
// Under U+0020, and over 127 too: the comparison is signed.
inline __m128i UnderSpace(__m128i bytes) { return _mm_cmplt_epi8(bytes, _mm_set1_epi8(' ')); }
inline __m128i Or(__m128i a, __m128i b) { return _mm_or_si128(a, b); }
// A bit a byte.
inline unsigned Bits(__m128i bytes) { return static_cast<unsigned>(_mm_movemask_epi8(bytes)); }

}  // namespace sse2
#endif

// The bytes at the start of `text` that are printable ASCII and stand for themselves in character
// data: neither '<' nor '&' nor ']', and no white space but the space.
struct PlainText {
  size_t bytes = 0;
  bool tidy = false;  // every space stands alone, and none at an end
};

// PlainRun() of the first kPlainStartBytes, which must be there: as far as nearly every value goes,
// without a branch that depends on where it ends. `tidy` is of a run that ends there.
inline constexpr size_t kPlainStartBytes = 32;
#if defined(__SSE2__)
inline PlainText PlainStart(const char* text) {
  const auto is_other = [](__m128i bytes) -> uint32_t {
    // Bits() looks at signs alone, and the difference has that of UnderSpace().
    const __m128i under_space = _mm_subs_epi8(bytes, _mm_set1_epi8(' '));
    return sse2::Bits(sse2::Or(sse2::Or(under_space, sse2::Equal(bytes, '<')),
                               sse2::Or(sse2::Equal(bytes, '&'), sse2::Equal(bytes, ']'))));
  };
  const auto is_space = [](__m128i bytes) -> uint32_t {
    return sse2::Bits(sse2::Equal(bytes, ' '));
  };
  static_assert(kPlainStartBytes == 2 * sse2::kLane);
  const __m128i low = sse2::Load(text);
  const __m128i high = sse2::Load(text + sse2::kLane);
  const uint32_t others = is_other(low) | is_other(high) << sse2::kLane;
  uint32_t spaces = is_space(low) | is_space(high) << sse2::kLane;
  const uint32_t end = others & -others;
  spaces &= end - 1;
  // Not behind another, not first, not last.
  const bool tidy = (spaces & (spaces << 1 | 1 | end >> 1)) == 0;
  return {static_cast<size_t>(std::countr_zero(others)), tidy};
}
#endif

inline PlainText PlainRun(absl::string_view text) {
  size_t i = 0;
  bool apart = true;
  // A space that comes next would not stand alone.
  unsigned after_space = 1;
  const auto found = [&](size_t end) {
    return PlainText{end, apart && (end == 0 || text[end - 1] != ' ')};
  };
#if defined(__SSE2__)
  for (; i + sse2::kLane <= text.size(); i += sse2::kLane) {
    const __m128i bytes = sse2::Load(text.data() + i);
    const unsigned others =
        sse2::Bits(sse2::Or(sse2::Or(sse2::UnderSpace(bytes), sse2::Equal(bytes, '<')),
                            sse2::Or(sse2::Equal(bytes, '&'), sse2::Equal(bytes, ']'))));
    // Of the lane, only what stands before the first other byte.
    const unsigned spaces = sse2::Bits(sse2::Equal(bytes, ' ')) & ~others & (others - 1);
    apart = apart && (spaces & (spaces << 1 | after_space)) == 0;
    if (others != 0) return found(i + static_cast<size_t>(std::countr_zero(others)));
    after_space = spaces >> (sse2::kLane - 1);
  }
#endif
  for (; i < text.size() && Has(text[i], kTextByte) && text[i] >= ' '; ++i) {
    const unsigned space = text[i] == ' ' ? 1 : 0;
    apart = apart && (space & after_space) == 0;
    after_space = space;
  }
  return found(i);
}

#if !defined(__SSE2__)
inline PlainText PlainStart(const char* text) { return PlainRun({text, kPlainStartBytes}); }
#endif

// The spaces, tabs and line feeds at the start of `text`; adds the line feeds to `lines`.
inline size_t BlankRun(absl::string_view text, int64_t& lines) {
  size_t i = 0;
#if defined(__SSE2__)
  for (; i + sse2::kLane <= text.size(); i += sse2::kLane) {
    const __m128i bytes = sse2::Load(text.data() + i);
    const __m128i is_feed = sse2::Equal(bytes, '\n');
    unsigned feeds = sse2::Bits(is_feed);
    const unsigned others =
        sse2::Bits(sse2::Or(is_feed, sse2::Or(sse2::Equal(bytes, ' '), sse2::Equal(bytes, '\t')))) ^
        0xFFFF;
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
    const unsigned found = sse2::Bits(sse2::Equal(sse2::Load(text.data() + i), '>'));
    if (found != 0) return i + static_cast<size_t>(std::countr_zero(found));
  }
#endif
  for (; i < text.size(); ++i) {
    if (text[i] == '>') return i;
  }
  return absl::string_view::npos;
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
    if (base::Load64(a + i) != base::Load64(b + i)) return false;
  }
  // The last word may overlap the one before.
  return base::Load64(a + bytes - kWord) == base::Load64(b + bytes - kWord);
}

// A short text to look for at the start of others, in a room that can be read to its end.
template <size_t kRoom>
class Pattern {
 public:
  static constexpr size_t kBytesMax = kRoom;

  // Whether `text` begins with it. At least kRoom bytes must be there to be read.
  bool BeginsAt(const char* text) const {
#if defined(__SSE2__)
    // The first lane and the last, which may overlap it; between them one at most, and no loop to
    // be predicted wrong.
    static_assert(kRoom >= 3 * sse2::kLane);
    if (size_ <= 3 * sse2::kLane) {
      __m128i same = _mm_and_si128(SameAt(text, 0), SameAt(text, last_lane_));
      if (size_ > 2 * sse2::kLane) same = _mm_and_si128(same, SameAt(text, sse2::kLane));
      return (sse2::Bits(same) | beyond_) == 0xFFFF;
    }
#endif
    return EqualBytes(bytes_.data(), text, size_);
  }
  bool Begins(absl::string_view text) const {
    if (text.size() >= kRoom) return BeginsAt(text.data());
    return text.size() >= size_ && EqualBytes(bytes_.data(), text.data(), size_);
  }
  void Set(absl::string_view text) {
    size_ = text.size();
    constexpr size_t kLane = 16;
    last_lane_ = size_ > kLane ? size_ - kLane : 0;
    beyond_ = size_ < kLane ? 0xFFFFu & ~((1u << size_) - 1) : 0;
    std::copy(text.begin(), text.end(), bytes_.begin());
  }
  size_t size() const { return size_; }
  absl::string_view view() const { return {bytes_.data(), size_}; }

 private:
#if defined(__SSE2__)
  __m128i SameAt(const char* text, size_t at) const {
    return _mm_cmpeq_epi8(sse2::Load(bytes_.data() + at), sse2::Load(text + at));
  }
#endif

  size_t size_ = 0;
  size_t last_lane_ = 0;  // where the last sixteen bytes begin
  unsigned beyond_ = 0;   // a bit for each byte of a lane that a shorter text does not fill
  std::array<char, kRoom> bytes_ = {};
};

}  // namespace tidemark::rde::xml

#endif  // TIDEMARK_RDE_XML_SCAN_H_
