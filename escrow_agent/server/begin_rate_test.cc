#include "escrow_agent/server/begin_rate.h"

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/testing.h"

namespace tidemark::escrow_agent {
namespace {

using ::absl::StatusCode;
using ::testing::HasSubstr;
using ::tidemark::base::IsOk;
using ::tidemark::base::StatusIs;

class BeginRateTest : public ::testing::Test {
 protected:
  BeginRate::Time now_ = {};
  BeginRate rate_{3, [this] { return now_; }};
};

TEST_F(BeginRateTest, BucketFillsSteadily) {
  for (int i = 0; i < 3; ++i) EXPECT_OK(rate_.Take("01"));
  EXPECT_THAT(rate_.Take("01"), StatusIs(StatusCode::kUnavailable, HasSubstr("in 20 s")));
  EXPECT_OK(rate_.Take("02"));
  now_ += std::chrono::seconds(19);
  EXPECT_THAT(rate_.Take("01"), StatusIs(StatusCode::kUnavailable));
  now_ += std::chrono::seconds(1);
  EXPECT_OK(rate_.Take("01"));
  EXPECT_THAT(rate_.Take("01"), StatusIs(StatusCode::kUnavailable));
}

TEST_F(BeginRateTest, FullBucketHoldsNoMoreThanAMinute) {
  now_ += std::chrono::hours(100);
  for (int i = 0; i < 3; ++i) EXPECT_OK(rate_.Take("01"));
  EXPECT_THAT(rate_.Take("01"), StatusIs(StatusCode::kUnavailable));
}

TEST_F(BeginRateTest, CertificatesThatAreCountedAreBounded) {
  for (size_t i = 0; i < base::kBeginCountersMax; ++i) EXPECT_OK(rate_.Take(absl::StrCat(i)));
  EXPECT_THAT(rate_.Take("one more"), StatusIs(StatusCode::kUnavailable));
  EXPECT_OK(rate_.Take("0"));
  now_ += std::chrono::minutes(1);
  EXPECT_OK(rate_.Take("one more"));
}

}  // namespace
}  // namespace tidemark::escrow_agent
