// Retention over a real vault: what goes, what stays, what is answered then, what a clock may do.
#include <dirent.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/testing.h"
#include "vault/retention/frame_marks.h"
#include "vault/retention/retention_testing.h"
#include "vault/retention/rows.h"
#include "vault/schema.h"

namespace tidemark::vault::retention {
namespace {

using ::absl::StatusCode;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tidemark::base::StatusIs;

constexpr absl::Duration kDay = absl::Hours(24);

class RetentionTest : public ::testing::Test {
 protected:
  void SetUp() override { Reopen(); }
  void Reopen() {
    vault_ = nullptr;
    auto vault = Vault::Open(options_, vault_id_, receipt_key_, clock_);
    ASSERT_OK(vault);
    vault_ = *std::move(vault);
  }

  void StoreNights(int count) {
    for (int i = 0; i < count; ++i) {
      nights_.push_back(registry_.Next());
      ASSERT_OK(StoreNight(nights_.back(), depositor_, *vault_));
      clock_.Advance(kDay);
    }
  }
  // Time passes in which the last deposit is judged now and then, so that the log bears witness.
  void Age(int days) {
    const TestUpload& last = nights_.back().upload;
    for (int passed = 0; passed < days; passed += 7) {
      clock_.Advance(7 * kDay);
      const auto outcome = passed % 2 == 0 ? tidemark::v1::VERDICT_OUTCOME_PASS
                                           : tidemark::v1::VERDICT_OUTCOME_UNDECIDED;
      ASSERT_OK(vault_->AppendVerdict(MakeVerdict(vault_id_, last.deposit, last.Sign(depositor_),
                                                  outcome, verdict_key_),
                                      verdict_key_.verify_key()));
    }
  }
  absl::StatusOr<RunSummary> Run(RunMode mode = RunMode::kDelete) {
    return vault_->Retained().Run(mode, stop_);
  }
  HoldOrder Hold(size_t night, const std::string& case_id) const {
    return {nights_[night].upload.deposit, case_id, "the court asked", "anne 0a1b"};
  }
  // Files of the vault's directory in which `bytes` stand.
  std::vector<std::string> FilesWith(absl::string_view bytes) const {
    std::vector<std::string> names;
    DIR* const dir = opendir(options_.dir.c_str());
    while (const dirent* entry = readdir(dir)) {
      if (entry->d_type != DT_REG) continue;
      std::ifstream in(absl::StrCat(options_.dir, "/", entry->d_name), std::ios::binary);
      const std::string all((std::istreambuf_iterator<char>(in)), {});
      if (all.find(bytes.data(), 0, bytes.size()) != std::string::npos) {
        names.push_back(entry->d_name);
      }
    }
    closedir(dir);
    return names;
  }
  std::vector<tidemark::v1::CustodyAct> Acts() {
    vault_ = nullptr;
    std::vector<tidemark::v1::CustodyAct> acts;
    {
      const auto store = RocksStore::Open(options_.dir);
      CHECK(store.ok());
      CHECK((*store)
                ->Scan(schema::Family::kActs, {},
                       [&](absl::string_view key, absl::string_view value) -> absl::Status {
                         tidemark::v1::ActRow row;
                         tidemark::v1::CustodyAct act;
                         CHECK(row.ParseFromArray(value.data(), static_cast<int>(value.size())));
                         CHECK(act.ParseFromString(row.act()));
                         const auto index = schema::ParseLogKey(key);
                         CHECK(index.ok());
                         const auto leaf = ReadLeaf(**store, *index);
                         CHECK(leaf.ok());
                         EXPECT_EQ(leaf->digest(), crypto::Blake2b(row.act()).bytes());
                         acts.push_back(act);
                         return absl::OkStatus();
                       })
                .ok());
    }
    Reopen();
    return acts;
  }

  const std::string vault_id_ = std::string(16, 'v');
  const VaultOptions options_ = {.dir = base::TestDir() + "/vault",
                                 .retention = {.trust_clock = true}};
  const crypto::SigningKey receipt_key_ = crypto::SigningKey::Generate();
  const crypto::SigningKey verdict_key_ = crypto::SigningKey::Generate();
  base::FakeClock clock_{TestNow()};
  const TestPeer depositor_ = TestPeer::Make(Role::kDepositor, {"example", "other"});
  TestRegistry registry_{vault_id_, {}};
  TestRegistry other_{vault_id_, {.tld = "other", .seed = 2, .frames = 2, .changes = 1}};
  std::vector<Night> nights_;
  std::unique_ptr<Vault> vault_;
  std::atomic<bool> stop_ = false;
};

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
                                         old.upload.manifest.verifier_wrap(),
                                         old.upload.parts[0], old.upload.parts[1], frame};
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
  EXPECT_THAT(vault_->AppendVerdict(
                  MakeVerdict(vault_id_, nights_[0].upload.deposit,
                              nights_[0].upload.Sign(depositor_),
                              tidemark::v1::VERDICT_OUTCOME_PASS, verdict_key_),
                  verdict_key_.verify_key()),
              StatusIs(StatusCode::kNotFound, HasSubstr("deleted by the retention policy")));
}

