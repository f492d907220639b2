// Damage that a compaction or a reader meets does not wait for the next cycle.
#include <atomic>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "crypto/digest.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/scrub/scrubber_testing.h"
#include "vault/table_damage_testing.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::base::StatusIs;

// The cycle is done, and the next one begins tomorrow; then blocks of frames 5 and 20 rot.
class MetByOthersTest : public ScrubberTest {
 protected:
  void SetUp() override {
    upload_ = std::make_unique<TestUpload>(
        Deposit("example/A1/0", {.frames = 30, .piece_bytes = 100'000}));
    {
      const auto store = OpenStore();
      Scrubber scrubber(*store, {}, clock_);
      RunCycle(scrubber);
      ASSERT_OK(store->FlushForTesting());
    }
    for (const uint32_t frame : {5, 20}) {
      ASSERT_EQ(FlipInTables(dir_, upload_->frames[frame], 50'000), 1);
    }
    ASSERT_OK_AND_ASSIGN(store_, RocksStore::Open(dir_, &clock_));
    scrubber_ = std::make_unique<Scrubber>(*store_, ScrubOptions(), clock_);
    ASSERT_OK(scrubber_->CheckSlice());
    ASSERT_EQ(scrubber_->progress().done, 1);
    ASSERT_FALSE(scrubber_->IsWanted());
  }
  void Mend(uint32_t frame) {
    StoreBatch batch;
    batch.Put(
        Family::kFrames, schema::PieceKey(upload_->pack, frame),
        absl::StrCat(crypto::Blake2b(upload_->frames[frame]).bytes(), upload_->frames[frame]));
    ASSERT_OK(store_->Apply(batch, Durability::kSynced));
    ASSERT_OK(store_->FlushForTesting());
  }
  absl::Status Compact(Family family = Family::kFrames) {
    std::atomic<bool> stop = false;
    return store_->Erase({{family, {"", std::string(64, '\xff')}}}, stop);
  }
  // What the log says when the compaction of a damaged table of the family fails.
  std::string SaidOf(Family family) {
    ::testing::internal::CaptureStderr();
    EXPECT_THAT(Compact(family), StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_TRUE(scrubber_->IsWanted());
    return ::testing::internal::GetCapturedStderr();
  }

  std::unique_ptr<TestUpload> upload_;
  std::unique_ptr<RocksStore> store_;
  std::unique_ptr<Scrubber> scrubber_;
};

TEST_F(MetByOthersTest, ADeadBlockThatACompactionMeetsIsGoneAtTheNextTurn) {
  Mend(5);
  Mend(20);
  ASSERT_THAT(Compact(), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_TRUE(scrubber_->IsWanted());
  EXPECT_EQ(scrubber_->progress().tables_refused, 1u) << "status tells of it";
  const uint64_t cycle = scrubber_->progress().cycle;
  ASSERT_OK(scrubber_->CheckSlice());
  EXPECT_EQ(scrubber_->progress().cycle, cycle) << "no other one began for it";
  EXPECT_EQ(scrubber_->progress().tables_refused, 0u);
  EXPECT_THAT(Damages(*store_), IsEmpty());
  EXPECT_FALSE(scrubber_->IsWanted());
  EXPECT_OK(Compact());
}

// The other block has a piece that is missed: that is known at once, and whoever heals it, too.
TEST_F(MetByOthersTest, WhatIsMissedInTheTableIsKnownAsDamagedAtOnce) {
  Mend(5);
  ASSERT_THAT(Compact(), StatusIs(absl::StatusCode::kDataLoss));
  ASSERT_OK(scrubber_->CheckSlice());
  EXPECT_THAT(Damages(*store_), ElementsAre(HasSubstr("frame 20: cannot be read")));
  EXPECT_EQ(scrubber_->progress().pieces_damaged, 1u);
  EXPECT_EQ(scrubber_->progress().tables_refused, 1u);
  Mend(20);
  clock_.Advance(absl::Hours(1));
  ASSERT_OK(scrubber_->CheckSlice());
  EXPECT_EQ(scrubber_->progress().pieces_damaged, 0u);
  EXPECT_EQ(scrubber_->progress().tables_refused, 0u);
  EXPECT_OK(Compact());
}

TEST_F(MetByOthersTest, TheLogNamesTheTableAndWhatHelps) {
  EXPECT_THAT(SaidOf(Family::kFrames),
              AllOf(HasSubstr("table-damaged"), HasSubstr("family=frames"), HasSubstr(".sst"),
                    HasSubstr("the scrub makes the table anew by itself")));
  scrubber_ = nullptr;
  store_ = nullptr;
  for (const std::string& table : TablesOf(dir_, "deposits")) FlipBit(table, 12, 2);
  ASSERT_OK_AND_ASSIGN(store_, RocksStore::Open(dir_, &clock_));
  scrubber_ = std::make_unique<Scrubber>(*store_, ScrubOptions(), clock_);
  EXPECT_THAT(SaidOf(Family::kDeposits),
              AllOf(HasSubstr("family=deposits"), HasSubstr("neither the scrub nor replicate"),
                    HasSubstr("tidemark fsck")));
  EXPECT_EQ(scrubber_->progress().tables_refused, 1u);
  while (scrubber_->IsWanted()) ASSERT_OK(scrubber_->CheckSlice());
  EXPECT_EQ(scrubber_->progress().records_damaged, 1u);
}

class RecordsTest : public ScrubberTest {
 protected:
  void SetUp() override {
    Deposit("example/A1/0", {.frames = 3, .parts = 2});
    const auto store = OpenStore();
    ASSERT_OK(store->FlushForTesting());
  }
  // The first block of the family's table, this way and back.
  void Flip(absl::string_view family) {
    for (const std::string& table : TablesOf(dir_, std::string(family))) FlipBit(table, 12, 2);
  }
  static absl::Status ReadAll(const RocksStore& store, Family family) {
    return store.Scan(family, {}, [](absl::string_view, absl::string_view) {
      return absl::OkStatus();
    });
  }
};

TEST_F(RecordsTest, RowsOfEveryFamilyAreLookedAt) {
  for (const Family family : {Family::kPacks, Family::kDeposits, Family::kLog, Family::kMeta}) {
    const absl::string_view name = schema::kFamilyNames[static_cast<size_t>(family)];
    SCOPED_TRACE(std::string(name));
    ASSERT_THAT(TablesOf(dir_, std::string(name)), SizeIs(1));
    Flip(name);
    {
      const auto store = OpenStore();
      ASSERT_THAT(ReadAll(*store, family), StatusIs(absl::StatusCode::kDataLoss));
      Scrubber scrubber(*store, {}, clock_);
      RunCycle(scrubber);
      EXPECT_EQ(scrubber.progress().records_damaged, 1u);
      EXPECT_GT(scrubber.progress().finished_records, 0u);
    }
    {
      const auto store = OpenStore();
      EXPECT_EQ(Scrubber(*store, {}, clock_).progress().records_damaged, 1u) << "remembered";
    }
    Flip(name);
    const auto store = OpenStore();
    Scrubber scrubber(*store, {}, clock_);
    RunCycle(scrubber);
    EXPECT_EQ(scrubber.progress().records_damaged, 0u) << "it can be read again";
    EXPECT_EQ(scrubber.progress().pieces_damaged, 0u);
  }
}

TEST_F(RecordsTest, ARowThatSomebodyCannotReadIsCountedAtOnce) {
  {
    const auto store = OpenStore();
    Scrubber scrubber(*store, {}, clock_);
    RunCycle(scrubber);
  }
  Flip("log");
  const auto store = OpenStore();
  Scrubber scrubber(*store, {}, clock_);
  ASSERT_OK(scrubber.CheckSlice());
  EXPECT_EQ(scrubber.progress().records_damaged, 0u);
  ASSERT_THAT(store->Get(Family::kLog, schema::LogKey(0)), StatusIs(absl::StatusCode::kDataLoss));
  ASSERT_TRUE(scrubber.IsWanted());
  const uint64_t cycle = scrubber.progress().cycle;
  ASSERT_OK(scrubber.CheckSlice());
  EXPECT_EQ(scrubber.progress().records_damaged, 1u);
  EXPECT_EQ(scrubber.progress().cycle, cycle);
  EXPECT_EQ(scrubber.progress().done, 1);
  EXPECT_FALSE(scrubber.IsWanted());
}

// Nodes are written once, and which there have to be is known: their tables are made anew.
TEST_F(RecordsTest, ADeadBlockOfNodesIsTakenOut) {
  StoreBatch nodes;
  {
    const auto store = OpenStore();
    ASSERT_OK(store->Scan(Family::kNodes, {}, [&](absl::string_view key, absl::string_view value) {
      nodes.Put(Family::kNodes, std::string(key), std::string(value));
      return absl::OkStatus();
    }));
  }
  Flip("nodes");
  const auto store = OpenStore();
  ASSERT_THAT(ReadAll(*store, Family::kNodes), StatusIs(absl::StatusCode::kDataLoss));
  ASSERT_OK(store->Apply(nodes, Durability::kSynced));
  Scrubber scrubber(*store, {}, clock_);
  RunCycle(scrubber);
  EXPECT_EQ(scrubber.progress().records_damaged, 0u);
  EXPECT_OK(ReadAll(*store, Family::kNodes));
}

}  // namespace
}  // namespace tidemark::vault
