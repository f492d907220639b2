#include "cli/night_tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace tidemark::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(NightTally, ANoIsToldWhateverCouldNotBeDecidedBesides) {
  NightTally tally;
  tally.Add("a", Exit::kGood);
  EXPECT_EQ(tally.exit(), Exit::kGood);
  EXPECT_EQ(tally.Summary(), "drills of 1 TLDs: 1 pass");
  tally.AddNotReached("d");
  EXPECT_EQ(tally.exit(), Exit::kUndecided);
  tally.Add("b", Exit::kNo);
  tally.Add("c", Exit::kUndecided);
  tally.AddPassedBefore();
  EXPECT_EQ(tally.exit(), Exit::kNo);
  EXPECT_EQ(tally.Summary(),
            "drills of 5 TLDs: 1 pass, 1 had passed before, 1 NO: b, 1 could not run: c, 1 not "
            "reached, told to stop: d");
}

TEST(NightTally, ALineStaysOne) {
  NightTally tally;
  for (int i = 0; i < 1000; ++i) tally.Add(absl::StrCat("tld", i), Exit::kUndecided);
  EXPECT_EQ(tally.exit(), Exit::kUndecided);
  EXPECT_THAT(tally.Summary(), HasSubstr("1000 could not run: tld0 tld1 "));
  EXPECT_THAT(tally.Summary(), HasSubstr("tld19 and 980 more"));
  EXPECT_THAT(tally.Summary(), Not(HasSubstr("tld20")));
}

}  // namespace
}  // namespace tidemark::cli
