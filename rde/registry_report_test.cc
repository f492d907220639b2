#include "rde/registry_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/testing.h"

namespace tidemark::rde {
namespace {

using base::StatusIs;
using ::testing::HasSubstr;

constexpr char kGood[] = R"(<report xmlns="urn:ietf:params:xml:ns:rdeReport-1.0">
<id>20261122001</id>
<version>1</version>
<rydeSpecEscrow>RFC8909</rydeSpecEscrow>
<rydeSpecMapping>RFC9022</rydeSpecMapping>
<resend>2</resend>
<crDate>2026-11-22T00:10:00Z</crDate>
<kind>FULL</kind>
<watermark>2026-11-22T00:00:00Z</watermark>
<header xmlns="urn:ietf:params:xml:ns:rdeHeader-1.0">
<tld>test</tld>
<count uri="urn:ietf:params:xml:ns:rdeDomain-1.0"> 3
</count>
<count uri="urn:ietf:params:xml:ns:rdeDomain-1.0" registrarId="7">1</count>
</header>
</report>)";

absl::StatusOr<RegistryReport> ParseEdited(absl::string_view from, absl::string_view to) {
  const std::string text = absl::StrReplaceAll(kGood, {{from, to}});
  EXPECT_NE(text, kGood) << from;
  return ParseRegistryReport(text);
}

TEST(RegistryReport, IsReadWhole) {
  ASSERT_OK_AND_ASSIGN(const RegistryReport report, ParseRegistryReport(kGood));
  EXPECT_EQ(report.id, "20261122001");
  EXPECT_EQ(report.spec_escrow, "RFC8909");
  EXPECT_EQ(report.spec_mapping, "RFC9022");
  EXPECT_EQ(report.resend, 2);
  EXPECT_EQ(report.kind, "FULL");
  EXPECT_EQ(report.watermark.time, absl::FromUnixSeconds(1795305600));
  EXPECT_EQ(report.cr_date.time, absl::FromUnixSeconds(1795306200));
  EXPECT_EQ(report.header.tld, "test");
  ASSERT_EQ(report.header.counts.size(), 2u);
  EXPECT_EQ(report.header.counts[0].value, 3);
  EXPECT_EQ(report.header.counts[1].registrar_id, "7");
}

TEST(RegistryReport, OptionalElementsMayBeAbsent) {
  EXPECT_OK(ParseEdited("<rydeSpecMapping>RFC9022</rydeSpecMapping>", ""));
  EXPECT_OK(ParseEdited("</header>", "<contentTag>x</contentTag></header>"));
  EXPECT_OK(ParseEdited("<report ",
                        "<report xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                        "xsi:schemaLocation=\"a b\" "));
}

TEST(RegistryReport, EachElementIsHeldAgainstTheSchema) {
  struct Case {
    absl::string_view from, to, why;
  };
  for (const Case& param : std::initializer_list<Case>{
           {"<id>20261122001</id>", "", "line 3"},
           {"<resend>2</resend>", "", "an element that may not stand here"},
           {"<resend>2</resend>", "<resend>2</resend><resend>2</resend>", "may not stand here"},
           {"<resend>2", "<resend>65536", "resend is not a xs:unsignedShort"},
           {"<version>1", "<version>2", "version is not 1"},
           {"<kind>FULL", "<kind>THIN", "kind is not a rde:depositTypeType"},
           {"<watermark>2026-11-22", "<watermark>2026-13-22", "watermark is not a xs:dateTime"},
           {"<tld>test</tld>", "", "may not stand here"},
           {"<tld>test</tld>", "<tld>test</tld><ppsp>x</ppsp>", "may not stand here"},
           {"<tld>test", "<tld><b/>test", "an element within a value"},
           {"</header>", "text</header>", "text between elements"},
           {"rdeHeader-1.0", "rdeHeader-1.1", "header is of another namespace"},
           {" 3\n", " x\n", "count is not a xs:long"},
           {" registrarId=\"7\"", " registrarId=\"-7\"", "registrarId is not a"},
           {" registrarId=\"7\"", " colour=\"7\"", "unknown attribute"},
           {" uri=\"urn:ietf:params:xml:ns:rdeDomain-1.0\">", ">", "count has no uri"},
           {"</report>", "", "line 16"},
       }) {
    EXPECT_THAT(ParseEdited(param.from, param.to),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(param.why)))
        << param.from << " -> " << param.to;
  }
}

TEST(RegistryReport, WhatIsNoReportIsNoneAndNotAMalformedOne) {
  EXPECT_THAT(ParseEdited("rdeReport-1.0", "rdeReport-1.1"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(ParseEdited("<report ", "<!DOCTYPE report><report "),
              StatusIs(absl::StatusCode::kNotFound));
  for (const char* text : {"", "hello", "<html/>",
                           "\x7f"
                           "ELF"}) {
    EXPECT_THAT(ParseRegistryReport(text), StatusIs(absl::StatusCode::kNotFound)) << text;
  }
}

TEST(RegistryReport, ReportsOfOtherSoftwareAreRead) {
  const std::optional<std::string> shared = base::SharedDir();
  if (!shared.has_value()) GTEST_SKIP() << base::kNoSharedDir;
  for (const char* file :
       {"/testdata/example/example_2026-11-22_full_R0.rep",
        "/testdata/sample/sample_2026-11-22_full_R0.rep", "/testdata/nomulus/report.xml"}) {
    ASSERT_OK_AND_ASSIGN(const std::string xml, base::ReadSmallFile(*shared + file));
    EXPECT_OK(ParseRegistryReport(xml)) << file;
  }
}

}  // namespace
}  // namespace tidemark::rde
