#include "cli/night_tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace tidemark::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(NightTally, ANoIsToldWhateverCouldNotBeDecidedBesides) {
  NightTally tally;
  tally.Add("a", DrillEnd::kPassed);
  EXPECT_EQ(tally.exit(), Exit::kGood);
  EXPECT_EQ(tally.Summary(), "drills of 1 TLDs: 1 pass");
  tally.Add("d", DrillEnd::kNotReached);
  EXPECT_EQ(tally.exit(), Exit::kUndecided);
  tally.Add("b", DrillEnd::kNo);
  tally.Add("c", DrillEnd::kCouldNotRun);
  tally.Add("e", DrillEnd::kPassedBefore);
  EXPECT_EQ(tally.exit(), Exit::kNo);
  EXPECT_EQ(tally.Summary(),
            "drills of 5 TLDs: 1 pass, 1 had passed before, 1 NO: b, 1 could not run: c, 1 not "
            "reached, told to stop: d");
}

TEST(NightTally, ALineStaysOne) {
  NightTally tally;
  for (int i = 0; i < 1000; ++i) tally.Add(absl::StrCat("tld", i), DrillEnd::kCouldNotRun);
  EXPECT_EQ(tally.exit(), Exit::kUndecided);
  EXPECT_THAT(tally.Summary(), HasSubstr("1000 could not run: tld0 tld1 "));
  EXPECT_THAT(tally.Summary(), HasSubstr("tld19 and 980 more"));
  EXPECT_THAT(tally.Summary(), Not(HasSubstr("tld20")));
}

NightTally Night(const std::vector<std::pair<std::string, DrillEnd>>& ends) {
  NightTally night;
  for (const auto& [tld, end] : ends) night.Add(tld, end);
  return night;
}

TEST(LatestNights, TheLatestOfEachTldCounts) {
  LatestNights nights;
  EXPECT_EQ(nights.exit(), Exit::kGood);
  nights.Add(Night({{"a", DrillEnd::kNo}, {"b", DrillEnd::kPassed}}));
  EXPECT_EQ(nights.exit(), Exit::kNo);
  nights.Add(Night({{"a", DrillEnd::kPassed}, {"b", DrillEnd::kCouldNotRun}}));
  EXPECT_EQ(nights.exit(), Exit::kUndecided);
  EXPECT_EQ(nights.Summary(), "drills of 2 TLDs: 1 pass, 1 could not run: b");
  nights.Add(Night({{"a", DrillEnd::kPassedBefore}, {"b", DrillEnd::kPassed}}));
  EXPECT_EQ(nights.exit(), Exit::kGood);
}

TEST(LatestNights, ToBeStoppedIsNoAnswerAboutATld) {
  LatestNights nights;
  nights.Add(Night({{"a", DrillEnd::kBrokenOff}, {"b", DrillEnd::kNotReached}}));
  EXPECT_EQ(nights.exit(), Exit::kGood) << "nothing is known of either";
  nights.Add(Night({{"a", DrillEnd::kPassed}, {"b", DrillEnd::kNo}}));
  nights.Add(Night({{"a", DrillEnd::kBrokenOff}, {"b", DrillEnd::kNotReached}}));
  EXPECT_EQ(nights.exit(), Exit::kNo);
  EXPECT_EQ(nights.Summary(), "drills of 2 TLDs: 1 pass, 1 NO: b");
}

TEST(LatestNights, ATldThatIsDrilledNoMoreIsForgotten) {
  LatestNights nights;
  nights.Add(Night({{"a", DrillEnd::kPassed}, {"b", DrillEnd::kNo}}));
  nights.Add(Night({{"a", DrillEnd::kPassed}}));
  EXPECT_EQ(nights.exit(), Exit::kGood);
}

TEST(LatestNights, ANightThatCouldNotBeginIsUndecidedUntilOneDoes) {
  LatestNights nights;
  nights.Add(Night({{"a", DrillEnd::kPassed}}));
  nights.AddNone();
  EXPECT_EQ(nights.exit(), Exit::kUndecided);
  nights.Add(Night({{"a", DrillEnd::kPassed}}));
  EXPECT_EQ(nights.exit(), Exit::kGood);
  nights.Add(Night({{"a", DrillEnd::kNo}}));
  nights.AddNone();
  EXPECT_EQ(nights.exit(), Exit::kNo);
}

}  // namespace
}  // namespace tidemark::cli
