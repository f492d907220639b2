// One bad deposit for each code, named for it, and one good neighbour that differs just as little.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "verifier/ruleset.h"
#include "verifier/testing/code_cases.h"
#include "verifier/testing/csv_deposit_text.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

class EachCode : public ::testing::TestWithParam<CodeCase> {};

CheckOptions OptionsFor(const CodeCase& param) {
  CheckOptions options = GoodOptions();
  if (param.adjust != nullptr) param.adjust(options);
  return options;
}

// The codes of a report. INFO says nothing against a deposit, so of such codes only those that the
// case is about.
std::vector<std::string> TellingCodes(const Report& report, const std::vector<std::string>& about) {
  std::set<std::string> codes;
  for (const Finding& finding : report.findings) {
    const CodeInfo& info = InfoOf(finding.code);
    const std::string name(info.name);
    const bool wanted = std::find(about.begin(), about.end(), name) != about.end();
    if (info.severity != Severity::kInfo || wanted) codes.insert(name);
  }
  return {codes.begin(), codes.end()};
}

Report Check(const std::vector<Edit>& edits, const std::vector<std::vector<Edit>>& bases,
             const CodeCase& param) {
  if (param.csv) return CheckCsvText(CsvDepositText(edits), OptionsFor(param));
  if (bases.empty()) return CheckText(DepositText(edits), OptionsFor(param));
  std::vector<std::string> texts;
  for (const std::vector<Edit>& base : bases) texts.push_back(DepositText(base));
  return CheckOnBases(DepositText(edits), texts, OptionsFor(param));
}

TEST_P(EachCode, IsRaisedByItsBadDepositAlone) {
  const CodeCase& param = GetParam();
  const Report report = Check(param.bad, param.bases, param);
  std::vector<std::string> expected = param.beside;
  expected.push_back(param.code);
  std::sort(expected.begin(), expected.end());
  EXPECT_THAT(TellingCodes(report, expected), ElementsAreArray(expected));
}

TEST_P(EachCode, IsNotRaisedByItsGoodNeighbour) {
  const CodeCase& param = GetParam();
  const Report report = Check(param.good, param.good_bases, param);
  EXPECT_THAT(TellingCodes(report, {param.code}), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, EachCode, ::testing::ValuesIn(CodeCases()),
                         [](const auto& info) { return info.param.name; });

TEST(Codes, GoodDepositHasNoFindingsInAnyProfile) {
  for (const Profile profile : {Profile::kRst, Profile::kGtld, Profile::kCctld}) {
    CheckOptions options = GoodOptions();
    options.profile = profile;
    for (const Report& report :
         {CheckText(DepositText(), options), CheckCsvText(CsvDepositText(), options)}) {
      EXPECT_THAT(CodesOf(report), IsEmpty()) << ProfileName(profile);
      EXPECT_EQ(report.verdict, Verdict::kPass);
    }
  }
}

TEST(Codes, GoodDepositHasNoFindingsInAnyRuleset) {
  for (const Ruleset& ruleset : Rulesets()) {
    CheckOptions options = GoodOptions();
    options.ruleset = &ruleset;
    for (const Report& report :
         {CheckText(DepositText(), options), CheckCsvText(CsvDepositText(), options)}) {
      EXPECT_THAT(CodesOf(report), IsEmpty()) << ruleset.name;
    }
  }
}

// RST rde-14 is not for deposits whose domains are all in the CSV model.
TEST(Policies, OfADepositWithCsvDomainsNeedNotRequireTheRegistrant) {
  constexpr char kPolicy[] =
      "<p:policy xmlns:p=\"urn:ietf:params:xml:ns:rdePolicy-1.0\" "
      "scope=\"//rde:deposit/rde:contents/rdeContact:contact\" element=\"rdeContact:email\"/>"
      "</rde:contents>";
  CheckOptions options = GoodOptions();
  options.profile = Profile::kRst;
  const std::vector<Edit> add = {{"</rde:contents>", kPolicy}};
  EXPECT_THAT(CodesOf(CheckCsvText(CsvDepositText(add), options)),
              testing::Not(testing::Contains("RDE_POLICY_OBJECT_MISSING_OBJECTS")));
  const std::vector<Edit> instead = {
      {"element=\"rdeDomain:registrant\"", "element=\"rdeDomain:clID\""}};
  EXPECT_THAT(CodesOf(CheckText(DepositText(instead), options)),
              testing::Contains("RDE_POLICY_OBJECT_MISSING_OBJECTS"));
}

}  // namespace
}  // namespace tidemark::verifier
