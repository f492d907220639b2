// Uploads whose stream broke, or whose process died: what goes on, and for whom.
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/testing.h"
#include "crypto/digest.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tidemark::base::IsOk;
using ::tidemark::base::StatusIs;

constexpr PiecesHeld kNothing = {0, 0};

class ResumeTest : public ::testing::Test {
 protected:
  ResumeTest() { Open(); }

  void Open() {
    vault_ = nullptr;
    auto vault = Vault::Open(options_, std::string(16, 'v'), receipt_key_, clock_);
    CHECK(vault.ok());
    vault_ = *std::move(vault);
  }

  TestUpload Make(absl::string_view id, const TestUploadOptions& options = {}) {
    return MakeUpload(std::string(16, 'v'), Id(id), options);
  }

  UploadRequest RequestOf(const TestUpload& upload) const {
    return {.deposit = upload.deposit,
            .new_pack = upload.pack,
            .begin_digest = std::string(crypto::Blake2b("begin").bytes()),
            .signer = std::string(depositor_.signing_key.verify_key().bytes()),
            .serial = "01"};
  }

  // What is missing of `upload`, and the commit.
  absl::StatusOr<tidemark::v1::Receipt> Finish(const TestUpload& upload, Upload& open) {
    const PiecesHeld held = open.held();
    for (uint32_t i = held.frames; i < upload.frames.size(); ++i) {
      RETURN_IF_ERROR(open.PutFrame(i, upload.frames[i]));
    }
    for (uint32_t i = held.parts; i < upload.parts.size(); ++i) {
      RETURN_IF_ERROR(open.PutManifestPart(i, upload.parts[i]));
    }
    return open.Commit(upload.Sign(depositor_));
  }

  // `work` in a process that ends without any destructor.
  void InADyingProcess(const std::function<bool(Vault&)>& work) {
    vault_ = nullptr;
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto vault = Vault::Open(options_, "", receipt_key_, clock_);
      _exit(vault.ok() && work(**vault) ? 0 : 1);
    }
    int exit_status = 0;
    ASSERT_EQ(waitpid(child, &exit_status, 0), child);
    ASSERT_EQ(exit_status, 0);
  }

  void ExpectWhole(const TestUpload& upload) {
    for (size_t i = 0; i < upload.frames.size(); ++i) {
      EXPECT_EQ(*vault_->Frame(upload.deposit, upload.pack, i), upload.frames[i]);
    }
    for (size_t i = 0; i < upload.parts.size(); ++i) {
      EXPECT_EQ(*vault_->ManifestPart(upload.deposit, i), upload.parts[i]);
    }
  }

  VaultOptions options_ = {.dir = base::TestDir() + "/vault"};
  const crypto::SigningKey receipt_key_ = crypto::SigningKey::Generate();
  base::FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  const TestPeer depositor_ = TestPeer::Make(Role::kDepositor, {"example"});
  std::unique_ptr<Vault> vault_;
};

TEST_F(ResumeTest, BrokenUploadGoesOnWhereItStopped) {
  const TestUpload upload = Make("example/A1/0");
  {
    ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin(RequestOf(upload)));
    EXPECT_EQ(open->held(), kNothing);
    for (uint32_t i = 0; i < 3; ++i) ASSERT_OK(open->PutFrame(i, upload.frames[i]));
    ASSERT_OK(open->PutManifestPart(0, upload.parts[0]));
  }
  EXPECT_THAT(*vault_->List(""), IsEmpty());
  ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin(RequestOf(upload)));
  EXPECT_EQ(open->held(), (PiecesHeld{3, 1}));
  ASSERT_OK(Finish(upload, *open));
  ExpectWhole(upload);
}

TEST_F(ResumeTest, UploadThatTheProcessDiedInGoesOnWithWhatWasSynced) {
  const TestUpload upload = Make("example/A1/0");
  InADyingProcess([&](Vault& vault) {
    auto open = vault.Begin(RequestOf(upload));
    for (uint32_t i = 0; i < 3; ++i) {
      if (!(*open)->PutFrame(i, upload.frames[i]).ok()) return false;
    }
    return (*open)->PutManifestPart(0, upload.parts[0]).ok() && (*open)->Sync().ok();
  });
  Open();
  EXPECT_THAT(*vault_->List(""), IsEmpty());
  ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin(RequestOf(upload)));
  EXPECT_EQ(open->held(), (PiecesHeld{3, 1}));
  // The digests over all of it are right, or the manifest would not fit.
  ASSERT_OK(Finish(upload, *open));
  ExpectWhole(upload);
}

