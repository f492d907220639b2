#include "verifier/service/queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace tidemark::verifier {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const vault::DepositId kOne = *vault::DepositId::Create("test", "1", 0);
const vault::DepositId kTwo = *vault::DepositId::Create("test", "2", 0);
constexpr absl::Time kStart = absl::UnixEpoch();

TEST(JudgingQueue, EachIsJudgedOnce) {
  JudgingQueue queue;
  queue.Add({kTwo, kOne}, kStart);
  EXPECT_THAT(queue.Due(kStart), ElementsAre(kOne, kTwo));
  queue.Settle(kOne, Verdict::kPass, kStart);
  queue.Settle(kTwo, Verdict::kFail, kStart);
  EXPECT_THAT(queue.Due(kStart + absl::Hours(100)), IsEmpty());
  EXPECT_EQ(queue.size(), 0u);
}

TEST(JudgingQueue, UndecidedComesAgainAfterGrowingPauses) {
  JudgingQueue queue;
  queue.Add({kOne}, kStart);
  absl::Time now = kStart;
  absl::Duration last = absl::ZeroDuration();
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(queue.HasRecorded(kOne), i > 0);
    queue.Settle(kOne, Verdict::kUndecided, now);
    queue.Add({kOne}, now);  // the vault lists it still
    EXPECT_THAT(queue.Due(now), IsEmpty());
    absl::Duration pause = absl::ZeroDuration();
    while (queue.Due(now + pause).empty()) pause += JudgingQueue::kFirstPause;
    EXPECT_GE(pause, last);
    EXPECT_LE(pause, JudgingQueue::kLongestPause);
    last = pause;
    now += pause;
  }
  EXPECT_EQ(last, JudgingQueue::kLongestPause);
}

TEST(JudgingQueue, PostponedWasNotRecorded) {
  JudgingQueue queue;
  queue.Add({kOne}, kStart);
  queue.Postpone(kOne, kStart);
  EXPECT_FALSE(queue.HasRecorded(kOne));
  EXPECT_THAT(queue.Due(kStart + JudgingQueue::kFirstPause), ElementsAre(kOne));
}

}  // namespace
}  // namespace tidemark::verifier