TEST_F(RetentionTest, HoldKeepsADepositUntilItIsLifted) {
  StoreNights(3);
  ASSERT_OK_AND_ASSIGN(const uint64_t placed, vault_->Retained().PlaceHold(Hold(0, "case-1")));
  ASSERT_OK(vault_->Retained().PlaceHold(Hold(0, "case-2")));
  EXPECT_THAT(vault_->Retained().PlaceHold(Hold(0, "case-1")),
              StatusIs(StatusCode::kAlreadyExists));
  Age(380);
  Reopen();
  ASSERT_OK_AND_ASSIGN(RunSummary summary, Run());
  EXPECT_EQ(summary.deposits_shredded, 1);
  EXPECT_OK(CheckRestores(nights_[0], *vault_));
  EXPECT_OK(CheckRestores(nights_[2], *vault_));
  ASSERT_OK_AND_ASSIGN(const auto plan, vault_->Retained().Plan("example"));
  EXPECT_THAT(plan[0].kept_by, ElementsAre("hold case-1", "hold case-2"));
  ASSERT_OK_AND_ASSIGN(const uint64_t lifted, vault_->Retained().LiftHold(Hold(0, "case-1")));
  EXPECT_GT(lifted, placed);
  ASSERT_OK(Run());
  EXPECT_OK(CheckRestores(nights_[0], *vault_));
  ASSERT_OK(vault_->Retained().LiftHold(Hold(0, "case-2")));
  EXPECT_THAT(vault_->Retained().LiftHold(Hold(0, "case-2")), StatusIs(StatusCode::kNotFound));
  ASSERT_OK(Run());
  EXPECT_OK(CheckShredded(nights_[0], *vault_));
  EXPECT_OK(CheckRestores(nights_[2], *vault_));
  EXPECT_THAT(vault_->Retained().PlaceHold(Hold(0, "case-3")),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("deleted by")));
  std::vector<std::string> cases;
  for (const auto& act : Acts()) {
    if (act.has_hold_placed()) {
      EXPECT_EQ(act.hold_placed().ordered_by(), "anne 0a1b");
      EXPECT_EQ(act.hold_placed().reason(), "the court asked");
      cases.push_back("+" + act.hold_placed().case_id());
    }
    if (act.has_hold_lifted()) cases.push_back("-" + act.hold_lifted().case_id());
  }
  EXPECT_THAT(cases, ElementsAre("+case-1", "+case-2", "-case-1", "-case-2"));
}

TEST_F(RetentionTest, HoldsThatCannotBeAreRefusedAndLeaveNoLeaf) {
  StoreNights(1);
  const auto log_bytes = vault_->TreeHead()->body();
  HoldOrder order = Hold(0, "case");
  order.deposit = Id("example/NONE/0");
  EXPECT_THAT(vault_->Retained().PlaceHold(order), StatusIs(StatusCode::kNotFound));
  for (const std::string& bad : {std::string(), std::string("a b"), std::string("a/b"),
                                 std::string("\xc3\xa9"), std::string(65, 'x')}) {
    EXPECT_THAT(vault_->Retained().PlaceHold(Hold(0, bad)),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr("case")));
  }
  for (const std::string& bad : {std::string(), std::string("a\nb"), std::string(1025, 'x')}) {
    order = Hold(0, "case");
    order.reason = bad;
    EXPECT_THAT(vault_->Retained().PlaceHold(order),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr("reason")));
  }
  EXPECT_EQ(vault_->TreeHead()->body(), log_bytes);
  for (int i = 0; i < 64; ++i) ASSERT_OK(vault_->Retained().PlaceHold(Hold(0, absl::StrCat(i))));
  EXPECT_THAT(vault_->Retained().PlaceHold(Hold(0, "one-more")),
              StatusIs(StatusCode::kResourceExhausted));
}

