// Every code has its deposits, and docs/findings.md says which.
#include "verifier/testing/coverage.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"
#include "verifier/finding.h"
#include "verifier/ruleset.h"
#include "verifier/testing/code_cases.h"

namespace tidemark::verifier {
namespace {

TEST(Coverage, EveryCodeHasItsBadDeposit) {
  std::set<std::string> covered;
  for (const CodeCase& one : CodeCases()) covered.insert(one.code);
  for (const RaisedElsewhere& one : CodesRaisedElsewhere()) {
    EXPECT_FALSE(covered.contains(std::string(one.code))) << one.code << " has a deposit, too";
    covered.insert(std::string(one.code));
  }
  for (int i = 0; i < kCodeCount; ++i) {
    EXPECT_TRUE(covered.contains(std::string(InfoOf(static_cast<Code>(i)).name)))
        << InfoOf(static_cast<Code>(i)).name;
  }
}

constexpr char kRenew[] =
    "bazel run //verifier/testing:findings_tables -- \"$PWD/docs/findings.md\"";

TEST(Coverage, TablesOfTheDocumentationAreCurrent) {
  ASSERT_OK_AND_ASSIGN(const std::string page, base::ReadSmallFile("docs/findings.md"));
  EXPECT_TRUE(WithTable(page, "coverage", CoverageTable()) == page) << kRenew;
  EXPECT_TRUE(WithTable(page, "rulesets", RulesetTable()) == page) << kRenew;
}

// That a test names a code proves nothing; that it calls what fails without the code does.
TEST(Coverage, ElsewhereIsWhereTheTestSays) {
  for (const RaisedElsewhere& one : CodesRaisedElsewhere()) {
    ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadSmallFile(std::string(one.test)));
    const std::string call =
        absl::StrCat(R"(\n +ExpectRaised\([A-Za-z_]+(\([^;]*\))?,\s+")", one.code, R"("\);)");
    EXPECT_TRUE(std::regex_search(text, std::regex(call))) << one.test << " " << one.code;
    EXPECT_EQ(text.find("DISABLED_"), std::string::npos) << one.test;
  }
}

}  // namespace
}  // namespace tidemark::verifier
