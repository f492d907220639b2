#include "tools/generator/names.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tools/generator/calendar.h"
#include "tools/generator/punycode.h"

namespace tidemark::generator {
namespace {

std::string ALabel(std::u32string_view label) {
  std::string text;
  AppendALabel(label, text);
  return text;
}

// RFC 3492 section 7.1, and names in use.
TEST(Punycode, GivesTheALabelsOfTheRfc) {
  EXPECT_EQ(ALabel(U"bücher"), "xn--bcher-kva");
  EXPECT_EQ(ALabel(U"münchen"), "xn--mnchen-3ya");
  EXPECT_EQ(ALabel(U"рф"), "xn--p1ai");
  EXPECT_EQ(ALabel(U"他们为什么不说中文"), "xn--ihqwcrb4cv8a8dqg056pqjye");
  EXPECT_EQ(ALabel(U"他們爲什麽不說中文"), "xn--ihqwctvzc91f659drss3x8bo0yb");
  EXPECT_EQ(ALabel(U"почемужеонинеговорятпорусски"), "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l");
  EXPECT_EQ(ALabel(U"3年b組金八先生"), "xn--3b-ww4c5e180e575a65lsy2b");
}

TEST(Punycode, Utf8HasAllLengths) {
  std::string text;
  AppendUtf8(U"aé龙\U0001F600", text);
  EXPECT_EQ(text, "a\xC3\xA9\xE9\xBE\x99\xF0\x9F\x98\x80");
}

TEST(Labels, AreUniqueAndFitTheDns) {
  const Labels labels(1, 1);
  std::set<std::string> seen;
  Label label;
  for (uint64_t number = 0; number < 20000; ++number) {
    for (const Script script :
         {Script::kAscii, Script::kGerman, Script::kRussian, Script::kChinese}) {
      labels.Make(number * 800, script, 0, label);
      EXPECT_TRUE(seen.insert(label.ascii).second) << label.ascii;
      EXPECT_LE(label.ascii.size(), 63u);
      EXPECT_EQ(label.unicode.empty(), script == Script::kAscii);
    }
  }
}

TEST(Labels, VariantsDifferFromOneAnother) {
  const Labels labels(1, 1);
  std::set<std::string> seen;
  Label label;
  for (int variant = 0; variant < 4; ++variant) {
    labels.Make(7, Script::kChinese, variant, label);
    EXPECT_TRUE(seen.insert(label.ascii).second);
  }
}

TEST(Calendar, FormatsAndAddsYears) {
  std::string text;
  FormatDateTime(0, text);
  EXPECT_EQ(text, "1970-01-01T00:00:00Z");
  FormatDateTime(1795305600 - 1, text);
  EXPECT_EQ(text, "2026-11-21T23:59:59Z");
  EXPECT_EQ(FormatCompactDate(1795305600), "20261122");
  const UnixSeconds leap_day = 1709208000;  // 2024-02-29T12:00:00Z
  FormatDateTime(AddYears(leap_day, 1), text);
  EXPECT_EQ(text, "2025-02-28T12:00:00Z");
  FormatDateTime(AddYears(leap_day, -4), text);
  EXPECT_EQ(text, "2020-02-29T12:00:00Z");
}

}  // namespace
}  // namespace tidemark::generator
