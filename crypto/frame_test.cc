#include "crypto/frame.h"

#include <bit>
#include <cmath>
#include <string>

#include "base/limits.h"
#include "base/testing.h"

namespace tidemark::crypto {
namespace {

using base::IsOkAndHolds;
using base::StatusIs;

constexpr size_t kOverhead = 24 + 16;  // nonce and tag

class Frame : public ::testing::Test {
 protected:
  std::string Seal(absl::string_view plaintext) {
    const absl::StatusOr<std::string> sealed = secret_.SealFrame("example", pack_, 7, plaintext);
    EXPECT_OK(sealed);
    return sealed.value_or("");
  }
  absl::StatusOr<std::string> Open(absl::string_view ciphertext) {
    return secret_.OpenFrame("example", pack_, 7, ciphertext);
  }

  const PackSecret secret_ = PackSecret::Generate();
  const PackId pack_ = PackId::Random();
};

TEST_F(Frame, RoundTripsAllSmallSizes) {
  for (size_t size = 0; size < 300; ++size) {
    const std::string plaintext(size, static_cast<char>(size));
    EXPECT_THAT(Open(Seal(plaintext)), IsOkAndHolds(plaintext));
  }
}

TEST_F(Frame, RoundTripsTheLargestPlaintext) {
  const std::string plaintext(base::kFramePlainBytes, 'x');
  EXPECT_THAT(Open(Seal(plaintext)), IsOkAndHolds(plaintext));
}

TEST_F(Frame, SameBytesSealDifferently) { EXPECT_NE(Seal("same"), Seal("same")); }

TEST_F(Frame, SizeTellsOnlyTheLengthClass) {
  EXPECT_EQ(Seal(std::string(60'000, 'x')).size(), Seal(std::string(60'900, 'x')).size());
  for (size_t size = 0; size < 300; ++size) {
    EXPECT_EQ(Seal(std::string(size, 'x')).size(), PaddedLength(4 + size) + kOverhead);
  }
}

TEST_F(Frame, EveryTruncationAndExtensionIsDataLoss) {
  const std::string sealed = Seal("some objects");
  for (size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_THAT(Open(sealed.substr(0, size)), StatusIs(absl::StatusCode::kDataLoss)) << size;
  }
  EXPECT_THAT(Open(sealed + '\0'), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(Frame, EveryFlippedBitIsDataLoss) {
  const std::string sealed = Seal("some objects");
  for (size_t bit = 0; bit < 8 * sealed.size(); ++bit) {
    std::string flipped = sealed;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_THAT(Open(flipped), StatusIs(absl::StatusCode::kDataLoss)) << bit;
  }
}

TEST_F(Frame, OpensOnlyInItsPlace) {
  const std::string sealed = Seal("some objects");
  EXPECT_THAT(secret_.OpenFrame("example", pack_, 8, sealed),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(secret_.OpenFrame("example", PackId::Random(), 7, sealed),
              StatusIs(absl::StatusCode::kDataLoss));
  for (const char* label : {"", "exampl", "examplf", "example2"}) {
    EXPECT_THAT(secret_.OpenFrame(label, pack_, 7, sealed), StatusIs(absl::StatusCode::kDataLoss))
        << label;
  }
  EXPECT_THAT(PackSecret::Generate().OpenFrame("example", pack_, 7, sealed),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(Frame, SecretSurvivesTheManifest) {
  ASSERT_OK_AND_ASSIGN(const PackSecret again, PackSecret::FromManifest(secret_.ForManifest()));
  EXPECT_THAT(again.OpenFrame("example", pack_, 7, Seal("x")), IsOkAndHolds("x"));
  EXPECT_THAT(PackSecret::FromManifest(std::string(31, 'x')),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(PackSecret::FromManifest(std::string(33, 'x')),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(Frame, OverTheLimitIsResourceExhausted) {
  const size_t most = base::kFrameCipherBytesMax;
  EXPECT_THAT(secret_.SealFrame("example", pack_, 7, std::string(most, 'x')),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(secret_.SealFrame("example", pack_, 7, std::string(most + 1, 'x')),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(Open(std::string(most + 1, 'x')), StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST(PackId, TakesExactly16Bytes) {
  const PackId id = PackId::Random();
  EXPECT_THAT(PackId::FromBytes(id.bytes()), IsOkAndHolds(id));
  EXPECT_EQ(id.ToHex().size(), 32u);
  EXPECT_THAT(PackId::FromBytes(std::string(15, 'x')),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(PackId::FromBytes(std::string(17, 'x')),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(PaddedLength, NeverShrinksAndGrowsAtMostAnEighth) {
  for (uint64_t bytes = 0; bytes < 200'000; ++bytes) {
    const uint64_t padded = PaddedLength(bytes);
    ASSERT_GE(padded, bytes);
    ASSERT_LE(padded - bytes, bytes / 8) << bytes;
  }
}

TEST(PaddedLength, IsMonotoneAndIdempotent) {
  for (uint64_t bytes = 0; bytes < 200'000; ++bytes) {
    ASSERT_LE(PaddedLength(bytes), PaddedLength(bytes + 1));
    ASSERT_EQ(PaddedLength(PaddedLength(bytes)), PaddedLength(bytes));
  }
}

TEST(PaddedLength, AgreesWithTheDefinitionInFloatingPoint) {
  for (uint64_t bytes = 2; bytes < 100'000; ++bytes) {
    const auto exponent = static_cast<uint64_t>(std::floor(std::log2(bytes)));
    const auto kept = static_cast<uint64_t>(std::floor(std::log2(exponent))) + 1;
    const uint64_t step = uint64_t{1} << (exponent - kept);
    ASSERT_EQ(PaddedLength(bytes), (bytes + step - 1) / step * step);
  }
}

TEST(PaddedLength, HasFewClasses) {
  // That is what hides sizes: each doubling has 2^(bits of the exponent) classes.
  int classes = 0;
  for (uint64_t bytes = 1 << 17; bytes <= 1 << 18; bytes = PaddedLength(bytes + 1)) ++classes;
  EXPECT_EQ(classes, 33);
}

TEST(PaddedLength, HoldsForVeryLongLengths) {
  EXPECT_EQ(PaddedLength(uint64_t{1} << 62), uint64_t{1} << 62);
  EXPECT_EQ(std::popcount(PaddedLength((uint64_t{1} << 62) - 1)), 1);
}

}  // namespace
}  // namespace tidemark::crypto
