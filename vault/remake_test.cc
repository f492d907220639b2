// A table file with a block that cannot be read: what it stops, and that it is made anew.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/hex.h"
#include "base/testing.h"
#include "vault/remake_testing.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/table_damage_testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using schema::Family;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::tidemark::base::IsOkAndHolds;
using ::tidemark::base::StatusIs;

class RemakeTest : public ::testing::TestWithParam<int> {
 protected:
  std::unique_ptr<RocksStore> Open() {
    auto store = RocksStore::Open(dir_);
    EXPECT_OK(store);
    return *std::move(store);
  }
  // A store with a damaged block: that of frame 2 of pack `GetParam()`.
  std::unique_ptr<RocksStore> OpenDamaged() {
    EXPECT_OK(Fill(*Open()));
    EXPECT_EQ(FlipInTables(dir_, PieceOf(GetParam(), 2), 50'000), 1);
    return Open();
  }
  std::string damaged_key() const { return KeyOf(GetParam(), 2); }

  const std::string dir_ = base::TestDir() + "/store";
};

TEST_P(RemakeTest, ACompactionThatMeetsDamageStopsNoWrite) {
  const auto store = OpenDamaged();
  EXPECT_THAT(CompactAll(*store), StatusIs(StatusCode::kDataLoss));
  EXPECT_OK(PutPack(*store, 5));
  EXPECT_OK(store->FlushForTesting());
  EXPECT_THAT(store->Get(Family::kFrames, KeyOf(5, 5)), IsOkAndHolds(PieceOf(5, 5)));
}

TEST_P(RemakeTest, WhatNobodyReliesOnGoesWithItsBlock) {
  const auto store = OpenDamaged();
  EXPECT_THAT(store->Get(Family::kFrames, damaged_key()), StatusIs(StatusCode::kDataLoss));
  Rows want = Packs({1, 2, 3});
  want.erase(damaged_key());
  ASSERT_OK_AND_ASSIGN(const RocksStore::Remade remade, Remake(*store, {AllPieces()}, want));
  EXPECT_EQ(remade.tables, 1u);
  ASSERT_THAT(remade.gaps, SizeIs(1));
  EXPECT_LE(remade.gaps[0].begin, damaged_key());
  EXPECT_GT(remade.gaps[0].end, damaged_key());
  for (int look = 0; look < 2; ++look) {
    EXPECT_THAT(Read(*store), IsOkAndHolds(want)) << "look " << look;
    EXPECT_OK(CompactAll(*store));
  }
}

TEST_P(RemakeTest, WhatIsReliedOnAndNotMendedKeepsTheTable) {
  const auto store = OpenDamaged();
  std::vector<std::string> missing;
  EXPECT_THAT(
      store->RemakeTables({.family = Family::kFrames,
                           .ranges = {OnlyKey(damaged_key())},
                           .expected = Relied(Packs({1, 2, 3})),
                           .at_missing = [&](const std::string& key) { missing.push_back(key); }}),
      StatusIs(StatusCode::kUnavailable,
               AllOf(HasSubstr(".sst"), HasSubstr(base::HexEncode(damaged_key())),
                     HasSubstr("not mended yet"))));
  EXPECT_THAT(missing, ElementsAre(damaged_key()));
  EXPECT_THAT(store->Get(Family::kFrames, damaged_key()), StatusIs(StatusCode::kDataLoss));
}

TEST_P(RemakeTest, AfterARowWasWrittenAgainNothingIsLost) {
  const auto store = OpenDamaged();
  ASSERT_OK(Put(*store, GetParam(), 2));
  // One key is enough to know the table by.
  ASSERT_OK_AND_ASSIGN(const RocksStore::Remade remade,
                       Remake(*store, {OnlyKey(damaged_key())}, Packs({1, 2, 3})));
  EXPECT_EQ(remade.tables, 1u);
  EXPECT_OK(CompactAll(*store));
  EXPECT_THAT(Read(*store), IsOkAndHolds(Packs({1, 2, 3})));
  ASSERT_OK_AND_ASSIGN(const RocksStore::Remade again,
                       Remake(*store, {AllPieces()}, Packs({1, 2, 3})));
  EXPECT_EQ(again.tables, 0u);
}

INSTANTIATE_TEST_SUITE_P(PackThatIsDamaged, RemakeTest, ::testing::Values(1, 2, 3));

TEST(RemakeStore, WhatATableDeletedStaysDeletedAndWhatCameLaterStays) {
  const std::string dir = base::TestDir() + "/store";
  Rows want = Packs({1, 2, 3});
  want[KeyOf(4, 0)] = PieceOf(4, 0);
  {
    ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(dir));
    ASSERT_OK(Fill(*store));
    ASSERT_OK(Put(*store, 4, 0));  // a pack that came again
    ASSERT_OK(store->FlushForTesting());
  }
  ASSERT_EQ(FlipInTables(dir, PieceOf(2, 5), 10), 1);
  ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(dir));
  ASSERT_OK(Put(*store, 2, 5));
  ASSERT_OK(Remake(*store, {AllPieces()}, want));
  EXPECT_THAT(Read(*store), IsOkAndHolds(want));
  EXPECT_OK(CompactAll(*store));
  EXPECT_THAT(Read(*store), IsOkAndHolds(want));
}

TEST(RemakeStore, OnlyFamiliesWhoseRowsAreNeverAlteredAreRemade) {
  ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(base::TestDir() + "/store"));
  EXPECT_THAT(store->RemakeTables({.family = Family::kDeposits,
                                   .ranges = {AllPieces()},
                                   .expected = Relied({})}),
              StatusIs(StatusCode::kInvalidArgument));
}

TEST(RemakeStore, WhoeverReadsIsWaitedForAndMayGoOnReading) {
  const std::string dir = base::TestDir() + "/store";
  ASSERT_OK(Fill(**RocksStore::Open(dir)));
  ASSERT_EQ(FlipInTables(dir, PieceOf(3, 2), 10), 1);
  ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(dir));
  // From within a scan it waits in vain, says so, and has done nothing.
  absl::Status remade;
  EXPECT_OK(store->ScanAround(
      Family::kFrames, {KeyOf(1, 0), KeyOf(1, 1)},
      [&](absl::string_view, absl::string_view) {
        remade = Remake(*store, {AllPieces()}, Packs({1, 2, 3})).status();
        return absl::OkStatus();
      },
      [](const RocksStore::Unreadable&) {}));
  EXPECT_THAT(remade, StatusIs(StatusCode::kUnavailable));
  EXPECT_THAT(store->Get(Family::kFrames, KeyOf(3, 2)), StatusIs(StatusCode::kDataLoss));
}

}  // namespace
}  // namespace tidemark::vault
