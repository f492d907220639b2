#include "base/log.h"

#include "base/testing.h"

namespace tidemark::base {
namespace {

using ::testing::EndsWith;

absl::Time Noon() {
  return absl::FromCivil(absl::CivilSecond(2026, 11, 22, 12), absl::UTCTimeZone());
}

TEST(Log, LineHasTimeLevelEventAndFields) {
  EXPECT_EQ(FormatLogLine(Noon(), LogLevel::kInfo, "commit", {{"tld", "example"}, {"frames", 812}}),
            "2026-11-22T12:00:00Z INFO commit tld=example frames=812\n");
  EXPECT_EQ(FormatLogLine(Noon(), LogLevel::kError, "stopped", {}),
            "2026-11-22T12:00:00Z ERROR stopped\n");
}

TEST(Log, NoValueCanForgeALineOrAField) {
  EXPECT_EQ(
      FormatLogLine(Noon(), LogLevel::kWarning, "x",
                    {{"a", "1\n2026 INFO y"}, {"b", "c d=\"e\""}, {"f", ""}, {"g", "\x1b[2J\xff"}}),
      "2026-11-22T12:00:00Z WARNING x a=\"1\\n2026 INFO y\" b=\"c d=\\\"e\\\"\" f=\"\" "
      "g=\"\\x1b[2J\\xff\"\n");
}

TEST(Log, LongLineIsCut) {
  const std::string line =
      FormatLogLine(Noon(), LogLevel::kInfo, "x", {{"v", std::string(1 << 20, '\n')}});
  EXPECT_EQ(line.size(), kLogLineBytesMax);
  EXPECT_THAT(line, EndsWith(" cut=true\n"));
}

TEST(Log, WritesOneLineToStandardError) {
  ::testing::internal::CaptureStderr();
  Log(LogLevel::kInfo, "started", {{"port", 0}});
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), EndsWith("Z INFO started port=0\n"));
}

}  // namespace
}  // namespace tidemark::base