TEST_F(RetentionTest, CommitThatUsesARemovedFrameIsRefusedAndOneThatDoesNotIsTaken) {
  StoreNights(3);
  TestRegistry copy = registry_;
  const Night good = registry_.Next();
  Night bad = copy.Next();  // the same but for a frame that only the first night had
  const auto gone = std::find_if(nights_[0].frames.begin(), nights_[0].frames.end(),
                                 [&](const auto& frame) {
                                   return !nights_[2].frames.contains(frame.first);
                                 });
  ASSERT_NE(gone, nights_[0].frames.end());
  for (tidemark::v1::PackRef& ref : *bad.upload.manifest.mutable_packs()) {
    if (ref.pack_id() != gone->first.first.bytes()) continue;
    std::string bits(ref.used().size(), '\0');
    bits[gone->first.second / 8] = static_cast<char>(1 << (gone->first.second % 8));
    AddBits(bits, *ref.mutable_used());
  }
  Age(380);
  ASSERT_OK(Run());
  EXPECT_THAT(StoreNight(bad, depositor_, *vault_),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("send in full")));
  ASSERT_OK(StoreNight(good, depositor_, *vault_));
  EXPECT_OK(CheckRestores(good, *vault_));
}

TEST_F(RetentionTest, PacksThatAnUnfinishedUploadReliesOnAreLeftAlone) {
  StoreNights(3);
  TestRegistry copy = registry_;
  const Night tonight = copy.Next();
  Age(380);
  std::unique_ptr<Upload> open;
  std::vector<crypto::PackId> all;
  for (const Night& night : nights_) all.push_back(night.upload.pack);
  const auto begin = [&] {
    auto upload = vault_->Begin({.deposit = tonight.upload.deposit,
                                 .new_pack = tonight.upload.pack,
                                 .relied_on = all,
                                 .begin_digest = std::string(32, 'd'),
                                 .signer = std::string(32, 's')});
    ASSERT_OK(upload);
    open = *std::move(upload);
  };
  begin();
  ASSERT_OK_AND_ASSIGN(RunSummary summary, Run());
  EXPECT_EQ(summary.deposits_shredded, 2);
  EXPECT_EQ(summary.frames_removed, 0);
  EXPECT_EQ(summary.tlds_deferred, 1);
  EXPECT_EQ(summary.erasures_confirmed, 0);
  // Parked by a restart: which packs it needs is not known until it comes back.
  open = nullptr;
  Reopen();
  ASSERT_OK_AND_ASSIGN(summary, Run());
  EXPECT_EQ(summary.frames_removed, 0);
  EXPECT_EQ(summary.tlds_deferred, 1);
  begin();
  ASSERT_OK(Send(tonight.upload, *open));
  ASSERT_OK(open->Commit(tonight.upload.Sign(depositor_)));
  open = nullptr;
  ASSERT_OK_AND_ASSIGN(summary, Run());
  EXPECT_GT(summary.frames_removed, 0);
  EXPECT_EQ(summary.erasures_confirmed, 2);
  EXPECT_OK(CheckRestores(nights_[2], *vault_));
  EXPECT_OK(CheckRestores(tonight, *vault_));
}

TEST_F(RetentionTest, CommittedPacksTakeNoPieceMore) {
  nights_.push_back(registry_.Next());
  const TestUpload& upload = nights_[0].upload;
  const UploadRequest request = {.deposit = upload.deposit, .new_pack = upload.pack};
  ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin(request));
  ASSERT_OK(Send(upload, *open));
  ASSERT_OK(open->Commit(upload.Sign(depositor_)));
  EXPECT_THAT(open->PutFrame(0, "x"), StatusIs(StatusCode::kFailedPrecondition));
  EXPECT_THAT(open->PutFrame(20, "x"), StatusIs(StatusCode::kFailedPrecondition));
  EXPECT_THAT(open->PutManifestPart(2, "x"), StatusIs(StatusCode::kFailedPrecondition));
  open->Discard();
  {
    ASSERT_OK_AND_ASSIGN(const auto again, vault_->Begin(request));
    EXPECT_THAT(again->PutFrame(0, "x"), StatusIs(StatusCode::kFailedPrecondition));
    EXPECT_THAT(again->PutManifestPart(0, "x"), StatusIs(StatusCode::kFailedPrecondition));
    again->Discard();
  }
  UploadRequest stolen = request;
  stolen.signer = std::string(32, 't');
  EXPECT_THAT(vault_->Begin(stolen), StatusIs(StatusCode::kAlreadyExists));
  EXPECT_OK(CheckRestores(nights_[0], *vault_));
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
