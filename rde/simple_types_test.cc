#include "rde/simple_types.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "rde/date_time.h"
#include "rde/structure_types.h"

namespace tidemark::rde {
namespace {

bool Valid(const SimpleType& type, absl::string_view raw) {
  std::string scratch;
  return CheckValue(type, raw, scratch).valid;
}

std::string Text(const SimpleType& type, absl::string_view raw) {
  std::string scratch;
  return std::string(CheckValue(type, raw, scratch).text);
}

int64_t Number(const SimpleType& type, absl::string_view raw) {
  std::string scratch;
  const Value value = CheckValue(type, raw, scratch);
  EXPECT_TRUE(value.valid) << raw;
  return value.number;
}

TEST(SimpleTypes, WhiteSpaceCollapses) {
  EXPECT_EQ(Text(kToken, "  a \t\r\n b  "), "a b");
  EXPECT_EQ(Text(kToken, "a b"), "a b");
  EXPECT_EQ(Text(kToken, "a\tb"), "a b");
  EXPECT_EQ(Text(kToken, " \n "), "");
  // Only XML's four characters are white space.
  EXPECT_EQ(Text(kToken, "\u00A0a"), "\u00A0a");
  EXPECT_EQ(Number(kLong, "1\n        "), 1);
  EXPECT_EQ(Number(kUnsignedShort, "\t65535 "), 65535);
  EXPECT_TRUE(Valid(kDateTime, "\n 2026-11-22T00:09:55Z "));
  EXPECT_TRUE(Valid(kBoolean, " true "));
}

TEST(SimpleTypes, LengthIsInCharactersOfTheCollapsedToken) {
  EXPECT_FALSE(Valid(kClIdType, "ab"));
  EXPECT_TRUE(Valid(kClIdType, "abc"));
  EXPECT_TRUE(Valid(kClIdType, " 1234567890123456 "));
  EXPECT_FALSE(Valid(kClIdType, "12345678901234567"));
  EXPECT_TRUE(Valid(kClIdType, "ééééééééééééééé国"));
  EXPECT_FALSE(Valid(kClIdType, "éé"));
  EXPECT_FALSE(Valid(kLabelType, " "));
  EXPECT_TRUE(Valid(kLabelType, std::string(255, 'a')));
  EXPECT_FALSE(Valid(kLabelType, std::string(256, 'a')));
}

TEST(SimpleTypes, NormalizedStringCountsItsWhiteSpace) {
  constexpr SimpleType kLine{"line", Primitive::kNormalizedString, 1, 5};
  EXPECT_TRUE(Valid(kLine, " "));
  EXPECT_FALSE(Valid(kLine, ""));
  EXPECT_TRUE(Valid(kLine, "a\n\n\nb"));
  EXPECT_FALSE(Valid(kLine, "abcd\n "));
  EXPECT_EQ(Text(kLine, "a\n\n\nb"), "a b");
}

TEST(SimpleTypes, Integers) {
  EXPECT_EQ(Number(kLong, "-5"), -5);
  EXPECT_EQ(Number(kLong, "+5"), 5);
  EXPECT_EQ(Number(kLong, "0005"), 5);
  EXPECT_EQ(Number(kLong, "-9223372036854775808"), INT64_MIN);
  EXPECT_FALSE(Valid(kLong, "9223372036854775808"));
  EXPECT_FALSE(Valid(kLong, ""));
  EXPECT_FALSE(Valid(kLong, "1.0"));
  EXPECT_FALSE(Valid(kLong, "1 2"));
  EXPECT_FALSE(Valid(kLong, "0x1"));
  EXPECT_FALSE(Valid(kLong, "--1"));
  EXPECT_FALSE(Valid(kUnsignedShort, "65536"));
  EXPECT_FALSE(Valid(kUnsignedShort, "-1"));
  EXPECT_EQ(Number(kUnsignedShort, "-0"), 0);
  EXPECT_EQ(Number(kUnsignedByte, "255"), 255);
  EXPECT_FALSE(Valid(kUnsignedByte, "256"));
  EXPECT_TRUE(Valid(kPositiveInteger, "+001"));
  EXPECT_TRUE(Valid(kPositiveInteger, std::string(100, '9')));
  EXPECT_FALSE(Valid(kPositiveInteger, "0"));
  EXPECT_FALSE(Valid(kPositiveInteger, "-1"));
  constexpr SimpleType kLife{"life", Primitive::kMaxSigLife};
  EXPECT_EQ(Number(kLife, "2147483647"), 2147483647);
  EXPECT_FALSE(Valid(kLife, "2147483648"));
  EXPECT_FALSE(Valid(kLife, "0"));
}

TEST(SimpleTypes, DepositIdFollowsTheSchemasWord) {
  constexpr SimpleType kId{"id", Primitive::kDepositId};
  EXPECT_TRUE(Valid(kId, "20101017001"));
  EXPECT_TRUE(Valid(kId, "a+b"));
  EXPECT_TRUE(Valid(kId, "é1"));
  EXPECT_TRUE(Valid(kId, "中文"));
  EXPECT_TRUE(Valid(kId, "1234567890123"));
  EXPECT_FALSE(Valid(kId, "12345678901234"));
  EXPECT_FALSE(Valid(kId, "a_b"));
  EXPECT_FALSE(Valid(kId, "a-b"));
  EXPECT_FALSE(Valid(kId, "a b"));
  EXPECT_FALSE(Valid(kId, "a\u2014b"));  // a dash is punctuation
  EXPECT_FALSE(Valid(kId, "a\u00A0b"));  // a separator
  EXPECT_FALSE(Valid(kId, "a\uE000b"));  // private use
  EXPECT_FALSE(Valid(kId, ""));
}

TEST(SimpleTypes, Roid) {
  EXPECT_TRUE(Valid(kRoidType, "Dexample1-TEST"));
  EXPECT_TRUE(Valid(kRoidType, "Hns1_example_test-TEST"));
  EXPECT_TRUE(Valid(kRoidType, absl::StrCat(std::string(80, 'a'), "-12345678")));
  EXPECT_FALSE(Valid(kRoidType, absl::StrCat(std::string(81, 'a'), "-TEST")));
  EXPECT_FALSE(Valid(kRoidType, "a-123456789"));
  EXPECT_FALSE(Valid(kRoidType, "a-"));
  EXPECT_FALSE(Valid(kRoidType, "-TEST"));
  EXPECT_FALSE(Valid(kRoidType, "a-b-TEST"));
  EXPECT_FALSE(Valid(kRoidType, "aTEST"));
  EXPECT_FALSE(Valid(kRoidType, "a-T_ST"));
}

TEST(SimpleTypes, E164) {
  constexpr SimpleType kPhone{"phone", Primitive::kE164, 0, 17};
  EXPECT_TRUE(Valid(kPhone, "+1.7035555555"));
  EXPECT_TRUE(Valid(kPhone, ""));
  EXPECT_TRUE(Valid(kPhone, "+123.123456789012"));
  EXPECT_FALSE(Valid(kPhone, "+123.1234567890123"));  // 18 characters
  EXPECT_TRUE(Valid(kPhone, "+1.12345678901234"));
  EXPECT_FALSE(Valid(kPhone, "+1.123456789012345"));
  EXPECT_FALSE(Valid(kPhone, "+1234.1"));
  EXPECT_FALSE(Valid(kPhone, "+.1"));
  EXPECT_FALSE(Valid(kPhone, "+1."));
  EXPECT_FALSE(Valid(kPhone, "1.7035555555"));
  EXPECT_FALSE(Valid(kPhone, "+1 7035555555"));
}

TEST(SimpleTypes, BinaryTexts) {
  constexpr SimpleType kKey{"key", Primitive::kBase64Binary, 1};
  EXPECT_TRUE(Valid(kHexBinary, "0aFF"));
  EXPECT_EQ(Text(kHexBinary, " 0aFf "), "0AFF");
  EXPECT_TRUE(Valid(kHexBinary, ""));
  EXPECT_FALSE(Valid(kHexBinary, "0aF"));
  EXPECT_FALSE(Valid(kHexBinary, "0a FF"));
  EXPECT_FALSE(Valid(kHexBinary, "0g"));
  EXPECT_TRUE(Valid(kKey, "AQPJ"));
  EXPECT_EQ(Text(kKey, " AQ\n PJ AA== "), "AQPJAA==");
  EXPECT_TRUE(Valid(kKey, "AQPJAA=="));
  EXPECT_FALSE(Valid(kKey, "AQPJAB=="));  // bits in the padding
  EXPECT_TRUE(Valid(kKey, "AQPJAAA="));
  EXPECT_FALSE(Valid(kKey, "AQPJAAB="));
  EXPECT_FALSE(Valid(kKey, "AQPJA"));
  EXPECT_FALSE(Valid(kKey, "AQ=J"));
  EXPECT_FALSE(Valid(kKey, "AQ-J"));
  EXPECT_FALSE(Valid(kKey, "===="));
  EXPECT_FALSE(Valid(kKey, ""));
}

TEST(SimpleTypes, OtherForms) {
  EXPECT_TRUE(Valid(kLanguage, "en"));
  EXPECT_TRUE(Valid(kLanguage, "pt-BR-x1"));
  EXPECT_FALSE(Valid(kLanguage, "e1"));
  EXPECT_FALSE(Valid(kLanguage, "en-"));
  EXPECT_FALSE(Valid(kLanguage, "abcdefghi"));
  EXPECT_FALSE(Valid(kLanguage, ""));
  EXPECT_TRUE(Valid(kAnyUri, "urn:ietf:params:xml:ns:rdeDomain-1.0"));
  EXPECT_TRUE(Valid(kAnyUri, "rdeDomain:contact[@type='admin']"));
  EXPECT_TRUE(Valid(kAnyUri, "http://exämple.test/a b"));
  EXPECT_TRUE(Valid(kAnyUri, ""));
  EXPECT_TRUE(Valid(kAnyUri, "http://[2001:db8::1]:80/#f"));
  EXPECT_TRUE(Valid(kAnyUri, "a/b:c"));
  EXPECT_FALSE(Valid(kAnyUri, "http://[2001:db8::1/"));
  EXPECT_FALSE(Valid(kAnyUri, "http://[1::2::3]/"));
  EXPECT_FALSE(Valid(kAnyUri, "http://[::1]x/"));
  EXPECT_FALSE(Valid(kAnyUri, "http://example.test/[1]"));
  EXPECT_TRUE(Valid(kAnyUri, "http://example.test/?[1]"));
  EXPECT_TRUE(Valid(kAnyUri, "urn:a[1]"));
  EXPECT_TRUE(Valid(kAnyUri, "http://[::ffff:192.0.2.1]/"));
  EXPECT_FALSE(Valid(kAnyUri, "http://[::ffff:192.0.2.256]/"));
  EXPECT_FALSE(Valid(kAnyUri, "a:#b"));
  EXPECT_FALSE(Valid(kAnyUri, "http:"));
  EXPECT_FALSE(Valid(kAnyUri, "1a:b"));
  EXPECT_FALSE(Valid(kAnyUri, "::"));
  EXPECT_FALSE(Valid(kAnyUri, "http://example.test/%zz"));
  EXPECT_FALSE(Valid(kAnyUri, "http://example.test/#a#b"));
  EXPECT_EQ(Number(kBoolean, "1"), 1);
  EXPECT_EQ(Number(kBoolean, "false"), 0);
  EXPECT_FALSE(Valid(kBoolean, "TRUE"));
  for (const char* duration :
       {"P1Y", "-P1Y2M3DT4H5M6.7S", "PT0S", "PT.5S", "P1M", "PT1M", "P3DT1H"}) {
    EXPECT_TRUE(Valid(kDuration, duration)) << duration;
  }
  for (const char* duration : {"", "P", "PT", "1Y", "P1", "P1S", "PT1Y", "P1M1Y", "P1DT", "P1.5D",
                               "PT1.S", "P-1Y", "PT1H1H"}) {
    EXPECT_FALSE(Valid(kDuration, duration)) << duration;
  }
}

TEST(SimpleTypes, DescriptionsSayWhatIsWanted) {
  EXPECT_EQ(Describe(kClIdType), "eppcom:clIDType: text of 3 to 16 characters");
  EXPECT_EQ(Describe(kMinTokenType), "eppcom:minTokenType: text of at least 1 characters");
  EXPECT_EQ(Describe(kUnsignedByte), "xs:unsignedByte: an integer from 0 to 255");
}

// A text that collapsing leaves as it is, made of one that some type takes.
std::string TidyText(std::mt19937_64& random) {
  static constexpr absl::string_view kTexts[] = {"2026-11-22T00:09:55Z",
                                                 "P1Y2M3DT4H",
                                                 "true",
                                                 "0",
                                                 "17",
                                                 "-1",
                                                 "65535",
                                                 "some words",
                                                 "http://a.test/b?c#d",
                                                 "en-US",
                                                 "0aFF",
                                                 "QUI=",
                                                 "ABC_1-TEST",
                                                 "20261122001",
                                                 "+1.555",
                                                 ""};
  static constexpr char kBytes[] = "aZ09-_+.:/=%# \x7f@[`{";
  const absl::string_view from = kTexts[random() % std::size(kTexts)];
  std::string text(from.data(), from.size());
  for (uint64_t changes = random() % 3; changes > 0; --changes) {
    const char c = kBytes[random() % (sizeof(kBytes) - 1)];
    text.insert(random() % (text.size() + 1), 1, c);
    if (random() % 2 == 0) text.erase(random() % text.size(), 1);
  }
  std::string tidy;
  for (const char c : text) {
    if (c != ' ' || (!tidy.empty() && tidy.back() != ' ')) tidy += c;
  }
  while (!tidy.empty() && tidy.back() == ' ') tidy.pop_back();
  return tidy;
}

TEST(SimpleTypes, ATidyTextIsCheckedAsAnyOther) {
  static constexpr absl::string_view kEnumeration[] = {"true", "0", "some words"};
  std::mt19937_64 random(1);
  for (int p = 0; p <= static_cast<int>(Primitive::kE164); ++p) {
    int valid = 0;
    int invalid = 0;
    for (int i = 0; i < 20'000; ++i) {
      SimpleType type{.name = "t", .primitive = static_cast<Primitive>(p)};
      if (random() % 4 == 0) type.length_min = static_cast<uint32_t>(random() % 8);
      if (random() % 4 == 0) type.length_max = static_cast<uint32_t>(random() % 12);
      if (random() % 8 == 0) type.enumeration = kEnumeration;
      const std::string text = TidyText(random);
      std::string scratch;
      std::string scratch_tidy;
      const Value value = CheckValue(type, text, scratch);
      const Value tidy = CheckTidy(type, text, scratch_tidy);
      ASSERT_EQ(tidy.valid, value.valid) << p << " " << text;
      ASSERT_EQ(tidy.text, value.text) << p << " " << text;
      ASSERT_EQ(tidy.time, value.time) << p << " " << text;
      ASSERT_EQ(tidy.number, value.number) << p << " " << text;
      ++(value.valid ? valid : invalid);
    }
    EXPECT_GT(valid, 100) << p;
    EXPECT_GT(invalid, 100) << p;
  }
}

bool NaiveIsRoid(absl::string_view text) {
  const size_t hyphen = text.find('-');
  if (hyphen == absl::string_view::npos) return false;
  const auto is_word = [](absl::string_view part, size_t max, absl::string_view more) {
    return !part.empty() && part.size() <= max &&
           std::all_of(part.begin(), part.end(), [more](char c) {
             return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                    absl::StrContains(more, c);
           });
  };
  return is_word(text.substr(0, hyphen), 80, "`_") && is_word(text.substr(hyphen + 1), 8, "`");
}

// The usual ones are looked at 16 bytes at a time, up to 32.
TEST(SimpleTypes, RoidsOfEveryLengthAreLookedAtAsOneByteAtATime) {
  const SimpleType roid{.name = "t", .primitive = Primitive::kRoid};
  int valid = 0;
  for (const size_t size : {1, 2, 3, 8, 15, 16, 17, 18, 31, 32, 33, 34, 48, 63, 64, 65, 81, 90}) {
    for (size_t hyphen = 0; hyphen < size; ++hyphen) {
      std::string text(size, 'a');
      text[hyphen] = '-';
      for (size_t at = 0; at < size; ++at) {
        for (const char c : absl::string_view("Zz09-_@[`{/:")) {
          const char before = std::exchange(text[at], c);
          ASSERT_EQ(Valid(roid, text), NaiveIsRoid(text)) << text;
          valid += NaiveIsRoid(text) ? 1 : 0;
          text[at] = before;
        }
      }
    }
  }
  EXPECT_GT(valid, 10'000);
}

}  // namespace
}  // namespace tidemark::rde
