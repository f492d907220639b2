// Blocks that cannot be read: what is healed above them, and how a round ends.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/testing.h"
#include "proto/service.pb.h"
#include "vault/replica/healing_testing.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/scrub/scrubber.h"
#include "vault/table_damage_testing.h"
#include "vault/vault.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using schema::Family;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::base::IsOkAndHolds;
using ::tidemark::base::StatusIs;

// A block that RocksDB itself refuses: a new row above it is not all that is to be mended.
TEST_F(HealingTest, ABlockThatCannotBeReadIsGoneOnceItsPieceIsHealed) {
  for (const PieceType type : {kFrame, kManifestPart}) {
    const bool is_frame = type == kFrame;
    const Family family = is_frame ? Family::kFrames : Family::kParts;
    const std::string& piece = is_frame ? upload_->frames[2] : upload_->parts[2];
    const std::string dir = copies_.primary_dir();
    copies_.ClosePrimary();
    ASSERT_OK((*RocksStore::Open(dir))->FlushForTesting());
    ASSERT_EQ(FlipInTables(dir, piece, 500), 1);
    copies_.OpenPrimary();
    // Whoever reads it finds it: no scrub has come by.
    Replication& primary = copies_.primary().replication();
    ASSERT_THAT(*primary.Damaged(), IsEmpty());
    EXPECT_THAT(is_frame ? copies_.primary().Frame(upload_->deposit, upload_->pack, 2)
                         : copies_.primary().ManifestPart(upload_->deposit, 2),
                StatusIs(StatusCode::kDataLoss));
    ASSERT_THAT(*primary.Damaged(), SizeIs(1));
    EXPECT_EQ(copies_.primary().scrubber().progress().pieces_damaged, 1u);
    // The block holds its neighbours, too, and stays until the last of them is mended.
    const size_t count = is_frame ? upload_->frames.size() : upload_->parts.size();
    for (uint32_t number = 0; number < count; ++number) {
      tidemark::v1::HealReply reply;
      ASSERT_OK(Mend(copies_.replica(), copies_.primary(), type, *upload_, {number}, reply));
    }
    EXPECT_THAT(*primary.Damaged(), IsEmpty());
    EXPECT_EQ(copies_.primary().scrubber().progress().pieces_damaged, 0u);
    EXPECT_OK(primary.Digests(upload_->pack.bytes(), [](absl::string_view) {
      return absl::OkStatus();
    })) << "it proves for the other one";
    copies_.Deposit(is_frame ? "example/B1/0" : "example/B2/0", {.seed = is_frame ? 7u : 8u});
    copies_.ClosePrimary();
    {
      ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(dir));
      std::atomic<bool> stop = false;
      EXPECT_OK(store->Erase({{family, {"", std::string(24, '\xff')}}}, stop));
    }
    copies_.OpenPrimary();
  }
}

