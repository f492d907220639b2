// Retention over a real vault: what goes, what stays, what is answered then, what a clock may do.
#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "vault/log/clock_state.h"
#include "vault/retention/retention_fixture.h"

namespace tidemark::vault::retention {
namespace {

using ::absl::StatusCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tidemark::base::StatusIs;

TEST_F(RetentionTest, YoungDepositsStay) {
  StoreNights(5);
  ASSERT_OK_AND_ASSIGN(const RunSummary summary, Run());
  EXPECT_EQ(summary.deposits_shredded, 0);
  EXPECT_EQ(summary.frames_removed, 0);
  for (const Night& night : nights_) EXPECT_OK(CheckRestores(night, *vault_));
}

TEST_F(RetentionTest, OldOnesGoAndTheLastOneStaysWhole) {
  StoreNights(5);
  Age(380);
  ASSERT_OK_AND_ASSIGN(const uint64_t stored, vault_->StoredBytes());
  ASSERT_OK_AND_ASSIGN(const RunSummary dry, Run(RunMode::kDryRun));
  EXPECT_EQ(dry.deposits_shredded, 4);
  EXPECT_OK(CheckRestores(nights_[0], *vault_));
  ASSERT_OK_AND_ASSIGN(const RunSummary summary, Run());
  EXPECT_EQ(summary.deposits_shredded, 4);
  EXPECT_EQ(summary.erasures_confirmed, 4);
  EXPECT_GE(summary.frames_removed, dry.frames_removed);
  EXPECT_GT(dry.frames_removed, 5);
  for (size_t i = 0; i < 4; ++i) EXPECT_OK(CheckShredded(nights_[i], *vault_));
  EXPECT_OK(CheckRestores(nights_[4], *vault_));
  ASSERT_OK_AND_ASSIGN(const uint64_t left, vault_->StoredBytes());
  EXPECT_LT(left, stored);
  ASSERT_OK_AND_ASSIGN(const auto list, vault_->List("example"));
  ASSERT_EQ(list.size(), 5);
  EXPECT_NE(list[0].shredded_log_index, 0);
  EXPECT_EQ(list[4].shredded_log_index, 0);
  // A second run finds nothing to do, also after an opening.
  Reopen();
  ASSERT_OK_AND_ASSIGN(const RunSummary again, Run());
  EXPECT_EQ(again.deposits_shredded + again.frames_removed + again.erasures_confirmed, 0);
  EXPECT_OK(CheckRestores(nights_[4], *vault_));
}

TEST_F(RetentionTest, ThePlanSaysWhatIsDueAndThatTheClockIsNotBelieved) {
  StoreNights(3);
  Age(380);
  ASSERT_OK_AND_ASSIGN(const std::vector<PlanEntry> due, vault_->Retained().Plan("example"));
  ASSERT_EQ(due.size(), 3);
  EXPECT_TRUE(due[0].is_due);
  EXPECT_FALSE(due[2].is_due);
  EXPECT_EQ(due[0].clock_objection, "");
  // It stands before the log's last entry.
  clock_.Advance(-30 * kDay);
  ASSERT_OK_AND_ASSIGN(const std::vector<PlanEntry> doubted, vault_->Retained().Plan("example"));
  for (const PlanEntry& entry : doubted) {
    EXPECT_FALSE(entry.is_due);
    EXPECT_THAT(entry.clock_objection, HasSubstr("before the log's last entry"));
  }
  ASSERT_OK_AND_ASSIGN(const RunSummary summary, Run());
  EXPECT_EQ(summary.deposits_shredded, 0);
}

TEST_F(RetentionTest, ActsSayWhatWentAndWhere) {
  StoreNights(3);
  Age(380);
  ASSERT_OK(Run());
  std::map<std::string, uint64_t> frames;
  int erased = 0;
  for (const tidemark::v1::CustodyAct& act : Acts()) {
    EXPECT_EQ(act.vault_id(), vault_id_);
    if (act.has_shredded()) {
      EXPECT_THAT(act.shredded().policy(), HasSubstr("retention.days = 365"));
      // Its frames have 500 bytes, its two parts too.
      EXPECT_EQ(act.shredded().bytes_freed(), act.shredded().frames_freed() * 500 + 1000);
      frames[act.identity().id()] = act.shredded().frames_freed();
    } else {
      ASSERT_TRUE(act.has_erased());
      EXPECT_EQ(act.erased().where(), tidemark::v1::CustodyAct::Erased::WHERE_PRIMARY);
      ++erased;
    }
  }
  EXPECT_EQ(erased, 2);
  ASSERT_EQ(frames.size(), 2);
  // What the first two use and the last does not.
  std::map<std::pair<crypto::PackId, uint32_t>, std::string> gone = nights_[0].frames;
  gone.insert(nights_[1].frames.begin(), nights_[1].frames.end());
  for (const auto& [name, bytes] : nights_[2].frames) gone.erase(name);
  EXPECT_EQ(frames["N00001"] + frames["N00002"], gone.size());
  ASSERT_OK_AND_ASSIGN(const auto plan, vault_->Retained().Plan("example"));
  EXPECT_THAT(plan[0].erased, ElementsAre("primary"));
  EXPECT_NE(plan[0].shredded_log_index, 0);
}

TEST_F(RetentionTest, BytesOfWrapsPartsAndFramesAreInNoFileAnyMore) {
  StoreNights(3);
  Age(380);
  const Night& old = nights_[0];
  std::string frame;
  for (const auto& [name, bytes] : old.frames) {
    if (!nights_[2].frames.contains(name)) frame = bytes;
  }
  ASSERT_FALSE(frame.empty());
  const std::vector<std::string> gone = {old.upload.manifest.release_wrap(),
                                         old.upload.manifest.verifier_wrap(), old.upload.parts[0],
                                         old.upload.parts[1], frame};
  for (const std::string& bytes : gone) EXPECT_FALSE(FilesWith(bytes).empty());
  // Also out of table files into which an opening has put them.
  Reopen();
  for (const std::string& bytes : gone) EXPECT_FALSE(FilesWith(bytes).empty());
  ASSERT_OK_AND_ASSIGN(const RunSummary summary, Run());
  EXPECT_EQ(summary.erasures_confirmed, 2);
  for (const std::string& bytes : gone) EXPECT_THAT(FilesWith(bytes), IsEmpty());
  EXPECT_FALSE(FilesWith(nights_[2].upload.manifest.release_wrap()).empty());
  EXPECT_FALSE(FilesWith(nights_[2].upload.frames[0]).empty());
}

TEST_F(RetentionTest, IdentityIsNeverUsedAgainAndTheSameUploadHasItsReceipt) {
  StoreNights(2);
  ASSERT_OK_AND_ASSIGN(const auto receipt, vault_->Receipt(nights_[0].upload.deposit));
  Age(380);
  ASSERT_OK(Run());
  Night other = nights_[0];
  other.upload.pack = crypto::PackId::Random();
  other.upload.Describe();
  EXPECT_THAT(StoreNight(other, depositor_, *vault_),
              StatusIs(StatusCode::kAlreadyExists, HasSubstr("deleted by the retention policy")));
  ASSERT_OK_AND_ASSIGN(const auto same, vault_->Begin({.deposit = nights_[0].upload.deposit,
                                                       .new_pack = nights_[0].upload.pack}));
  EXPECT_EQ(same->held(), (PiecesHeld{20, 2}));
  ASSERT_OK_AND_ASSIGN(const auto again, same->Commit(nights_[0].upload.Sign(depositor_)));
  EXPECT_EQ(again.body(), receipt.body());
  EXPECT_OK(CheckShredded(nights_[0], *vault_));
  EXPECT_THAT(vault_->AppendVerdict(MakeVerdict(vault_id_, nights_[0].upload.deposit,
                                                nights_[0].upload.Sign(depositor_),
                                                tidemark::v1::VERDICT_OUTCOME_PASS, verdict_key_),
                                    verdict_key_.verify_key()),
              StatusIs(StatusCode::kNotFound, HasSubstr("deleted by the retention policy")));
}

TEST_F(RetentionTest, ClockThatJumpsTenYearsAheadDeletesNothing) {
  StoreNights(3);
  clock_.Advance(3650 * kDay);
  ASSERT_OK_AND_ASSIGN(RunSummary summary, Run());
  EXPECT_EQ(summary.deposits_shredded, 0);
  // Nor once the jump is in the log, and an ordinary month has passed after it.
  for (int i = 0; i < 30; ++i) StoreNights(1);
  ASSERT_OK_AND_ASSIGN(summary, Run());
  EXPECT_EQ(summary.deposits_shredded, 0);
  for (const Night& night : nights_) EXPECT_OK(CheckRestores(night, *vault_));
  // A clock that was set right again stands behind the log.
  clock_.Advance(-3600 * kDay);
  ASSERT_OK_AND_ASSIGN(summary, Run());
  EXPECT_EQ(summary.deposits_shredded, 0);
  EXPECT_THAT(summary.clock_objection, HasSubstr("before the log's last entry"));
}

TEST_F(RetentionTest, DamagedManifestStopsTheTldAndNoOther) {
  ASSERT_OK(StoreNight(other_.Next(), depositor_, *vault_));
  clock_.Advance(kDay);
  ASSERT_OK(StoreNight(other_.Next(), depositor_, *vault_));
  StoreNights(3);
  Age(380);
  vault_ = nullptr;
  {
    ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(options_.dir));
    StoreBatch batch;
    batch.Put(schema::Family::kDeposits,
              schema::DepositKey(schema::DepositRow::kManifest, nights_[2].upload.deposit), "x");
    ASSERT_OK(store->Apply(batch, Durability::kSynced));
  }
  Reopen();
  EXPECT_THAT(Run(), StatusIs(StatusCode::kDataLoss, HasSubstr("not known what is in use")));
  EXPECT_OK(CheckRestores(nights_[0], *vault_));
  // The other TLD has its turn nevertheless.
  ASSERT_OK_AND_ASSIGN(const auto list, vault_->List("other"));
  EXPECT_NE(list.front().shredded_log_index, 0);
}

TEST_F(RetentionTest, RunThatIsToldToStopIsAbortedAndTheNextOneFinishes) {
  StoreNights(3);
  Age(380);
  stop_ = true;
  EXPECT_THAT(Run(), StatusIs(StatusCode::kAborted));
  stop_ = false;
  ASSERT_OK_AND_ASSIGN(const RunSummary summary, Run());
  EXPECT_EQ(summary.deposits_shredded, 2);
}

// The kernel's word is asked for unless the operator vouches for the clock.
TEST_F(RetentionTest, WithoutTrustTheKernelHasToSayThatTheClockIsRight) {
  StoreNights(2);
  Age(380);
  VaultOptions options = options_;
  options.retention.trust_clock = false;
  vault_ = nullptr;
  ASSERT_OK_AND_ASSIGN(vault_, Vault::Open(options, vault_id_, receipt_key_, clock_));
  ASSERT_OK_AND_ASSIGN(const RunSummary summary, Run());
  const bool is_synchronised = ClockState() == "synchronised";
  EXPECT_EQ(summary.deposits_shredded, is_synchronised ? 1 : 0);
  EXPECT_EQ(summary.clock_objection.empty(), is_synchronised);
}

}  // namespace
}  // namespace tidemark::vault::retention
