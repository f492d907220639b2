#include "verifier/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "verifier/finding.h"

namespace tidemark::verifier {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Explain, HasAParagraphForEveryCode) {
  for (int i = 0; i < kCodeCount; ++i) {
    const CodeInfo& info = InfoOf(static_cast<Code>(i));
    const auto paragraph = ExplainCode(info.name);
    ASSERT_TRUE(paragraph.has_value()) << info.name;
    EXPECT_TRUE(absl::StartsWith(*paragraph, absl::StrCat("### ", info.name, "\n")));
    EXPECT_TRUE(absl::StrContains(*paragraph, SeverityName(info.severity))) << *paragraph;
    EXPECT_TRUE(absl::StrContains(*paragraph, "**What")) << *paragraph;
    // It ends where the next one begins.
    EXPECT_EQ(paragraph->find("\n#"), std::string::npos) << *paragraph;
  }
}

TEST(Explain, UpperAndLowerCaseAreOne) {
  EXPECT_EQ(ExplainCode("rde_xml_parse_error"), ExplainCode("RDE_XML_PARSE_ERROR"));
}

TEST(Explain, WhatIsNoCodeHasNoParagraph) {
  EXPECT_EQ(ExplainCode("RDE_NO_SUCH"), std::nullopt);
  EXPECT_EQ(ExplainCode(""), std::nullopt);
  EXPECT_EQ(ExplainCode("RDE_XML_PARSE_ERROR\n"), std::nullopt);
}

TEST(Explain, SuggestsWhatWasMeant) {
  EXPECT_EQ(CodesLike("RDE_XML_PARSE_EROR").front(), "RDE_XML_PARSE_ERROR");
  EXPECT_EQ(CodesLike("tdm_glue_mising").front(), "TDM_GLUE_MISSING");
  EXPECT_THAT(CodesLike("MISSING_GLUE"), Contains("TDM_GLUE_MISSING"));
  EXPECT_THAT(CodesLike("DOMAIN"), SizeIs(5));
  EXPECT_THAT(CodesLike("qqqq"), IsEmpty());
}

TEST(Explain, ListHasALineForEveryCode) {
  const std::string list = CodeList();
  EXPECT_EQ(std::count(list.begin(), list.end(), '\n'), kCodeCount);
  EXPECT_TRUE(absl::StrContains(list, "RDE_INVALID_SIGNATURE"));
}

}  // namespace
}  // namespace tidemark::verifier
