#include "failover/dns/child_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/testing.h"

namespace tidemark::failover {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::tidemark::base::StatusIs;

constexpr absl::Duration kEnd = absl::Seconds(20);
constexpr size_t kLogMax = 80000;

// A program that only logs.
ChildServerOptions Shell(const std::string& commands) {
  ChildServerOptions options;
  options.program = "sh";
  options.arguments = {"-c", commands};
  options.log_path = base::TestDir() + "/log";
  options.log_bytes_max = kLogMax;
  return options;
}

TEST(ChildServer, SaysTheLastThatItComplainedOf) {
  ASSERT_OK_AND_ASSIGN(const auto server,
                       ChildServer::Start(Shell("for i in $(seq 10000); do "
                                                "echo \"12:00 error: stranger $i\"; done; "
                                                "echo \"12:01 error: no memory\"; exit 3")));
  EXPECT_THAT(server->CheckRunning(kEnd),
              StatusIs(absl::StatusCode::kUnavailable,
                       AllOf(HasSubstr("status 3"), HasSubstr("stranger 10000; error: no memory"),
                             Not(HasSubstr("stranger 9000;")))));
}

TEST(ChildServer, MayOpenMoreFilesThanAShellAllows) {
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 256);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  ASSERT_OK_AND_ASSIGN(
      const auto server,
      ChildServer::Start(Shell("echo \"12:00 error: $(ulimit -n) files\"; exit 3")));
  EXPECT_THAT(server->CheckRunning(kEnd),
              StatusIs(absl::StatusCode::kUnavailable,
                       HasSubstr(absl::StrCat(
                           "error: ", std::min<rlim_t>(limit.rlim_max, kOpenFilesMax), " files"))));
}

TEST(ChildServer, ALogThatIsTooLongIsCutToItsLastPart) {
  const ChildServerOptions options = Shell(
      "for i in $(seq 10000); do echo \"12:00 error: stranger $i\"; done; "
      "echo done; read line < \"$0\"; echo \"12:01 error: after\"; exit 3");
  // The child goes on when somebody writes there.
  const std::string fifo = base::TestDir() + "/fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  ChildServerOptions with_fifo = options;
  with_fifo.arguments.push_back(fifo);
  ASSERT_OK_AND_ASSIGN(const auto server, ChildServer::Start(with_fifo));
  // What is written while a log is cut may be lost, so not before it is all there.
  while (!server->HasLogged("done")) absl::SleepFor(absl::Milliseconds(5));
  ASSERT_OK(server->CheckRunning());
  ASSERT_OK_AND_ASSIGN(const std::string log, base::ReadSmallFile(options.log_path, 1 << 20));
  EXPECT_LE(log.size(), kLogMax);
  EXPECT_THAT(log, EndsWith("stranger 10000\ndone\n"));
  EXPECT_TRUE(server->HasLogged("stranger 10000"));
  std::FILE* const pipe = std::fopen(fifo.c_str(), "w");
  ASSERT_NE(pipe, nullptr);
  std::fputs("on\n", pipe);
  std::fclose(pipe);
  EXPECT_THAT(server->CheckRunning(kEnd),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("error: after")));
  ASSERT_OK_AND_ASSIGN(const std::string end, base::ReadSmallFile(options.log_path, 1 << 20));
  EXPECT_EQ(end, absl::StrCat(log, "12:01 error: after\n"));
}

}  // namespace
}  // namespace tidemark::failover
