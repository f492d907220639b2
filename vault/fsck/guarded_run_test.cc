// How a child ended says whether something was found or nothing could be.
#include "vault/fsck/guarded_run.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "base/testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using ::testing::HasSubstr;
using ::tidemark::base::IsOkAndHolds;
using ::tidemark::base::StatusIs;

constexpr size_t kMegabyte = 1 << 20;

// Nobody may leave out an allocation of which the bytes are looked at.
size_t Allocate(size_t megabytes_each, size_t times) {
  std::vector<std::string> kept;
  for (size_t i = 0; i < times; ++i) kept.emplace_back(megabytes_each * kMegabyte, 'x');
  size_t bytes = 0;
  for (const std::string& one : kept) bytes += one.size();
  return bytes;
}

void LimitMemory(size_t megabytes, __rlimit_resource resource = RLIMIT_AS) {
  const rlimit limit = {megabytes * kMegabyte, megabytes * kMegabyte};
  if (setrlimit(resource, &limit) != 0) _exit(99);
}

TEST(GuardedRun, ReturnsWhatTheWorkReturns) {
  EXPECT_THAT(RunGuarded([] { return std::string(100'000, 'a'); }),
              IsOkAndHolds(std::string(100'000, 'a')));
}

TEST(GuardedRun, AnEndOfItsOwnIsDamage) {
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE}) {
    EXPECT_THAT(RunGuarded([signal] {
                  std::raise(signal);
                  return std::string();
                }),
                StatusIs(StatusCode::kDataLoss, HasSubstr("ended by signal")));
  }
}

TEST(GuardedRun, AnEndFromWithoutDecidesNothing) {
  for (const int signal : {SIGKILL, SIGTERM, SIGXCPU}) {
    EXPECT_THAT(RunGuarded([signal] {
                  std::raise(signal);
                  return std::string();
                }),
                StatusIs(StatusCode::kUnavailable, HasSubstr("ended by signal")));
  }
}

TEST(GuardedRun, TooLittleMemoryDecidesNothing) {
  EXPECT_THAT(RunGuarded([] {
                LimitMemory(1024);
                return std::to_string(Allocate(16, 1000));
              }),
              StatusIs(StatusCode::kUnavailable, HasSubstr("out of memory")));
}

// Far below what the machine has, and a limit that says nothing of address space.
TEST(GuardedRun, ALimitOfDataDecidesNothing) {
  for (const size_t megabytes : {64u, 700u}) {
    EXPECT_THAT(RunGuarded([megabytes] {
                  LimitMemory(megabytes, RLIMIT_DATA);
                  return std::to_string(Allocate(16, 1000));
                }),
                StatusIs(StatusCode::kUnavailable, HasSubstr("out of memory")));
  }
}

// A library that gets no memory otherwise than by new, and gives up.
TEST(GuardedRun, AnEndForWantOfMemoryDecidesNothing) {
  for (const int signal : {SIGABRT, SIGSEGV}) {
    EXPECT_THAT(RunGuarded([signal] {
                  LimitMemory(64, RLIMIT_DATA);
                  std::raise(signal);
                  return std::string();
                }),
                StatusIs(StatusCode::kUnavailable, HasSubstr("out of memory")));
  }
}

// Others hold the memory for a while.
TEST(GuardedRun, AShortageThatPassesEndsNothing) {
  EXPECT_THAT(RunGuarded([] {
                rlimit limit = {};
                if (getrlimit(RLIMIT_DATA, &limit) != 0) _exit(99);
                const rlimit small = {1200 * kMegabyte, limit.rlim_max};
                if (setrlimit(RLIMIT_DATA, &small) != 0) _exit(99);
                std::thread other([limit] {
                  usleep(20'000);
                  if (setrlimit(RLIMIT_DATA, &limit) != 0) _exit(99);
                });
                const size_t bytes = Allocate(1300, 1);
                other.join();
                return std::to_string(bytes / kMegabyte);
              }),
              IsOkAndHolds(std::string("1300")));
}

TEST(GuardedRun, AnAbsurdRequestForMemoryIsDamage) {
  EXPECT_THAT(RunGuarded([] {
                LimitMemory(1024);
                return std::to_string(Allocate(10'000, 1));
              }),
              StatusIs(StatusCode::kDataLoss));
}

TEST(GuardedRun, ReturnsWhatTheWorkReturnsOrHowItEnded) {
  ASSERT_OK_AND_ASSIGN(const std::string long_one,
                       RunGuarded([] { return std::string(1 << 20, 'x'); }));
  EXPECT_EQ(long_one.size(), 1u << 20);
  EXPECT_THAT(RunGuarded([]() -> std::string { abort(); }),
              StatusIs(StatusCode::kDataLoss, HasSubstr("signal 6")));
}

}  // namespace
}  // namespace tidemark::vault
