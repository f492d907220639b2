// For tests only: matchers and macros for Status, a directory of one's own, the shared folder.
// (absl of June 2022 has no status matchers yet.)
#ifndef TIDEMARK_BASE_TESTING_H_
#define TIDEMARK_BASE_TESTING_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status.h"

namespace tidemark::base {

// A fresh, empty directory below TEST_TMPDIR.
std::string TestDir();

// The folder `shared` beside the source checkout (testdata, specifications), found through the
// runfiles' links. Nothing where there is none: such a test skips,
//
//     const std::optional<std::string> shared = base::SharedDir();
//     if (!shared.has_value()) GTEST_SKIP() << base::kNoSharedDir;
std::optional<std::string> SharedDir();
inline constexpr char kNoSharedDir[] = "no folder ../shared beside this checkout";

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& status_or) {
  return status_or.status();
}

// These three match an absl::Status or an absl::StatusOr<T>.
MATCHER(IsOk, "") {
  *result_listener << StatusOf(arg);
  return StatusOf(arg).ok();
}

MATCHER_P(StatusIs, code, "") {
  *result_listener << StatusOf(arg);
  return StatusOf(arg).code() == code;
}

MATCHER_P2(StatusIs, code, message_matcher, "") {
  *result_listener << StatusOf(arg);
  return StatusOf(arg).code() == code &&
         ::testing::ExplainMatchResult(message_matcher, std::string(StatusOf(arg).message()),
                                       result_listener);
}

// Matches an absl::StatusOr<T> whose value matches.
MATCHER_P(IsOkAndHolds, value_matcher, "") {
  if (!arg.ok()) {
    *result_listener << arg.status();
    return false;
  }
  return ::testing::ExplainMatchResult(value_matcher, *arg, result_listener);
}

}  // namespace tidemark::base

#define EXPECT_OK(expr) EXPECT_THAT(expr, ::tidemark::base::IsOk())
#define ASSERT_OK(expr) ASSERT_THAT(expr, ::tidemark::base::IsOk())

// Evaluates `expr`, an absl::StatusOr, and assigns its value to `lhs` or ends the test.
#define ASSERT_OK_AND_ASSIGN(lhs, expr) \
  ASSERT_OK_AND_ASSIGN_INNER(TIDEMARK_CONCAT(tidemark_statusor_, __LINE__), lhs, expr)
#define ASSERT_OK_AND_ASSIGN_INNER(var, lhs, expr) \
  auto var = (expr);                               \
  ASSERT_TRUE(var.ok()) << var.status();           \
  lhs = *std::move(var)

#endif  // TIDEMARK_BASE_TESTING_H_
