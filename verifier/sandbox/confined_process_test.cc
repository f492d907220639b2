#include "verifier/sandbox/confined_process.h"

#include <signal.h>

#include <cerrno>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace tidemark::verifier {
namespace {

using base::IsOkAndHolds;
using base::StatusIs;
using ::testing::HasSubstr;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kIsConfined = false;
#else
constexpr bool kIsConfined = true;
#endif

std::string Program() {
  const char* const root = std::getenv("TEST_SRCDIR");
  return absl::StrCat(root == nullptr ? "." : root, "/tidemark/verifier/sandbox/hostile_reader");
}

ConfinedProcessOptions Doing(const std::string& action) {
  ConfinedProcessOptions options;
  options.argv = {Program(), action};
  return options;
}

// What comes of a reader that does `action` instead of reading.
absl::StatusOr<std::string> Outcome(const ConfinedProcessOptions& options) {
  auto process = ConfinedProcess::Start(options);
  if (!process.ok()) return process.status();
  const absl::Status sent = (*process)->Send(FrameType::kOrder, "");
  if (!sent.ok()) return sent;
  return (*process)->Answer(1 << 20);
}

TEST(ConfinedProcess, OneThatDoesNothingForbiddenAnswers) {
  EXPECT_THAT(Outcome(Doing("nothing")), IsOkAndHolds("still here"));
}

TEST(ConfinedProcess, MayHaveThreads) {
  EXPECT_THAT(Outcome(Doing("thread")), IsOkAndHolds("a thread of its own"));
}

TEST(ConfinedProcess, WhateverLeadsOutsideEndsIt) {
  if (!kIsConfined) GTEST_SKIP() << "sanitizers do not run under the filter";
  for (const char* action : {
         "socket", "open", "create", "fork", "exec", "kill", "trace", "code", "shared", "hang",
             "stack", "huge", "ring", "peek", "descriptor", "limits",
#if defined(__x86_64__)
             "x32", "int80"
#endif
       }) {
    EXPECT_THAT(Outcome(Doing(action)),
                StatusIs(absl::StatusCode::kAborted, HasSubstr("it tried what it may not do")))
        << action;
  }
}

TEST(ConfinedProcess, MemoryIsBounded) {
  if (!kIsConfined) GTEST_SKIP() << "sanitizers do not run under the limit";
  EXPECT_THAT(Outcome(Doing("memory")),
              StatusIs(absl::StatusCode::kAborted, HasSubstr("more memory than it may have")));
}

TEST(ConfinedProcess, TimeIsBounded) {
  EXPECT_THAT(Outcome(Doing("time")),
              StatusIs(absl::StatusCode::kAborted, HasSubstr("used up its CPU time")));
}

TEST(ConfinedProcess, CrashAndSilentEndAreNoAnswer) {
  EXPECT_THAT(Outcome(Doing("crash")),
              StatusIs(absl::StatusCode::kAborted, HasSubstr(absl::StrCat("signal ", SIGABRT))));
  EXPECT_THAT(Outcome(Doing("end")),
              StatusIs(absl::StatusCode::kAborted, HasSubstr("without an answer")));
}

TEST(ConfinedProcess, LengthOfAnAnswerIsNotBelieved) {
  EXPECT_THAT(Outcome(Doing("long")),
              StatusIs(absl::StatusCode::kAborted, HasSubstr("no proper answer")));
}

TEST(ConfinedProcess, OneThatDoesNothingForTooLongIsGivenUp) {
  ConfinedProcessOptions options = Doing("sleep");
  options.stall_max = absl::Milliseconds(300);
  EXPECT_THAT(Outcome(options), StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST(ConfinedProcess, WaitingEndsWhenNobodyWantsItAnyMore) {
  ConfinedProcessOptions options = Doing("sleep");
  int asked = 0;
  options.keep_going = [&asked] { return ++asked < 3; };
  EXPECT_THAT(Outcome(options), StatusIs(absl::StatusCode::kCancelled));
}

TEST(ConfinedProcess, WhatAReaderDoesNotReadDoesNotHoldUsUp) {
  ASSERT_OK_AND_ASSIGN(const auto process, ConfinedProcess::Start(Doing("nothing")));
  ASSERT_OK(process->Send(FrameType::kOrder, ""));
  const std::string piece(1 << 20, 'x');
  int sent = 0;
  while (process->reads() && sent < 64) {
    ASSERT_OK(process->Send(FrameType::kData, piece));
    ++sent;
  }
  EXPECT_LT(sent, 64);
  EXPECT_THAT(process->Answer(1 << 20), IsOkAndHolds("still here"));
}

TEST(ConfinedProcess, IsGoneWithItsObject) {
  pid_t pid = 0;
  {
    ASSERT_OK_AND_ASSIGN(const auto process, ConfinedProcess::Start(Doing("sleep")));
    ASSERT_OK(process->Send(FrameType::kOrder, ""));
    pid = process->pid();
    EXPECT_EQ(kill(pid, 0), 0);
  }
  EXPECT_EQ(kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST(ConfinedProcess, ProgramThatIsNotThereIsSaid) {
  ConfinedProcessOptions options;
  options.argv = {base::TestDir() + "/absent"};
  EXPECT_THAT(ConfinedProcess::Start(options),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("absent")));
}

}  // namespace
}  // namespace tidemark::verifier
