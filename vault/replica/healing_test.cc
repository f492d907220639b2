// A piece that one copy lost is mended from the other; and never by trust.
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/testing.h"
#include "crypto/digest.h"
#include "proto/stored.pb.h"
#include "vault/replica/replica_testing.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/table_damage_testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using schema::Family;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::base::IsOkAndHolds;
using ::tidemark::base::StatusIs;
using tidemark::v1::PIECE_TYPE_FRAME;
using tidemark::v1::PIECE_TYPE_MANIFEST_PART;
using tidemark::v1::PieceType;

class HealingTest : public ::testing::Test {
 protected:
  // What a scrub finds after a disk has lost a piece: other bytes, a wrong digest, or no row at
  // all.
  enum class Damage { kBytes, kBytesAndDigest, kGone };
  static void DamagePiece(const std::string& dir, PieceType type, const crypto::PackId& pack,
                          uint32_t number, Damage damage) {
    auto store = RocksStore::Open(dir);
    ASSERT_OK(store);
    const Family family = type == PIECE_TYPE_FRAME ? Family::kFrames : Family::kParts;
    const std::string key = schema::PieceKey(pack, number);
    ASSERT_OK_AND_ASSIGN(std::string value, (*store)->Get(family, key));
    StoreBatch batch;
    value.back() = static_cast<char>(value.back() ^ 1);
    if (damage == Damage::kBytesAndDigest) {
      value.replace(0, 32, std::string(crypto::Blake2b(value.substr(32)).bytes()));
    }
    if (damage == Damage::kGone) {
      batch.Delete(family, key);
    } else {
      batch.Put(family, key, value);
    }
    tidemark::v1::DamageRow row;
    row.set_format(1);
    batch.Put(
        Family::kScrub,
        schema::DamageKey(type == PIECE_TYPE_FRAME ? schema::kFrameKind : schema::kPartKind, key),
        row.SerializeAsString());
    ASSERT_OK((*store)->Apply(batch, Durability::kSynced));
  }

  // As the copier does, with several pieces of one pack.
  static absl::Status Heal(Vault& good, Vault& bad, PieceType type, const TestUpload& upload,
                           const std::vector<uint32_t>& numbers, tidemark::v1::HealReply& reply) {
    const std::string pack(upload.pack.bytes());
    ASSIGN_OR_RETURN(const auto healing, bad.replication().Heal(type, pack));
    tidemark::v1::PieceIdentity name;
    name.set_type(type);
    name.set_pack_id(pack);
    if (type == PIECE_TYPE_FRAME) {
      RETURN_IF_ERROR(good.replication().Digests(
          pack, [&](absl::string_view digests) { return healing->TakeDigests(digests); }));
    } else {
      for (uint32_t part = 0; part < upload.parts.size(); ++part) {
        name.set_number(part);
        const absl::StatusOr<std::string> bytes = good.replication().Piece(name);
        RETURN_IF_ERROR(healing->TakeProof(part, bytes.value_or("")));
      }
    }
    for (const uint32_t number : numbers) {
      name.set_number(number);
      ASSIGN_OR_RETURN(const std::string piece, good.replication().Piece(name));
      RETURN_IF_ERROR(healing->TakePiece(number, piece));
    }
    ASSIGN_OR_RETURN(reply, healing->Finish());
    return absl::OkStatus();
  }
  // A round of one pack.
  static absl::Status Mend(Vault& good, Vault& bad, PieceType type, const TestUpload& upload,
                           const std::vector<uint32_t>& numbers, tidemark::v1::HealReply& reply) {
    RETURN_IF_ERROR(Heal(good, bad, type, upload, numbers, reply));
    return bad.replication().FinishHealing().status();
  }

  void SetUp() override {
    upload_ =
        std::make_unique<TestUpload>(copies_.Deposit("example/A1/0", {.frames = 6, .parts = 3}));
    ASSERT_OK(copies_.Copy());
  }

  TwoCopies copies_;
  std::unique_ptr<TestUpload> upload_;
};

