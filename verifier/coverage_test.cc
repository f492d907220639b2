// Every code has its deposits, and docs/findings.md says which.
#include "verifier/testing/coverage.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/file.h"
#include "base/testing.h"
#include "verifier/finding.h"
#include "verifier/ruleset.h"
#include "verifier/testing/code_cases.h"

namespace tidemark::verifier {
namespace {

TEST(Coverage, EveryCodeHasItsBadDeposit) {
  // Of the model that is not read yet, as docs/findings.md says.
  std::set<std::string> covered = {"RDE_INVALID_CSV"};
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

TEST(Coverage, ElsewhereIsWhereTheTestSays) {
  for (const RaisedElsewhere& one : CodesRaisedElsewhere()) {
    ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadSmallFile(std::string(one.test)));
    EXPECT_NE(text.find(std::string(one.code)), std::string::npos) << one.test << " " << one.code;
  }
}

}  // namespace
}  // namespace tidemark::verifier
