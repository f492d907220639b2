// The checker of two copies: it keeps quiet about copies that keep their word, and names what one
// does not keep.
#include "tests/campaign/crash/copy_checker.h"

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/stored.pb.h"
#include "tests/campaign/crash/checker.h"
#include "tests/campaign/crash/copies.h"
#include "tests/campaign/crash/session.h"
#include "tests/campaign/crash/works.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"

namespace tidemark::campaign {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using vault::schema::Family;

class CopyChecker : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(MakeKeys(options_.keys));
    Start();
    ASSERT_OK(session_->OpenVault());
  }

  // Another process: all that it knows it has from the journal.
  void Start() {
    session_ = nullptr;
    ASSERT_OK_AND_ASSIGN(session_, Session::Start(options_));
  }

  void WorkFor(Script script, int steps) {
    for (int i = 0; i < steps; ++i) {
      const Work& work = DrawWork(script, *session_);
      ASSERT_OK(work.run(*session_)) << work.name;
    }
    session_->CloseVault();
    ASSERT_THAT(session_->breaches(), IsEmpty());
  }

  void Deposit() {
    const uint32_t number = session_->promises().NextNumber();
    ASSERT_OK_AND_ASSIGN(const auto upload, session_->BeginNew());
    ASSERT_OK(session_->Send(session_->record(number), kEverything, *upload));
    ASSERT_OK(session_->Commit(session_->record(number), *upload));
  }

  // Alters rows of the scrub below the vault, which is closed.
  void PutScrubRow(Side side, const std::string& key, const std::string& value) {
    session_->CloseVault();
    ASSERT_OK_AND_ASSIGN(const auto store, vault::RocksStore::Open(session_->dir_of(side)));
    vault::StoreBatch batch;
    if (value.empty()) {
      batch.Delete(Family::kScrub, key);
    } else {
      batch.Put(Family::kScrub, key, value);
    }
    ASSERT_OK(store->Apply(batch, vault::Durability::kSynced));
  }

  Tally Check() {
    session_->CloseVault();
    Start();
    Tally tally;
    EXPECT_OK(session_->OpenVault());
    EXPECT_OK(CheckPromises(*session_, tally));
    return tally;
  }

  const std::string dir_ = base::TestDir();
  const SessionOptions options_ = {.dir = dir_ + "/vault",
                                   .copy_dir = dir_ + "/copy",
                                   .journal = dir_ + "/journal",
                                   .keys = dir_ + "/keys",
                                   .seed = 3};
  const PieceAt part_ = {Side::kCopy, 1, vault::PieceKind::kManifestPart, 0};
  std::unique_ptr<Session> session_;
};

TEST_F(CopyChecker, FindsNothingAgainstCopiesThatNothingHappenedTo) {
  WorkFor(Script::kCopies, 40);
  const Tally tally = Check();
  EXPECT_THAT(session_->breaches(), IsEmpty());
  EXPECT_GT(tally.leaves_copied, 0u);
  EXPECT_EQ(tally.leaves_copied, tally.leaves_kept);
}

TEST_F(CopyChecker, FindsNothingAgainstCopiesThatAreScrubbedAndMended) {
  WorkFor(Script::kScrub, 30);
  const Tally tally = Check();
  EXPECT_THAT(session_->breaches(), IsEmpty());
  EXPECT_FALSE(session_->promises().damages.empty());
  EXPECT_EQ(tally.damages_due, tally.damages_known);
}

TEST_F(CopyChecker, OlderCopyBreaksWhatItSaidOfItsState) {
  Deposit();
  ASSERT_OK(CopyOn(*session_, kEverything));
  session_->CloseVault();
  std::error_code error;
  std::filesystem::copy(options_.copy_dir, dir_ + "/older",
                        std::filesystem::copy_options::recursive, error);
  ASSERT_FALSE(error) << error.message();
  ASSERT_OK(session_->OpenVault());
  Deposit();
  ASSERT_OK(CopyOn(*session_, kEverything));
  session_->CloseVault();
  std::filesystem::remove_all(options_.copy_dir, error);
  std::filesystem::rename(dir_ + "/older", options_.copy_dir, error);
  ASSERT_FALSE(error) << error.message();
  const Tally tally = Check();
  EXPECT_THAT(session_->breaches(), Contains("the copy said that it has 3 leaves, and has 2"));
  EXPECT_THAT(session_->breaches(), Contains("upload 2: the copy has its leaf and not it"));
  EXPECT_EQ(tally.leaves_copied, 3u);
  EXPECT_EQ(tally.leaves_kept, 2u);
}

TEST_F(CopyChecker, PiecesOfTheLeafUnderWayThatAreGoneAreABreach) {
  ASSERT_OK(CopyOn(*session_, kEverything));
  Deposit();
  session_->journal().CopiedPieces(1, {.frames = 0, .parts = 1});
  Check();
  EXPECT_THAT(session_->breaches(), Contains(HasSubstr("0 frames and 1 parts of leaf 1, and goes "
                                                       "on at 0 and 0")));
}

TEST_F(CopyChecker, DamageThatWasReportedAndForgottenIsABreach) {
  Deposit();
  ASSERT_OK(CopyOn(*session_, kEverything));
  ASSERT_OK(DamagePiece(*session_, part_, Damage::kAltered));
  ASSERT_OK(Scrub(*session_, Side::kCopy, 2));
  ASSERT_TRUE(session_->promises().damages.at(part_).is_reported);
  PutScrubRow(Side::kCopy,
              vault::schema::DamageKey(vault::schema::kPartKind,
                                       vault::schema::PieceKey(session_->PackOf(1), 0)),
              "");
  const Tally tally = Check();
  EXPECT_THAT(session_->breaches(),
              Contains("copy, upload 1, part 0: its damage was reported and is forgotten"));
  EXPECT_EQ(tally.damages_due, 1u);
  EXPECT_EQ(tally.damages_known, 0u);
}

TEST_F(CopyChecker, CycleThatPassedADamagedPieceByIsABreach) {
  Deposit();
  ASSERT_OK(CopyOn(*session_, kEverything));
  ASSERT_OK(DamagePiece(*session_, part_, Damage::kGone));
  tidemark::v1::ScrubRow row;
  row.set_format(1);
  row.set_cycle(1);
  row.set_cycle_started_unix_micros(1);
  row.set_finished_unix_micros(2);
  row.set_finished_cycle(1);
  PutScrubRow(Side::kCopy, std::string(vault::schema::kScrubStateKey), row.SerializeAsString());
  Check();
  EXPECT_THAT(session_->breaches(),
              Contains("copy, upload 1, part 0: cycle 1 is over and did not find its damage"));
}

TEST_F(CopyChecker, MendedPieceThatIsDamagedIsABreach) {
  Deposit();
  ASSERT_OK(CopyOn(*session_, kEverything));
  ASSERT_OK(DamagePiece(*session_, part_, Damage::kAltered));
  session_->journal().Mended(part_);
  Check();
  EXPECT_THAT(session_->breaches(),
              Contains("copy, upload 1, part 0: it was mended and is damaged"));
}

}  // namespace
}  // namespace tidemark::campaign
