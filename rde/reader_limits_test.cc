// What the reader takes at most; over it reading ends, and says so.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "base/limits.h"
#include "base/testing.h"
#include "rde/reader.h"
#include "rde/reader_testing.h"

namespace tidemark::rde {
namespace {

using ::testing::HasSubstr;

constexpr absl::string_view kHost =
    "<rdeHost:host><rdeHost:name>ns1.a.test</rdeHost:name><rdeHost:roid>H1-T</rdeHost:roid>"
    "<rdeHost:status s=\"ok\"/><rdeHost:clID>RegX</rdeHost:clID></rdeHost:host>";

void ExpectLimit(const std::string& xml, absl::string_view detail) {
  const Reading reading = Read(xml);
  ASSERT_FALSE(reading.flaws.empty());
  EXPECT_EQ(reading.flaws.back().kind, FlawKind::kLimitExceeded);
  EXPECT_THAT(reading.flaws.back().detail, HasSubstr(std::string(detail)));
  EXPECT_FALSE(reading.complete);
}

std::string Times(size_t n, absl::string_view text) {
  std::string result;
  for (size_t i = 0; i < n; ++i) absl::StrAppend(&result, text);
  return result;
}

// A deposit with nothing but a menu.
std::string DepositWithMenu(absl::string_view menu) {
  return absl::StrCat(
      "<d:deposit xmlns:d=\"urn:ietf:params:xml:ns:rde-1.0\" type=\"FULL\" id=\"1\">"
      "<d:watermark>2026-11-22T00:00:00Z</d:watermark><d:rdeMenu>",
      menu, "</d:rdeMenu></d:deposit>");
}

TEST(Limits, RepeatedChildren) {
  constexpr absl::string_view kAddr = "<rdeHost:addr>192.0.2.1</rdeHost:addr>";
  const auto host = [&](size_t n) {
    return DepositOf(absl::StrReplaceAll(
        kHost, {{"<rdeHost:clID>", absl::StrCat(Times(n, kAddr), "<rdeHost:clID>")}}));
  };
  EXPECT_EQ(Read(host(base::kObjectChildrenMax)).Flaws(), "");
  ExpectLimit(host(base::kObjectChildrenMax + 1), "over 1024 in one host");
}

TEST(Limits, HeaderAndMenuEntries) {
  const auto menu = [](size_t n) {
    return DepositWithMenu(
        absl::StrCat("<d:version>1.0</d:version>", Times(n, "<d:objURI>x</d:objURI>")));
  };
  EXPECT_EQ(Read(menu(base::kHeaderEntriesMax)).Flaws(), "");
  ExpectLimit(menu(base::kHeaderEntriesMax + 1), "over 4096 in one rdeMenu");
}

TEST(Limits, BytesOfOneObject) {
  const std::string line = absl::StrCat("<x>", std::string(60'000, 'a'), "</x>");
  EXPECT_EQ(
      Read(DepositOf(absl::StrCat("<n:o xmlns:n=\"urn:x\">", Times(17, line), "</n:o>"))).Flaws(),
      "unknown namespace o");
  ExpectLimit(DepositOf(absl::StrCat("<n:o xmlns:n=\"urn:x\">", Times(20, line), "</n:o>")),
              "an object of over");
  // Nothing follows it, also where the element that crosses the bound is a flaw itself.
  const Reading over = Read(DepositOf(
      absl::StrCat("<rdeHost:host>",
                   Times(20, absl::StrCat("<rdeHost:x>", std::string(60'000, 'a'), "</rdeHost:x>")),
                   "</rdeHost:host>")));
  EXPECT_EQ(over.flaws.back().kind, FlawKind::kLimitExceeded);
  EXPECT_EQ(over.flaws.size(), 19u);
  // The bound is each object's own, and a menu has it, too.
  EXPECT_TRUE(
      Read(DepositOf(Times(3, absl::StrCat("<n:o xmlns:n=\"urn:x\">", Times(10, line), "</n:o>"))))
          .complete);
  ExpectLimit(DepositWithMenu(
                  Times(20, absl::StrCat("<d:objURI>", std::string(60'000, 'a'), "</d:objURI>"))),
              "an object of over");
}

TEST(Limits, DeletesHaveNoBoundOnTheirNumber) {
  const Reading reading =
      Read(DepositOf("", absl::StrCat("<rdeDomain:delete>",
                                      Times(50'000, "<rdeDomain:name>a.test</rdeDomain:name>"),
                                      "</rdeDomain:delete>")));
  EXPECT_EQ(reading.Flaws(), "");
  EXPECT_EQ(reading.records.size(), 50'000u);
}

TEST(Limits, NothingIsReportedAfterTheOneThatEndsReading) {
  const std::string hosts = Times(base::kObjectChildrenMax + 5, "<rdeHost:addr>1</rdeHost:addr>");
  const Reading reading = Read(
      DepositOf(absl::StrCat("<rdeHost:host>", hosts, "</rdeHost:host>", kHost, "<unclosed>")));
  EXPECT_EQ(reading.flaws.back().kind, FlawKind::kLimitExceeded);
  EXPECT_TRUE(reading.records.empty());
}

}  // namespace
}  // namespace tidemark::rde
