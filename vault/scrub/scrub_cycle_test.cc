// When a scrub reads what, whatever the clock says.
#include "absl/time/time.h"
#include "base/testing.h"
#include "proto/stored.pb.h"
#include "vault/schema.h"
#include "vault/scrub/scrubber_testing.h"

namespace tidemark::vault {
namespace {

TEST_F(ScrubberTest, AClockThatWasSetBackStopsNoCycle) {
  Deposit("example/A1/0", {.frames = 2, .parts = 1});
  const auto store = OpenStore();
  clock_.Advance(absl::Hours(24 * 365 * 10));
  Scrubber scrubber(*store, {}, clock_);
  RunCycle(scrubber);
  const uint64_t cycle = scrubber.progress().cycle;
  clock_.Advance(-absl::Hours(24 * 365 * 10));
  ASSERT_OK(scrubber.CheckSlice());
  EXPECT_EQ(scrubber.progress().cycle, cycle + 1);
  EXPECT_EQ(scrubber.progress().cycle_started_unix_micros, absl::ToUnixMicros(clock_.Now()));
}

TEST_F(ScrubberTest, ARestartGoesOnWhereTheLastSliceEnded) {
  Deposit("example/A1/0", {.frames = 60, .parts = 1, .piece_bytes = 250'000});
  const auto store = OpenStore();
  Scrubber first(*store, {}, clock_);
  ASSERT_OK(first.CheckSlice());
  const double done = first.progress().done;
  EXPECT_GT(done, 0);
  EXPECT_LT(done, 1);
  Scrubber second(*store, {}, clock_);
  ASSERT_OK(second.CheckSlice());
  EXPECT_EQ(second.progress().cycle, 1u);
  EXPECT_GT(second.progress().done, done);
  while (second.progress().done < 1) ASSERT_OK(second.CheckSlice());
  EXPECT_EQ(second.progress().finished_pieces, 61u);
}

// The clock stands still while a slice is read, so the wait is its bytes over the rate.
TEST_F(ScrubberTest, ThePaceIsWhatIsLeftOverTheTimeThatIsLeft) {
  Deposit("example/A1/0", {.frames = 80, .parts = 1, .piece_bytes = 250'000});
  const auto store = OpenStore();
  // 20 MB in an hour would be 5 kB/s: the floor of 1 MB/s says how long 4.25 MB take.
  Scrubber slow(*store, {.cycle = absl::Hours(1)}, clock_);
  ASSERT_OK_AND_ASSIGN(const absl::Duration at_floor, slow.CheckSlice());
  EXPECT_NEAR(absl::ToDoubleSeconds(at_floor), 4.25, 0.01);
  // Late: the ceiling, whatever is left.
  clock_.Advance(absl::Hours(2));
  ASSERT_OK_AND_ASSIGN(const absl::Duration at_ceiling, slow.CheckSlice());
  EXPECT_NEAR(absl::ToDoubleSeconds(at_ceiling), 4.25 / 50, 0.001);
  while (slow.progress().done < 1) ASSERT_OK(slow.CheckSlice());
  // A cycle does not follow at once.
  clock_.Advance(-absl::Hours(2));
  ASSERT_OK_AND_ASSIGN(const absl::Duration rest, slow.CheckSlice());
  EXPECT_EQ(slow.progress().cycle, 1u);
  EXPECT_EQ(rest, absl::Minutes(2));
}

// After that the last cycle ends in the future, and the one that is under way is not done for it.
TEST_F(ScrubberTest, ACycleUnderWayGoesOnAfterTheClockWasSetBack) {
  Deposit("example/A1/0", {.seed = 1, .frames = 7, .parts = 3});
  const auto store = OpenStore();
  {
    Scrubber scrubber(*store, {}, clock_);
    RunCycle(scrubber);
  }
  clock_.Advance(-absl::Hours(24 * 365));
  {
    Scrubber scrubber(*store, {}, clock_);
    EXPECT_OK(scrubber.CheckSlice());
    EXPECT_EQ(scrubber.progress().cycle, 2u);
    EXPECT_LT(scrubber.progress().done, 1);
  }
  ASSERT_LT(State(*store).cycle_started_unix_micros(), State(*store).finished_unix_micros());
  Scrubber scrubber(*store, {}, clock_);
  while (scrubber.progress().done < 1) ASSERT_OK(scrubber.CheckSlice());
  EXPECT_EQ(scrubber.progress().cycle, 2u);
  EXPECT_EQ(scrubber.progress().finished_pieces, 10u);
  EXPECT_EQ(State(*store).finished_cycle(), 2u);
  EXPECT_LE(State(*store).finished_unix_micros(), absl::ToUnixMicros(clock_.Now()));
}

// Rows of a program that did not number the finished cycle.
TEST_F(ScrubberTest, AnOldStateSaysByItsPlaceWhetherTheCycleIsDone) {
  Deposit("example/A1/0", {.seed = 1, .frames = 7, .parts = 3});
  const auto store = OpenStore();
  Scrubber first(*store, {}, clock_);
  RunCycle(first);
  tidemark::v1::ScrubRow done = State(*store);
  done.clear_finished_cycle();
  PutState(*store, done);
  {
    Scrubber scrubber(*store, {}, clock_);
    EXPECT_OK(scrubber.CheckSlice());
    EXPECT_EQ(scrubber.progress().cycle, 1u);
    EXPECT_EQ(scrubber.progress().done, 1);
  }
  // The parts of cycle 2 are still to be looked at.
  tidemark::v1::ScrubRow half = done;
  half.set_cycle(2);
  half.set_family(schema::kPartKind);
  half.set_pieces_checked(7);
  PutState(*store, half);
  Scrubber scrubber(*store, {}, clock_);
  while (scrubber.progress().done < 1) ASSERT_OK(scrubber.CheckSlice());
  EXPECT_EQ(scrubber.progress().cycle, 2u);
  EXPECT_EQ(scrubber.progress().finished_pieces, 10u);
}

}  // namespace
}  // namespace tidemark::vault