TEST_F(ResumeTest, LostReceiptIsGivenAgainByteForByte) {
  const TestUpload upload = Make("example/A1/0");
  ASSERT_OK_AND_ASSIGN(auto open, vault_->Begin(RequestOf(upload)));
  ASSERT_OK_AND_ASSIGN(const auto receipt, Finish(upload, *open));
  open.reset();
  for (int round = 0; round < 2; ++round) {
    ASSERT_OK_AND_ASSIGN(open, vault_->Begin(RequestOf(upload)));
    EXPECT_EQ(open->held(), (PiecesHeld{5, 2}));
    EXPECT_THAT(open->PutFrame(5, "x"), StatusIs(StatusCode::kFailedPrecondition));
    ASSERT_OK_AND_ASSIGN(const auto again, open->Commit(upload.Sign(depositor_)));
    EXPECT_EQ(again.SerializeAsString(), receipt.SerializeAsString());
    TestUpload other = upload;
    other.manifest.set_content_commitment(std::string(32, 'x'));
    EXPECT_THAT(open->Commit(other.Sign(depositor_)), StatusIs(StatusCode::kAlreadyExists));
    open->Discard();
    open.reset();
    ExpectWhole(upload);
    Open();
  }
}

TEST_F(ResumeTest, UploadThatMetAnErrorIsNotKept) {
  const TestUpload upload = Make("example/A1/0");
  {
    ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin(RequestOf(upload)));
    ASSERT_OK(open->PutFrame(0, upload.frames[0]));
    EXPECT_THAT(open->PutFrame(7, "x"), StatusIs(StatusCode::kInvalidArgument));
  }
  ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin(RequestOf(upload)));
  EXPECT_EQ(open->held(), kNothing);
}

// Absent, unfinished, committed, another TLD's: who did not begin it hears the same of all that is
// there, and resumes nothing.
TEST_F(ResumeTest, AnotherBeginLearnsNothingOfAPack) {
  const TestUpload parked = Make("example/A1/0");
  const TestUpload committed = Make("example/A2/0");
  ASSERT_OK_AND_ASSIGN(auto open, vault_->Begin(RequestOf(parked)));
  ASSERT_OK(open->PutFrame(0, parked.frames[0]));
  ASSERT_OK_AND_ASSIGN(auto done, vault_->Begin(RequestOf(committed)));
  ASSERT_OK(Finish(committed, *done));
  const auto expect_taken = [this](const TestUpload& upload) {
    UploadRequest other = RequestOf(upload);
    other.deposit = Id("other/A1/0");
    UploadRequest of_another_signer = RequestOf(upload);
    of_another_signer.signer = std::string(32, 's');
    UploadRequest of_another_begin = RequestOf(upload);
    of_another_begin.begin_digest = std::string(32, 'd');
    for (const UploadRequest& request : {other, of_another_signer, of_another_begin}) {
      EXPECT_THAT(vault_->Begin(request).status(),
                  StatusIs(StatusCode::kAlreadyExists,
                           "the new pack's id is taken; choose another at random"));
    }
  };
  expect_taken(parked);
  open.reset();
  expect_taken(parked);
  expect_taken(committed);
  done.reset();
  expect_taken(committed);
  Open();
  expect_taken(parked);
  expect_taken(committed);
  ExpectWhole(committed);
  ASSERT_OK_AND_ASSIGN(open, vault_->Begin(RequestOf(parked)));
  EXPECT_EQ(open->held(), (PiecesHeld{1, 0}));
}

TEST_F(ResumeTest, PackThatIsUnfinishedIsNotHeldInTheWordsOfOneThatIsAbsent) {
  const TestUpload parked = Make("example/A1/0");
  ASSERT_OK(vault_->Begin(RequestOf(parked)));
  UploadRequest request = RequestOf(Make("example/A2/0"));
  request.relied_on = {parked.pack};
  EXPECT_THAT(vault_->Begin(request).status(),
              StatusIs(StatusCode::kFailedPrecondition,
                       "pack " + parked.pack.ToHex() + " is not held for this TLD; send in full"));
}