TEST_F(HealingTest, EitherCopyIsMendedFromTheOther) {
  for (const bool is_primary : {true, false}) {
    for (const PieceType type : {PIECE_TYPE_FRAME, PIECE_TYPE_MANIFEST_PART}) {
      for (const Damage damage : {Damage::kBytes, Damage::kBytesAndDigest, Damage::kGone}) {
        copies_.ClosePrimary();
        copies_.CloseReplica();
        DamagePiece(is_primary ? copies_.primary_dir() : copies_.replica_dir(), type, upload_->pack,
                    2, damage);
        copies_.OpenPrimary();
        copies_.OpenReplica();
        Vault& bad = is_primary ? copies_.primary() : copies_.replica();
        Vault& good = is_primary ? copies_.replica() : copies_.primary();
        ASSERT_THAT(*bad.replication().Damaged(), SizeIs(1));
        tidemark::v1::HealReply reply;
        ASSERT_OK(Mend(good, bad, type, *upload_, {2}, reply));
        EXPECT_EQ(reply.healed(), 1u);
        EXPECT_THAT(*bad.replication().Damaged(), IsEmpty());
        EXPECT_THAT(bad.Frame(upload_->deposit, upload_->pack, 2),
                    IsOkAndHolds(upload_->frames[2]));
        EXPECT_THAT(bad.ManifestPart(upload_->deposit, 2), IsOkAndHolds(upload_->parts[2]));
      }
    }
  }
}

// A block that RocksDB itself refuses: a new row above it is not all that is to be mended.
TEST_F(HealingTest, ABlockThatCannotBeReadIsGoneOnceItsPieceIsHealed) {
  for (const PieceType type : {PIECE_TYPE_FRAME, PIECE_TYPE_MANIFEST_PART}) {
    const bool is_frame = type == PIECE_TYPE_FRAME;
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
    DamagePiece(copies_.primary_dir(), PIECE_TYPE_MANIFEST_PART, upload_->pack, 1, Damage::kBytes);
    copies_.WatchPrimary([this](absl::string_view point) { ++points_[std::string(point)]; });
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
      ASSERT_OK(
          Heal(copies_.replica(), copies_.primary(), PIECE_TYPE_FRAME, uploads_[i], {1}, reply));
      EXPECT_EQ(reply.healed(), 1u);
    }
  }

  std::vector<TestUpload> uploads_;
  std::map<std::string, int> points_;
};

TEST_F(OneTableTest, ManyPacksOfOneTableAskForItAndMakeItAnewOnceARound) {
  Replication& primary = copies_.primary().replication();
  HealFrames(0, uploads_.size());
  tidemark::v1::HealReply reply;
  ASSERT_OK(
      Heal(copies_.replica(), copies_.primary(), PIECE_TYPE_MANIFEST_PART, *upload_, {1}, reply));
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
  ASSERT_OK(
      Heal(copies_.replica(), copies_.primary(), PIECE_TYPE_MANIFEST_PART, *upload_, {1}, reply));
  ASSERT_OK_AND_ASSIGN(const auto refused, primary.FinishHealing());
  EXPECT_EQ(refused.tables_remade(), 0u);
  EXPECT_EQ(refused.tables_refused(), 1u);
  EXPECT_EQ(points_["table-written"], 0);
  EXPECT_EQ(copies_.primary().scrubber().progress().tables_refused, 1u);
  ASSERT_OK_AND_ASSIGN(const auto left, primary.Damaged());
  EXPECT_THAT(left, SizeIs(5)) << "the part lay elsewhere";
  // The next round is given all of them again.
  HealFrames(4, 5);
  for (size_t i = 0; i < 4; ++i) {
    ASSERT_OK(
        Heal(copies_.replica(), copies_.primary(), PIECE_TYPE_FRAME, uploads_[i], {1}, reply));
    EXPECT_EQ(reply.whole(), 1u);
  }
  ASSERT_OK_AND_ASSIGN(const auto finished, primary.FinishHealing());
  EXPECT_EQ(finished.tables_remade(), 1u);
  EXPECT_THAT(*primary.Damaged(), IsEmpty());
  EXPECT_EQ(copies_.primary().scrubber().progress().tables_refused, 0u);
}

