// What the scrub remembers rots, too: then nobody is told that there is no damage.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/testing.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/scrub/scrubber_testing.h"
#include "vault/table_damage_testing.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ScrubMemoryTest : public ScrubberTest {
 protected:
  // A frame is damaged, and that is known; all of it lies in table files.
  void SetUp() override {
    upload_ = std::make_unique<TestUpload>(Deposit("example/A1/0", {.frames = 5, .parts = 3}));
    const auto store = OpenStore();
    Alter(*store, Family::kFrames, schema::PieceKey(upload_->pack, 1));
    Scrubber scrubber(*store, {}, clock_);
    RunCycle(scrubber);
    ASSERT_OK(store->FlushForTesting());
    ASSERT_EQ(scrubber.progress().pieces_damaged, 1u);
  }
  std::string ScrubTable() const {
    const std::vector<std::string> tables = TablesOf(dir_, "scrub");
    CHECK(tables.size() == 1);
    return tables[0];
  }
  static bool SaysAllIsWhole(const ScrubProgress& progress) {
    return progress.is_damage_known && progress.pieces_damaged == 0;
  }
  static bool CanBeRead(const RocksStore& store) {
    return store.Scan(Family::kScrub, {}, [](absl::string_view, absl::string_view) {
      return absl::OkStatus();
    }).ok();
  }

  std::unique_ptr<TestUpload> upload_;
};

TEST_F(ScrubMemoryTest, ABitOfItAnywhereHidesNoDamage) {
  const std::string kept = dir_ + ".kept";
  std::filesystem::copy(dir_, kept, std::filesystem::copy_options::recursive);
  const uint64_t bytes = std::filesystem::file_size(ScrubTable());
  int opened = 0;
  int forgot = 0;
  for (uint64_t at = 0; at < bytes; at += 11) {
    SCOPED_TRACE(at);
    std::filesystem::remove_all(dir_);
    std::filesystem::copy(kept, dir_, std::filesystem::copy_options::recursive);
    FlipBit(ScrubTable(), at, static_cast<int>(at % 8));
    const auto store = RocksStore::Open(dir_, &clock_);
    if (!store.ok()) continue;  // a server that does not start says nothing wrong
    ++opened;
    Scrubber scrubber(**store, {}, clock_);
    EXPECT_FALSE(SaysAllIsWhole(scrubber.progress()));
    if (!scrubber.progress().is_damage_known) ++forgot;
    for (int slice = 0; slice < 3; ++slice) {
      ASSERT_OK(scrubber.CheckSlice());
      EXPECT_FALSE(SaysAllIsWhole(scrubber.progress())) << slice;
    }
    EXPECT_EQ(scrubber.progress().done, 1);
    EXPECT_TRUE(scrubber.progress().is_damage_known);
    EXPECT_EQ(scrubber.progress().pieces_damaged, 1u);
    EXPECT_TRUE(CanBeRead(**store)) << "the table is gone";
  }
  EXPECT_GT(opened, 10);
  EXPECT_GT(forgot, 10);
}

TEST_F(ScrubMemoryTest, ThatItForgotIsKnownUntilTheCycleIsDoneAlsoAfterARestart) {
  FlipBit(ScrubTable(), 20, 3);
  {
    const auto store = OpenStore();
    Scrubber scrubber(*store, {}, clock_);
    EXPECT_FALSE(scrubber.progress().is_damage_known);
    ASSERT_OK(scrubber.CheckSlice());
    EXPECT_FALSE(scrubber.progress().is_damage_known);
    EXPECT_EQ(scrubber.progress().pieces_damaged, 1u) << "the frames were looked at";
  }
  const auto store = OpenStore();
  Scrubber scrubber(*store, {}, clock_);
  EXPECT_FALSE(scrubber.progress().is_damage_known) << "before it has done anything";
  while (scrubber.progress().done < 1) ASSERT_OK(scrubber.CheckSlice());
  EXPECT_TRUE(scrubber.progress().is_damage_known);
  EXPECT_THAT(Damages(*store), ElementsAre(HasSubstr("frame 1")));
}

// Somebody else meets it: the scrub sleeps until tomorrow.
TEST_F(ScrubMemoryTest, WhoeverMeetsItWakesTheScrub) {
  {
    const auto store = OpenStore();
    Scrubber scrubber(*store, {}, clock_);
    ASSERT_OK(scrubber.CheckSlice());
    EXPECT_FALSE(scrubber.IsWanted());
    // Rows that lie in no cache of the store that is open.
    StoreBatch batch;
    batch.Put(Family::kScrub, schema::DamageKey(schema::kPartKind, std::string(20, 'p')), "");
    ASSERT_OK(store->Apply(batch, Durability::kSynced));
    ASSERT_OK(store->FlushForTesting());
    for (const std::string& table : TablesOf(dir_, "scrub")) FlipBit(table, 30, 1);
    EXPECT_FALSE(scrubber.progress().is_damage_known);
    EXPECT_TRUE(scrubber.IsWanted());
    const uint64_t cycle = scrubber.progress().cycle;
    ASSERT_OK(scrubber.CheckSlice());
    EXPECT_EQ(scrubber.progress().cycle, cycle + 1) << "at once";
    while (scrubber.progress().done < 1) ASSERT_OK(scrubber.CheckSlice());
    EXPECT_EQ(scrubber.progress().pieces_damaged, 1u);
    EXPECT_FALSE(scrubber.IsWanted());
  }
  EXPECT_TRUE(CanBeRead(*OpenStore()));
}

TEST_F(ScrubMemoryTest, NoOtherFamilyIsMadeAnewFromNothing) {
  const auto store = OpenStore();
  EXPECT_THAT(store->MakeFamilyAnew(Family::kHolds, StoreBatch()),
              base::StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace tidemark::vault
