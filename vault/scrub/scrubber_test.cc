// Scrub over a real store: what a disk does to it is done here by hand, below the vault.
#include "vault/scrub/scrubber.h"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/testing.h"
#include "crypto/digest.h"
#include "crypto/sign.h"
#include "vault/schema.h"
#include "vault/table_damage_testing.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::base::StatusIs;

class ScrubberTest : public ::testing::Test {
 protected:
  TestUpload Deposit(const std::string& id, const TestUploadOptions& options) {
    auto vault = Vault::Open({.dir = dir_}, "", receipt_key_, clock_);
    CHECK(vault.ok());
    const TestUpload upload = MakeUpload((*vault)->vault_id(), Id(id), options);
    CHECK(Store(upload, depositor_, **vault).ok());
    return upload;
  }

  std::unique_ptr<RocksStore> OpenStore() {
    auto store = RocksStore::Open(dir_);
    CHECK(store.ok());
    return *std::move(store);
  }

  void Alter(RocksStore& store, Family family, const std::string& key) {
    auto value = store.Get(family, key);
    CHECK(value.ok());
    value->back() = static_cast<char>(value->back() ^ 1);
    StoreBatch batch;
    batch.Put(family, key, *value);
    CHECK(store.Apply(batch, Durability::kSynced).ok());
  }

  void Delete(RocksStore& store, Family family, const std::string& key) {
    StoreBatch batch;
    batch.Delete(family, key);
    CHECK(store.Apply(batch, Durability::kSynced).ok());
  }

  // Slices until a cycle ends; the number of slices.
  int RunCycle(Scrubber& scrubber) {
    clock_.Advance(absl::Hours(24 * 30));
    const uint64_t cycle = scrubber.progress().cycle;
    for (int slices = 1;; ++slices) {
      CHECK(scrubber.CheckSlice().ok());
      const ScrubProgress progress = scrubber.progress();
      if (progress.cycle > cycle && progress.done == 1) return slices;
      CHECK(slices < 1000);
    }
  }

  // "KIND NUMBER: WHAT" of every damaged piece that is remembered.
  std::vector<std::string> Damages(const RocksStore& store) {
    std::vector<std::string> damages;
    CHECK(store
              .Scan(Family::kScrub, schema::DamagesOf(schema::kFrameKind, {}),
                    [&](absl::string_view key, absl::string_view value) {
                      Append("frame ", key, value, damages);
                      return absl::OkStatus();
                    })
              .ok());
    CHECK(store
              .Scan(Family::kScrub, schema::DamagesOf(schema::kPartKind, {}),
                    [&](absl::string_view key, absl::string_view value) {
                      Append("part ", key, value, damages);
                      return absl::OkStatus();
                    })
              .ok());
    return damages;
  }

  static void Append(absl::string_view kind, absl::string_view key, absl::string_view value,
                     std::vector<std::string>& out) {
    const auto parsed = schema::ParseDamageKey(key);
    CHECK(parsed.ok());
    tidemark::v1::DamageRow row;
    CHECK(row.ParseFromArray(value.data(), static_cast<int>(value.size())));
    out.push_back(absl::StrCat(kind, parsed->number, ": ", row.what()));
  }

  tidemark::v1::ScrubRow State(const RocksStore& store) {
    tidemark::v1::ScrubRow row;
    const auto value = store.Get(Family::kScrub, schema::kScrubStateKey);
    CHECK(value.ok() && row.ParseFromString(*value));
    return row;
  }

  void PutState(RocksStore& store, const tidemark::v1::ScrubRow& row) {
    StoreBatch batch;
    batch.Put(Family::kScrub, std::string(schema::kScrubStateKey), row.SerializeAsString());
    CHECK(store.Apply(batch, Durability::kSynced).ok());
  }

