// One bad deposit for each code, named for it, and one good neighbour that differs just as little.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "verifier/testing/code_cases.h"
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

TEST_P(EachCode, IsRaisedByItsBadDepositAlone) {
  const CodeCase& param = GetParam();
  const Report report = CheckText(DepositText(param.bad), OptionsFor(param));
  std::vector<std::string> expected = param.beside;
  expected.push_back(param.code);
  std::vector<std::string> codes = CodesOf(report);
  std::sort(expected.begin(), expected.end());
  std::sort(codes.begin(), codes.end());
  EXPECT_THAT(codes, ElementsAreArray(expected));
}

TEST_P(EachCode, IsNotRaisedByItsGoodNeighbour) {
  const CodeCase& param = GetParam();
  const Report report = CheckText(DepositText(param.good), OptionsFor(param));
  EXPECT_THAT(CodesOf(report), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, EachCode, ::testing::ValuesIn(CodeCases()),
                         [](const auto& info) { return info.param.name; });

TEST(Codes, GoodDepositHasNoFindingsInAnyProfile) {
  for (const Profile profile : {Profile::kRst, Profile::kGtld, Profile::kCctld}) {
    CheckOptions options = GoodOptions();
    options.profile = profile;
    const Report report = CheckText(DepositText(), options);
    EXPECT_THAT(CodesOf(report), IsEmpty()) << ProfileName(profile);
    EXPECT_EQ(report.verdict, Verdict::kPass);
  }
}

}  // namespace
}  // namespace tidemark::verifier
