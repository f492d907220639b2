// The first four are xxHash's own; the others were made by an implementation of its specification
// in Python, which gives those four too.
#include "escrow_agent/client/index/checksum.h"

#include <string>
#include <utility>

#include "base/testing.h"

namespace tidemark::escrow_agent {
namespace {

TEST(Checksum, KnownAnswersOfXxh64) {
  EXPECT_EQ(Checksum(""), 0xef46db3751d8e999);
  EXPECT_EQ(Checksum("a"), 0xd24ec4f1a98c6e5b);
  EXPECT_EQ(Checksum("abc"), 0x44bc2cf5ad770999);
  EXPECT_EQ(Checksum("Nobody inspects the spammish repetition"), 0xfbcea83c8a378bf1);
}

TEST(Checksum, KnownAnswersAroundItsWordsAndStripes) {
  const std::pair<size_t, uint64_t> answers[] = {
      {1, 0x8a4127811b21e730},  {3, 0x31d2363f52e564c9},   {4, 0xb4d516af63f9c743},
      {7, 0x2163df11c0cdf8cd},  {8, 0xd5474d6ca50def58},   {31, 0xc025b4c3c4880c7a},
      {32, 0x178ae25cee6f7994}, {33, 0x4072a28263e977ef},  {63, 0x47948108b5ff3162},
      {64, 0xcf35552f599ba94d}, {100, 0x3a7fdc0febf6f5dc}, {49152, 0x60362758dc7819bd},
  };
  for (const auto& [size, sum] : answers) {
    std::string data(size, '\0');
    for (size_t i = 0; i < size; ++i) data[i] = static_cast<char>(i * 7 + size);
    EXPECT_EQ(Checksum(data), sum) << size;
  }
}

TEST(Checksum, EveryFlippedBitOfAPageChangesIt) {
  std::string page(4096, 'x');
  const uint64_t sum = Checksum(page);
  for (size_t bit = 0; bit < page.size() * 8; ++bit) {
    page[bit / 8] = static_cast<char>(page[bit / 8] ^ 1 << (bit % 8));
    EXPECT_NE(Checksum(page), sum) << bit;
    page[bit / 8] = static_cast<char>(page[bit / 8] ^ 1 << (bit % 8));
  }
}

}  // namespace
}  // namespace tidemark::escrow_agent