  const std::string dir_ = base::TestDir() + "/vault";
  const crypto::SigningKey receipt_key_ = crypto::SigningKey::Generate();
  base::FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  const TestPeer depositor_ = TestPeer::Make(Role::kDepositor, {"example"});
};

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
  EXPECT_THAT(Damages(*store),
              ElementsAre(HasSubstr("frame 1: the bytes on the disk are not"),
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
  const std::string key =
      schema::DepositKey(schema::DepositRow::kCatalogue, upload.deposit);
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
  EXPECT_THAT(store->Erase({{Family::kFrames, all}}, stop),
              StatusIs(absl::StatusCode::kDataLoss));
  // Once the piece is there again, or nobody misses it, the block is taken out.
  StoreBatch batch;
  batch.Put(Family::kFrames, schema::PieceKey(upload.pack, 2),
            absl::StrCat(crypto::Blake2b(upload.frames[2]).bytes(), upload.frames[2]));
  ASSERT_OK(store->Apply(batch, Durability::kSynced));
  RunCycle(scrubber);
  EXPECT_THAT(Damages(*store), IsEmpty());
  EXPECT_OK(store->Erase({{Family::kFrames, all}}, stop));
}

// Each slice with a dead block would have the table read again, and all that is relied on in its
// gaps asked for.
TEST_F(ScrubberTest, ATableThatWasRefusedForOneSliceIsLeftOutOfTheOthers) {
  const TestUpload upload = Deposit("example/A1/0", {.frames = 120, .piece_bytes = 100'000});
  ASSERT_OK(OpenStore()->FlushForTesting());
  for (const uint32_t frame : {5, 60, 110}) {
    ASSERT_EQ(FlipInTables(dir_, upload.frames[frame], 50'000), 1);
  }
  ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(dir_, &clock_));
  const auto mend = [&](uint32_t frame) {
    StoreBatch batch;
    batch.Put(Family::kFrames, schema::PieceKey(upload.pack, frame),
              absl::StrCat(crypto::Blake2b(upload.frames[frame]).bytes(), upload.frames[frame]));
    ASSERT_OK(store->Apply(batch, Durability::kSynced));
  };
  mend(5);
  mend(60);
  Scrubber scrubber(*store, {}, clock_);
  EXPECT_GE(RunCycle(scrubber), 4) << "of frames three, each with a damaged block, and of parts";
  ASSERT_THAT(store->RefusedTables(), SizeIs(1));
  EXPECT_EQ(store->RefusedTables()[0].times, 1u);
  EXPECT_THAT(store->RefusedTables()[0].why, HasSubstr("not mended yet"));
  EXPECT_EQ(scrubber.progress().tables_refused, 1u);
  mend(110);
  RunCycle(scrubber);
  EXPECT_EQ(scrubber.progress().tables_refused, 0u);
  std::atomic<bool> stop = false;
  EXPECT_OK(store->Erase({{Family::kFrames, {"", std::string(24, '\xff')}}}, stop));
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
  EXPECT_THAT(Damages(*OpenStore()),
              ElementsAre(HasSubstr("frame 1: the bytes on the disk are not"),
                          "part 2: is missing"));
}

TEST_F(ScrubberTest, AClockThatWasSetBackStopsNoCycle) {
  Deposit("example/A1/0", {.frames = 2, .parts = 1});
  const auto store = OpenStore();
  clock_.Advance(absl::Hours(24 * 365 * 10));
  Scrubber scrubber(*store, {}, clock_);
  RunCycle(scrubber);
  const uint64_t cycle = scrubber.progress().cycle;
  clock_.Advance(-absl::Hours(24 * 365 * 10));
  ASSERT_OK(scrubber.CheckSlice());
  EXPECT_EQ(scrubber.progress().cycle, cycle + 1);
  EXPECT_EQ(scrubber.progress().cycle_started_unix_micros, absl::ToUnixMicros(clock_.Now()));
}

TEST_F(ScrubberTest, ARestartGoesOnWhereTheLastSliceEnded) {
  Deposit("example/A1/0", {.frames = 60, .parts = 1, .piece_bytes = 250'000});
  const auto store = OpenStore();
  Scrubber first(*store, {}, clock_);
  ASSERT_OK(first.CheckSlice());
  const double done = first.progress().done;
  EXPECT_GT(done, 0);
  EXPECT_LT(done, 1);
  Scrubber second(*store, {}, clock_);
  ASSERT_OK(second.CheckSlice());
  EXPECT_EQ(second.progress().cycle, 1u);
  EXPECT_GT(second.progress().done, done);
  while (second.progress().done < 1) ASSERT_OK(second.CheckSlice());
  EXPECT_EQ(second.progress().finished_pieces, 61u);
}

// The clock stands still while a slice is read, so the wait is its bytes over the rate.
TEST_F(ScrubberTest, ThePaceIsWhatIsLeftOverTheTimeThatIsLeft) {
  Deposit("example/A1/0", {.frames = 80, .parts = 1, .piece_bytes = 250'000});
  const auto store = OpenStore();
  // 20 MB in an hour would be 5 kB/s: the floor of 1 MB/s says how long 4.25 MB take.
  Scrubber slow(*store, {.cycle = absl::Hours(1)}, clock_);
  ASSERT_OK_AND_ASSIGN(const absl::Duration at_floor, slow.CheckSlice());
  EXPECT_NEAR(absl::ToDoubleSeconds(at_floor), 4.25, 0.01);
  // Late: the ceiling, whatever is left.
  clock_.Advance(absl::Hours(2));
  ASSERT_OK_AND_ASSIGN(const absl::Duration at_ceiling, slow.CheckSlice());
  EXPECT_NEAR(absl::ToDoubleSeconds(at_ceiling), 4.25 / 50, 0.001);
  while (slow.progress().done < 1) ASSERT_OK(slow.CheckSlice());
  // A cycle does not follow at once.
  clock_.Advance(-absl::Hours(2));
  ASSERT_OK_AND_ASSIGN(const absl::Duration rest, slow.CheckSlice());
  EXPECT_EQ(slow.progress().cycle, 1u);
  EXPECT_EQ(rest, absl::Minutes(2));
}

// After that the last cycle ends in the future, and the one that is under way is not done for it.
TEST_F(ScrubberTest, ACycleUnderWayGoesOnAfterTheClockWasSetBack) {
  Deposit("example/A1/0", {.seed = 1, .frames = 7, .parts = 3});
  const auto store = OpenStore();
  {
    Scrubber scrubber(*store, {}, clock_);
    RunCycle(scrubber);
  }
  clock_.Advance(-absl::Hours(24 * 365));
  {
    Scrubber scrubber(*store, {}, clock_);
    EXPECT_OK(scrubber.CheckSlice());
    EXPECT_EQ(scrubber.progress().cycle, 2u);
    EXPECT_LT(scrubber.progress().done, 1);
  }
  ASSERT_LT(State(*store).cycle_started_unix_micros(), State(*store).finished_unix_micros());
  Scrubber scrubber(*store, {}, clock_);
  EXPECT_OK(scrubber.CheckSlice());
  EXPECT_EQ(scrubber.progress().cycle, 2u);
  EXPECT_EQ(scrubber.progress().done, 1);
  EXPECT_EQ(scrubber.progress().finished_pieces, 10u);
  EXPECT_EQ(State(*store).finished_cycle(), 2u);
  EXPECT_LE(State(*store).finished_unix_micros(), absl::ToUnixMicros(clock_.Now()));
}

// Rows of a program that did not number the finished cycle.
TEST_F(ScrubberTest, AnOldStateSaysByItsPlaceWhetherTheCycleIsDone) {
  Deposit("example/A1/0", {.seed = 1, .frames = 7, .parts = 3});
  const auto store = OpenStore();
  Scrubber first(*store, {}, clock_);
  RunCycle(first);
  tidemark::v1::ScrubRow done = State(*store);
  done.clear_finished_cycle();
  PutState(*store, done);
  {
    Scrubber scrubber(*store, {}, clock_);
    EXPECT_OK(scrubber.CheckSlice());
    EXPECT_EQ(scrubber.progress().cycle, 1u);
    EXPECT_EQ(scrubber.progress().done, 1);
  }
  // The parts of cycle 2 are still to be looked at.
  tidemark::v1::ScrubRow half = done;
  half.set_cycle(2);
  half.set_family(schema::kPartKind);
  half.set_pieces_checked(7);
  PutState(*store, half);
  Scrubber scrubber(*store, {}, clock_);
  EXPECT_OK(scrubber.CheckSlice());
  EXPECT_EQ(scrubber.progress().cycle, 2u);
  EXPECT_EQ(scrubber.progress().done, 1);
  EXPECT_EQ(scrubber.progress().finished_pieces, 10u);
}

}  // namespace
}  // namespace tidemark::vault
