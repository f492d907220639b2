#include "rde/date_time.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace tidemark::rde {
namespace {

std::string Utc(absl::string_view text) {
  absl::Time time;
  if (!ParseDateTime(text, time)) return "not a date";
  return absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone());
}

TEST(DateTime, FormsOfTheSchemaAreRead) {
  EXPECT_EQ(Utc("2026-11-22T00:09:55Z"), "2026-11-22T00:09:55+00:00");
  EXPECT_EQ(Utc("1999-04-03T22:00:00.0Z"), "1999-04-03T22:00:00+00:00");
  EXPECT_EQ(Utc("1999-04-03T22:00:00.123456789987Z"), "1999-04-03T22:00:00.123456789+00:00");
  EXPECT_EQ(Utc("2026-11-22T00:09:55+00:00"), "2026-11-22T00:09:55+00:00");
  EXPECT_EQ(Utc("2026-11-22T00:09:55-00:00"), "2026-11-22T00:09:55+00:00");
  EXPECT_EQ(Utc("2026-11-22T00:09:55+05:30"), "2026-11-21T18:39:55+00:00");
  EXPECT_EQ(Utc("2026-11-22T00:09:55-14:00"), "2026-11-22T14:09:55+00:00");
  EXPECT_EQ(Utc("2026-11-22T00:09:55"), "2026-11-22T00:09:55+00:00");
  EXPECT_EQ(Utc("2026-12-31T24:00:00Z"), "2027-01-01T00:00:00+00:00");
  EXPECT_EQ(Utc("2016-12-31T23:59:60Z"), "2017-01-01T00:00:00+00:00");
  EXPECT_EQ(Utc("2024-02-29T00:00:00Z"), "2024-02-29T00:00:00+00:00");
  EXPECT_EQ(Utc("2000-02-29T00:00:00Z"), "2000-02-29T00:00:00+00:00");
  EXPECT_EQ(Utc("1969-12-31T23:59:59.5Z"), "1969-12-31T23:59:59.5+00:00");
  EXPECT_EQ(Utc("0001-01-01T00:00:00Z"), "1-01-01T00:00:00+00:00");
  EXPECT_EQ(Utc("12345-01-01T00:00:00Z"), "12345-01-01T00:00:00+00:00");
  EXPECT_NE(Utc("-0001-01-01T00:00:00Z"), "not a date");
  EXPECT_NE(Utc("999999999-01-01T00:00:00Z"), "not a date");
}

TEST(DateTime, AgreesWithTheCalendarOverCenturies) {
  for (absl::CivilDay day(1896, 1, 1); day < absl::CivilDay(2104, 1, 1); ++day) {
    const std::string text = absl::StrCat(absl::FormatCivilTime(day), "T01:02:03Z");
    const absl::Time want =
        absl::FromCivil(absl::CivilSecond(day), absl::UTCTimeZone()) + absl::Seconds(3723);
    absl::Time time;
    ASSERT_TRUE(ParseDateTime(text, time)) << text;
    ASSERT_EQ(time, want) << text;
  }
}

TEST(DateTime, NeighboursOfTheFormsAreNotDates) {
  for (const char* text : {"",
                           "2026-11-22",
                           "2026-11-22T00:09Z",
                           "2026-11-22 00:09:55Z",
                           "2026-11-22t00:09:55Z",
                           "2026-11-22T00:09:55z",
                           "2026-11-22T00:09:55.Z",
                           "2026-11-22T00:09:61Z",
                           "2026-11-22T24:00:60Z",
                           "2026-11-22T00:60:00Z",
                           "2026-11-22T25:00:00Z",
                           "2026-11-22T24:00:01Z",
                           "2026-11-22T24:00:00.1Z",
                           "2026-11-22T24:01:00Z",
                           "2026-02-29T00:00:00Z",
                           "2100-02-29T00:00:00Z",
                           "2026-04-31T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-01-00T00:00:00Z",
                           "0000-01-01T00:00:00Z",
                           "02026-01-01T00:00:00Z",
                           "26-01-01T00:00:00Z",
                           "+2026-01-01T00:00:00Z",
                           "2026-11-22T00:09:55+14:01",
                           "2026-11-22T00:09:55+15:00",
                           "2026-11-22T00:09:55+01:60",
                           "2026-11-22T00:09:55+0100",
                           "2026-11-22T00:09:55Zx",
                           "2026-11-22T00:09:55 Z",
                           "2026-1-1T00:00:00Z"}) {
    EXPECT_EQ(Utc(text), "not a date") << text;
  }
}

}  // namespace
}  // namespace tidemark::rde
