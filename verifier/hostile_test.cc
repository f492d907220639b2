// Input that is no deposit: the code, the verdict, and that nothing goes wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "verifier/check.h"
#include "verifier/report_json.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

void ExpectOnly(absl::string_view text, const std::string& code) {
  const Report report = CheckText(text, GoodOptions());
  EXPECT_THAT(CodesOf(report), ElementsAre(code));
  EXPECT_EQ(report.verdict, Verdict::kFail);
}

TEST(Hostile, TruncatedAtEveryTenthIsAParseError) {
  const std::string text = DepositText();
  for (int tenth = 0; tenth < 10; ++tenth) {
    const Report report =
        CheckText(absl::string_view(text).substr(0, text.size() * tenth / 10), GoodOptions());
    EXPECT_THAT(CodesOf(report), Contains("RDE_XML_PARSE_ERROR")) << tenth;
    EXPECT_EQ(report.verdict, Verdict::kFail);
  }
}

TEST(Hostile, EmptyIsAParseError) { ExpectOnly("", "RDE_XML_PARSE_ERROR"); }

TEST(Hostile, AnyDoctypeIsAParseError) {
  for (const char* doctype : {"<!DOCTYPE deposit>", "<!DOCTYPE d [<!ENTITY x \"y\">]>",
                              "<!DOCTYPE d SYSTEM \"file:///x\">"}) {
    std::string text = DepositText();
    text.insert(text.find("<rde:deposit"), doctype);
    ExpectOnly(text, "RDE_XML_PARSE_ERROR");
  }
}

TEST(Hostile, TenThousandDeepIsOverTheLimit) {
  std::string deep;
  for (int i = 0; i < 10000; ++i) deep += "<a>";
  const Report report = CheckText(deep, GoodOptions());
  EXPECT_THAT(CodesOf(report), Contains("TDM_LIMIT_EXCEEDED"));
  EXPECT_EQ(report.verdict, Verdict::kFail);
}

TEST(Hostile, NulBytesAreAParseError) {
  std::string text = DepositText();
  text[text.find("Registrar One")] = '\0';
  EXPECT_THAT(CodesOf(CheckText(text, GoodOptions())), Contains("RDE_XML_PARSE_ERROR"));
  ExpectOnly(std::string(100, '\0'), "RDE_XML_PARSE_ERROR");
}

std::string Utf16(const std::string& text, bool big_endian) {
  std::string out = big_endian ? "\xfe\xff" : "\xff\xfe";
  for (const char c : text) {
    if (big_endian) out += '\0';
    out += c;
    if (!big_endian) out += '\0';
  }
  return out;
}

TEST(Hostile, Utf16IsNotUtf8) {
  for (const bool big_endian : {false, true}) {
    ExpectOnly(Utf16("<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>", big_endian),
               "TDM_NOT_UTF8");
  }
}

TEST(Hostile, WrongEncodingDeclarationIsAParseError) {
  const Report report =
      CheckText(DepositText({{"encoding=\"UTF-8\"", "encoding=\"ISO-8859-1\""}}), GoodOptions());
  EXPECT_THAT(CodesOf(report), ElementsAre("RDE_XML_PARSE_ERROR"));
}

TEST(Hostile, AnotherDocumentIsASchemaError) {
  const Report report = CheckText("<html><body/></html>", GoodOptions());
  EXPECT_THAT(CodesOf(report), Contains("RDE_SCHEMA_VALIDATION_ERROR"));
  EXPECT_EQ(report.verdict, Verdict::kFail);
}

// Whatever the bytes are, there is a report, and it is the same each time.
TEST(Hostile, SeededDamageAlwaysGivesOneReport) {
  const std::string good = DepositText();
  std::mt19937_64 random(11);
  for (int i = 0; i < 300; ++i) {
    std::string text = good;
    for (uint64_t n = random() % 4 + 1; n > 0; --n) {
      const size_t at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, random() % 40);
          break;
        default:
          text.insert(at, text.substr(random() % text.size(), random() % 60));
      }
    }
    EXPECT_EQ(ReportJson(CheckText(text, GoodOptions())),
              ReportJson(CheckText(text, GoodOptions())));
  }
}

}  // namespace
}  // namespace tidemark::verifier