TEST_F(HealingTest, DifferentPiecesOfOnePackAreMendedInBothDirections) {
  for (const PieceType type : {PIECE_TYPE_FRAME, PIECE_TYPE_MANIFEST_PART}) {
    for (const Damage at_primary : {Damage::kBytes, Damage::kBytesAndDigest, Damage::kGone}) {
      for (const Damage at_copy : {Damage::kBytes, Damage::kBytesAndDigest, Damage::kGone}) {
        SCOPED_TRACE(absl::StrCat(type, " ", static_cast<int>(at_primary), " ",
                                  static_cast<int>(at_copy)));
        copies_.ClosePrimary();
        copies_.CloseReplica();
        DamagePiece(copies_.primary_dir(), type, upload_->pack, 0, at_primary);
        DamagePiece(copies_.replica_dir(), type, upload_->pack, 2, at_copy);
        copies_.OpenPrimary();
        copies_.OpenReplica();
        tidemark::v1::HealReply reply;
        ASSERT_OK(Mend(copies_.replica(), copies_.primary(), type, *upload_, {0}, reply));
        EXPECT_EQ(reply.healed(), 1u);
        // The primary is whole now; the other way with its damage as it was.
        copies_.ClosePrimary();
        DamagePiece(copies_.primary_dir(), type, upload_->pack, 0, at_primary);
        copies_.OpenPrimary();
        ASSERT_OK(Mend(copies_.primary(), copies_.replica(), type, *upload_, {2}, reply));
        EXPECT_EQ(reply.healed(), 1u);
        ASSERT_OK(Mend(copies_.replica(), copies_.primary(), type, *upload_, {0}, reply));
        for (Vault* vault : {&copies_.primary(), &copies_.replica()}) {
          EXPECT_THAT(*vault->replication().Damaged(), IsEmpty());
          EXPECT_THAT(vault->Frame(upload_->deposit, upload_->pack, 0),
                      IsOkAndHolds(upload_->frames[0]));
          EXPECT_THAT(vault->ManifestPart(upload_->deposit, 2), IsOkAndHolds(upload_->parts[2]));
        }
      }
    }
  }
}

TEST_F(HealingTest, WhatIsWholeIsNeverTouched) {
  tidemark::v1::HealReply reply;
  ASSERT_OK(Mend(copies_.replica(), copies_.primary(), PIECE_TYPE_FRAME, *upload_, {1}, reply));
  EXPECT_EQ(reply.healed(), 0u);
  EXPECT_EQ(reply.whole(), 1u);
}

TEST_F(HealingTest, NothingIsPutInPlaceThatTheManifestDoesNotCommitTo) {
  copies_.ClosePrimary();
  DamagePiece(copies_.primary_dir(), PIECE_TYPE_FRAME, upload_->pack, 2, Damage::kBytes);
  copies_.OpenPrimary();
  Replication& primary = copies_.primary().replication();
  const std::string pack(upload_->pack.bytes());
  const std::string forged = "a frame of another making";
  std::string digests;
  ASSERT_OK(copies_.replica().replication().Digests(pack, [&](absl::string_view more) {
    digests = std::string(more);
    return absl::OkStatus();
  }));
  const auto heal = [&](const std::string& proof, uint32_t number, const std::string& piece) {
    const auto healing = primary.Heal(PIECE_TYPE_FRAME, pack);
    EXPECT_OK(healing);
    const absl::Status taken = (*healing)->TakeDigests(proof);
    return taken.ok() ? (*healing)->TakePiece(number, piece) : taken;
  };
  const auto loss = [](const char* words) {
    return StatusIs(StatusCode::kDataLoss, HasSubstr(words));
  };
  EXPECT_THAT(heal(digests, 2, forged), loss("commits to either"));
  EXPECT_THAT(heal(digests, 2, upload_->frames[3]), loss("commits to either"));
  std::string other = digests;
  other.replace(64, 32, std::string(crypto::Blake2b(forged).bytes()));
  EXPECT_THAT(heal(other, 2, forged), loss("nothing was mended"));
  EXPECT_THAT(heal(digests.substr(32), 2, upload_->frames[2]), loss("nothing was mended"));
  EXPECT_THAT(heal("", 2, upload_->frames[2]), loss("nothing was mended"));
  EXPECT_THAT(heal(digests + digests, 2, upload_->frames[2]), loss("more digests"));
  EXPECT_THAT(heal(digests, 6, upload_->frames[2]), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(primary.Heal(PIECE_TYPE_FRAME, std::string(16, 'x')).status(),
              StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(*primary.Damaged(), SizeIs(1)) << "and it is still known to be damaged";
  EXPECT_THAT(copies_.primary().Frame(upload_->deposit, upload_->pack, 2),
              StatusIs(StatusCode::kDataLoss));
}

}  // namespace
}  // namespace tidemark::vault
