#include "escrow_agent/client/index/checksum.h"

#include <bit>
#include <cstring>

namespace tidemark::escrow_agent {
namespace {

static_assert(std::endian::native == std::endian::little, "words are read as they lie");

constexpr uint64_t kPrime1 = 0x9E3779B185EBCA87;
constexpr uint64_t kPrime2 = 0xC2B2AE3D27D4EB4F;
constexpr uint64_t kPrime3 = 0x165667B19E3779F9;
constexpr uint64_t kPrime4 = 0x85EBCA77C2B2AE63;
constexpr uint64_t kPrime5 = 0x27D4EB2F165667C5;
constexpr size_t kStripeBytes = 32;

template <typename Word>
Word Load(const char* bytes) {
  Word word;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

uint64_t Round(uint64_t lane, uint64_t word) {
  return std::rotl(lane + word * kPrime2, 31) * kPrime1;
}

uint64_t Merge(uint64_t sum, uint64_t lane) { return (sum ^ Round(0, lane)) * kPrime1 + kPrime4; }

// Takes the whole stripes from the front of `data`.
uint64_t SumStripes(absl::string_view& data) {
  uint64_t lanes[4] = {kPrime1 + kPrime2, kPrime2, 0, 0 - kPrime1};
  for (; data.size() >= kStripeBytes; data.remove_prefix(kStripeBytes)) {
    for (int i = 0; i < 4; ++i) lanes[i] = Round(lanes[i], Load<uint64_t>(data.data() + 8 * i));
  }
  uint64_t sum = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) +
                 std::rotl(lanes[3], 18);
  for (const uint64_t lane : lanes) sum = Merge(sum, lane);
  return sum;
}

}  // namespace

uint64_t Checksum(absl::string_view data) {
  const uint64_t size = data.size();
  uint64_t sum = (size >= kStripeBytes ? SumStripes(data) : kPrime5) + size;
  for (; data.size() >= 8; data.remove_prefix(8)) {
    sum = std::rotl(sum ^ Round(0, Load<uint64_t>(data.data())), 27) * kPrime1 + kPrime4;
  }
  if (data.size() >= 4) {
    sum = std::rotl(sum ^ Load<uint32_t>(data.data()) * kPrime1, 23) * kPrime2 + kPrime3;
    data.remove_prefix(4);
  }
  for (const char byte : data) {
    sum = std::rotl(sum ^ static_cast<uint8_t>(byte) * kPrime5, 11) * kPrime1;
  }
  sum = (sum ^ (sum >> 33)) * kPrime2;
  sum = (sum ^ (sum >> 29)) * kPrime3;
  return sum ^ (sum >> 32);
}

}  // namespace tidemark::escrow_agent
