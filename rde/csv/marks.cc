#include "rde/csv/marks.h"

#include <bit>

#include "absl/base/attributes.h"
#include "base/text_words.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__SSE2__)
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
  // What makes a space beside it a loose one.
  uint64_t bounds() const { return separators | ends | odd | spaces; }
  // `before` and `behind`: whether the byte there is one of bounds().
  uint64_t loose(bool before, bool behind) const {
    const uint64_t all = bounds();
    return spaces & (all << 1 | uint64_t{before} | all >> 1 | uint64_t{behind} << 63);
  }
};

// Whether it is one of Step::bounds().
bool IsBound(char c, char separator) {
  return c == separator || c == '"' || static_cast<signed char>(c) <= ' ';
}

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

uint64_t MarksOf(const Step& step, bool before, bool behind) {
  return step.separators | step.stops() | step.loose(before, behind);
}

#if defined(__x86_64__)

bool HasWideLanes() {
  return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0 &&
         __builtin_cpu_supports("popcnt") != 0;
}

#define TIDEMARK_WIDE_LANES __attribute__((target("avx2,bmi,popcnt")))

TIDEMARK_WIDE_LANES inline Step LookAtWide(const char* text, char separator) {
  constexpr size_t kLane = 32;
  const __m256i spaces = _mm256_set1_epi8(' ');
  Step step;
  for (size_t at = 0; at < kMarksStepBytes; at += kLane) {
    const __m256i lane = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + at));
    const __m256i ends = _mm256_or_si256(_mm256_cmpeq_epi8(lane, _mm256_set1_epi8('\n')),
                                         _mm256_cmpeq_epi8(lane, _mm256_set1_epi8('"')));
    const __m256i separators = _mm256_cmpeq_epi8(lane, _mm256_set1_epi8(separator));
    // The comparison is signed, so that it finds what is beyond U+007F too.
    const __m256i low = _mm256_cmpgt_epi8(spaces, lane);
    step.separators |= uint64_t{static_cast<uint32_t>(_mm256_movemask_epi8(separators))} << at;
    step.ends |= uint64_t{static_cast<uint32_t>(_mm256_movemask_epi8(ends))} << at;
    step.odd |= uint64_t{static_cast<uint32_t>(_mm256_movemask_epi8(low))} << at;
    step.spaces |=
        uint64_t{static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(lane, spaces)))}
        << at;
  }
  step.odd &= ~(step.ends | step.separators);
  return step;
}

// How many there are in a step can't be predicted: so many are written without asking. (Of what is
// found by intrinsics the compiler does not know when it ends, and so does not ask either.)
TIDEMARK_WIDE_LANES size_t FindMarksWide(const char* text, size_t size, char separator,
                                         uint32_t base, uint32_t* marks) {
  constexpr size_t kAtOnce = 12;
  static_assert(kAtOnce <= kMarksSpare);
  uint32_t* out = marks;
  bool before = true;
  for (size_t at = 0; at < size; at += kMarksStepBytes) {
    const Step step = LookAtWide(text + at, separator);
    uint64_t found =
        MarksOf(step, before, IsBound(text[at + kMarksStepBytes], separator)) & Within(size - at);
    before = step.bounds() >> 63 != 0;
    const uint32_t start = base + static_cast<uint32_t>(at);
    uint32_t* const end = out + std::popcount(found);
    do {
      for (size_t i = 0; i < kAtOnce; ++i, found = _blsr_u64(found)) {
        out[i] = start + static_cast<uint32_t>(_tzcnt_u64(found));
      }
      out += kAtOnce;
    } while (out < end);
    out = end;
  }
  return static_cast<size_t>(out - marks);
}

#undef TIDEMARK_WIDE_LANES

#endif

}  // namespace

size_t FindMarks(const char* text, size_t size, char separator, uint32_t base, uint32_t* marks) {
#if defined(__x86_64__)
  if (HasWideLanes()) return FindMarksWide(text, size, separator, base, marks);
#endif
  return FindMarksNarrow(text, size, separator, base, marks);
}

size_t FindMarksNarrow(const char* text, size_t size, char separator, uint32_t base,
                       uint32_t* marks) {
  uint32_t* out = marks;
  bool before = true;
  for (size_t at = 0; at < size; at += kMarksStepBytes) {
    const Step step = LookAt(text + at, separator);
    uint64_t found =
        MarksOf(step, before, IsBound(text[at + kMarksStepBytes], separator)) & Within(size - at);
    before = step.bounds() >> 63 != 0;
    for (; found != 0; found &= found - 1) {
      *out++ = base + static_cast<uint32_t>(at) + static_cast<uint32_t>(std::countr_zero(found));
    }
  }
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
