// For tests only: a disk of 256 MB that somebody else can fill, for the store on it.
//
// It needs a file system of a given size, which only root can mount; without it is skipped.
#ifndef TIDEMARK_VAULT_SMALL_DISK_TESTING_H_
#define TIDEMARK_VAULT_SMALL_DISK_TESTING_H_

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>

#include "base/status.h"
#include "base/testing.h"
#include "vault/disk_space.h"
#include "vault/remake_testing.h"
#include "vault/table_damage_testing.h"

namespace tidemark::vault {

class OnSmallDisk : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(mount_);
    if (mount("none", mount_.c_str(), "tmpfs", 0, "size=256m") != 0) {
      GTEST_SKIP() << "no file system of a given size can be mounted here (root is needed): "
                   << strerror(errno);
    }
    is_mounted_ = true;
  }
  void TearDown() override {
    if (is_mounted_) umount2(mount_.c_str(), MNT_DETACH);
  }
  // RocksDB's threads do not survive a fork, so every process that opens the store is a child.
  static void ExpectInChild(const std::function<void()>& body) {
    EXPECT_EQ(InChild([&] {
                body();
                return HasFailure() ? absl::InternalError("see above") : absl::OkStatus();
              }),
              0);
  }
  // Somebody else's file takes all but `left` bytes.
  absl::Status Occupy(uint64_t left) const {
    Release();
    ASSIGN_OR_RETURN(const uint64_t there_are, FreeBytes(mount_));
    const int file = open(occupied_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    const int allocated = posix_fallocate(file, 0, static_cast<off_t>(there_are - left));
    close(file);
    return allocated == 0 ? absl::OkStatus() : absl::InternalError(strerror(allocated));
  }
  void Release() const { std::filesystem::remove(occupied_); }

  const std::string mount_ = base::TestDir() + "/small";
  const std::string dir_ = mount_ + "/store";

 private:
  const std::string occupied_ = mount_ + "/occupied";
  bool is_mounted_ = false;
};

// With a store there, of which a piece is damaged.
class SmallDiskTest : public OnSmallDisk {
 protected:
  void SetUp() override {
    OnSmallDisk::SetUp();
    if (IsSkipped()) return;
    ExpectInChild([this] { MakeStore(); });
    ASSERT_EQ(FlipInTables(dir_, PieceOf(2, 2), 50'000), 1);
  }
  // In a child.
  virtual void MakeStore() = 0;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_SMALL_DISK_TESTING_H_
