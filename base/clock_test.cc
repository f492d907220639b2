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

}  // namespace
}  // namespace tidemark::base
