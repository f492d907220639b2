// Bytes are looked for sixteen at a time where the machine has SSE2 (every x86-64), else one by
// one. Private to rde/split/.
//
// Positions are into `data`, of which no byte outside is read. Pure but for the finder's name.
#ifndef TIDEMARK_RDE_SPLIT_SCAN_H_
#define TIDEMARK_RDE_SPLIT_SCAN_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace tidemark::rde {

#if defined(__SSE2__)
namespace lane {

inline constexpr size_t kBytes = 16;
// Which of the sixteen bytes at `at` are `c`.
inline __m128i Is(const char* at, char c) {
  return _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)), _mm_set1_epi8(c));
}
// A bit a byte.
inline uint32_t Bits(__m128i lane) { return static_cast<uint32_t>(_mm_movemask_epi8(lane)); }

}  // namespace lane
#endif

// The first position in [from, to) that has one of `kWanted`, or `to`.
template <char... kWanted>
size_t FindAny(absl::string_view data, size_t from, size_t to) {
#if defined(__SSE2__)
  for (; from + lane::kBytes <= to; from += lane::kBytes) {
    const uint32_t found = (lane::Bits(lane::Is(data.data() + from, kWanted)) | ...);
    if (found != 0) return from + static_cast<size_t>(std::countr_zero(found));
  }
#endif
  while (from < to && ((data[from] != kWanted) && ...)) ++from;
  return from;
}

// Looks for the beginning of one element's end tag.
class EndTagFinder {
 public:
  // `name` has at least one byte.
  void SetName(absl::string_view name) {
    if (absl::string_view(tag_).substr(2) != name) tag_ = absl::StrCat("</", name);
  }
  absl::string_view name() const { return absl::string_view(tag_).substr(2); }
  // Of "</" and the name.
  size_t size() const { return tag_.size(); }

  // The first position in [from, to) where "</" and the name stand, whatever follows; or `to`.
  // REQUIRES: data.size() >= to + size(), or from >= to.
  //
  // Three bytes are compared at once for sixteen positions; of the end tags of an object's children
  // hardly one has this name's last letter at its distance.
  size_t Find(absl::string_view data, size_t from, size_t to) const {
    const size_t last = tag_.size() - 1;
#if defined(__SSE2__)
    for (; from + lane::kBytes <= to; from += lane::kBytes) {
      const char* const at = data.data() + from;
      const __m128i begins = _mm_and_si128(lane::Is(at, '<'), lane::Is(at + 1, '/'));
      uint32_t found = lane::Bits(_mm_and_si128(begins, lane::Is(at + last, tag_[last])));
      for (; found != 0; found &= found - 1) {
        const size_t position = from + static_cast<size_t>(std::countr_zero(found));
        if (data.compare(position, tag_.size(), tag_) == 0) return position;
      }
    }
#endif
    for (; from < to; ++from) {
      if (data[from] == '<' && data.compare(from, tag_.size(), tag_) == 0) return from;
    }
    return to;
  }

 private:
  std::string tag_ = "</";
};

// Of `kRowStepBytes` bytes, which are what: a bit each.
inline constexpr size_t kRowStepBytes = 64;
struct RowStep {
  uint64_t feeds = 0;
  uint64_t quotes = 0;
};
inline RowStep LookAtRows(const char* at) {
  RowStep step;
#if defined(__SSE2__)
  for (size_t i = 0; i < kRowStepBytes; i += lane::kBytes) {
    step.feeds |= uint64_t{lane::Bits(lane::Is(at + i, '\n'))} << i;
    step.quotes |= uint64_t{lane::Bits(lane::Is(at + i, '"'))} << i;
  }
#else
  for (size_t i = 0; i < kRowStepBytes; ++i) {
    step.feeds |= uint64_t{at[i] == '\n'} << i;
    step.quotes |= uint64_t{at[i] == '"'} << i;
  }
#endif
  return step;
}

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_SPLIT_SCAN_H_
