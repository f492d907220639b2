// A disk that is full all at once while a damaged table is made anew, though there was room when
// that was looked for: somebody else has taken it.
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

class NoSpaceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(mount_);
    if (mount("none", mount_.c_str(), "tmpfs", 0, "size=256m") != 0) {
      GTEST_SKIP() << "no file system of a given size can be mounted here (root is needed): "
                   << strerror(errno);
    }
    is_mounted_ = true;
    ASSERT_EQ(InChild([&]() -> absl::Status {
                ASSIGN_OR_RETURN(const auto store, RocksStore::Open(dir_));
                return WriteTables(*store, {{1}, {2, 3, 4, 5, 6, 7, 8, 9}});
              }),
              0);
    ASSERT_EQ(FlipInTables(dir_, PieceOf(2, 2), 50'000), 1);
  }
  void TearDown() override {
    if (is_mounted_) umount2(mount_.c_str(), MNT_DETACH);
  }

  // Somebody else's file takes all that is free but `left` bytes.
  absl::Status Occupy(uint64_t left) const {
    ASSIGN_OR_RETURN(const uint64_t there_are, FreeBytes(mount_));
    const int file = open(occupied_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    const int allocated = posix_fallocate(file, 0, static_cast<off_t>(there_are - left));
    close(file);
    return allocated == 0 ? absl::OkStatus() : absl::InternalError(strerror(allocated));
  }
  void Release() const { std::filesystem::remove(occupied_); }
  static Rows All() { return Packs({1, 2, 3, 4, 5, 6, 7, 8, 9}); }
  static void ExpectEachIsThere(const RocksStore& store) {
    for (const auto& [key, value] : All()) {
      EXPECT_THAT(store.Get(Family::kFrames, key), IsOkAndHolds(value));
    }
  }
  // RocksDB's threads do not survive a fork, so every process that opens the store is a child.
  static int InChildThatExpects(const std::function<void()>& body) {
    return InChild([&] {
      body();
      return HasFailure() ? absl::InternalError("see above") : absl::OkStatus();
    });
  }

  const std::string mount_ = base::TestDir() + "/small";
  const std::string dir_ = mount_ + "/store";
  const std::string occupied_ = mount_ + "/occupied";
  bool is_mounted_ = false;
};

// A megabyte is free, and the table takes nearly five.
TEST_F(NoSpaceTest, ATableThatIsHalfWrittenIsRemovedAndTheStoreGoesOn) {
  EXPECT_EQ(InChildThatExpects([this] {
              base::FakeClock clock(absl::FromUnixSeconds(1'800'000'000));
              ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(dir_, &clock));
              ASSERT_OK(Put(*store, 2, 2));
              bool was_begun = false;
              const auto fill = [&](absl::string_view point) {
                if (point == "table-begun") {
                  was_begun = std::filesystem::exists(dir_ + "/remade-table.tmp");
                  EXPECT_OK(Occupy(1 << 20));
                }
                if (point == "table-added") Release();
              };
              EXPECT_THAT(Remake(*store, {AllPieces()}, All(), fill),
                          StatusIs(StatusCode::kUnavailable, HasSubstr("No space left on device")));
              EXPECT_TRUE(was_begun);
              EXPECT_FALSE(std::filesystem::exists(dir_ + "/remade-table.tmp"));
              ASSERT_THAT(store->RefusedTables(), SizeIs(1));
              ExpectEachIsThere(*store);
              EXPECT_OK(Put(*store, 1, 2)) << "others write on";
              EXPECT_OK(store->FlushForTesting());
              clock.Advance(absl::Hours(1));
              ASSERT_OK_AND_ASSIGN(const RocksStore::Remade remade,
                                   Remake(*store, {AllPieces()}, All()));
              EXPECT_EQ(remade.tables, 1u);
              EXPECT_THAT(store->RefusedTables(), IsEmpty());
              EXPECT_OK(CompactAll(*store));
              EXPECT_THAT(Read(*store), IsOkAndHolds(All()));
            }),
            0);
}

// The table is written, and it depends on the file system whether the list of files, in which it
// has to be, has room for a line more.
TEST_F(NoSpaceTest, ATableThatIsWrittenIsTakenInOrNotAndNothingIsLost) {
  EXPECT_EQ(InChildThatExpects([this] {
              base::FakeClock clock(absl::FromUnixSeconds(1'800'000'000));
              ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(dir_, &clock));
              ASSERT_OK(Put(*store, 2, 2));
              const auto fill = [&](absl::string_view point) {
                if (point == "table-written") {
                  EXPECT_OK(Occupy(0));
                }
                if (point == "table-added") Release();
              };
              const absl::Status remade = Remake(*store, {AllPieces()}, All(), fill).status();
              if (!remade.ok()) {
                EXPECT_THAT(remade, StatusIs(StatusCode::kUnavailable, HasSubstr("No space left")));
              }
              EXPECT_FALSE(std::filesystem::exists(dir_ + "/remade-table.tmp"));
              ExpectEachIsThere(*store);
            }),
            0);
  EXPECT_EQ(InChildThatExpects([this] {
              ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(dir_));
              ExpectEachIsThere(*store);
              EXPECT_OK(Put(*store, 1, 2)) << "others write on";
              ASSERT_OK(Remake(*store, {AllPieces()}, All()));
              EXPECT_OK(CompactAll(*store));
              EXPECT_THAT(Read(*store), IsOkAndHolds(All()));
            }),
            0);
}

}  // namespace
}  // namespace tidemark::vault
