#include "verifier/ruleset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "base/file.h"
#include "base/testing.h"
#include "verifier/testing/code_cases.h"
#include "verifier/testing/csv_deposit_text.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

absl::Time At(absl::string_view text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << error;
  return time;
}

absl::string_view InForce(Profile profile, absl::string_view watermark) {
  return RulesetInForce(profile, At(watermark)).name;
}

TEST(Ruleset, IsTheOneInForceAtTheWatermark) {
  EXPECT_EQ(InForce(Profile::kRst, "2026-11-22T00:00:00Z"), "rst-v2026.05");
  EXPECT_EQ(InForce(Profile::kRst, "2024-10-15T23:59:59Z"), "rst-2024.09");
  EXPECT_EQ(InForce(Profile::kRst, "2024-07-31T00:00:00Z"), "rst-2024.09");
  EXPECT_EQ(InForce(Profile::kGtld, "2019-10-17T23:59:59Z"), "gtld-ra");
  EXPECT_EQ(InForce(Profile::kCctld, "2019-10-17T23:59:59Z"), "cctld");
  EXPECT_EQ(InForce(Profile::kGtld, "2026-11-30T23:59:59Z"), "gtld-ra");
  EXPECT_EQ(InForce(Profile::kGtld, "2026-12-01T00:00:00Z"), "gtld-ra-2");
  EXPECT_EQ(InForce(Profile::kRst, "2026-12-01T00:00:00Z"), "rst-v2026.05-2");
  EXPECT_EQ(InForce(Profile::kCctld, "2999-01-01T00:00:00Z"), "cctld-2");
}

// What was judged once by the newest edition, before it was read more closely, is judged so again.
TEST(Ruleset, OfTimesThatHaveNoneIsTheNewestEditionAsReadFirst) {
  EXPECT_EQ(InForce(Profile::kRst, "2024-10-16T00:00:00Z"), "rst-v2026.05");
  EXPECT_EQ(InForce(Profile::kRst, "2024-07-30T23:59:59Z"), "rst-v2026.05");
  EXPECT_EQ(RulesetInForce(Profile::kRst, std::nullopt).name, "rst-v2026.05");
}

// A revision asks for all that its edition asked for, and for more.
TEST(Ruleset, RevisionsTakeNothingBack) {
  int revisions = 0;
  for (const Ruleset& ruleset : Rulesets()) {
    if (ruleset.revises.empty()) continue;
    ++revisions;
    ASSERT_OK_AND_ASSIGN(const Ruleset* before, FindRuleset(ruleset.revises));
    EXPECT_EQ(before->until, ruleset.from) << ruleset.name;
    EXPECT_EQ(before->profile, ruleset.profile) << ruleset.name;
    EXPECT_EQ(before->source, ruleset.source) << ruleset.name;
    for (int i = 0; i < kCodeCount; ++i) {
      const Code code = static_cast<Code>(i);
      EXPECT_TRUE(ruleset.has(code) || !before->has(code)) << InfoOf(code).name;
    }
  }
  EXPECT_EQ(revisions, 3);
}

Report Check(const CodeCase& one, const std::vector<Edit>& edits, const CheckOptions& options) {
  return one.csv ? CheckCsvText(CsvDepositText(edits), options)
                 : CheckText(DepositText(edits), options);
}

// The closer reading finds what it was made for, and an old deposit keeps its verdict.
TEST(Ruleset, OfTheWatermarkDoesNotReadAsCloselyAsTheOneAfterIt) {
  for (const CodeCase& one : CloserCases()) {
    CheckOptions options = GoodOptions();
    one.adjust(options);
    EXPECT_THAT(CodesOf(Check(one, one.bad, options)), Contains(one.code)) << one.name;
    options.ruleset = nullptr;
    const Report then = Check(one, one.bad, options);
    EXPECT_EQ(then.ruleset, "gtld-ra");
    EXPECT_THAT(CodesOf(then), Not(Contains(one.code))) << one.name;
    EXPECT_EQ(then.verdict, Verdict::kPass) << one.name;
  }
}

