#include "rde/csv/marks.h"

#include <bit>

#include "absl/base/attributes.h"
#include "base/text_words.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tidemark::rde::csv {
namespace {

// What stands where in kMarksStepBytes bytes, a bit each.
struct Step {
  uint64_t separators = 0;
  uint64_t ends = 0;  // line ends, quotes
  uint64_t odd = 0;   // below U+0020 or beyond U+007F, the others excepted
  uint64_t spaces = 0;

  // The first of every run of odd ones, and the ends.
  uint64_t stops() const { return ends | (odd & ~(odd << 1)); }
};

#if defined(__SSE2__)

ABSL_ATTRIBUTE_ALWAYS_INLINE inline Step LookAt(const char* text, char separator) {
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
    const __m128i ends = _mm_or_si128(_mm_cmpeq_epi8(lane, feeds), _mm_cmpeq_epi8(lane, quotes));
    step.separators |= bits(_mm_cmpeq_epi8(lane, separators)) << at;
    step.ends |= bits(ends) << at;
    // The comparison is signed, so that it finds what is beyond U+007F too.
    step.odd |= bits(_mm_cmplt_epi8(lane, spaces)) << at;
    step.spaces |= bits(_mm_cmpeq_epi8(lane, spaces)) << at;
  }
  step.odd &= ~(step.ends | step.separators);
  return step;
}

#else

ABSL_ATTRIBUTE_ALWAYS_INLINE inline Step LookAt(const char* text, char separator) {
  Step step;
  for (size_t at = 0; at < kMarksStepBytes; ++at) {
    const char c = text[at];
    const uint64_t bit = uint64_t{1} << at;
    if (c == separator) {
      step.separators |= bit;
    } else if (c == '\n' || c == '"') {
      step.ends |= bit;
    } else if (static_cast<signed char>(c) < ' ') {
      step.odd |= bit;
    } else if (c == ' ') {
      step.spaces |= bit;
    }
  }
  return step;
}

#endif

// The bits of a step of which `size` bytes are left.
uint64_t Within(size_t size) {
  return size < kMarksStepBytes ? (uint64_t{1} << size) - 1 : ~uint64_t{0};
}

// Eight bits at a time; the instruction that counts them is not every x86-64's.
uint32_t Count(uint64_t bits) {
  constexpr uint64_t kPairs = 0x3333'3333'3333'3333;
  bits -= bits >> 1 & 0x5555'5555'5555'5555;
  bits = (bits & kPairs) + (bits >> 2 & kPairs);
  bits = (bits + (bits >> 4)) & 0x0F0F'0F0F'0F0F'0F0F;
  return static_cast<uint32_t>(bits * base::kEveryByte >> 56);
}

}  // namespace

size_t FindMarks(const char* text, size_t size, char separator, uint32_t base, uint32_t* marks,
                 bool& has_space) {
  uint32_t* out = marks;
  uint64_t spaces = 0;
  for (size_t at = 0; at < size; at += kMarksStepBytes) {
    const Step step = LookAt(text + at, separator);
    spaces |= step.spaces;
    uint64_t found = (step.separators | step.stops()) & Within(size - at);
    for (; found != 0; found &= found - 1) {
      *out++ = base + static_cast<uint32_t>(at) + static_cast<uint32_t>(std::countr_zero(found));
    }
  }
  has_space = spaces != 0;
  return static_cast<size_t>(out - marks);
}

size_t FindStops(const char* text, size_t size, char separator, uint32_t base, uint32_t& separators,
                 Stop* stops) {
  Stop* out = stops;
  for (size_t at = 0; at < size; at += kMarksStepBytes) {
    const Step step = LookAt(text + at, separator);
    const uint64_t within = Within(size - at);
    for (uint64_t found = step.stops() & within; found != 0; found &= found - 1) {
      const auto bit = static_cast<uint32_t>(std::countr_zero(found));
      const uint64_t before = (uint64_t{1} << bit) - 1;
      *out++ = {base + static_cast<uint32_t>(at) + bit,
                separators + Count(step.separators & before)};
    }
    separators += Count(step.separators & within);
  }
  return static_cast<size_t>(out - stops);
}

}  // namespace tidemark::rde::csv
