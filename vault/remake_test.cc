// A table file with a block that cannot be read: what it stops, and that it is made anew.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
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
using ::testing::IsEmpty;
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
  ASSERT_OK_AND_ASSIGN(
      const RocksStore::Remade remade,
      store->RemakeTables({.family = Family::kFrames,
                           .ranges = {OnlyKey(damaged_key())},
                           .expected = Relied(Packs({1, 2, 3})),
                           .at_missing = [&](const std::string& key) { missing.push_back(key); }}));
  EXPECT_EQ(remade.tables, 0u);
  ASSERT_THAT(remade.refused, SizeIs(1));
  EXPECT_LE(remade.refused[0].gaps[0].begin, damaged_key());
  EXPECT_GT(remade.refused[0].gaps[0].end, damaged_key());
  EXPECT_THAT(remade.refusals(),
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
  EXPECT_THAT(store->RemakeTables(
                  {.family = Family::kDeposits, .ranges = {AllPieces()}, .expected = Relied({})}),
              StatusIs(StatusCode::kInvalidArgument));
}

class RefusedRemakeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string dir = base::TestDir() + "/store";
    ASSERT_OK(Fill(**RocksStore::Open(dir)));
    ASSERT_EQ(FlipInTables(dir, PieceOf(3, 2), 10), 1);
    ASSERT_OK_AND_ASSIGN(store_, RocksStore::Open(dir, &clock_));
    want_ = Packs({1, 2, 3});
    want_.erase(KeyOf(3, 2));
  }
  // From within a scan, which would have to end first.
  absl::Status RemakeWhileSomebodyReads() {
    absl::Status remade;
    EXPECT_OK(store_->ScanAround(
        Family::kFrames, {KeyOf(1, 0), KeyOf(1, 1)},
        [&](absl::string_view, absl::string_view) {
          remade = Remake(*store_, {AllPieces()}, want_).status();
          return absl::OkStatus();
        },
        [](const RocksStore::Unreadable&) {}));
    return remade;
  }

  base::FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  std::unique_ptr<RocksStore> store_;
  Rows want_;
};

TEST_F(RefusedRemakeTest, WhoeverReadsIsWaitedForAndMayGoOnReading) {
  EXPECT_THAT(RemakeWhileSomebodyReads(), StatusIs(StatusCode::kUnavailable, HasSubstr("busy")));
  EXPECT_THAT(store_->Get(Family::kFrames, KeyOf(3, 2)), StatusIs(StatusCode::kDataLoss));
}

// Others have waited once; they do not for each that asks.
TEST_F(RefusedRemakeTest, AStoreThatIsBusyIsLeftAloneForAWhile) {
  EXPECT_THAT(store_->RefusedTables(), IsEmpty());
  ASSERT_THAT(RemakeWhileSomebodyReads(), StatusIs(StatusCode::kUnavailable, HasSubstr("busy")));
  for (int again = 0; again < 3; ++again) {
    EXPECT_THAT(Remake(*store_, {AllPieces()}, want_),
                StatusIs(StatusCode::kUnavailable, HasSubstr("others waited 1 times")));
  }
  std::vector<RefusedTable> refused = store_->RefusedTables();
  ASSERT_THAT(refused, SizeIs(1));
  EXPECT_EQ(refused[0].times, 1u) << "what was not tried was not refused again";
  EXPECT_THAT(refused[0].why, HasSubstr("busy"));
  EXPECT_EQ(refused[0].not_before, clock_.Now() + absl::Seconds(2));
  clock_.Advance(absl::Seconds(2));
  ASSERT_OK(Remake(*store_, {AllPieces()}, want_));
  EXPECT_THAT(Read(*store_), IsOkAndHolds(want_));
  EXPECT_THAT(store_->RefusedTables(), IsEmpty());
}

TEST_F(RefusedRemakeTest, WhoComesByOftenLeavesOutWhatWasRefusedAShortWhileAgo) {
  int tables_read = 0;
  const auto count = [&](absl::string_view point) { tables_read += point == "table-read" ? 1 : 0; };
  RocksStore::RemakeRequest request = {.family = Family::kFrames,
                                       .ranges = {AllPieces()},
                                       .expected = Relied(Packs({1, 2, 3})),
                                       .asking = RocksStore::RemakeRequest::Asking::kWhenDue,
                                       .at_point = count};
  ASSERT_OK_AND_ASSIGN(const RocksStore::Remade first, store_->RemakeTables(request));
  EXPECT_THAT(first.refused, SizeIs(1));
  EXPECT_EQ(tables_read, 1);
  ASSERT_OK_AND_ASSIGN(const RocksStore::Remade soon, store_->RemakeTables(request));
  EXPECT_THAT(soon.refused, IsEmpty());
  EXPECT_EQ(tables_read, 1);
  // A heal has mended it, and asks at once.
  ASSERT_OK(Put(*store_, 3, 2));
  request.asking = RocksStore::RemakeRequest::Asking::kAlways;
  ASSERT_OK_AND_ASSIGN(const RocksStore::Remade healed, store_->RemakeTables(request));
  EXPECT_EQ(healed.tables, 1u);
  EXPECT_EQ(tables_read, 2);
}

}  // namespace
}  // namespace tidemark::vault
