// Input that is no deposit: the code, the verdict, and that nothing goes wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "verifier/check.h"
#include "verifier/report_json.h"
#include "verifier/testing/deposit_text.h"
#include "verifier/verdict.h"

namespace tidemark::verifier {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

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

// Namespaces, and policies that say nothing two times, are kept to the end: so many bytes of them,
// and no more.
std::string ManyNamespaces(int count, size_t bytes) {
  std::string objects;
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&objects, "<o:x xmlns:o=\"urn:", i, ":", std::string(bytes, 'n'), "\"/>\n");
  }
  return objects;
}
std::string ManyPolicies(int count, size_t bytes) {
  std::string objects;
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&objects,
                    "<rdePolicy:policy xmlns:rdePolicy=\"urn:ietf:params:xml:ns:rdePolicy-1.0\" "
                    "scope=\"//rde:deposit/rde:contents/rdeDomain:domain\" element=\"rdeDomain:a",
                    i, std::string(bytes, 'p'), "\"/>\n");
  }
  return objects;
}

TEST(Hostile, TextThatIsKeptIsBoundedInBytesNotInEntries) {
  const auto with = [](const std::string& objects) {
    const std::string end = absl::StrCat(objects, "</rde:contents>");
    return DepositText({{"</rde:contents>", end}});
  };
  for (const std::string& few : {ManyNamespaces(100, 1000), ManyPolicies(100, 1000)}) {
    EXPECT_THAT(CodesOf(CheckText(with(few), GoodOptions())), Not(Contains("TDM_LIMIT_EXCEEDED")));
  }
  for (const std::string& many : {ManyNamespaces(100, 60'000), ManyNamespaces(5000, 1),
                                  ManyPolicies(100, 60'000), ManyPolicies(5000, 1)}) {
    const Report report = CheckText(with(many), GoodOptions());
    EXPECT_THAT(CodesOf(report), Contains("TDM_LIMIT_EXCEEDED"));
    EXPECT_EQ(report.verdict, Verdict::kFail);
    // What was not kept is not judged as if it were not there.
    EXPECT_THAT(CodesOf(report), Not(Contains("RDE_OBJECT_COUNT_MISMATCH")));
    EXPECT_TRUE(std::any_of(report.skipped.begin(), report.skipped.end(), [](const Skip& skip) {
      return skip.code == Code::kObjectCountMismatch;
    }));
    // However a verdict is cut, all of that stays in it, and has to fit.
    EXPECT_LT(FittingReportJson(report, base::kVerdictBytesMax / 2).size(),
              base::kVerdictBytesMax / 2);
  }
}

// Each count is an xs:long; together they are 0 to who adds them up.
// An export that mixed up its columns.
TEST(Hostile, ContactDataInPlaceOfIdsIsNotQuoted) {
  const auto report_of = [](absl::string_view sponsor, absl::string_view table) {
    return ReportJson(CheckText(
        DepositText(
            {{"<rdeDomain:clID>reg-1<", absl::StrCat("<rdeDomain:clID>", sponsor, "<")},
             {"<rdeDomain:idnTableId>de<", absl::StrCat("<rdeDomain:idnTableId>", table, "<")}}),
        GoodOptions()));
  };
  const std::string ids = report_of("reg-9", "fr");
  EXPECT_THAT(ids, HasSubstr("sponsoring registrar reg-9 is not in the deposit"));
  EXPECT_THAT(ids, HasSubstr("IDN table fr is not in the deposit"));
  const std::string data = report_of("jroe@mail.test", "1 Main St");
  EXPECT_THAT(data, HasSubstr("sponsoring registrar j*** (14 bytes) is not in the deposit"));
  EXPECT_THAT(data, HasSubstr("IDN table 1*** (9 bytes) is not in the deposit"));
  EXPECT_THAT(data, Not(HasSubstr("jroe")));
  EXPECT_THAT(data, Not(HasSubstr("Main")));
}

TEST(Hostile, CountsThatOverflowAreNotZero) {
  constexpr char kDomains[] = "<rdeHeader:count uri=\"urn:ietf:params:xml:ns:rdeDomain-1.0\">";
  const std::string good = absl::StrCat(kDomains, "2</rdeHeader:count>");
  const std::string bad = absl::StrCat(kDomains, "9223372036854775807</rdeHeader:count>", kDomains,
                                       "9223372036854775807</rdeHeader:count>", good);
  CheckOptions options = GoodOptions();
  options.profile = Profile::kRst;
  EXPECT_THAT(CodesOf(CheckText(DepositText({{good, bad}}), options)),
              Not(Contains("RDE_MISSING_OBJECT_URI")));
  const std::string zero = absl::StrCat(kDomains, "0</rdeHeader:count>");
  EXPECT_THAT(CodesOf(CheckText(DepositText({{good, zero}}), options)),
              Contains("RDE_MISSING_OBJECT_URI"));
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
