#include "failover/drill/stage_directory.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "base/wall_clock_testing.h"

namespace tidemark::failover {
namespace {

using ::tidemark::base::StatusIs;

constexpr absl::Duration kLong = absl::Minutes(10);
constexpr absl::Duration kShort = absl::Milliseconds(300);

// With programs that are one line of a shell.
class StageDirectoryTest : public ::testing::Test {
 protected:
  void SetUpWith(const std::string& script) {
    const std::string dir = base::TestDir();
    for (const char* const program :
         {"tidemark", "tidemark-verbs", "tidemarkd", "tidemark-verifier", "tidemark-judge"}) {
      const std::string path = absl::StrCat(dir, "/", program);
      ASSERT_OK(base::WriteFile(path, absl::StrCat("#!/bin/sh\n", script, "\n"),
                                base::FileMode::kPublic));
      ASSERT_EQ(chmod(path.c_str(), 0755), 0);
    }
    ASSERT_OK_AND_ASSIGN(
        stage_, StageDirectory::Create(
                    {.programs_dir = dir, .parent_dir = dir, .role_users = RoleUsers::kNone}));
  }
  absl::Status WaitForFile(absl::Duration timeout) {
    ASSIGN_OR_RETURN(const auto process,
                     stage_->Start(Role::kObserver, "it", "tidemarkd", {stage_->path("ready")}));
    return stage_->WaitForFile(stage_->path("ready"), *process, "it", timeout);
  }
  absl::StatusOr<base::RunResult> Run(absl::Duration timeout) {
    return stage_->Run(Role::kObserver, "it", {"verb"}, timeout);
  }

  std::unique_ptr<StageDirectory> stage_;
};

TEST_F(StageDirectoryTest, AClockThatIsSetForwardEndsNoWait) {
  ASSERT_NO_FATAL_FAILURE(SetUpWith("sleep 0.5; [ $1 = verb ] || : > $1; sleep 0.5"));
  const absl::Time before = absl::Now();
  const base::WallClockSetter setter(absl::Hours(5));
  EXPECT_OK(WaitForFile(kLong));
  EXPECT_OK(Run(kLong));
  EXPECT_GT(absl::Now(), before + absl::Hours(4)) << "it was not set";
}

TEST_F(StageDirectoryTest, AClockThatIsSetBackLengthensNoWaitForAFile) {
  ASSERT_NO_FATAL_FAILURE(SetUpWith("exec sleep 1000"));
  const base::WallClockSetter setter(-absl::Hours(5));
  EXPECT_THAT(WaitForFile(kShort), StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST_F(StageDirectoryTest, AClockThatIsSetBackLengthensNoRun) {
  ASSERT_NO_FATAL_FAILURE(SetUpWith("exec sleep 1000"));
  const base::WallClockSetter setter(-absl::Hours(5));
  EXPECT_THAT(Run(kShort), StatusIs(absl::StatusCode::kDeadlineExceeded));
}

}  // namespace
}  // namespace tidemark::failover
