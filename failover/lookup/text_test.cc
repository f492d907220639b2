#include "failover/lookup/text.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace tidemark::failover {
namespace {

TEST(Text, IsCutWhereACharacterEnds) {
  EXPECT_EQ(CutAt("abc", 3), "abc");
  EXPECT_EQ(CutAt("abc", 2), "ab");
  EXPECT_EQ(CutAt("a\xC3\xBC", 2), "a");
  EXPECT_EQ(CutAt("\xF0\x9F\x90\xA2", 3), "");
  EXPECT_EQ(CutAt("", 0), "");
  // No UTF-8: at most what a character can have is given up.
  EXPECT_EQ(CutAt(std::string(8, '\x80'), 6).size(), 3u);
}

TEST(Text, DatesAreAsRfc3339HasThem) {
  const auto text = [](absl::CivilSecond civil) {
    return DateText(absl::FromCivil(civil, absl::UTCTimeZone()));
  };
  EXPECT_EQ(text(absl::CivilSecond(2026, 11, 2, 3, 4, 5)), "2026-11-02T03:04:05Z");
  EXPECT_EQ(text(absl::CivilSecond(1000, 1, 1)), "1000-01-01T00:00:00Z");
  EXPECT_EQ(text(absl::CivilSecond(1, 1, 1)), "0001-01-01T00:00:00Z");
  EXPECT_EQ(text(absl::CivilSecond(0, 2, 29)), "0000-02-29T00:00:00Z");
  EXPECT_EQ(text(absl::CivilSecond(9999, 12, 31, 23, 59, 59)), "9999-12-31T23:59:59Z");
  for (const int year : {-5, -1, 10000, 99999}) EXPECT_EQ(text(absl::CivilSecond(year)), "");
  EXPECT_EQ(DateText(absl::InfiniteFuture()), "");
  EXPECT_EQ(DateText(absl::UnixEpoch() - absl::Milliseconds(1)), "1969-12-31T23:59:59Z");
}

TEST(Text, IdsOfIana) {
  for (const char* id : {"1", "9995", "0123456789"}) EXPECT_TRUE(IsIanaId(id)) << id;
  for (const char* id : {"", "01234567890", "1a", "-1", " 1", "1 "}) {
    EXPECT_FALSE(IsIanaId(id)) << id;
  }
}

TEST(Text, RoidsHaveTheFormOfRfc5730) {
  const std::string longest = std::string(80, 'a') + "-" + std::string(8, 'b');
  for (const std::string& roid : {std::string("D1-EX"), std::string("a_b-C_1"), longest}) {
    EXPECT_TRUE(IsRoid(roid)) << roid;
  }
  for (const std::string& other : {std::string(), std::string("D1"), std::string("-EX"),
                                   std::string("D1-"), std::string("D1-E-X"), std::string("D 1-EX"),
                                   "a" + longest, longest + "b", std::string("owner")}) {
    EXPECT_FALSE(IsRoid(other)) << other;
  }
}

}  // namespace
}  // namespace tidemark::failover