// Whatever else is wrong with a deposit, the closer reading tells all of it that was told before,
// and nothing more than it was made for.
TEST(Ruleset, ReadsWhatWasKnownBeforeAsBefore) {
  std::set<std::string> closer;
  for (const CodeCase& one : CloserCases()) closer.insert(one.code);
  for (const CodeCase& one : CodeCases()) {
    if (!one.bases.empty()) continue;
    CheckOptions options = GoodOptions();
    if (one.adjust != nullptr) one.adjust(options);
    if (options.ruleset != nullptr || options.profile != Profile::kGtld) continue;
    if (options.zone != nullptr) continue;  // can be read once
    const Report before = Check(one, one.bad, options);
    const std::vector<std::string> then = CodesOf(before);
    ASSERT_OK_AND_ASSIGN(options.ruleset, FindRuleset("gtld-ra-2"));
    const Report after = Check(one, one.bad, options);
    const std::vector<std::string> now = CodesOf(after);
    EXPECT_EQ(after.verdict, before.verdict) << one.name;
    EXPECT_THAT(now, IsSupersetOf(then)) << one.name;
    for (const std::string& code : now) {
      const bool is_new = std::find(then.begin(), then.end(), code) == then.end();
      EXPECT_TRUE(!is_new || closer.contains(code)) << one.name << " " << code;
    }
  }
}

TEST(Ruleset, IsFoundByItsName) {
  for (const Ruleset& ruleset : Rulesets()) {
    ASSERT_OK_AND_ASSIGN(const Ruleset* found, FindRuleset(ruleset.name));
    EXPECT_EQ(found, &ruleset);
    EXPECT_FALSE(ruleset.source.empty()) << ruleset.name;
  }
  const auto unknown = FindRuleset("rst-v1999.01");
  EXPECT_EQ(unknown.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(absl::StrContains(unknown.status().message(), "rst-v2026.05"));
}

TEST(Ruleset, DocumentationHasTheTable) {
  ASSERT_OK_AND_ASSIGN(const std::string page, base::ReadSmallFile("docs/findings.md"));
  EXPECT_TRUE(absl::StrContains(page, RulesetTable())) << RulesetTable();
  for (const Ruleset& ruleset : Rulesets()) {
    EXPECT_TRUE(absl::StrContains(page, ruleset.source)) << ruleset.source;
  }
}

// Two domains of one name: an error of today's RST, for which the older one had no code.
const Edit kTwoOfOneName{"<rdeDomain:name>xn--bcher-kva.test<", "<rdeDomain:name>one.test<"};

TEST(Ruleset, CodesThatItDoesNotHaveAreSkippedNotRaised) {
  CheckOptions options = GoodOptions();
  options.profile = Profile::kRst;
  const Report today = CheckText(DepositText({kTwoOfOneName}), options);
  EXPECT_EQ(today.ruleset, "rst-v2026.05");
  EXPECT_THAT(CodesOf(today), Contains("RDE_DOMAIN_HAS_NON_UNIQUE_NAME"));

  ASSERT_OK_AND_ASSIGN(options.ruleset, FindRuleset("rst-2024.09"));
  const Report then = CheckText(DepositText({kTwoOfOneName}), options);
  EXPECT_EQ(then.ruleset, "rst-2024.09");
  EXPECT_EQ(then.profile, "rst");
  EXPECT_THAT(CodesOf(then), Not(Contains("RDE_DOMAIN_HAS_NON_UNIQUE_NAME")));
  EXPECT_THAT(then.skipped, Contains(Skip{Code::kDomainHasNonUniqueName,
                                          "rule set rst-2024.09 does not have it"}));
}

TEST(Ruleset, ThatIsGivenWinsOverProfileAndWatermark) {
  CheckOptions options = GoodOptions();
  options.profile = Profile::kRst;
  ASSERT_OK_AND_ASSIGN(options.ruleset, FindRuleset("cctld"));
  const Report report = CheckText(DepositText(), options);
  EXPECT_EQ(report.ruleset, "cctld");
  EXPECT_EQ(report.profile, "cctld");
}

TEST(Ruleset, OldDepositIsJudgedByTheOldOneUnlessTold) {
  CheckOptions options = GoodOptions();
  options.profile = Profile::kRst;
  options.file_name = "test_2024-09-22_full_S1_R0.xml";
  const std::string old = DepositText({{"2026-11-22T00:00:00Z", "2024-09-22T00:00:00Z"}});
  EXPECT_EQ(CheckText(old, options).ruleset, "rst-2024.09");
  EXPECT_THAT(CodesOf(CheckText(old, options)), IsEmpty());
  ASSERT_OK_AND_ASSIGN(options.ruleset, FindRuleset("rst-v2026.05"));
  EXPECT_EQ(CheckText(old, options).ruleset, "rst-v2026.05");
}

}  // namespace
}  // namespace tidemark::verifier
