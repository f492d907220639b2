// What could be lost, or come back, when a damaged table is made anew: far neighbours, several
// damaged blocks, deleted ranges, tables that do not open, a store that is busy.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/testing.h"
#include "vault/remake_testing.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/table_damage_testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using schema::Family;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::tidemark::base::IsOkAndHolds;
using ::tidemark::base::StatusIs;

class RemakeLossTest : public ::testing::Test {
 protected:
  std::unique_ptr<RocksStore> Open() {
    auto store = RocksStore::Open(dir_);
    EXPECT_OK(store);
    return *std::move(store);
  }
  void Write(const std::vector<std::vector<int>>& tables) {
    ASSERT_OK(WriteTables(*Open(), tables));
  }
  void Flip(int pack, uint32_t number) {
    ASSERT_EQ(FlipInTables(dir_, PieceOf(pack, number), 50'000), 1);
  }
  // In the index of the table that has the piece, also while it is open.
  void FlipIndex(int pack) {
    constexpr std::streamoff kFromEnd = 300;
    for (const auto& entry : std::filesystem::directory_iterator(dir_)) {
      if (entry.path().extension() != ".sst") continue;
      std::fstream file(entry.path(), std::ios::binary | std::ios::in | std::ios::out);
      const std::string all((std::istreambuf_iterator<char>(file)), {});
      if (all.find(PieceOf(pack, 0)) == std::string::npos) continue;
      file.clear();
      file.seekp(-kFromEnd, std::ios::end);
      file.put(static_cast<char>(all[all.size() - kFromEnd] ^ 1));
      return;
    }
    ADD_FAILURE() << "no table has it";
  }

  const std::string dir_ = base::TestDir() + "/store";
};

// Tables as they were written, the pack whose first frame is then damaged, whether that pack is
// deleted or the frame mended before its table is made anew, and the packs that are there at the
// end.
struct Loss {
  const char* title;
  std::vector<std::vector<int>> tables;
  int damaged;
  enum { kMended, kDeleted } then;
  std::vector<int> left;
};
class RemakeLoss : public RemakeLossTest, public ::testing::WithParamInterface<Loss> {};

TEST_P(RemakeLoss, NothingIsLostAndNothingComesBack) {
  const Loss& loss = GetParam();
  Write(loss.tables);
  Flip(loss.damaged, 0);
  const auto store = Open();
  if (loss.then == Loss::kDeleted) {
    ASSERT_OK(DeletePack(*store, loss.damaged));
  } else {
    ASSERT_OK(Put(*store, loss.damaged, 0));
  }
  ASSERT_OK(Remake(*store, {OnlyKey(KeyOf(loss.damaged, 0))}, Packs(loss.left)));
  EXPECT_THAT(Read(*store), IsOkAndHolds(Packs(loss.left)));
  EXPECT_OK(CompactAll(*store));
  EXPECT_THAT(Read(*store), IsOkAndHolds(Packs(loss.left)));
}

INSTANTIATE_TEST_SUITE_P(
    Each, RemakeLoss,
    ::testing::Values(
        Loss{"BehindTheFirstFrameOfAFarPack", {{16, 64, 100}}, 64, Loss::kMended, {16, 64, 100}},
        Loss{"BehindADeletedFrameOfAFarPack", {{16, 64, 100}}, 64, Loss::kDeleted, {16, 100}},
        // What the damaged table deleted came again in another one, which is whole.
        Loss{"APackThatCameAgain", {{4}, {-4, 5}, {4}}, 5, Loss::kMended, {4, 5}},
        // Its own damage hides what became of rows that it deletes.
        Loss{"WhatNobodyReliesOnAndItDeletes", {{4}, {2, -4, 5}}, 5, Loss::kMended, {2, 5}}),
    [](const auto& info) { return info.param.title; });

TEST_F(RemakeLossTest, ADamageIsNoLargerThanItsBlock) {
  Write({{16, 64, 100, 200}});
  for (const int pack : {64, 200}) Flip(pack, 0);
  Flip(64, 3);
  const auto store = Open();
  Rows seen;
  int gaps = 0;
  ASSERT_OK(store->ScanAround(
      Family::kFrames, {},
      [&](absl::string_view key, absl::string_view value) {
        seen.emplace(key, value);
        return absl::OkStatus();
      },
      [&](const RocksStore::Unreadable&) { ++gaps; }));
  Rows want = Packs({16, 64, 100, 200});
  for (const std::string& key : {KeyOf(64, 0), KeyOf(64, 3), KeyOf(200, 0)}) want.erase(key);
  EXPECT_EQ(seen, want);
  EXPECT_EQ(gaps, 3);
}

TEST_F(RemakeLossTest, TheLastBlockIsNoLargerEither) {
  Write({{16, 64, 100}});
  Flip(100, 5);
  const auto store = Open();
  ASSERT_OK(Put(*store, 100, 5));
  ASSERT_OK_AND_ASSIGN(const RocksStore::Remade remade,
                       Remake(*store, {AllPieces()}, Packs({16, 64, 100})));
  ASSERT_THAT(remade.gaps, SizeIs(1));
  EXPECT_GT(remade.gaps[0].begin, KeyOf(100, 4));
  EXPECT_THAT(Read(*store), IsOkAndHolds(Packs({16, 64, 100})));
}

TEST_F(RemakeLossTest, WhatAnotherDamagedTableDeletesDoesNotComeBack) {
  Write({{1, 4}, {2, -4, 5}});
  Flip(5, 0);  // with it the block that says what became of pack 4
  Flip(1, 2);
  const auto store = Open();
  ASSERT_OK(Put(*store, 1, 2));
  EXPECT_THAT(Remake(*store, {OnlyKey(KeyOf(1, 2))}, Packs({1, 2, 5})),
              StatusIs(StatusCode::kUnavailable, HasSubstr("what became of its row")));
  // In the other order nothing is in the way.
  ASSERT_OK(Put(*store, 5, 0));
  ASSERT_OK(Remake(*store, {OnlyKey(KeyOf(5, 0))}, Packs({1, 2, 5})));
  ASSERT_OK(Remake(*store, {OnlyKey(KeyOf(1, 2))}, Packs({1, 2, 5})));
  EXPECT_OK(CompactAll(*store));
  EXPECT_THAT(Read(*store), IsOkAndHolds(Packs({1, 2, 5})));
}

TEST_F(RemakeLossTest, WhereDeletedRowsCannotBeReadTheTableStays) {
  Write({{4}, {-4, 5}, {4}});
  ASSERT_EQ(FlipInTables(dir_, PieceOf(4, 2), 50'000), 2);
  Flip(5, 0);
  const auto store = Open();
  ASSERT_OK(Put(*store, 5, 0));
  ASSERT_OK(Put(*store, 4, 2));
  EXPECT_THAT(Remake(*store, {OnlyKey(KeyOf(5, 0))}, Packs({4, 5})),
              StatusIs(StatusCode::kUnavailable, HasSubstr("it deletes rows of table")));
  for (const auto& [key, value] : Packs({4, 5})) {
    EXPECT_THAT(store->Get(Family::kFrames, key), IsOkAndHolds(value));
  }
}

TEST_F(RemakeLossTest, ABlockOfAnotherTableAtItsBeginIsNotInTheWay) {
  Write({{2}, {1, 3}});
  Flip(2, 0);
  Flip(3, 2);
  const auto store = Open();
  Rows relied = Packs({1, 2, 3});
  relied.erase(KeyOf(3, 2));
  ASSERT_OK(Remake(*store, {OnlyKey(KeyOf(3, 2))}, relied));
  for (const auto& [key, value] : relied) {
    if (key == KeyOf(2, 0)) continue;
    EXPECT_THAT(store->Get(Family::kFrames, key), IsOkAndHolds(value));
  }
}

// Nobody notices a damaged index while the table is open; closed, it would not open again.
TEST_F(RemakeLossTest, AStoreThatWouldNotOpenAgainIsNotClosed) {
  Write({{1}});
  {
    const auto store = Open();
    StoreBatch batch;
    batch.Put(Family::kParts, KeyOf(2, 0), PieceOf(2, 0));
    ASSERT_OK(store->Apply(batch, Durability::kSynced));
    ASSERT_OK(store->FlushForTesting());
  }
  Flip(1, 2);
  const auto store = Open();
  ASSERT_OK(store->Get(Family::kParts, KeyOf(2, 0)));
  FlipIndex(2);
  ASSERT_OK(Put(*store, 1, 2));
  EXPECT_THAT(Remake(*store, {OnlyKey(KeyOf(1, 2))}, Packs({1})),
              StatusIs(StatusCode::kUnavailable, HasSubstr("family parts")));
  EXPECT_OK(store->Get(Family::kParts, KeyOf(2, 0)));
  EXPECT_OK(Put(*store, 9, 0));
  EXPECT_THAT(store->Get(Family::kFrames, KeyOf(1, 2)), IsOkAndHolds(PieceOf(1, 2)));
}

TEST_F(RemakeLossTest, AStoreThatIsNeverIdleIsMendedToo) {
  Write({{1, 2}});
  Flip(1, 2);
  const auto store = Open();
  ASSERT_OK(Put(*store, 1, 2));
  std::atomic<bool> is_over = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!is_over) {
        EXPECT_OK(store->Scan(Family::kFrames, schema::KeyRange{KeyOf(2, 0), KeyOf(3, 0)},
                              [&](absl::string_view key, absl::string_view) {
                                return store->Get(Family::kFrames, key).status();
                              }));
      }
    });
  }
  EXPECT_OK(Remake(*store, {OnlyKey(KeyOf(1, 2))}, Packs({1, 2})));
  is_over = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_THAT(Read(*store), IsOkAndHolds(Packs({1, 2})));
}

}  // namespace
}  // namespace tidemark::vault
