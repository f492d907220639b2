#include "base/crc32.h"

#include <zlib.h>

#include <cstddef>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tidemark::base {
namespace {

uint32_t ByTables(uint32_t crc, const char* data, size_t size) {
  return static_cast<uint32_t>(crc32_z(crc, reinterpret_cast<const unsigned char*>(data), size));
}

#if defined(__x86_64__)

// The data is a polynomial over GF(2), and its CRC what is left of it after division by one of
// degree 32. Sixteen bytes may therefore be moved `bits` further on: both of their halves are
// multiplied by what is left of the power of x that they move by, and added there. What is left in
// the end is sixteen bytes with the same CRC. (V. Gopal et al., "Fast CRC Computation for Generic
// Polynomials Using PCLMULQDQ Instruction", 2009.)

constexpr size_t kLane = 16;
constexpr size_t kLanes = 4;  // side by side, so that one multiplication need not await the other

// What is left of x to that power, lowest bit last, in the 33 bits that a product is aligned by.
constexpr int64_t Power(unsigned exponent) {
  constexpr uint32_t kDivisor = 0xEDB8'8320;
  uint32_t rest = 0x8000'0000;
  for (; exponent > 0; --exponent) rest = rest >> 1 ^ ((rest & 1) != 0 ? kDivisor : 0);
  return int64_t{rest} << 1;
}

#define TIDEMARK_POLYNOMIALS __attribute__((target("pclmul,sse4.1")))

template <unsigned bits>
TIDEMARK_POLYNOMIALS inline __m128i Move(__m128i lane, __m128i there) {
  constexpr int64_t kLow = Power(bits + 32);
  constexpr int64_t kHigh = Power(bits - 32);
  const __m128i powers = _mm_set_epi64x(kHigh, kLow);
  return _mm_xor_si128(there, _mm_xor_si128(_mm_clmulepi64_si128(lane, powers, 0x00),
                                            _mm_clmulepi64_si128(lane, powers, 0x11)));
}

TIDEMARK_POLYNOMIALS inline __m128i Load(const char* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

// Of `last`, which all lanes before were moved to, and what follows: whole lanes.
TIDEMARK_POLYNOMIALS inline uint32_t Finish(__m128i last, const char* data, size_t size) {
  for (size_t at = 0; at < size; at += kLane) last = Move<8 * kLane>(last, Load(data + at));
  char rest[kLane];
  _mm_storeu_si128(reinterpret_cast<__m128i*>(rest), last);
  // What was hashed before is in them already.
  return ByTables(~uint32_t{0}, rest, kLane);
}

// REQUIRES: at least kLanes lanes, and whole ones.
TIDEMARK_POLYNOMIALS uint32_t ByPolynomials(uint32_t crc, const char* data, size_t size) {
  constexpr unsigned kLaneBits = 8 * kLane;
  __m128i lanes[kLanes];
  for (size_t i = 0; i < kLanes; ++i) lanes[i] = Load(data + i * kLane);
  lanes[0] = _mm_xor_si128(lanes[0], _mm_cvtsi32_si128(static_cast<int>(~crc)));
  size_t at = kLanes * kLane;
  for (; size - at >= kLanes * kLane; at += kLanes * kLane) {
    for (size_t i = 0; i < kLanes; ++i) {
      lanes[i] = Move<kLanes * kLaneBits>(lanes[i], Load(data + at + i * kLane));
    }
  }
  __m128i last = lanes[0];
  for (size_t i = 1; i < kLanes; ++i) last = Move<kLaneBits>(last, lanes[i]);
  return Finish(last, data + at, size - at);
}

// The same with two lanes side by side in one register.

constexpr size_t kPair = 2 * kLane;

#define TIDEMARK_PAIRS __attribute__((target("vpclmulqdq,avx2,pclmul,sse4.1")))

template <unsigned bits>
TIDEMARK_PAIRS inline __m256i MovePair(__m256i pair, __m256i there) {
  constexpr int64_t kLow = Power(bits + 32);
  constexpr int64_t kHigh = Power(bits - 32);
  const __m256i powers = _mm256_set_epi64x(kHigh, kLow, kHigh, kLow);
  return _mm256_xor_si256(there, _mm256_xor_si256(_mm256_clmulepi64_epi128(pair, powers, 0x00),
                                                  _mm256_clmulepi64_epi128(pair, powers, 0x11)));
}

TIDEMARK_PAIRS inline __m256i LoadPair(const char* at) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
}

// REQUIRES: at least kLanes pairs, and whole lanes.
TIDEMARK_PAIRS uint32_t ByPairs(uint32_t crc, const char* data, size_t size) {
  constexpr unsigned kPairBits = 8 * kPair;
  __m256i pairs[kLanes];
  for (size_t i = 0; i < kLanes; ++i) pairs[i] = LoadPair(data + i * kPair);
  pairs[0] =
      _mm256_xor_si256(pairs[0], _mm256_zextsi128_si256(_mm_cvtsi32_si128(static_cast<int>(~crc))));
  size_t at = kLanes * kPair;
  for (; size - at >= kLanes * kPair; at += kLanes * kPair) {
    for (size_t i = 0; i < kLanes; ++i) {
      pairs[i] = MovePair<kLanes * kPairBits>(pairs[i], LoadPair(data + at + i * kPair));
    }
  }
  __m256i last = pairs[0];
  for (size_t i = 1; i < kLanes; ++i) last = MovePair<kPairBits>(last, pairs[i]);
  const __m128i lane =
      Move<8 * kLane>(_mm256_castsi256_si128(last), _mm256_extracti128_si256(last, 1));
  return Finish(lane, data + at, size - at);
}

#undef TIDEMARK_PAIRS
#undef TIDEMARK_POLYNOMIALS

bool MultipliesPolynomials() {
  return __builtin_cpu_supports("pclmul") != 0 && __builtin_cpu_supports("sse4.1") != 0;
}
bool MultipliesPairs() {
  return __builtin_cpu_supports("vpclmulqdq") != 0 && __builtin_cpu_supports("avx2") != 0;
}
// From so many bytes on they are worth it.
constexpr size_t kPairsBytesMin = 1024;

#endif

}  // namespace

uint32_t Crc32(uint32_t crc, absl::string_view data) {
  const char* at = data.data();
  size_t size = data.size();
#if defined(__x86_64__)
  if (size >= kLanes * kLane && MultipliesPolynomials()) {
    const size_t whole = size / kLane * kLane;
    crc = size >= kPairsBytesMin && MultipliesPairs() ? ByPairs(crc, at, whole)
                                                      : ByPolynomials(crc, at, whole);
    at += whole;
    size -= whole;
  }
#endif
  return size == 0 ? crc : ByTables(crc, at, size);
}

}  // namespace tidemark::base
