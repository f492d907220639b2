#include "failover/run_dir/run_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <utility>

#include "base/file.h"
#include "base/testing.h"

namespace tidemark::failover {
namespace {

namespace fs = std::filesystem;

TEST(RunDir, IsPrivateAndGoesWithItsOwner) {
  const std::string parent = base::TestDir();
  std::string path;
  {
    ASSERT_OK_AND_ASSIGN(const auto dir, RunDir::Create(parent, "run-"));
    path = dir->path();
    struct stat info;
    ASSERT_EQ(stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777, 0700u);
    ASSERT_OK(base::WriteFile(path + "/file", "x", base::FileMode::kPrivate));
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST(RunDir, WhatAKilledProcessLeftIsRemovedAndWhatIsHeldIsNot) {
  const std::string parent = base::TestDir();
  int names[2];
  ASSERT_EQ(pipe(names), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto dir = RunDir::Create(parent, "run-");
    const std::string path = dir.ok() ? (*dir)->path() : "";
    if (write(names[1], path.data(), path.size()) < 0) _exit(1);
    while (true) pause();
  }
  char buffer[1000];
  const ssize_t n = read(names[0], buffer, sizeof(buffer));
  ASSERT_GT(n, 0);
  const std::string left(buffer, static_cast<size_t>(n));
  ASSERT_OK_AND_ASSIGN(const auto held, RunDir::Create(parent, "run-"));

  ASSERT_OK(RemoveLeftRunDirs(parent, "run-"));
  EXPECT_TRUE(fs::exists(left)) << "its process runs";
  ASSERT_EQ(kill(child, SIGKILL), 0);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(fs::exists(left));
  ASSERT_OK(RemoveLeftRunDirs(parent, "run-"));
  EXPECT_FALSE(fs::exists(left));
  EXPECT_TRUE(fs::exists(held->path()));
  close(names[0]);
  close(names[1]);
}

TEST(RunDir, OtherThingsAreLeftAlone) {
  const std::string parent = base::TestDir();
  fs::create_directories(parent + "/other");
  fs::create_directory_symlink(parent + "/other", parent + "/run-link");
  ASSERT_OK(base::WriteFile(parent + "/run-file", "x", base::FileMode::kPrivate));
  ASSERT_OK(RemoveLeftRunDirs(parent, "run-"));
  EXPECT_TRUE(fs::exists(parent + "/other"));
  EXPECT_TRUE(fs::exists(parent + "/run-link"));
  EXPECT_TRUE(fs::exists(parent + "/run-file"));
  EXPECT_FALSE(RemoveLeftRunDirs(parent + "/none", "run-").ok());
  EXPECT_FALSE(RunDir::Create(parent + "/none", "run-").ok());
}

}  // namespace
}  // namespace tidemark::failover
