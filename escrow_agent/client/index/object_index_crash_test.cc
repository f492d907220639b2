// A process that is killed in the middle of a commit, at each system call that it makes for it,
// leaves the index of before or the one of after.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/testing.h"
#include "escrow_agent/client/index/index_testing.h"
#include "escrow_agent/client/index/object_index.h"

namespace tidemark::escrow_agent {
namespace {

constexpr uint32_t kObjects = 3000;

// From now on this process dies of `call`.
void DieOf(uint32_t call) {
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter = {.len = 4, .filter = program};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) _exit(3);
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) _exit(3);
}

// Tonight: the first half of the objects, and one that is new.
absl::Status Night(ObjectIndex& index) {
  std::vector<TestEntry> entries = {{IdOf(kObjects), {.slot = 1, .ordinal = 0}}};
  for (uint32_t n = 0; n < kObjects / 2; ++n) entries.push_back({IdOf(n), MadePlace(n)});
  return CommitNight(index, IndexMode::kReplace, entries, PackOf(2, {1}));
}

class ObjectIndexCrash : public ::testing::Test {
 protected:
  void SetUp() override { MakeIndex(dir_, kObjects); }

  // Tonight's update in a process of its own, which `prepare` sets up to be killed.
  template <typename Prepare>
  bool IsKilled(Prepare prepare) {
    const pid_t child = fork();
    if (child == 0) {
      const std::unique_ptr<ObjectIndex> index = OpenIndex(dir_);
      prepare();
      _exit(Night(*index).ok() ? 0 : 1);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status) || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) << status;
    return WIFSIGNALED(status);
  }

  void ExpectOld() {
    const std::unique_ptr<ObjectIndex> index = OpenIndex(dir_);
    EXPECT_EQ(index->why_empty(), "");
    EXPECT_EQ(index->objects(), kObjects);
    for (uint32_t n = 0; n < kObjects; ++n) ASSERT_EQ(FindOne(*index, IdOf(n)), MadePlace(n));
    EXPECT_FALSE(FindOne(*index, IdOf(kObjects)).is_known());
    EXPECT_FALSE(std::filesystem::exists(dir_ + "/index.new"));
  }

  void ExpectNew() {
    const std::unique_ptr<ObjectIndex> index = OpenIndex(dir_);
    EXPECT_EQ(index->objects(), kObjects / 2 + 1);
    EXPECT_EQ(FindOne(*index, IdOf(kObjects)).slot, 1u);
    EXPECT_EQ(FindOne(*index, IdOf(1)), MadePlace(1));
    EXPECT_FALSE(FindOne(*index, IdOf(kObjects - 1)).is_known());
  }

  const std::string dir_ = base::TestDir();
};

TEST_F(ObjectIndexCrash, KilledAtItsFirstWriteLeavesTheOldOne) {
  ASSERT_TRUE(IsKilled([] { DieOf(SYS_pwrite64); }));
  ExpectOld();
}

TEST_F(ObjectIndexCrash, KilledBeforeTheFileIsSyncedLeavesTheOldOne) {
  ASSERT_TRUE(IsKilled([] { DieOf(SYS_fdatasync); }));
  ExpectOld();
}

TEST_F(ObjectIndexCrash, KilledBetweenSyncAndRenameLeavesTheOldOne) {
  ASSERT_TRUE(IsKilled([] { DieOf(SYS_rename); }));
  ExpectOld();
}

TEST_F(ObjectIndexCrash, KilledBeforeTheDirectoryIsSyncedLeavesTheNewOne) {
  ASSERT_TRUE(IsKilled([] { DieOf(SYS_fsync); }));
  ExpectNew();
}

TEST_F(ObjectIndexCrash, KilledAtAnyByteOfTheFileLeavesTheOldOne) {
  const uint64_t bytes = std::filesystem::file_size(dir_ + "/index");
  uint64_t last_killed = 0;
  for (uint64_t limit = 0; limit < bytes; limit += 997) {
    // The signal of a file that grows past its limit kills, and it comes in the middle of a write.
    if (IsKilled([limit] {
          const rlimit sizes = {limit, limit}, no_core = {0, 0};
          if (setrlimit(RLIMIT_FSIZE, &sizes) != 0 || setrlimit(RLIMIT_CORE, &no_core) != 0)
            _exit(3);
        })) {
      last_killed = limit;
      ExpectOld();
      continue;
    }
    break;
  }
  EXPECT_GT(last_killed, bytes / 3) << "tonight's index is half as large as that of before";
  ExpectNew();
}

TEST_F(ObjectIndexCrash, TheLockGoesWithTheProcess) {
  const pid_t child = fork();
  if (child == 0) {
    const std::unique_ptr<ObjectIndex> index = OpenIndex(dir_);
    raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
  ExpectOld();
}

}  // namespace
}  // namespace tidemark::escrow_agent
