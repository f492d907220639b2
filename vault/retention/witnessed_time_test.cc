#include "vault/retention/witnessed_time.h"

#include <random>
#include <vector>

#include "base/testing.h"

namespace tidemark::vault::retention {
namespace {

using ::absl::StatusCode;
using ::tidemark::base::StatusIs;

constexpr int64_t kHourMicros = 3'600'000'000;
constexpr int64_t kTenYearsMicros = 24 * 3652 * kHourMicros;

absl::StatusOr<WitnessedTime> Read(const std::vector<int64_t>& leaves, int64_t now,
                                   int* looks = nullptr) {
  return WitnessedTime::Read(
      leaves.size(),
      [&](uint64_t index) {
        if (looks != nullptr) ++*looks;
        return leaves[index];
      },
      absl::FromUnixMicros(now));
}

std::vector<int64_t> Nights(int count) {
  std::vector<int64_t> leaves;
  for (int i = 0; i < count; ++i) leaves.push_back(i * 24 * kHourMicros);
  return leaves;
}

TEST(WitnessedTime, NightAfterNightCountsInFull) {
  const std::vector<int64_t> leaves = Nights(400);
  ASSERT_OK_AND_ASSIGN(const auto time, Read(leaves, leaves.back() + kHourMicros));
  EXPECT_EQ(time.Since(0), absl::Hours(399 * 24 + 1));
  EXPECT_EQ(time.UnwitnessedSince(0), absl::ZeroDuration());
}

TEST(WitnessedTime, JumpOfTheClockThatIsNotLoggedYetIsNotBelieved) {
  const std::vector<int64_t> leaves = Nights(10);
  ASSERT_OK_AND_ASSIGN(const auto time, Read(leaves, leaves.back() + kTenYearsMicros));
  EXPECT_EQ(time.Since(0), absl::Hours(9 * 24));
  EXPECT_EQ(time.UnwitnessedSince(0), absl::Microseconds(kTenYearsMicros));
}

TEST(WitnessedTime, JumpThatIsLoggedIsNotBelievedForWhatCameBefore) {
  std::vector<int64_t> leaves = Nights(10);
  for (int i = 0; i < 5; ++i) {
    leaves.push_back(9 * 24 * kHourMicros + kTenYearsMicros + i * kHourMicros);
  }
  ASSERT_OK_AND_ASSIGN(const auto time, Read(leaves, leaves.back()));
  EXPECT_EQ(time.Since(0), absl::Hours(9 * 24 + 4));
  EXPECT_EQ(time.Since(leaves[10]), absl::Hours(4));
}

TEST(WitnessedTime, ClockBehindTheLogIsSeen) {
  ASSERT_OK_AND_ASSIGN(const auto time, Read(Nights(10), 0));
  EXPECT_TRUE(time.IsBehind());
  ASSERT_OK_AND_ASSIGN(const auto right, Read(Nights(10), Nights(10).back()));
  EXPECT_FALSE(right.IsBehind());
}

TEST(WitnessedTime, LogThatEndsBeforeItBeginsIsDataLoss) {
  std::vector<int64_t> leaves = Nights(20);
  leaves.push_back(-1);
  EXPECT_THAT(Read(leaves, leaves[19]), StatusIs(StatusCode::kDataLoss));
}

TEST(WitnessedTime, RandomLogsAgreeWithLookingAtEveryLeaf) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 500; ++round) {
    std::vector<int64_t> leaves = {0};
    const int count = 1 + static_cast<int>(random() % 200);
    for (int i = 1; i < count; ++i) {
      const int64_t hours = random() % 9 == 0 ? random() % 2000 : random() % 30;
      leaves.push_back(leaves.back() + hours * kHourMicros);
    }
    const int64_t now = leaves.back() + static_cast<int64_t>(random() % 300) * kHourMicros;
    const size_t from = random() % leaves.size();
    absl::Duration want;
    for (size_t i = from; i < leaves.size(); ++i) {
      const int64_t next = i + 1 < leaves.size() ? leaves[i + 1] : now;
      const absl::Duration step = absl::Microseconds(next - leaves[i]);
      if (step <= kStepMax) want += step;
    }
    // Leaves of the same moment: what came with them is as old as the first of them.
    ASSERT_OK_AND_ASSIGN(const auto time, Read(leaves, now));
    ASSERT_EQ(time.Since(leaves[from]), want) << "round " << round;
  }
}

TEST(WitnessedTime, LongLogTakesFewLooks) {
  std::vector<int64_t> leaves;
  for (int i = 0; i < 1'000'000; ++i) leaves.push_back(i * kHourMicros / 100);
  int looks = 0;
  ASSERT_OK_AND_ASSIGN(const auto time, Read(leaves, leaves.back(), &looks));
  EXPECT_EQ(time.UnwitnessedSince(0), absl::ZeroDuration());
  EXPECT_LT(looks, 1000);
}

}  // namespace
}  // namespace tidemark::vault::retention
