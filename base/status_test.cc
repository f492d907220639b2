#include "base/status.h"

#include <cerrno>

#include "base/testing.h"

namespace tidemark::base {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

absl::StatusOr<int> Doubled(const absl::StatusOr<int>& input) {
  ASSIGN_OR_RETURN(const int value, input);
  RETURN_IF_ERROR(value > 100 ? absl::OutOfRangeError("over 100") : absl::OkStatus());
  return 2 * value;
}

TEST(Status, MacrosPassOnTheFirstError) {
  EXPECT_THAT(Doubled(21), IsOkAndHolds(42));
  EXPECT_THAT(Doubled(101), StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_THAT(Doubled(absl::NotFoundError("x")), StatusIs(absl::StatusCode::kNotFound, "x"));
}

TEST(Status, AnnotateKeepsCodeAndOk) {
  EXPECT_OK(Annotate(absl::OkStatus(), "here"));
  EXPECT_THAT(Annotate(absl::DataLossError("gone"), "here"),
              StatusIs(absl::StatusCode::kDataLoss, "here: gone"));
}

TEST(Status, ErrnoMapsToWhatTheCallerShouldDo) {
  EXPECT_THAT(ErrnoStatus(ENOENT, "/p"), StatusIs(absl::StatusCode::kNotFound, StartsWith("/p: ")));
  EXPECT_THAT(ErrnoStatus(EACCES, "/p"), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(ErrnoStatus(EEXIST, "/p"), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(ErrnoStatus(ENOSPC, "/p"), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(ErrnoStatus(EIO, "/p"), StatusIs(absl::StatusCode::kUnavailable));
}

TEST(StatusDeathTest, CheckNamesTheCondition) {
  EXPECT_DEATH(CHECK(1 + 1 == 3), HasSubstr("1 + 1 == 3"));
}

}  // namespace
}  // namespace tidemark::base
