#include "base/subprocess.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/testing.h"
#include "base/wall_clock_testing.h"

namespace tidemark::base {
namespace {

using ::testing::HasSubstr;

constexpr absl::Duration kLong = absl::Seconds(60);

absl::StatusOr<RunResult> Shell(const std::string& script) {
  return RunAndCapture({"/bin/sh", "-c", script}, kLong, 1 << 20);
}

std::vector<std::string> ShellArgv(const std::string& script) { return {"/bin/sh", "-c", script}; }

TEST(Subprocess, ExitStatusAndOutputsComeBack) {
  ASSERT_OK_AND_ASSIGN(const RunResult result, Shell("echo out; echo err >&2; exit 7"));
  EXPECT_EQ(result.exit_status, 7);
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
}

TEST(Subprocess, SignalIs128More) {
  ASSERT_OK_AND_ASSIGN(const RunResult result, Shell("kill -9 $$"));
  EXPECT_EQ(result.exit_status, 128 + SIGKILL);
}

TEST(Subprocess, ProgramIsFoundInPathOrNot) {
  ASSERT_OK_AND_ASSIGN(const RunResult result, RunAndCapture({"true"}, kLong, 0));
  EXPECT_EQ(result.exit_status, 0);
  EXPECT_THAT(RunAndCapture({"no-such-program"}, kLong, 0), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(RunAndCapture({"/no/such"}, kLong, 0),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("execve")));
  EXPECT_THAT(RunAndCapture({}, kLong, 0), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(Subprocess, OutputIsLargerThanAPipeAndBounded) {
  ASSERT_OK_AND_ASSIGN(const RunResult result, Shell("head -c 500000 /dev/zero"));
  EXPECT_EQ(result.out.size(), 500000u);
  EXPECT_THAT(RunAndCapture({"head", "-c", "500000", "/dev/zero"}, kLong, 499999),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST(Subprocess, TimeoutKills) {
  EXPECT_THAT(RunAndCapture({"sleep", "1000"}, absl::Milliseconds(20), 0),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST(Subprocess, TimeoutKillsWhatNeverStopsWriting) {
  EXPECT_THAT(RunAndCapture({"cat", "/dev/zero"}, absl::Milliseconds(50), 10),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST(Subprocess, WaitKillAndStop) {
  ASSERT_OK_AND_ASSIGN(const auto process, Subprocess::Start({.argv = {"sleep", "1000"}}));
  EXPECT_THAT(process->Wait(absl::ZeroDuration()), StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_OK(process->Kill(SIGINT));
  EXPECT_THAT(process->Wait(kLong), IsOkAndHolds(128 + SIGINT));
  EXPECT_THAT(process->Kill(SIGINT), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(process->Stop(), IsOkAndHolds(128 + SIGINT));
}

TEST(Subprocess, StopKillsWhatIgnoresSigterm) {
  ASSERT_OK_AND_ASSIGN(
      const auto process,
      Subprocess::Start({.argv = ShellArgv("trap '' TERM; echo ready; while :; do sleep 1; done"),
                         .out = ProcessOutput::Capture(100)}));
  while (process->out() != "ready\n") process->Wait(absl::Milliseconds(1)).IgnoreError();
  EXPECT_THAT(process->Stop(absl::Milliseconds(20)), IsOkAndHolds(128 + SIGKILL));
}

TEST(Subprocess, DestructorLeavesNoProcess) {
  pid_t pid;
  {
    ASSERT_OK_AND_ASSIGN(const auto process, Subprocess::Start({.argv = {"sleep", "1000"}}));
    pid = process->pid();
    EXPECT_EQ(::kill(pid, 0), 0);
  }
  EXPECT_NE(::kill(pid, 0), 0);
}

TEST(Subprocess, EnvironmentDirectoryAndFile) {
  const std::string dir = TestDir();
  ASSERT_OK_AND_ASSIGN(const auto process,
                       Subprocess::Start({.argv = ShellArgv("echo $TIDEMARK_X; pwd; echo err >&2"),
                                          .env = {{"TIDEMARK_X", "y z"}},
                                          .work_dir = dir,
                                          .out = ProcessOutput::ToFile(dir + "/log"),
                                          .err = ProcessOutput::ToFile(dir + "/log")}));
  EXPECT_THAT(process->Wait(kLong), IsOkAndHolds(0));
  EXPECT_THAT(ReadSmallFile(dir + "/log"), IsOkAndHolds(absl::StrCat("y z\n", dir, "\nerr\n")));
  EXPECT_THAT(Subprocess::Start({.argv = {"true"}, .work_dir = dir + "/none"}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("working directory")));
}

TEST(Subprocess, InheritsNoDescriptorOfOurs) {
  const int fd = ::open("/dev/zero", O_RDONLY);  // without O_CLOEXEC
  ASSERT_GT(fd, STDERR_FILENO);
  ASSERT_OK_AND_ASSIGN(const RunResult result, Shell("ls -l /proc/$$/fd; cat"));
  ::close(fd);
  EXPECT_THAT(result.out, ::testing::Not(HasSubstr("/dev/zero")));
  EXPECT_EQ(result.exit_status, 0);  // and cat saw the end of its input at once
}

TEST(Subprocess, DiesWithItsParent) {
  // A child of ours starts one of its own with this class, tells us its number, and crashes.
  int fds[2];
  ASSERT_EQ(::pipe(fds), 0);
  const pid_t middle = ::fork();
  if (middle == 0) {
    const auto process = Subprocess::Start({.argv = {"sleep", "1000"}});
    const pid_t pid = process.ok() ? (*process)->pid() : -1;
    if (::write(fds[1], &pid, sizeof(pid)) < 0) ::_exit(1);
    ::raise(SIGKILL);
  }
  ::close(fds[1]);
  pid_t orphan = -1;
  ASSERT_EQ(::read(fds[0], &orphan, sizeof(orphan)), static_cast<ssize_t>(sizeof(orphan)));
  ::close(fds[0]);
  ASSERT_GT(orphan, 0);
  // It is init's to reap; until then it may be seen as a zombie.
  std::string state = "S";
  for (int i = 0; i < 1000 && state != "Z" && !state.empty(); ++i) {
    const auto result = Shell(absl::StrCat("sed 's/.*) \\(.\\).*/\\1/' /proc/", orphan,
                                           "/stat 2>/dev/null | tr -d '\\n'"));
    ASSERT_OK(result);
    state = result->out;
  }
  EXPECT_TRUE(state.empty() || state == "Z") << state;
}

TEST(Subprocess, RootCanDropToAUser) {
  const SubprocessOptions options = {
      .argv = ShellArgv("id -u; id -g; id -G; grep NoNewPrivs /proc/self/status"),
      .out = ProcessOutput::Capture(1000),
      .user = ProcessUser{.uid = 65534, .gid = 65533}};
  if (::geteuid() != 0) {
    EXPECT_THAT(Subprocess::Start(options), StatusIs(absl::StatusCode::kPermissionDenied));
    GTEST_SKIP() << "needs root to change users";
  }
  ASSERT_OK_AND_ASSIGN(const auto process, Subprocess::Start(options));
  EXPECT_THAT(process->Wait(kLong), IsOkAndHolds(0));
  EXPECT_EQ(process->out(), "65534\n65533\n65533\nNoNewPrivs:\t1\n");
}

TEST(Subprocess, AClockThatIsSetForwardEndsNoWait) {
  // What it writes wakes whoever waits, who then looks at the clock.
  ASSERT_OK_AND_ASSIGN(
      const auto process,
      Subprocess::Start({.argv = {"sh", "-c", "for i in 1 2 3 4 5; do sleep 0.1; echo x; done"},
                         .out = ProcessOutput::Capture(100)}));
  const absl::Time before = absl::Now();
  const WallClockSetter setter(absl::Hours(5));
  EXPECT_THAT(process->Wait(absl::Minutes(10)), IsOkAndHolds(0));
  EXPECT_GT(absl::Now(), before + absl::Hours(4)) << "it was not set";
}

TEST(Subprocess, AClockThatIsSetBackLengthensNoWait) {
  ASSERT_OK_AND_ASSIGN(const auto process, Subprocess::Start({.argv = {"sleep", "1000"}}));
  const WallClockSetter setter(-absl::Hours(5));
  EXPECT_THAT(process->Wait(absl::Milliseconds(200)),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
}

}  // namespace
}  // namespace tidemark::base
