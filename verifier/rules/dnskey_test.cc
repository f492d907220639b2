#include "verifier/rules/dnskey.h"

#include <gtest/gtest.h>

#include <string>

namespace tidemark::verifier {
namespace {

std::string Octets(size_t count) { return std::string(count, '\x5a'); }

TEST(IsKeyOf, KnowsTheSizesOfCurves) {
  const struct {
    uint8_t algorithm;
    size_t octets;
  } kCurves[] = {{12, 64}, {13, 64}, {14, 96}, {15, 32}, {16, 57}, {17, 64}, {23, 64}};
  for (const auto& curve : kCurves) {
    EXPECT_TRUE(IsKeyOf(curve.algorithm, Octets(curve.octets))) << int{curve.algorithm};
    EXPECT_FALSE(IsKeyOf(curve.algorithm, Octets(curve.octets - 1))) << int{curve.algorithm};
    EXPECT_FALSE(IsKeyOf(curve.algorithm, Octets(curve.octets + 1))) << int{curve.algorithm};
  }
}

TEST(IsKeyOf, ReadsExponentAndModulusOfRsa) {
  const std::string usual("\x03\x01\x00\x01", 4);
  const std::string longer = std::string("\x00\x01\x00", 3) + Octets(256);
  for (const uint8_t algorithm : {1, 5, 7, 8, 10}) {
    EXPECT_TRUE(IsKeyOf(algorithm, usual + Octets(64)));
    EXPECT_FALSE(IsKeyOf(algorithm, usual + Octets(63)));
    EXPECT_TRUE(IsKeyOf(algorithm, longer + Octets(64)));
    EXPECT_FALSE(IsKeyOf(algorithm, longer + Octets(63)));
    EXPECT_FALSE(IsKeyOf(algorithm, std::string(300, '\0')));
    EXPECT_FALSE(IsKeyOf(algorithm, std::string("\x00\x01", 2)));
    EXPECT_FALSE(IsKeyOf(algorithm, ""));
  }
}

TEST(IsKeyOf, SaysNothingOfOthers) {
  for (const uint8_t algorithm : {0, 2, 3, 6, 252, 253, 254, 255}) {
    EXPECT_TRUE(IsKeyOf(algorithm, "a")) << int{algorithm};
  }
}

}  // namespace
}  // namespace tidemark::verifier
