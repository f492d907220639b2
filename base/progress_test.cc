#include "base/progress.h"

#include "base/testing.h"

namespace tidemark::base {
namespace {

TEST(Progress, IsSilentInAPipe) {
  ::testing::internal::CaptureStderr();  // a file: as little a terminal as a pipe
  {
    Progress progress({.label = "sealing", .total = 100});
    for (uint64_t done = 0; done <= 100; ++done) progress.Update(done);
    progress.Finish();
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(FormatByteCount, RoundsIntoTheNextUnit) {
  EXPECT_EQ(FormatByteCount(0), "0 B");
  EXPECT_EQ(FormatByteCount(999), "999 B");
  EXPECT_EQ(FormatByteCount(1500), "1.5 kB");
  EXPECT_EQ(FormatByteCount(999'960), "1.0 MB");
  EXPECT_EQ(FormatByteCount(27e9), "27.0 GB");
}

TEST(FormatProgress, ShowsPartRateAndTimeLeft) {
  EXPECT_EQ(
      FormatProgress({.label = "sealing", .total = 4'000'000}, 1'000'000, absl::Seconds(2), 200),
      "sealing [======>                 ]  25%  1.0 MB of 4.0 MB  500.0 kB/s  ETA 6s");
  EXPECT_EQ(
      FormatProgress({.label = "reading", .unit = ProgressUnit::kItems}, 50, absl::Seconds(5), 200),
      "reading 50  10/s  in 5s");
}

TEST(FormatProgress, SurvivesOddNumbers) {
  const ProgressOptions options = {.label = "x\n", .total = 10};
  EXPECT_EQ(FormatProgress(options, 0, absl::ZeroDuration(), 200),
            "x\\n [>                       ]   0%  0 B of 10 B  0 B/s");
  EXPECT_EQ(FormatProgress(options, 20, absl::Seconds(1), 200),
            "x\\n [========================] 100%  20 B of 10 B  20 B/s  in 1s");
  EXPECT_EQ(FormatProgress(options, 20, absl::Seconds(1), 10).size(), 10u);
}

}  // namespace
}  // namespace tidemark::base
