#include "rde/csv/marks.h"

#include <algorithm>
#include <bit>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tidemark::rde::csv {
namespace {

// What stands where in kMarksStepBytes bytes, a bit each.
struct Step {
  uint64_t ends = 0;  // separators, line ends, quotes
  uint64_t odd = 0;   // below U+0020 or beyond U+007F
};

#if defined(__SSE2__)

Step LookAt(const char* text, char separator) {
  constexpr size_t kLane = 16;
  const __m128i separators = _mm_set1_epi8(separator);
  const __m128i feeds = _mm_set1_epi8('\n');
  const __m128i quotes = _mm_set1_epi8('"');
  const __m128i spaces = _mm_set1_epi8(' ');
  const auto bits = [](__m128i lane) {
    return static_cast<uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(lane)));
  };
  Step step;
  for (size_t at = 0; at < kMarksStepBytes; at += kLane) {
    const __m128i lane = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + at));
    const __m128i ends =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(lane, separators), _mm_cmpeq_epi8(lane, feeds)),
                     _mm_cmpeq_epi8(lane, quotes));
    step.ends |= bits(ends) << at;
    // The comparison is signed, so that it finds what is beyond U+007F too.
    step.odd |= bits(_mm_cmplt_epi8(lane, spaces)) << at;
  }
  return step;
}

#else

Step LookAt(const char* text, char separator) {
  Step step;
  for (size_t at = 0; at < kMarksStepBytes; ++at) {
    const char c = text[at];
    const uint64_t bit = uint64_t{1} << at;
    if (c == separator || c == '\n' || c == '"') step.ends |= bit;
    if (static_cast<signed char>(c) < ' ') step.odd |= bit;
  }
  return step;
}

#endif

}  // namespace

size_t FindMarks(const char* text, size_t size, char separator, uint32_t base, uint32_t* marks) {
  uint32_t* out = marks;
  for (size_t at = 0; at < size; at += kMarksStepBytes) {
    Step step = LookAt(text + at, separator);
    step.odd &= ~step.ends;
    uint64_t found = step.ends | (step.odd & ~(step.odd << 1));
    if (size - at < kMarksStepBytes) found &= (uint64_t{1} << (size - at)) - 1;
    for (; found != 0; found &= found - 1) {
      *out++ = base + static_cast<uint32_t>(at) + static_cast<uint32_t>(std::countr_zero(found));
    }
  }
  return static_cast<size_t>(out - marks);
}

}  // namespace tidemark::rde::csv
