// Several damaged tables made anew in one call: each has a turn of its own, and its own outcome.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/hex.h"
#include "base/status.h"
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
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::tidemark::base::IsOkAndHolds;
using ::tidemark::base::StatusIs;

// Packs 1 to 3, each in a table of its own, with a block that cannot be read.
class RemakeTurnsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(WriteTables(**RocksStore::Open(dir_), {{1}, {2}, {3}}));
    for (const int pack : {1, 2, 3}) ASSERT_EQ(FlipInTables(dir_, PieceOf(pack, 2), 50'000), 1);
    ASSERT_OK_AND_ASSIGN(store_, RocksStore::Open(dir_));
  }
  void Mend(const std::vector<int>& packs) {
    for (const int pack : packs) ASSERT_OK(Put(*store_, pack, 2));
  }

  const std::string dir_ = base::TestDir() + "/store";
  std::unique_ptr<RocksStore> store_;
};

// Each of them is kept waiting while the first table is replaced, which takes the store
// milliseconds and them no time at all; before the second one is, they have been there.
TEST_F(RemakeTurnsTest, WhoWaitedForOneTableGetsInBeforeTheNext) {
  Mend({1, 2, 3});
  std::array<std::atomic<int>, 3> written = {};
  std::atomic<bool> is_over = false;
  std::vector<std::thread> writers;
  std::vector<int> written_at;  // by all of them, whenever the store was closed
  const auto watch = [&](absl::string_view point) {
    if (point == "store-closed") {
      int sum = 0;
      for (const std::atomic<int>& one : written) sum += one;
      written_at.push_back(sum);
    }
  };
  for (size_t i = 0; i < written.size(); ++i) {
    writers.emplace_back([&, i] {
      while (!is_over) {
        StoreBatch batch;
        batch.Put(Family::kScrub, absl::StrCat("writer ", i), absl::StrCat(written[i].load()));
        EXPECT_OK(store_->Apply(batch, Durability::kUnsynced));
        ++written[i];
      }
    });
  }
  ASSERT_OK_AND_ASSIGN(const RocksStore::Remade remade,
                       Remake(*store_, {AllPieces()}, Packs({1, 2, 3}), watch));
  is_over = true;
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(remade.tables, 3u);
  ASSERT_THAT(written_at, SizeIs(3)) << "once a table";
  EXPECT_LT(written_at[0], written_at[1]);
  EXPECT_LT(written_at[1], written_at[2]);
  EXPECT_THAT(Read(*store_), IsOkAndHolds(Packs({1, 2, 3})));
}

TEST_F(RemakeTurnsTest, EachTableThatStaysIsNamedWithItsReasonAndTheOthersAreMadeAnew) {
  Mend({2});
  ASSERT_OK_AND_ASSIGN(const RocksStore::Remade remade,
                       store_->RemakeTables({.family = Family::kFrames,
                                             .ranges = {AllPieces()},
                                             .expected = Relied(Packs({1, 2, 3}))}));
  EXPECT_EQ(remade.tables, 1u);
  ASSERT_THAT(remade.refused, SizeIs(2));
  ASSERT_NE(remade.refused[0].table, remade.refused[1].table);
  EXPECT_THAT(remade.refusals(),
              StatusIs(StatusCode::kUnavailable,
                       AllOf(HasSubstr(remade.refused[0].table), HasSubstr(remade.refused[1].table),
                             HasSubstr(absl::StrCat(base::HexEncode(KeyOf(1, 2)), " cannot be")),
                             HasSubstr(absl::StrCat(base::HexEncode(KeyOf(3, 2)), " cannot be")))));
  EXPECT_TRUE(remade.StaysOver(KeyOf(1, 2)));
  EXPECT_TRUE(remade.StaysOver(KeyOf(3, 2)));
  EXPECT_FALSE(remade.StaysOver(KeyOf(2, 2)));
  EXPECT_FALSE(remade.StaysOver(KeyOf(1, 1)));
}

TEST_F(RemakeTurnsTest, ATableThatIsPutOffIsNamedWithWhatWasSaidOfIt) {
  RocksStore::RemakeRequest request = {.family = Family::kFrames,
                                       .ranges = {OnlyKey(KeyOf(1, 2))},
                                       .expected = Relied(Packs({1, 2, 3})),
                                       .asking = RocksStore::RemakeRequest::Asking::kWhenDue};
  ASSERT_OK_AND_ASSIGN(const RocksStore::Remade first, store_->RemakeTables(request));
  ASSERT_THAT(first.refused, SizeIs(1));
  EXPECT_LT(first.next_due, absl::InfiniteFuture());
  ASSERT_OK_AND_ASSIGN(const RocksStore::Remade soon, store_->RemakeTables(request));
  ASSERT_THAT(soon.put_off, SizeIs(1));
  EXPECT_EQ(soon.put_off[0].table, first.refused[0].table);
  EXPECT_THAT(soon.put_off[0].why, StatusIs(StatusCode::kUnavailable, HasSubstr("not mended yet")));
  EXPECT_TRUE(soon.StaysOver(KeyOf(1, 2)));
  EXPECT_EQ(soon.next_due, first.next_due);
  Mend({1});
  request.asking = RocksStore::RemakeRequest::Asking::kAlways;
  ASSERT_OK_AND_ASSIGN(const RocksStore::Remade remade, store_->RemakeTables(request));
  EXPECT_EQ(remade.next_due, absl::InfiniteFuture());
}

}  // namespace
}  // namespace tidemark::vault
