// A disk that is full all at once while a damaged table is made anew, though there was room when
// that was looked for: somebody else has taken it.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/clock.h"
#include "base/status.h"
#include "base/testing.h"
#include "vault/remake_testing.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/small_disk_testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using schema::Family;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::base::IsOkAndHolds;
using ::tidemark::base::StatusIs;

class NoSpaceTest : public SmallDiskTest {
 protected:
  void MakeStore() override {
    ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(dir_));
    ASSERT_OK(WriteTables(*store, {{1}, {2, 3, 4, 5, 6, 7, 8, 9}}));
  }
  static Rows All() { return Packs({1, 2, 3, 4, 5, 6, 7, 8, 9}); }
  static void ExpectEachIsThere(const RocksStore& store) {
    for (const auto& [key, value] : All()) {
      EXPECT_THAT(store.Get(Family::kFrames, key), IsOkAndHolds(value));
    }
  }
};

// A megabyte is free, and the table takes nearly five.
TEST_F(NoSpaceTest, ATableThatIsHalfWrittenIsRemovedAndTheStoreGoesOn) {
  ExpectInChild([this] {
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
  });
}

// The table is written, and it depends on the file system whether the list of files, in which it
// has to be, has room for a line more.
TEST_F(NoSpaceTest, ATableThatIsWrittenIsTakenInOrNotAndNothingIsLost) {
  ExpectInChild([this] {
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
  });
  ExpectInChild([this] {
    ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(dir_));
    ExpectEachIsThere(*store);
    EXPECT_OK(Put(*store, 1, 2)) << "others write on";
    ASSERT_OK(Remake(*store, {AllPieces()}, All()));
    EXPECT_OK(CompactAll(*store));
    EXPECT_THAT(Read(*store), IsOkAndHolds(All()));
  });
}

}  // namespace
}  // namespace tidemark::vault
