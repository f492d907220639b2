#include "vault/remake_refusals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "base/testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::base::StatusIs;
using Cost = RemakeRefusals::Cost;

class RemakeRefusalsTest : public ::testing::Test {
 protected:
  // The lines that are logged for it.
  std::vector<std::string> Note(const std::string& table, const std::string& why,
                                Cost cost = Cost::kReading) {
    ::testing::internal::CaptureStderr();
    refusals_.Note(table, absl::UnavailableError(why), cost);
    return absl::StrSplit(::testing::internal::GetCapturedStderr(), '\n', absl::SkipEmpty());
  }
  bool MayLetOthersWait() { return refusals_.CheckMayLetOthersWait("/1.sst").ok(); }

  base::FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  RemakeRefusals refusals_{&clock_};
};

TEST_F(RemakeRefusalsTest, OthersWaitTwiceAsLongForEachTimeInVainAndAnHourAtMost) {
  EXPECT_TRUE(MayLetOthersWait());
  absl::Duration want = absl::Seconds(2);
  for (int i = 0; i < 40; ++i) {
    Note("/1.sst", "busy", Cost::kOthersWaited);
    EXPECT_FALSE(MayLetOthersWait());
    clock_.Advance(want - absl::Milliseconds(1));
    EXPECT_FALSE(MayLetOthersWait()) << i;
    EXPECT_FALSE(refusals_.IsDue("/1.sst"));
    clock_.Advance(absl::Milliseconds(1));
    EXPECT_TRUE(MayLetOthersWait()) << i;
    EXPECT_TRUE(refusals_.IsDue("/1.sst"));
    want = std::min(2 * want, absl::Hours(1));
  }
  EXPECT_EQ(want, absl::Hours(1));
}

TEST_F(RemakeRefusalsTest, EachTableWaitsForItself) {
  Note("/1.sst", "busy", Cost::kOthersWaited);
  EXPECT_THAT(refusals_.CheckMayLetOthersWait("/1.sst"),
              StatusIs(StatusCode::kUnavailable,
                       AllOf(HasSubstr("busy"), HasSubstr("1 times"), HasSubstr("in 2s"))));
  EXPECT_OK(refusals_.CheckMayLetOthersWait("/2.sst"));
  EXPECT_TRUE(refusals_.IsDue("/2.sst"));
}

// A heal may have mended what was missing, and lets nobody wait in vain.
TEST_F(RemakeRefusalsTest, WhatCostReadingAloneHoldsOffOnlyWhoComesByOften) {
  Note("/1.sst", "a row is not mended yet");
  EXPECT_TRUE(MayLetOthersWait());
  EXPECT_FALSE(refusals_.IsDue("/1.sst"));
}

TEST_F(RemakeRefusalsTest, OnceATableWasMadeAnewNothingWaits) {
  Note("/1.sst", "busy", Cost::kOthersWaited);
  Note("/2.sst", "hidden by /1.sst", Cost::kOthersWaited);
  refusals_.Remade({"/1.sst"});
  EXPECT_OK(refusals_.CheckMayLetOthersWait("/2.sst"));
  const std::vector<RefusedTable> refused = refusals_.Among({"/1.sst", "/2.sst"});
  ASSERT_THAT(refused, SizeIs(1));
  EXPECT_EQ(refused[0].name, "/2.sst");
  EXPECT_EQ(refused[0].why, "hidden by /1.sst");
  EXPECT_EQ(refused[0].times, 1u);
  EXPECT_THAT(refusals_.Among({"/3.sst"}), IsEmpty()) << "a compaction has done without it";
  EXPECT_THAT(refusals_.Among({"/2.sst"}), IsEmpty()) << "and it is forgotten";
}

TEST_F(RemakeRefusalsTest, AClockThatWasSetBackProlongsNothing) {
  for (int i = 0; i < 20; ++i) Note("/1.sst", "busy", Cost::kOthersWaited);
  clock_.Advance(-absl::Hours(24));
  EXPECT_TRUE(MayLetOthersWait());
  EXPECT_TRUE(refusals_.IsDue("/1.sst"));
}

TEST_F(RemakeRefusalsTest, EveryReasonIsLoggedAndTheSameOneOnceAnHour) {
  EXPECT_THAT(Note("/1.sst", "busy"), SizeIs(1));
  EXPECT_THAT(Note("/1.sst", "busy"), IsEmpty());
  EXPECT_THAT(Note("/2.sst", "busy"), SizeIs(1)) << "another table";
  EXPECT_THAT(Note("/1.sst", "no room"), IsEmpty()) << "reasons may alternate";
  clock_.Advance(absl::Minutes(1));
  const std::vector<std::string> other = Note("/1.sst", "no room", Cost::kOthersWaited);
  ASSERT_THAT(other, SizeIs(1));
  EXPECT_THAT(other[0], AllOf(HasSubstr("table-not-remade table=/1.sst times=4 others_waited=1"),
                              HasSubstr("no room")));
  clock_.Advance(absl::Minutes(59));
  EXPECT_THAT(Note("/1.sst", "no room"), IsEmpty());
  clock_.Advance(absl::Minutes(1));
  EXPECT_THAT(Note("/1.sst", "no room"), SizeIs(1));
}

}  // namespace
}  // namespace tidemark::vault