// Of several packs, each far from the other, and several blocks; what is not mended yet keeps its
// table, and nothing else is the worse for it.
TEST_F(HealingTest, SeveralBlocksAreMendedOneByOneAndNothingBehindThemIsLost) {
  std::vector<TestUpload> uploads;
  for (uint32_t seed = 1; seed <= 5; ++seed) {
    uploads.push_back(copies_.Deposit(absl::StrCat("example/C", seed, "/0"),
                                      {.seed = seed, .frames = 4, .piece_bytes = 90'000}));
  }
  ASSERT_OK(copies_.Copy());
  const std::string dir = copies_.primary_dir();
  copies_.ClosePrimary();
  ASSERT_OK((*RocksStore::Open(dir))->FlushForTesting());
  for (const auto& [upload, frame] : {std::pair(0, 0), std::pair(2, 3), std::pair(4, 0)}) {
    ASSERT_EQ(FlipInTables(dir, uploads[upload].frames[frame], 50'000), 1);
  }
  copies_.OpenPrimary();
  Vault& primary = copies_.primary();
  for (const TestUpload& upload : uploads) {
    for (uint32_t frame = 0; frame < 4; ++frame) {
      static_cast<void>(primary.Frame(upload.deposit, upload.pack, frame));
    }
  }
  for (int round = 0; round < 3; ++round) {
    ASSERT_OK_AND_ASSIGN(const auto damaged, primary.replication().Damaged());
    for (const tidemark::v1::PieceIdentity& piece : damaged) {
      std::vector<TestUpload> all = uploads;
      all.push_back(*upload_);
      for (const TestUpload& upload : all) {
        if (upload.pack.bytes() != piece.pack_id()) continue;
        tidemark::v1::HealReply reply;
        EXPECT_OK(Mend(copies_.replica(), primary, piece.type(), upload, {piece.number()}, reply));
      }
    }
  }
  EXPECT_THAT(*primary.replication().Damaged(), IsEmpty());
  for (const TestUpload& upload : uploads) {
    for (uint32_t frame = 0; frame < 4; ++frame) {
      EXPECT_THAT(primary.Frame(upload.deposit, upload.pack, frame),
                  IsOkAndHolds(upload.frames[frame]));
    }
  }
  copies_.ClosePrimary();
  {
    ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(dir));
    std::atomic<bool> stop = false;
    EXPECT_OK(store->Erase({{Family::kFrames, {"", std::string(24, '\xff')}}}, stop));
  }
  copies_.OpenPrimary();
}

// Packs of the primary whose frames lie in one table file, of which the second frame of each cannot
// be read: it has a block of its own, where the first may share one with another pack's small ones.
class OneTableTest : public HealingTest {
 protected:
  void SetUp() override {
    HealingTest::SetUp();
    for (uint32_t seed = 1; seed <= 5; ++seed) {
      uploads_.push_back(copies_.Deposit(absl::StrCat("example/D", seed, "/0"),
                                         {.seed = seed, .frames = 3, .piece_bytes = 90'000}));
    }
    ASSERT_OK(copies_.Copy());
    copies_.ClosePrimary();
    ASSERT_OK((*RocksStore::Open(copies_.primary_dir()))->FlushForTesting());
    for (const TestUpload& upload : uploads_) {
      ASSERT_EQ(FlipInTables(copies_.primary_dir(), upload.frames[1], 50'000), 1);
    }
    // And a piece that lies in no damaged block.
    DamagePiece(copies_.primary_dir(), kManifestPart, upload_->pack, 1, Damage::kBytes);
    copies_.WatchPrimary([this](absl::string_view point) {
      ++points_[std::string(point)];
      if (at_point_ != nullptr) at_point_(point);
    });
    copies_.OpenPrimary();
    for (const TestUpload& upload : uploads_) {
      EXPECT_THAT(copies_.primary().Frame(upload.deposit, upload.pack, 1),
                  StatusIs(StatusCode::kDataLoss));
    }
    ASSERT_THAT(*copies_.primary().replication().Damaged(), SizeIs(6));
    points_.clear();
  }
  void HealFrames(size_t first, size_t last) {
    for (size_t i = first; i < last; ++i) {
      tidemark::v1::HealReply reply;
      ASSERT_OK(Heal(copies_.replica(), copies_.primary(), kFrame, uploads_[i], {1}, reply));
      EXPECT_EQ(reply.healed(), 1u);
    }
  }

  std::vector<TestUpload> uploads_;
  std::map<std::string, int> points_;
  std::function<void(absl::string_view point)> at_point_ = nullptr;
};

TEST_F(OneTableTest, ManyPacksOfOneTableAskForItAndMakeItAnewOnceARound) {
  Replication& primary = copies_.primary().replication();
  HealFrames(0, uploads_.size());
  tidemark::v1::HealReply reply;
  ASSERT_OK(Heal(copies_.replica(), copies_.primary(), kManifestPart, *upload_, {1}, reply));
  EXPECT_THAT(points_, IsEmpty()) << "nothing is asked before the last is healed";
  EXPECT_THAT(*primary.Damaged(), SizeIs(6)) << "nor called whole";
  ASSERT_OK_AND_ASSIGN(const auto finished, primary.FinishHealing());
  EXPECT_EQ(finished.tables_remade(), 1u);
  EXPECT_EQ(finished.tables_refused(), 0u);
  EXPECT_EQ(points_["table-read"], 1);
  EXPECT_EQ(points_["table-written"], 1);
  EXPECT_EQ(points_["store-closed"], 1);
  EXPECT_THAT(*primary.Damaged(), IsEmpty());
  ASSERT_OK(primary.FinishHealing());
  EXPECT_EQ(points_["table-read"], 1) << "what was healed once is not asked for again";
  for (const TestUpload& upload : uploads_) {
    for (uint32_t frame = 0; frame < 3; ++frame) {
      EXPECT_THAT(copies_.primary().Frame(upload.deposit, upload.pack, frame),
                  IsOkAndHolds(upload.frames[frame]));
    }
  }
}

TEST_F(OneTableTest, ARefusedTableKeepsWhatLiesInItsDamageAndTheNextRoundMakesItAnew) {
  Replication& primary = copies_.primary().replication();
  HealFrames(0, 4);
  tidemark::v1::HealReply reply;
  ASSERT_OK(Heal(copies_.replica(), copies_.primary(), kManifestPart, *upload_, {1}, reply));
  ASSERT_OK_AND_ASSIGN(const auto refused, primary.FinishHealing());
  EXPECT_EQ(refused.tables_remade(), 0u);
  EXPECT_EQ(refused.tables_refused(), 1u);
  ASSERT_THAT(refused.refused(), SizeIs(1));
  EXPECT_THAT(refused.refused(0).table(), HasSubstr(".sst"));
  EXPECT_THAT(refused.refused(0).why(), HasSubstr("not mended yet"));
  EXPECT_EQ(points_["table-written"], 0);
  EXPECT_EQ(copies_.primary().scrubber().progress().tables_refused, 1u);
  ASSERT_OK_AND_ASSIGN(const auto left, primary.Damaged());
  EXPECT_THAT(left, SizeIs(5)) << "the part lay elsewhere";
  // The next round is given all of them again.
  HealFrames(4, 5);
  for (size_t i = 0; i < 4; ++i) {
    ASSERT_OK(Heal(copies_.replica(), copies_.primary(), kFrame, uploads_[i], {1}, reply));
    EXPECT_EQ(reply.whole(), 1u);
  }
  ASSERT_OK_AND_ASSIGN(const auto finished, primary.FinishHealing());
  EXPECT_EQ(finished.tables_remade(), 1u);
  EXPECT_THAT(*primary.Damaged(), IsEmpty());
  EXPECT_EQ(copies_.primary().scrubber().progress().tables_refused, 0u);
}

// It was whole when it was healed; the disk has taken it again before the round ends.
TEST_F(OneTableTest, AHealedPieceThatWentBadAgainStaysKnownToBeDamaged) {
  HealFrames(0, uploads_.size());
  at_point_ = [this](absl::string_view point) {
    if (point == "store-closed") {
      EXPECT_GE(FlipInTables(copies_.primary_dir(), uploads_[3].frames[1], 60'000), 1);
    }
  };
  Replication& primary = copies_.primary().replication();
  ASSERT_OK_AND_ASSIGN(const auto finished, primary.FinishHealing());
  EXPECT_EQ(finished.tables_remade(), 1u);
  ASSERT_OK_AND_ASSIGN(const auto left, primary.Damaged());
  ASSERT_THAT(left, SizeIs(2)) << "with the part, which nobody has healed";
  EXPECT_EQ(left[0].pack_id(), uploads_[3].pack.bytes());
  EXPECT_EQ(left[0].number(), 1u);
}

TEST_F(OneTableTest, WhoeverEndsARoundWhileAnotherOneEndsIsToldSo) {
  Replication& primary = copies_.primary().replication();
  HealFrames(0, 4);
  absl::Status second;
  at_point_ = [&](absl::string_view point) {
    if (point != "table-read") return;
    HealFrames(4, 5);
    second = primary.FinishHealing().status();
  };
  ASSERT_OK_AND_ASSIGN(const auto first, primary.FinishHealing());
  EXPECT_EQ(first.tables_remade(), 1u);
  EXPECT_THAT(second, StatusIs(StatusCode::kUnavailable, HasSubstr("another call is at it")));
  at_point_ = nullptr;
  EXPECT_OK(primary.FinishHealing());
  EXPECT_THAT(*primary.Damaged(), SizeIs(1)) << "what it brought was not forgotten";
}

// A copier that died, or one of a version that does not end its rounds. The scrub has come by
// before that, and begins no cycle soon.
TEST_F(OneTableTest, WhatNoRoundEndedTheScrubDoesWithinTheHour) {
  Replication& primary = copies_.primary().replication();
  Scrubber& scrubber = copies_.primary().scrubber();
  while (scrubber.progress().done < 1) ASSERT_OK(scrubber.CheckSlice());
  HealFrames(0, uploads_.size());
  ASSERT_OK(scrubber.CheckSlice());
  ASSERT_THAT(*primary.Damaged(), SizeIs(6));
  copies_.clock().Advance(absl::Hours(1));
  ASSERT_OK(scrubber.CheckSlice());
  EXPECT_EQ(scrubber.progress().cycle, 1u);
  EXPECT_THAT(*primary.Damaged(), SizeIs(1)) << "the part";
  EXPECT_EQ(scrubber.progress().tables_refused, 0u);
  copies_.ClosePrimary();
  {
    ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(copies_.primary_dir()));
    std::atomic<bool> stop = false;
    EXPECT_OK(store->Erase({{Family::kFrames, {"", std::string(24, '\xff')}}}, stop));
  }
  copies_.OpenPrimary();
}

}  // namespace
}  // namespace tidemark::vault
