#include "base/crc32.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>
#include <string>

#include "absl/strings/string_view.h"

namespace tidemark::base {
namespace {

uint32_t OfZlib(uint32_t crc, absl::string_view data) {
  return static_cast<uint32_t>(
      crc32_z(crc, reinterpret_cast<const unsigned char*>(data.data()), data.size()));
}

TEST(Crc32, IsTheOneOfTheTextbooks) {
  EXPECT_EQ(Crc32(0, "123456789"), 0xCBF43926u);
  EXPECT_EQ(Crc32(Crc32(0, "1234"), "56789"), 0xCBF43926u);
  EXPECT_EQ(Crc32(0, ""), 0u);
  EXPECT_EQ(Crc32(7, ""), 7u);
}

TEST(Crc32, IsZlibsForEverySizeAndBeginning) {
  std::mt19937 random(3);
  std::string text(3'000, '\0');
  for (char& c : text) c = static_cast<char>(random());
  for (size_t size = 0; size <= 2'600; size += size < 600 ? 1 : 7) {
    const absl::string_view data(text.data() + size % 37, size);
    for (const uint32_t crc : {uint32_t{0}, ~uint32_t{0}, static_cast<uint32_t>(random())}) {
      EXPECT_EQ(Crc32(crc, data), OfZlib(crc, data)) << size;
    }
  }
}

TEST(Crc32, IsTheSameInAnyPieces) {
  std::mt19937 random(5);
  std::string text(100'000, '\0');
  for (char& c : text) c = static_cast<char>(random());
  const uint32_t whole = OfZlib(0, text);
  for (int round = 0; round < 100; ++round) {
    uint32_t crc = 0;
    for (absl::string_view rest = text; !rest.empty();) {
      const absl::string_view piece = rest.substr(0, 1 + random() % 3'000);
      crc = Crc32(crc, piece);
      rest.remove_prefix(piece.size());
    }
    EXPECT_EQ(crc, whole);
  }
}

}  // namespace
}  // namespace tidemark::base
