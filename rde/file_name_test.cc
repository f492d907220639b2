#include "rde/file_name.h"

#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace tidemark::rde {
namespace {

using ::testing::HasSubstr;

absl::Status Parse(absl::string_view path) { return ParseDepositFileName(path).status(); }

TEST(DepositFileName, PartsAreRead) {
  ASSERT_OK_AND_ASSIGN(const DepositFileName name,
                       ParseDepositFileName("/in/xn--90ais_2024-02-29_diff_S12_R3.ryde"));
  EXPECT_EQ(name.tld, "xn--90ais");
  EXPECT_EQ(name.date, "2024-02-29");
  EXPECT_EQ(name.type, DepositFileName::Type::kDiff);
  EXPECT_EQ(name.part, 12u);
  EXPECT_EQ(name.resend, 3u);
  EXPECT_EQ(name.extension, "ryde");
}

TEST(DepositFileName, FormatIsTheInverse) {
  for (const char* text :
       {"example_2026-11-22_full_S1_R0.xml", "example_2026-11-22_thin_S1_R65535.ryde",
        "a_0001-01-01_diff_S4294967295_R0.xml"}) {
    ASSERT_OK_AND_ASSIGN(const DepositFileName name, ParseDepositFileName(text));
    EXPECT_EQ(FormatDepositFileName(name), text);
  }
}

TEST(DepositFileName, ResendMayHaveLeadingZeros) {
  ASSERT_OK_AND_ASSIGN(const DepositFileName name,
                       ParseDepositFileName("example_2026-11-22_full_S1_R007.xml"));
  EXPECT_EQ(name.resend, 7u);
}

TEST(DepositFileName, ErrorsNameThePart) {
  const auto wrong = [](absl::string_view path, absl::string_view part) {
    EXPECT_THAT(Parse(path),
                base::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(std::string(part))))
        << path;
  };
  wrong("", "extension");
  wrong("example_2026-11-22_full_S1_R0", "extension");
  wrong("example_2026-11-22_full_S1_R0.xml.gpg", "extension");
  wrong("example_2026-11-22_full_S1_R0.XML", "extension");
  wrong("example_2026-11-22_full_S1_R0.sig", "extension");
  wrong("example_2026-11-22_full_S1.xml", "4 parts");
  wrong("example_2026-11-22_full_S1_R0_.xml", "6 parts");
  wrong("Example_2026-11-22_full_S1_R0.xml", "TLD");
  wrong("_2026-11-22_full_S1_R0.xml", "TLD");
  wrong("-a_2026-11-22_full_S1_R0.xml", "TLD");
  wrong(absl::StrCat(std::string(64, 'a'), "_2026-11-22_full_S1_R0.xml"), "TLD");
  wrong("example_2026-02-29_full_S1_R0.xml", "date");
  wrong("example_2026-13-01_full_S1_R0.xml", "date");
  wrong("example_2026-00-01_full_S1_R0.xml", "date");
  wrong("example_0000-01-01_full_S1_R0.xml", "date");
  wrong("example_20261122_full_S1_R0.xml", "date");
  wrong("example_2026-11-2x_full_S1_R0.xml", "date");
  wrong("example_2026-11-22_incr_S1_R0.xml", "type");
  wrong("example_2026-11-22_FULL_S1_R0.xml", "type");
  wrong("example_2026-11-22_full_S0_R0.xml", "part");
  wrong("example_2026-11-22_full_S01_R0.xml", "part");
  wrong("example_2026-11-22_full_S+1_R0.xml", "part");
  wrong("example_2026-11-22_full_S4294967296_R0.xml", "part");
  wrong("example_2026-11-22_full_S_R0.xml", "part");
  wrong("example_2026-11-22_full_S1_R.xml", "resend");
  wrong("example_2026-11-22_full_S1_R-1.xml", "resend");
  wrong("example_2026-11-22_full_S1_R65536.xml", "resend");
}

}  // namespace
}  // namespace tidemark::rde
