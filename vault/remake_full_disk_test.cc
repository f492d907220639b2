// A remake on a disk that has no room for it: nothing is lost, and the store goes on.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/status.h"
#include "base/testing.h"
#include "vault/remake_testing.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/small_disk_testing.h"
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

class FullDiskTest : public SmallDiskTest {
 protected:
  void MakeStore() override {
    ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(dir_));
    ASSERT_OK(Fill(*store));
  }
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
};

TEST_F(FullDiskTest, ARemakeIsRefusedAndTheStoreGoesOnUntilThereIsRoom) {
  ExpectInChild([this] { RemakeOnceThereIsRoom(); });
}

// What is in memory is in no table yet: the disk has no room for it either.
TEST_F(FullDiskTest, ARemakeOnADiskWithoutAByteEndsNoWrites) {
  ExpectInChild([this] {
    ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(dir_));
    ASSERT_OK(Put(*store, 2, 2));
    EXPECT_THAT(Remake(*store, {AllPieces()}, Packs({1, 2, 3}),
                       [&](absl::string_view point) {
                         if (point == "table-read") {
                           EXPECT_OK(Occupy(0));
                         }
                       }),
                StatusIs(StatusCode::kUnavailable, HasSubstr("the disk has no room for it")));
    EXPECT_OK(store->failure());
    EXPECT_OK(Put(*store, 9, 1)) << "others write on, while the log has room";
    ExpectEachIsThere(*store);
  });
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
