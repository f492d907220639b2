#include "base/hex.h"

#include "base/testing.h"

namespace tidemark::base {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Hex, EveryByteRoundTrips) {
  std::string bytes;
  for (int b = 0; b < 256; ++b) bytes.push_back(static_cast<char>(b));
  EXPECT_EQ(HexEncode(bytes).size(), 512u);
  EXPECT_THAT(HexDecode(HexEncode(bytes)), IsOkAndHolds(bytes));
  EXPECT_EQ(HexEncode("\x01\xAB"), "01ab");
  EXPECT_THAT(HexDecode(""), IsOkAndHolds(""));
}

TEST(Hex, BothCasesDecode) { EXPECT_THAT(HexDecode("aBCd"), IsOkAndHolds("\xAB\xCD")); }

TEST(Hex, OddLengthAndOtherCharactersAreRefused) {
  for (const char* bad : {"a", "abc", "0g", " 0", "0x12", "-1", "+1", "12\n4", "\xC3\xA4"}) {
    EXPECT_THAT(HexDecode(bad), StatusIs(absl::StatusCode::kInvalidArgument)) << bad;
  }
}

TEST(Hex, MessageDoesNotRepeatTheInput) {
  EXPECT_THAT(HexDecode("c0ffeeXX"),
              StatusIs(absl::StatusCode::kInvalidArgument, Not(HasSubstr("c0ffee"))));
  EXPECT_THAT(HexDecode("c0ffeeXX"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("offset 6")));
}

}  // namespace
}  // namespace tidemark::base
