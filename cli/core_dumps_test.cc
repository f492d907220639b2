// No program writes its memory to the disk when it dies: it may have keys and contacts in it.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/testing.h"

namespace tidemark::cli {
namespace {

using ::testing::ContainsRegex;

class CoreDumps : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = base::TestDir();
    fifo_ = dir_ + "/fifo";
    ASSERT_EQ(mkfifo(fifo_.c_str(), 0600), 0);
    // Whoever opens it waits for bytes that never come.
    writer_ = open(fifo_.c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_GE(writer_, 0);
  }
  void TearDown() override { close(writer_); }

  // In a directory of its own, with every leave to dump.
  pid_t Start(std::vector<std::string> words) const {
    std::filesystem::create_directory(dir_ + "/run");
    words[0] = absl::StrCat(std::filesystem::current_path().string(), "/cli/", words[0]);
    const pid_t child = fork();
    if (child != 0) return child;
    close(writer_);
    const rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
    if (setrlimit(RLIMIT_CORE, &all) != 0 || chdir((dir_ + "/run").c_str()) != 0) _exit(100);
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    execv(argv[0], argv.data());
    _exit(101);
  }
  // Once it is another program than this one, and waits for the fifo: it then has it open.
  static void AwaitOpen(pid_t process, const std::string& path) {
    const auto own = std::filesystem::read_symlink("/proc/self/exe");
    std::error_code gone;
    while (true) {
      const auto exe = std::filesystem::read_symlink(absl::StrCat("/proc/", process, "/exe"), gone);
      if (exe == own || exe.empty()) {
        ASSERT_EQ(waitpid(process, nullptr, WNOHANG), 0) << "it has ended";
        absl::SleepFor(absl::Milliseconds(1));
        continue;
      }
      for (const auto& fd :
           std::filesystem::directory_iterator(absl::StrCat("/proc/", process, "/fd"), gone)) {
        std::error_code unread;
        if (std::filesystem::read_symlink(fd.path(), unread) == path) return;
      }
      ASSERT_EQ(waitpid(process, nullptr, WNOHANG), 0) << "it has ended";
      absl::SleepFor(absl::Milliseconds(5));
    }
  }

  std::string dir_;
  std::string fifo_;
  int writer_ = -1;
};

TEST_F(CoreDumps, WhoeverDiesOfASignalLeavesNone) {
  rlimit limit;
  if (getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_max != RLIM_INFINITY) {
    GTEST_SKIP() << "core dumps are forbidden here already";
  }
  const std::vector<std::vector<std::string>> lines = {
      {"tidemark", "check", fifo_},
      {"tidemark", "deposit", "none.xml", "--config", fifo_},
      {"tidemark", "restore", "example/A1/0", "--out", "x", "--config", fifo_},
      {"tidemark", "verify", "example/A1/0", "--config", fifo_},
      {"tidemark", "release", "approve", "none", "--out", "x", "--config", fifo_},
      {"tidemark-verbs", "rebuild", "example/A1/0", "--out", "x", "--config", fifo_},
      {"tidemarkd", "--config", fifo_},
      {"tidemark-verifier", "--config", fifo_}};
  for (const std::vector<std::string>& line : lines) {
    SCOPED_TRACE(absl::StrCat(line[0], " ", line[1]));
    const pid_t process = Start(line);
    ASSERT_GT(process, 0);
    ASSERT_NO_FATAL_FAILURE(AwaitOpen(process, fifo_));
    ASSERT_OK_AND_ASSIGN(const std::string limits,
                         base::ReadSmallFile(absl::StrCat("/proc/", process, "/limits")));
    EXPECT_THAT(limits, ContainsRegex("Max core file size +0 +0 "));
    ASSERT_EQ(kill(process, SIGABRT), 0);
    int status = 0;
    ASSERT_EQ(waitpid(process, &status, 0), process);
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_FALSE(WCOREDUMP(status));
    EXPECT_TRUE(std::filesystem::is_empty(dir_ + "/run"));
  }
}

}  // namespace
}  // namespace tidemark::cli
