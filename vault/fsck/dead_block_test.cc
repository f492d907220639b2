// Blocks that cannot be read below rows that are whole: fsck loses nothing that the same directory
// gives back, and promises of each deposit what it gives.
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "crypto/digest.h"
#include "crypto/pack_id.h"
#include "proto/custody.pb.h"
#include "vault/fsck/fsck.h"
#include "vault/fsck/fsck_testing.h"
#include "vault/manifest.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/table_damage_testing.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class DeadBlockTest : public FsckTest {
 protected:
  std::map<std::string, std::string> RowsOf(Family family) {
    std::map<std::string, std::string> rows;
    EXPECT_OK(OpenStore()->Scan(family, {}, [&](absl::string_view key, absl::string_view value) {
      rows.emplace(key, value);
      return absl::OkStatus();
    }));
    return rows;
  }
  // As healing does, and every change of a row: a newer one, in a table of its own.
  void PutAgain(Family family, const std::map<std::string, std::string>& rows) {
    const auto store = OpenStore();
    StoreBatch batch;
    for (const auto& [key, value] : rows) batch.Put(family, key, value);
    ASSERT_OK(store->Apply(batch, Durability::kSynced));
    ASSERT_OK(store->FlushForTesting());
  }
  void Flush() { ASSERT_OK(OpenStore()->FlushForTesting()); }
};

TEST_F(DeadBlockTest, CostsNoDepositAByteAndIsAFindingOfItsOwn) {
  for (const Family family : {Family::kFrames, Family::kParts}) {
    Flush();
    const auto rows = RowsOf(family);
    const std::string& bytes =
        family == Family::kFrames ? uploads_[0].frames[2] : uploads_[0].parts[1];
    ASSERT_GE(FlipInTables(dir_, bytes, 100), 1);
    EXPECT_THAT(Check().damaged_deposits, Not(IsEmpty()));
    PutAgain(family, rows);
    const FsckReport report = Check();
    EXPECT_THAT(Texts(report), Contains(AllOf(HasSubstr("cannot be read"), HasSubstr("dead block"),
                                              HasSubstr(".sst"))));
    for (const std::string& text : Texts(report)) EXPECT_THAT(text, HasSubstr("dead block"));
    EXPECT_THAT(report.damaged_deposits, IsEmpty());
    EXPECT_EQ(report.pieces, 2u * 9) << "each was looked at, once";
  }
}

// Six frames lie in the block, of which one is whole in another table.
TEST_F(DeadBlockTest, ItLosesWhatIsNowhereElse) {
  Flush();
  const std::string there = schema::PieceKey(uploads_[0].pack, 2);
  const std::string value = Get(Family::kFrames, there);
  ASSERT_EQ(FlipInTables(dir_, uploads_[0].frames[2], 100), 1);
  PutAgain(Family::kFrames, {{there, value}});
  const FsckReport report = Check();
  ASSERT_EQ(report.damaged_deposits.size(), 2u) << "the block has frames of both";
  for (const DamagedDeposit& deposit : report.damaged_deposits) {
    EXPECT_EQ(deposit.frames_lost, deposit.id == "example/A1/0" ? 5u : 6u);
  }
  EXPECT_THAT(Texts(report), Contains(HasSubstr("frames 3 to 5 of pack")));
  EXPECT_THAT(Texts(report), Not(Contains(HasSubstr("dead block"))));
}

// Rows of these families are written again at every verdict.
TEST_F(DeadBlockTest, RowsOfOtherFamiliesAreFoundBesideItToo) {
  for (const Family family : {Family::kDeposits, Family::kPacks}) {
    Flush();
    const auto rows = RowsOf(family);
    const std::string first = rows.begin()->second.substr(0, 60);
    ASSERT_GE(FlipInTables(dir_, first, 3), 1);
    PutAgain(family, rows);
    const FsckReport report = Check();
    EXPECT_THAT(report.damaged_deposits, IsEmpty());
    for (const std::string& text : Texts(report)) EXPECT_THAT(text, HasSubstr("keys from"));
  }
}

// Whoever restores a deposit asks for pieces, and not for that row.
TEST_F(DeadBlockTest, APackWhoseRowIsLostIsLookedAtPieceByPiece) {
  Delete(Family::kPacks, schema::PackKey(uploads_[0].pack));
  EXPECT_THAT(Check().damaged_deposits, IsEmpty());
  Delete(Family::kFrames, schema::PieceKey(uploads_[0].pack, 3));
  Delete(Family::kParts, schema::PieceKey(uploads_[0].pack, 1));
  const FsckReport report = Check();
  ASSERT_EQ(report.damaged_deposits.size(), 1u);
  EXPECT_EQ(report.damaged_deposits[0].frames_lost, 1u);
  EXPECT_EQ(report.damaged_deposits[0].parts_lost, 1u);
}

// Three nights, each of which uses what the one before has; frames and parts that were written
// again and again, in tables above each other, and bits of any of those.
class PromisesTest : public DeadBlockTest {
 protected:
  void SetUp() override {}

