// Flaws of the deposit element itself, and of what surrounds the objects.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/testing.h"
#include "rde/reader.h"
#include "rde/reader_testing.h"

namespace tidemark::rde {
namespace {

constexpr absl::string_view kHost =
    "<rdeHost:host><rdeHost:name>ns1.a.test</rdeHost:name><rdeHost:roid>H1-T</rdeHost:roid>"
    "<rdeHost:status s=\"ok\"/><rdeHost:clID>RegX</rdeHost:clID></rdeHost:host>";

std::string Deposit(absl::string_view attributes, absl::string_view children) {
  return absl::StrCat("<d:deposit xmlns:d=\"urn:ietf:params:xml:ns:rde-1.0\" ", attributes, ">",
                      children, "</d:deposit>");
}
constexpr absl::string_view kFull = "type=\"FULL\" id=\"1\"";
constexpr absl::string_view kWatermark = "<d:watermark>2026-11-22T00:00:00Z</d:watermark>";
constexpr absl::string_view kMenu =
    "<d:rdeMenu><d:version>1.0</d:version><d:objURI>x</d:objURI></d:rdeMenu>";

TEST(DepositFlaws, Attributes) {
  const auto flaws = [](absl::string_view attributes) {
    return Read(Deposit(attributes, absl::StrCat(kWatermark, kMenu))).Flaws();
  };
  EXPECT_EQ(flaws(kFull), "");
  EXPECT_EQ(flaws(""), "missing @type, missing @id");
  EXPECT_EQ(flaws("type=\"full\" id=\"1\""), "invalid @type");
  EXPECT_EQ(flaws("type=\"DIFF\" id=\"a_b\" prevId=\"12345678901234\""),
            "invalid @id, invalid @prevId");
  EXPECT_EQ(flaws("type=\"INCR\" id=\"a+b\" resend=\"65536\""), "invalid @resend");
  const Reading reading = Read(Deposit("type=\"FULL\" id=\"1\" resend=\"x\"", ""));
  EXPECT_EQ(reading.deposits.at(0).first.resend_text, "x");
  EXPECT_FALSE(reading.deposits.at(0).first.resend.has_value());
}

TEST(DepositFlaws, ChildrenAreInOrderAndRequired) {
  const auto flaws = [](absl::string_view children) {
    const Reading reading = Read(Deposit(kFull, children));
    EXPECT_EQ(reading.deposits.size(), 1u) << children;
    return reading.Flaws();
  };
  EXPECT_EQ(flaws(""), "missing watermark, missing rdeMenu");
  EXPECT_EQ(flaws(kMenu), "missing watermark");
  EXPECT_EQ(flaws(kWatermark), "missing rdeMenu");
  EXPECT_EQ(flaws(absl::StrCat(kWatermark, kMenu, "<d:deletes/><d:contents/>")), "");
  EXPECT_EQ(flaws(absl::StrCat(kWatermark, kMenu, "<d:contents/><d:deletes/>")),
            "unexpected deletes");
  EXPECT_EQ(flaws(absl::StrCat(kWatermark, "<d:contents/>", kMenu)), "unexpected rdeMenu");
  EXPECT_EQ(flaws(absl::StrCat(kWatermark, "<d:rdeMenu/>")), "missing version, missing objURI");
}

TEST(DepositFlaws, RepeatedContentsLoseNoObject) {
  const Reading reading =
      Read(DepositOf(absl::StrCat(kHost, "</rde:contents><rde:contents>", kHost)));
  EXPECT_EQ(reading.Flaws(), "repeated contents");
  EXPECT_EQ(reading.records.size(), 2u);
}

TEST(DepositFlaws, AnotherRootIsNotADeposit) {
  const Reading reading =
      Read("<report xmlns=\"urn:ietf:params:xml:ns:rdeReport-1.0\"><id>1</id></report>");
  EXPECT_EQ(reading.Flaws(), "unexpected report");
  EXPECT_TRUE(reading.complete);
  EXPECT_TRUE(reading.deposits.empty());
}

}  // namespace
}  // namespace tidemark::rde
