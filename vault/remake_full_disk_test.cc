// A remake on a disk that has no room for it: nothing is lost, and the store goes on.
//
// It needs a file system of a given size, which only root can mount; without it is skipped.
#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/status.h"
#include "base/testing.h"
#include "vault/disk_space.h"
#include "vault/remake_testing.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/table_damage_testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using schema::Family;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::base::IsOkAndHolds;
using ::tidemark::base::StatusIs;

constexpr uint64_t kMegabyte = 1 << 20;

class FullDiskTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(mount_);
    if (mount("none", mount_.c_str(), "tmpfs", 0, "size=256m") != 0) {
      GTEST_SKIP() << "no file system of a given size can be mounted here (root is needed): "
                   << strerror(errno);
    }
    is_mounted_ = true;
    ExpectInChild([&] {
      ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(dir_));
      ASSERT_OK(Fill(*store));
    });
    ASSERT_EQ(FlipInTables(dir_, PieceOf(2, 2), 50'000), 1);
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
  static void ExpectEachIsThere(const RocksStore& store) {
    for (const auto& [key, value] : Packs({1, 2, 3})) {
      EXPECT_THAT(store.Get(Family::kFrames, key), IsOkAndHolds(value));
    }
    EXPECT_THAT(store.Get(Family::kFrames, KeyOf(4, 0)), StatusIs(StatusCode::kNotFound));
  }

  void RemakeOnceThereIsRoom() const {
    base::FakeClock clock(absl::FromUnixSeconds(1'800'000'000));
    ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(dir_, &clock));
    ASSERT_OK(Put(*store, 2, 2));
    uint64_t times = 0;
    // Nearly full, and fuller. Taken when the table is about to be made anew.
    for (const uint64_t left : {8 * kMegabyte, 2 * kMegabyte}) {
      ASSERT_OK(store->FlushForTesting());
      const auto occupy = [&](absl::string_view point) {
        if (point == "table-read") {
          EXPECT_OK(Occupy(left));
        }
      };
      EXPECT_THAT(Remake(*store, {AllPieces()}, Packs({1, 2, 3}), occupy),
                  StatusIs(StatusCode::kUnavailable, HasSubstr("the disk has no room for it")));
      ASSERT_THAT(store->RefusedTables(), SizeIs(1));
      EXPECT_EQ(store->RefusedTables()[0].times, ++times);
      EXPECT_THAT(store->RefusedTables()[0].why, HasSubstr("no room"));
      ExpectEachIsThere(*store);
      EXPECT_OK(Put(*store, 9, static_cast<uint32_t>(times))) << "others write on";
      EXPECT_FALSE(std::filesystem::exists(dir_ + "/remade-table.tmp"));
      Release();
      clock.Advance(absl::Hours(1));
    }
    Rows want = Packs({1, 2, 3});
    for (const uint32_t number : {1u, 2u}) want[KeyOf(9, number)] = PieceOf(9, number);
    ASSERT_OK_AND_ASSIGN(const RocksStore::Remade remade, Remake(*store, {AllPieces()}, want));
    EXPECT_EQ(remade.tables, 1u);
    EXPECT_THAT(store->RefusedTables(), IsEmpty());
    EXPECT_OK(CompactAll(*store));
    EXPECT_THAT(Read(*store), IsOkAndHolds(want));
  }

  const std::string mount_ = base::TestDir() + "/small";
  const std::string dir_ = mount_ + "/store";
  const std::string occupied_ = mount_ + "/occupied";
  bool is_mounted_ = false;
};

TEST_F(FullDiskTest, ARemakeIsRefusedAndTheStoreGoesOnUntilThereIsRoom) {
  ExpectInChild([this] { RemakeOnceThereIsRoom(); });
}

// The room that was looked for is taken by somebody else once the database is closed.
TEST_F(FullDiskTest, ADiskThatFillsUpOnTheWayEndsTheProcessAndLosesNothing) {
  const std::string log = base::TestDir() + "/log";
  const auto fill = [&](absl::string_view point) {
    if (point == "store-closed" && !Occupy(0).ok()) _exit(99);
  };
  EXPECT_EQ(InChild(
                [&]() -> absl::Status {
                  ASSIGN_OR_RETURN(const auto store, RocksStore::Open(dir_));
                  RETURN_IF_ERROR(Put(*store, 2, 2));
                  return Remake(*store, {AllPieces()}, Packs({1, 2, 3}), fill).status();
                },
                log),
            2);
  ASSERT_OK_AND_ASSIGN(const std::string said, base::ReadSmallFile(log));
  EXPECT_THAT(said, HasSubstr("process-ends-without-store"));
  EXPECT_THAT(said, HasSubstr("No space left on device"));
  Release();
  ExpectInChild([&] {
    ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(dir_));
    ExpectEachIsThere(*store);
    ASSERT_OK(Remake(*store, {AllPieces()}, Packs({1, 2, 3})));
    EXPECT_OK(CompactAll(*store));
    EXPECT_THAT(Read(*store), IsOkAndHolds(Packs({1, 2, 3})));
  });
}

}  // namespace
}  // namespace tidemark::vault