TEST_F(ResumeTest, ExpiredUploadIsSweptByTheTimerAndAtOpen) {
  const TestUpload first = Make("example/A1/0");
  const TestUpload second = Make("example/A2/0");
  const auto begin_and_break = [this](const TestUpload& upload) {
    ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin(RequestOf(upload)));
    ASSERT_OK(Send(upload, *open));
  };
  begin_and_break(first);
  clock_.Advance(absl::Hours(12));
  begin_and_break(second);
  clock_.Advance(absl::Hours(12));
  vault_->SweepExpired();
  EXPECT_EQ((*vault_->Begin(RequestOf(first)))->held(), kNothing);
  EXPECT_EQ((*vault_->Begin(RequestOf(second)))->held(), (PiecesHeld{5, 2}));
  clock_.Advance(absl::Hours(24));
  Open();
  EXPECT_EQ((*vault_->Begin(RequestOf(second)))->held(), kNothing);
}

TEST_F(ResumeTest, BeginningADepositAnewDropsWhatWasParkedOfIt) {
  options_.limits.uploads_per_certificate_max = 1;
  Open();
  const TestUpload old = Make("example/A1/0");
  {
    ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin(RequestOf(old)));
    ASSERT_OK(Send(old, *open));
  }
  const TestUpload anew = Make("example/A1/0");
  ASSERT_OK_AND_ASSIGN(auto open, vault_->Begin(RequestOf(anew)));
  ASSERT_OK(Finish(anew, *open));
  open.reset();
  ASSERT_OK_AND_ASSIGN(open, vault_->Begin(RequestOf(old)));
  EXPECT_EQ(open->held(), kNothing);
}

TEST_F(ResumeTest, UploadWhoseRowsHaveAGapIsDropped) {
  const TestUpload upload = Make("example/A1/0");
  {
    ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin(RequestOf(upload)));
    ASSERT_OK(Send(upload, *open));
  }
  vault_ = nullptr;
  {
    ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(options_.dir));
    StoreBatch batch;
    batch.Delete(schema::Family::kFrames, schema::PieceKey(upload.pack, 2));
    ASSERT_OK(store->Apply(batch, Durability::kSynced));
  }
  Open();
  EXPECT_THAT(vault_->Begin(RequestOf(upload)).status(),
              StatusIs(StatusCode::kAborted, HasSubstr("damaged; begin another")));
  ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin(RequestOf(upload)));
  EXPECT_EQ(open->held(), kNothing);
  ASSERT_OK(Finish(upload, *open));
  ExpectWhole(upload);
}

TEST_F(ResumeTest, OneTldLeavesTheOthersTheirReserve) {
  options_.limits.disk_reserve_per_tld = uint64_t{1} << 40;  // more than the disk has
  Open();
  const TestUpload first = Make("example/A1/0");
  ASSERT_OK_AND_ASSIGN(auto open, vault_->Begin(RequestOf(first)));
  ASSERT_OK(Finish(first, *open));
  open.reset();
  EXPECT_THAT(vault_->Begin(RequestOf(Make("other/A1/0"))).status(),
              StatusIs(StatusCode::kUnavailable, HasSubstr("disk_reserve_per_tld")));
  Open();
  EXPECT_THAT(vault_->Begin(RequestOf(Make("other/A1/0"))).status(),
              StatusIs(StatusCode::kUnavailable));
  // Its own reserve is a TLD's to use.
  EXPECT_OK(vault_->Begin(RequestOf(Make("example/A2/0"))));
}

TEST_F(ResumeTest, FramesOfADepositAreLimited) {
  options_.limits.frames_per_deposit_max = 3;
  Open();
  const TestUpload upload = Make("example/A1/0");
  ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin(RequestOf(upload)));
  for (uint32_t i = 0; i < 3; ++i) ASSERT_OK(open->PutFrame(i, "x"));
  EXPECT_THAT(open->PutFrame(3, "x"),
              StatusIs(StatusCode::kResourceExhausted, HasSubstr("frames_per_deposit_max")));
}

}  // namespace
}  // namespace tidemark::vault
