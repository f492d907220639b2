#include "crypto/blake2b.h"

#include <sodium.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include "base/testing.h"

namespace tidemark::crypto {
namespace {

using Digest = std::array<unsigned char, 32>;

Digest Ours(absl::string_view data) {
  Blake2b256 hash;
  hash.Update(data);
  return hash.Finish();
}

Digest Sodium(absl::string_view data) {
  Digest digest;
  EXPECT_EQ(crypto_generichash(digest.data(), digest.size(),
                               reinterpret_cast<const unsigned char*>(data.data()), data.size(),
                               nullptr, 0),
            0);
  return digest;
}

std::string RandomBytes(size_t size, std::mt19937& random) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

class Blake2bTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_GE(sodium_init(), 0); }
  std::mt19937 random_{20261126};
};

TEST_F(Blake2bTest, IsLibsodiumsOfEveryLengthUpToSixBlocks) {
  const std::string data = RandomBytes(6 * 128 + 1, random_);
  for (size_t size = 0; size <= data.size(); ++size) {
    const absl::string_view message = absl::string_view(data).substr(0, size);
    EXPECT_EQ(Ours(message), Sodium(message)) << size;
  }
}

TEST_F(Blake2bTest, IsLibsodiumsOfLongMessages) {
  for (const size_t size : {65'535u, 65'536u, 130'001u, 1'808u * 1'024u}) {
    const std::string message = RandomBytes(size, random_);
    EXPECT_EQ(Ours(message), Sodium(message)) << size;
  }
}

// Every word and every round: one bit of the message changes what both say, alike.
TEST_F(Blake2bTest, IsLibsodiumsWhicheverBitIsSet) {
  for (size_t bit = 0; bit < 2 * 128 * 8; ++bit) {
    std::string message(2 * 128, '\0');
    message[bit / 8] = static_cast<char>(1 << bit % 8);
    EXPECT_EQ(Ours(message), Sodium(message)) << bit;
  }
}

TEST_F(Blake2bTest, PiecesAreTheWholeWhereverItIsCut) {
  const std::string message = RandomBytes(3 * 128, random_);
  const absl::string_view whole = message;
  const Digest expected = Sodium(message);
  for (size_t first = 0; first <= whole.size(); ++first) {
    for (const size_t second : {size_t{0}, size_t{1}, size_t{127}, size_t{128}, size_t{129}}) {
      Blake2b256 hash;
      hash.Update(whole.substr(0, first));
      hash.Update(whole.substr(first, second));
      if (first + second < whole.size()) hash.Update(whole.substr(first + second));
      EXPECT_EQ(hash.Finish(), expected) << first << " " << second;
    }
  }
}

TEST_F(Blake2bTest, PiecesOfRandomLengthsAreTheWhole) {
  for (int round = 0; round < 200; ++round) {
    const std::string message = RandomBytes(random_() % 5'000, random_);
    absl::string_view rest = message;
    Blake2b256 hash;
    while (!rest.empty()) {
      const size_t n = 1 + random_() % rest.size();
      hash.Update(rest.substr(0, n));
      rest.remove_prefix(n);
    }
    EXPECT_EQ(hash.Finish(), Sodium(message));
  }
}

}  // namespace
}  // namespace tidemark::crypto
