#include "crypto/blake2b.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace tidemark::crypto {
namespace {

static_assert(std::endian::native == std::endian::little, "words are read as they lie in memory");

// Section 2.6: SHA-512's.
constexpr std::array<uint64_t, 8> kInitial = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};
// Section 2.5: 32 bytes of output, no key, one lane.
constexpr uint64_t kParameters = 0x01010000 | 32;

// Section 2.7: which words of the block go where, by rounds; rounds 10 and 11 begin anew.
constexpr int kRounds = 12;
constexpr size_t kSchedules = 10;
constexpr uint8_t kSchedule[kSchedules][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

using Words = std::array<uint64_t, 16>;

// Section 3.1.
inline void Mix(uint64_t& a, uint64_t& b, uint64_t& c, uint64_t& d, uint64_t x, uint64_t y) {
  a += b + x;
  d = std::rotr(d ^ a, 32);
  c += d;
  b = std::rotr(b ^ c, 24);
  a += b + y;
  d = std::rotr(d ^ a, 16);
  c += d;
  b = std::rotr(b ^ c, 63);
}

// A round whose schedule the compiler knows: words then come from fixed places.
template <int kRound>
inline void Round(Words& v, const Words& m) {
  constexpr const uint8_t* s = kSchedule[kRound % kSchedules];
  Mix(v[0], v[4], v[8], v[12], m[s[0]], m[s[1]]);
  Mix(v[1], v[5], v[9], v[13], m[s[2]], m[s[3]]);
  Mix(v[2], v[6], v[10], v[14], m[s[4]], m[s[5]]);
  Mix(v[3], v[7], v[11], v[15], m[s[6]], m[s[7]]);
  Mix(v[0], v[5], v[10], v[15], m[s[8]], m[s[9]]);
  Mix(v[1], v[6], v[11], v[12], m[s[10]], m[s[11]]);
  Mix(v[2], v[7], v[8], v[13], m[s[12]], m[s[13]]);
  Mix(v[3], v[4], v[9], v[14], m[s[14]], m[s[15]]);
}

template <int... kRound>
inline void AllRounds(Words& v, const Words& m, std::integer_sequence<int, kRound...>) {
  (Round<kRound>(v, m), ...);
}

}  // namespace

Blake2b256::Blake2b256() : state_(kInitial) { state_[0] ^= kParameters; }

void Blake2b256::Compress(const char* block, size_t bytes, Position position) {
  Words m;
  std::memcpy(m.data(), block, kBlockBytes);
  bytes_ += bytes;
  Words v;
  std::copy(state_.begin(), state_.end(), v.begin());
  std::copy(kInitial.begin(), kInitial.end(), v.begin() + state_.size());
  v[12] ^= bytes_;  // the counter's upper half is zero: no message of ours has 2^64 bytes
  if (position == Position::kLast) v[14] = ~v[14];
  AllRounds(v, m, std::make_integer_sequence<int, kRounds>());
  for (size_t i = 0; i < state_.size(); ++i) state_[i] ^= v[i] ^ v[i + state_.size()];
}

void Blake2b256::Update(absl::string_view data) {
  if (data.empty()) return;
  if (waiting_bytes_ > 0) {
    const size_t n = std::min(data.size(), kBlockBytes - waiting_bytes_);
    std::memcpy(waiting_.data() + waiting_bytes_, data.data(), n);
    waiting_bytes_ += n;
    data.remove_prefix(n);
    if (data.empty()) return;
    Compress(waiting_.data(), kBlockBytes, Position::kInside);
  }
  for (; data.size() > kBlockBytes; data.remove_prefix(kBlockBytes)) {
    Compress(data.data(), kBlockBytes, Position::kInside);
  }
  std::memcpy(waiting_.data(), data.data(), data.size());
  waiting_bytes_ = data.size();
}

std::array<unsigned char, 32> Blake2b256::Finish() {
  std::fill(waiting_.begin() + waiting_bytes_, waiting_.end(), '\0');
  Compress(waiting_.data(), waiting_bytes_, Position::kLast);
  std::array<unsigned char, 32> digest;
  std::memcpy(digest.data(), state_.data(), digest.size());
  return digest;
}

}  // namespace tidemark::crypto
