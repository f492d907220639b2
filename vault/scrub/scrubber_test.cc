// What a scrub finds, and remembers.
#include <string>

#include "base/testing.h"
#include "proto/stored.pb.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/scrub/scrubber_testing.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tidemark::base::StatusIs;

TEST_F(ScrubberTest, EveryFrameAndPartOfAWholeStoreIsCountedOnce) {
  Deposit("example/A1/0", {.seed = 1, .frames = 7, .parts = 3});
  Deposit("example/A2/0", {.seed = 2, .frames = 1, .parts = 1});
  const auto store = OpenStore();
  Scrubber scrubber(*store, {}, clock_);
  RunCycle(scrubber);
  EXPECT_EQ(scrubber.progress().finished_pieces, 12u);
  EXPECT_EQ(scrubber.progress().finished_bytes, 12u * (1000 + 32));
  EXPECT_EQ(scrubber.progress().pieces_damaged, 0u);
  EXPECT_THAT(Damages(*store), IsEmpty());
}

TEST_F(ScrubberTest, AnEmptyStoreHasNoCycle) {
  ASSERT_OK(Vault::Open({.dir = dir_}, "", receipt_key_, clock_));
  const auto store = OpenStore();
  Scrubber scrubber(*store, {}, clock_);
  ASSERT_OK_AND_ASSIGN(const absl::Duration wait, scrubber.CheckSlice());
  EXPECT_EQ(wait, absl::Minutes(1));
  EXPECT_EQ(scrubber.progress().cycle, 0u);
}

TEST_F(ScrubberTest, AlteredAndMissingPiecesAreRememberedUntilTheyAreMendedOrRemoved) {
  const TestUpload upload = Deposit("example/A1/0", {.frames = 5, .parts = 3});
  const auto store = OpenStore();
  const std::string frame = schema::PieceKey(upload.pack, 1);
  const std::string good = *store->Get(Family::kFrames, frame);
  Alter(*store, Family::kFrames, frame);
  Delete(*store, Family::kFrames, schema::PieceKey(upload.pack, 4));
  Delete(*store, Family::kParts, schema::PieceKey(upload.pack, 0));
  Scrubber scrubber(*store, {}, clock_);
  RunCycle(scrubber);
  EXPECT_THAT(Damages(*store), ElementsAre(HasSubstr("frame 1: the bytes on the disk are not"),
                                           "frame 4: is missing", "part 0: is missing"));
  EXPECT_EQ(scrubber.progress().pieces_damaged, 3u);
  // Another process, another cycle: nothing is found twice.
  Scrubber later(*store, {}, clock_);
  RunCycle(later);
  EXPECT_EQ(later.progress().pieces_damaged, 3u);
  // Frame 1 is healed, frame 4 is removed for good.
  StoreBatch batch;
  batch.Put(Family::kFrames, frame, good);
  tidemark::v1::PackRow row;
  ASSERT_TRUE(row.ParseFromString(*store->Get(Family::kPacks, schema::PackKey(upload.pack))));
  row.set_removed_frames(std::string(1, '\x10'));
  batch.Put(Family::kPacks, schema::PackKey(upload.pack), row.SerializeAsString());
  ASSERT_OK(store->Apply(batch, Durability::kSynced));
  RunCycle(later);
  EXPECT_THAT(Damages(*store), ElementsAre("part 0: is missing"));
  EXPECT_EQ(later.progress().pieces_damaged, 1u);
}

TEST_F(ScrubberTest, AShreddedDepositHasNoParts) {
  const TestUpload upload = Deposit("example/A1/0", {.frames = 1, .parts = 2});
  const auto store = OpenStore();
  const std::string key = schema::DepositKey(schema::DepositRow::kCatalogue, upload.deposit);
  tidemark::v1::CatalogueRow row;
  ASSERT_TRUE(row.ParseFromString(*store->Get(Family::kDeposits, key)));
  row.set_shredded_log_index(7);
  StoreBatch batch;
  batch.Put(Family::kDeposits, key, row.SerializeAsString());
  batch.DeleteRange(Family::kParts, schema::PiecesOf(upload.pack));
  ASSERT_OK(store->Apply(batch, Durability::kSynced));
  Scrubber scrubber(*store, {}, clock_);
  RunCycle(scrubber);
  EXPECT_THAT(Damages(*store), IsEmpty());
}

// What is damaged is known as soon as somebody meets it.
TEST_F(ScrubberTest, DamageThatARequestMeetsIsRemembered) {
  const TestUpload upload = Deposit("example/A1/0", {.frames = 5, .parts = 3});
  {
    const auto store = OpenStore();
    Alter(*store, Family::kFrames, schema::PieceKey(upload.pack, 1));
    Delete(*store, Family::kParts, schema::PieceKey(upload.pack, 2));
  }
  {
    ASSERT_OK_AND_ASSIGN(const auto vault, Vault::Open({.dir = dir_}, "", receipt_key_, clock_));
    EXPECT_OK(vault->Frame(upload.deposit, upload.pack, 0));
    EXPECT_EQ(vault->scrubber().progress().pieces_damaged, 0u);
    EXPECT_THAT(vault->Frame(upload.deposit, upload.pack, 1),
                StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_THAT(vault->ManifestPart(upload.deposit, 2), StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_EQ(vault->scrubber().progress().pieces_damaged, 2u);
  }
  EXPECT_THAT(
      Damages(*OpenStore()),
      ElementsAre(HasSubstr("frame 1: the bytes on the disk are not"), "part 2: is missing"));
}

}  // namespace
}  // namespace tidemark::vault
