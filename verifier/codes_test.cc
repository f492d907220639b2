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

// Codes that no deposit alone can raise: custody's, and those under `skipped` in this version.
TEST(Codes, EveryCodeHasItsBadDeposit) {
  std::set<std::string> covered = {
      "TDM_MANIFEST_MISMATCH", "TDM_CONTENT_MISMATCH",  "TDM_SEALED_WRONGLY",     "RDE_INVALID_CSV",
      "RDE_DECRYPTION_FAILED", "RDE_INVALID_SIGNATURE", "TDM_MESSAGE_UNPROTECTED"};
  for (const CodeCase& param : CodeCases()) covered.insert(param.code);
  for (int i = 0; i < kCodeCount; ++i) {
    EXPECT_TRUE(covered.contains(std::string(InfoOf(static_cast<Code>(i)).name)))
        << InfoOf(static_cast<Code>(i)).name;
  }
}

}  // namespace
}  // namespace tidemark::verifier
