#include "base/clock.h"

#include "base/testing.h"

namespace tidemark::base {
namespace {

TEST(FakeClock, StandsStillUntilAdvanced) {
  FakeClock clock(absl::FromUnixSeconds(1000));
  EXPECT_EQ(clock.Now(), absl::FromUnixSeconds(1000));
  clock.Advance(absl::Seconds(5));
  EXPECT_EQ(clock.Now(), absl::FromUnixSeconds(1005));
}

TEST(SteadyClock, GoesOnFromTheStartOfTheMachine) {
  const SteadyClock clock;
  const absl::Time before = clock.Now();
  EXPECT_GT(before, absl::UnixEpoch());
  EXPECT_LE(before, clock.Now());
}

}  // namespace
}  // namespace tidemark::base
