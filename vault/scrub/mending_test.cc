// Blocks that cannot be read, below pieces that are mended or missed by nobody.
#include "vault/scrub/mending.h"

#include <atomic>
#include <memory>
#include <string>
#include <utility>

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
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::base::StatusIs;

// A block that RocksDB itself refuses costs the pieces in it, and those behind it are looked at.
TEST_F(ScrubberTest, ADamagedBlockIsPassedBy) {
  const TestUpload upload = Deposit("example/A1/0", {.frames = 6, .piece_bytes = 100'000});
  {
    const auto store = OpenStore();
    ASSERT_OK(store->FlushForTesting());
  }
  ASSERT_EQ(FlipInTables(dir_, upload.frames[2], 50'000), 1);
  const auto store = OpenStore();
  Scrubber scrubber(*store, {}, clock_);
  RunCycle(scrubber);
  EXPECT_THAT(Damages(*store), ElementsAre(HasSubstr("frame 2: cannot be read: ")));
  EXPECT_EQ(scrubber.progress().finished_pieces, 5u + 2u);
  std::atomic<bool> stop = false;
  const schema::KeyRange all = {"", std::string(24, '\xff')};
  // Its piece is missed, so the block stays for whoever can read it yet.
  EXPECT_THAT(store->Erase({{Family::kFrames, all}}, stop), StatusIs(absl::StatusCode::kDataLoss));
  // Once the piece is there again, or nobody misses it, the block is taken out.
  StoreBatch batch;
  batch.Put(Family::kFrames, schema::PieceKey(upload.pack, 2),
            absl::StrCat(crypto::Blake2b(upload.frames[2]).bytes(), upload.frames[2]));
  ASSERT_OK(store->Apply(batch, Durability::kSynced));
  RunCycle(scrubber);
  EXPECT_THAT(Damages(*store), IsEmpty());
  EXPECT_OK(store->Erase({{Family::kFrames, all}}, stop));
}

// Frames of one table, which a scrub reads in three slices, with a damaged block in each.
class MendingTest : public ScrubberTest {
 protected:
  void SetUp() override {
    upload_ = std::make_unique<TestUpload>(
        Deposit("example/A1/0", {.frames = 120, .piece_bytes = 100'000}));
    ASSERT_OK(OpenStore()->FlushForTesting());
    for (const uint32_t frame : {5, 60, 110}) {
      ASSERT_EQ(FlipInTables(dir_, upload_->frames[frame], 50'000), 1);
    }
    Open();
  }
  // As after a restart.
  void Open() {
    scrubber_ = nullptr;
    store_ = nullptr;
    ASSERT_OK_AND_ASSIGN(store_, RocksStore::Open(dir_, &clock_));
    scrubber_ = std::make_unique<Scrubber>(*store_, ScrubOptions(), clock_);
  }
  // As a heal does; it leaves the row of damage.
  void Mend(uint32_t frame) {
    StoreBatch batch;
    batch.Put(
        Family::kFrames, schema::PieceKey(upload_->pack, frame),
        absl::StrCat(crypto::Blake2b(upload_->frames[frame]).bytes(), upload_->frames[frame]));
    ASSERT_OK(store_->Apply(batch, Durability::kSynced));
  }
  void ExpectNoBlockIsLeft() {
    EXPECT_EQ(scrubber_->progress().tables_refused, 0u);
    std::atomic<bool> stop = false;
    EXPECT_OK(store_->Erase({{Family::kFrames, {"", std::string(24, '\xff')}}}, stop));
  }

  std::unique_ptr<TestUpload> upload_;
  std::unique_ptr<RocksStore> store_;
  std::unique_ptr<Scrubber> scrubber_;
};

// Each slice with a dead block would have the table read again, and all that is relied on in its
// gaps asked for.
TEST_F(MendingTest, ATableThatWasRefusedForOneSliceIsLeftOutOfTheOthers) {
  Mend(5);
  Mend(60);
  EXPECT_GE(RunCycle(*scrubber_), 4) << "of frames three, each with a damaged block, and of parts";
  ASSERT_THAT(store_->RefusedTables(), SizeIs(1));
  EXPECT_EQ(store_->RefusedTables()[0].times, 1u);
  EXPECT_THAT(store_->RefusedTables()[0].why, HasSubstr("not mended yet"));
  EXPECT_EQ(scrubber_->progress().tables_refused, 1u);
}

// Not in the next cycle: that begins in a day at the earliest.
TEST_F(MendingTest, ATableThatWasPutOffIsTriedAgainAsSoonAsItIsDue) {
  Mend(5);
  Mend(60);
  RunCycle(*scrubber_);
  Mend(110);
  ASSERT_OK_AND_ASSIGN(const absl::Duration wait, scrubber_->CheckSlice());
  EXPECT_EQ(scrubber_->progress().tables_refused, 1u) << "it is too early";
  EXPECT_LE(wait, absl::Seconds(2));
  clock_.Advance(wait);
  const uint64_t cycle = scrubber_->progress().cycle;
  ASSERT_OK(scrubber_->CheckSlice());
  EXPECT_EQ(scrubber_->progress().cycle, cycle);
  EXPECT_EQ(scrubber_->progress().done, 1) << "none began";
  EXPECT_THAT(Damages(*store_), IsEmpty());
  ExpectNoBlockIsLeft();
}

// Of a block that nobody misses anything in there is no row that a scrub could know it by.
TEST_F(MendingTest, ABlockWithoutADamagedPieceIsTriedAgainToo) {
  for (const uint32_t frame : {5, 60, 110}) Mend(frame);
  bool was_run = false;
  // Somebody reads for as long as it takes: nothing can be made anew meanwhile.
  EXPECT_OK(store_->ScanAround(
      Family::kPacks, {},
      [&](absl::string_view, absl::string_view) {
        if (!std::exchange(was_run, true)) RunCycle(*scrubber_);
        return absl::OkStatus();
      },
      [](const RocksStore::Unreadable&) {}));
  ASSERT_EQ(scrubber_->progress().tables_refused, 1u);
  EXPECT_THAT(Damages(*store_), IsEmpty());
  clock_.Advance(absl::Hours(1));
  ASSERT_OK(scrubber_->CheckSlice());
  ExpectNoBlockIsLeft();
}

TEST_F(MendingTest, AMendedPieceAboveATableThatStaysCountsAsDamagedAlsoAfterARestart) {
  RunCycle(*scrubber_);
  ASSERT_EQ(scrubber_->progress().pieces_damaged, 3u);
  Mend(5);
  Mend(60);
  RunCycle(*scrubber_);
  EXPECT_EQ(scrubber_->progress().pieces_damaged, 3u) << "its table is damaged still";
  Open();
  ASSERT_OK(scrubber_->CheckSlice());
  EXPECT_EQ(scrubber_->progress().pieces_damaged, 3u);
  EXPECT_EQ(scrubber_->progress().tables_refused, 1u) << "known at once, and not in a cycle";
  Mend(110);
  clock_.Advance(absl::Hours(1));
  ASSERT_OK(scrubber_->CheckSlice());
  EXPECT_EQ(scrubber_->progress().pieces_damaged, 0u);
  ExpectNoBlockIsLeft();
}

// Rows of damage by the hundred, of which the last is the one that was mended.
TEST_F(MendingTest, AllThatIsKnownIsGoneOverSomeOfItACall) {
  constexpr uint32_t kFrames = 600;
  scrubber_ = nullptr;
  store_ = nullptr;
  const TestUpload other = Deposit("example/A2/0", {.seed = 2, .frames = kFrames});
  Open();
  const std::string last = schema::PieceKey(other.pack, kFrames - 1);
  const std::string good = *store_->Get(Family::kFrames, last);
  for (uint32_t frame = 0; frame < kFrames; ++frame) {
    Delete(*store_, Family::kFrames, schema::PieceKey(other.pack, frame));
  }
  RunCycle(*scrubber_);
  ASSERT_EQ(scrubber_->progress().pieces_damaged, kFrames + 3);
  StoreBatch batch;
  batch.Put(Family::kFrames, last, good);
  ASSERT_OK(store_->Apply(batch, Durability::kSynced));
  clock_.Advance(absl::Hours(1));
  for (int call = 0; call < 3; ++call) {
    ASSERT_OK_AND_ASSIGN(const absl::Duration wait, scrubber_->CheckSlice());
    clock_.Advance(wait);
  }
  EXPECT_EQ(scrubber_->progress().pieces_damaged, kFrames + 2);
}

}  // namespace
}  // namespace tidemark::vault
