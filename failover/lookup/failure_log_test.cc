#include "failover/lookup/failure_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/clock.h"

namespace tidemark::failover {
namespace {

using ::testing::HasSubstr;

TEST(FailureLog, OneLineAPauseHoweverManyFail) {
  base::FakeClock clock(absl::FromUnixSeconds(1'000'000));
  FailureLog log("rdap", clock);
  EXPECT_EQ(log.Due(), 0u);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(log.Due(), std::nullopt);
  clock.Advance(kFailureLogPause);
  EXPECT_EQ(log.Due(), 1000u);
  EXPECT_EQ(log.Due(), std::nullopt);
}

TEST(FailureLog, AClockThatIsSetBackDoesNotSilenceIt) {
  base::FakeClock clock(absl::FromUnixSeconds(1'000'000));
  FailureLog log("rdap", clock);
  EXPECT_EQ(log.Due(), 0u);
  clock.Advance(-absl::Hours(24));
  EXPECT_EQ(log.Due(), 0u);
}

TEST(FailureLog, TheLineSaysWhatAndHowManyMore) {
  base::FakeClock clock(absl::FromUnixSeconds(1'000'000));
  FailureLog log("rdap", clock);
  ::testing::internal::CaptureStderr();
  for (int i = 0; i < 3; ++i) log.Note(absl::DataLossError("first"));
  clock.Advance(kFailureLogPause);
  log.Note(absl::DataLossError("second"));
  const std::string lines = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(lines, HasSubstr("ERROR rdap error=first unsaid=0\n"));
  EXPECT_THAT(lines, HasSubstr("ERROR rdap error=second unsaid=2\n"));
}

}  // namespace
}  // namespace tidemark::failover