  void Deposit(uint64_t night) {
    auto vault = Vault::Open({.dir = dir_}, "", receipt_key_, clock_);
    ASSERT_OK(vault);
    TestUpload upload =
        MakeUpload((*vault)->vault_id(), Id(absl::StrCat("example/A", night, "/0")),
                   {.seed = night, .frames = 30, .parts = 12, .piece_bytes = 9000});
    std::vector<crypto::PackId> relied_on;
    if (!uploads_.empty()) {
      *upload.manifest.add_packs() = uploads_.back().manifest.packs(0);
      relied_on.push_back(uploads_.back().pack);
    }
    auto begun = (*vault)->Begin(
        {.deposit = upload.deposit, .new_pack = upload.pack, .relied_on = relied_on});
    ASSERT_OK(begun);
    ASSERT_OK(Send(upload, **begun));
    ASSERT_OK((*begun)->Commit(upload.Sign(depositor_)));
    uploads_.push_back(upload);
    for (const auto& ref : upload.manifest.packs()) uses_[upload.deposit.ToString()].push_back(ref);
  }
  std::string FrameOf(absl::string_view pack, uint32_t number) const {
    for (const TestUpload& upload : uploads_) {
      if (upload.pack.bytes() == pack) return upload.frames[number];
    }
    return "";
  }

  // Some pieces that stand together, as they came.
  void WriteSomeAgain(std::mt19937_64& random) {
    const TestUpload& of = uploads_[random() % uploads_.size()];
    StoreBatch batch;
    const auto put = [&](Family family, const std::vector<std::string>& pieces) {
      const size_t first = random() % pieces.size();
      const size_t count = 1 + random() % pieces.size();
      for (size_t i = first; i < pieces.size() && i < first + count; ++i) {
        batch.Put(family, schema::PieceKey(of.pack, static_cast<uint32_t>(i)),
                  absl::StrCat(crypto::Blake2b(pieces[i]).bytes(), pieces[i]));
      }
    };
    put(Family::kFrames, of.frames);
    put(Family::kParts, of.parts);
    const auto store = OpenStore();
    ASSERT_OK(store->Apply(batch, Durability::kSynced));
    ASSERT_OK(store->FlushForTesting());
  }
  // Of rows only: what a table says of itself keeps the store from opening.
  void FlipSomewhere(std::mt19937_64& random) {
    constexpr uint64_t kEndBytes = 3000;
    const std::vector<std::string> tables =
        TablesOf(dir_, random() % 3 == 0 ? "parts" : "frames");
    const std::string& table = tables[random() % tables.size()];
    const uint64_t bytes = std::filesystem::file_size(table);
    if (bytes <= kEndBytes) return;
    FlipBit(table, random() % (bytes - kEndBytes), static_cast<int>(random() % 8));
  }

  struct Given {
    uint64_t frames_lost = 0;
    uint32_t parts_lost = 0;
  };
  // What whoever restores it gets.
  Given Restore(const Vault& vault, const TestUpload& upload) {
    Given given;
    for (const auto& ref : uses_[upload.deposit.ToString()]) {
      const auto pack = crypto::PackId::FromBytes(ref.pack_id());
      for (uint32_t frame = 0; frame < ref.frame_count(); ++frame) {
        if (!UsesFrame(ref, frame)) continue;
        const auto got = vault.Frame(upload.deposit, *pack, frame);
        EXPECT_TRUE(!got.ok() || *got == FrameOf(ref.pack_id(), frame));
        given.frames_lost += got.ok() ? 0 : 1;
      }
    }
    for (uint32_t part = 0; part < upload.parts.size(); ++part) {
      const auto got = vault.ManifestPart(upload.deposit, part);
      EXPECT_TRUE(!got.ok() || *got == upload.parts[part]);
      given.parts_lost += got.ok() ? 0 : 1;
    }
    return given;
  }

  std::map<std::string, std::vector<tidemark::v1::PackRef>> uses_;  // by deposit
};

TEST_F(PromisesTest, AreWhatIsGivenBackByteForByte) {
  uint64_t lost = 0;
  uint64_t dead = 0;
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    std::filesystem::remove_all(dir_);
    uploads_.clear();
    uses_.clear();
    for (uint64_t night = 1; night <= 3; ++night) ASSERT_NO_FATAL_FAILURE(Deposit(night));
    Flush();
    for (int round = 0; round < 3; ++round) {
      FlipSomewhere(random);
      WriteSomeAgain(random);
      if (round % 2 == 1) FlipSomewhere(random);
      ASSERT_OK_AND_ASSIGN(const FsckReport report, CheckStore({.dir = dir_}));
      ASSERT_TRUE(report.is_open);
      for (const std::string& text : Texts(report)) {
        if (text.find("dead block") != std::string::npos) ++dead;
      }
      std::map<std::string, Given> promised;
      for (const DamagedDeposit& deposit : report.damaged_deposits) {
        promised[deposit.id] = {deposit.frames_lost, deposit.parts_lost};
      }
      ASSERT_OK_AND_ASSIGN(const auto vault, Vault::Open({.dir = dir_}, "", receipt_key_, clock_));
      for (const TestUpload& upload : uploads_) {
        const Given given = Restore(*vault, upload);
        const Given& said = promised[upload.deposit.ToString()];
        EXPECT_EQ(said.frames_lost, given.frames_lost) << upload.deposit.ToString();
        EXPECT_EQ(said.parts_lost, given.parts_lost) << upload.deposit.ToString();
        lost += given.frames_lost + given.parts_lost;
      }
    }
  }
  EXPECT_GT(lost, 100u);
  EXPECT_GT(dead, 1u);
}

}  // namespace
}  // namespace tidemark::vault
