// Uploads and commits, on a real RocksDB: what is kept, and what is seen of it.
#include "vault/vault.h"

#include <string>
#include <vector>

#include "base/testing.h"
#include "crypto/pack_id.h"
#include "vault/open_vault_testing.h"
#include "vault/receipt.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::base::StatusIs;

class VaultTest : public OpenVaultTest {};

TEST_F(VaultTest, StoredDepositComesBackAndItsReceiptVerifies) {
  const TestUpload upload = Make("example/A1/0");
  ASSERT_OK_AND_ASSIGN(const auto receipt, Store(upload, depositor_, *vault_));
  ASSERT_OK_AND_ASSIGN(const auto body, VerifyReceipt(receipt, receipt_key_.verify_key()));
  EXPECT_EQ(body.vault_id(), vault_->vault_id());
  EXPECT_EQ(body.received_at_unix_micros(), absl::ToUnixMicros(clock_.Now()));
  EXPECT_EQ(body.content_commitment(), upload.manifest.content_commitment());
  EXPECT_EQ(body.stored_bytes(), 7000);
  EXPECT_EQ(body.log_index(), 1);
  for (size_t i = 0; i < upload.frames.size(); ++i) {
    EXPECT_EQ(*vault_->Frame(upload.deposit, upload.pack, i), upload.frames[i]);
  }
  for (size_t i = 0; i < upload.parts.size(); ++i) {
    EXPECT_EQ(*vault_->ManifestPart(upload.deposit, i), upload.parts[i]);
  }
  EXPECT_THAT(vault_->ManifestPart(upload.deposit, 2), StatusIs(StatusCode::kOutOfRange));
  EXPECT_THAT(vault_->Frame(upload.deposit, upload.pack, 5), StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(vault_->Frame(upload.deposit, crypto::PackId::Random(), 0),
              StatusIs(StatusCode::kNotFound));
  EXPECT_EQ(vault_->Manifest(upload.deposit)->SerializeAsString(),
            upload.Sign(depositor_).SerializeAsString());
}

TEST_F(VaultTest, CommittedDepositSurvivesReopening) {
  const TestUpload upload = Make("example/A1/0");
  ASSERT_OK_AND_ASSIGN(const auto receipt, Store(upload, depositor_, *vault_));
  const std::string vault_id(vault_->vault_id());
  Open();
  EXPECT_EQ(vault_->vault_id(), vault_id);
  EXPECT_EQ(vault_->Receipt(upload.deposit)->SerializeAsString(), receipt.SerializeAsString());
  EXPECT_EQ(*vault_->Frame(upload.deposit, upload.pack, 4), upload.frames[4]);
  EXPECT_EQ(LogSize(), 2);
}

TEST_F(VaultTest, DepositWithoutAnyFrameIsADeposit) {
  ASSERT_OK(Store(Make("example/A1/0", {.frames = 0}), depositor_, *vault_));
}

TEST_F(VaultTest, SameContentAgainGivesTheReceiptOfThen) {
  ASSERT_OK_AND_ASSIGN(const auto first, Store(Make("example/A1/0"), depositor_, *vault_));
  clock_.Advance(absl::Hours(1));
  const TestUpload again = Make("example/A1/0", {.seed = 2});
  ASSERT_OK_AND_ASSIGN(const auto second, Store(again, depositor_, *vault_));
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  EXPECT_EQ(LogSize(), 2);
  // The second upload left nothing: its pack id can be had.
  EXPECT_OK(vault_->Begin({Id("example/A2/0"), again.pack}));
}

TEST_F(VaultTest, OtherContentUnderTheSameIdentityIsRefused) {
  ASSERT_OK(Store(Make("example/A1/0"), depositor_, *vault_));
  EXPECT_THAT(Store(Make("example/A1/0", {.content = "another"}), depositor_, *vault_),
              StatusIs(StatusCode::kAlreadyExists));
  EXPECT_EQ(LogSize(), 2);
}

TEST_F(VaultTest, HigherResendSupersedesAndOverwritesNothing) {
  ASSERT_OK(Store(Make("example/A1/0"), depositor_, *vault_));
  ASSERT_OK(Store(Make("example/A1/1", {.content = "another"}), depositor_, *vault_));
  ASSERT_OK(Store(Make("example/A2/0"), depositor_, *vault_));
  ASSERT_OK_AND_ASSIGN(const auto entries, vault_->List("example"));
  ASSERT_THAT(entries, SizeIs(3));
  EXPECT_EQ(entries[0].deposit.ToString(), "example/A1/0");
  EXPECT_TRUE(entries[0].superseded);
  EXPECT_FALSE(entries[1].superseded);
  EXPECT_FALSE(entries[2].superseded);
  EXPECT_OK(vault_->ManifestPart(Id("example/A1/0"), 0));
}

TEST_F(VaultTest, ListKeepsTldsApart) {
  const TestPeer other = TestPeer::Make(Role::kDepositor, {"example2", "exampl"});
  ASSERT_OK(Store(Make("example/A1/0"), depositor_, *vault_));
  ASSERT_OK(Store(Make("example2/A1/0"), other, *vault_));
  ASSERT_OK(Store(Make("exampl/A1/0"), other, *vault_));
  EXPECT_THAT(*vault_->List("example"), SizeIs(1));
  EXPECT_THAT(*vault_->List(""), SizeIs(3));
  EXPECT_THAT(*vault_->List("exam"), IsEmpty());
}

TEST_F(VaultTest, UnfinishedUploadIsInvisibleAndGoneWhenDiscarded) {
  const TestUpload upload = Make("example/A1/0");
  {
    ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin({upload.deposit, upload.pack}));
    ASSERT_OK(Send(upload, *open));
    ExpectNothingVisible();
    open->Discard();
  }
  ExpectNothingVisible();
  ASSERT_OK(Store(upload, depositor_, *vault_));
}

TEST_F(VaultTest, PackOfAnEarlierDepositMayBeReliedOn) {
  const TestUpload first = Make("example/A1/0");
  ASSERT_OK(Store(first, depositor_, *vault_));
  TestUpload second = Make("example/A2/0", {.seed = 2, .content = "next night"});
  tidemark::v1::PackRef* const old = second.manifest.add_packs();
  *old = first.manifest.packs(0);
  old->set_used(std::string(1, '\x04'));
  ASSERT_OK_AND_ASSIGN(const auto upload,
                       vault_->Begin({second.deposit, second.pack, {first.pack}}));
  ASSERT_OK(Send(second, *upload));
  ASSERT_OK(upload->Commit(second.Sign(depositor_)));
  EXPECT_EQ(*vault_->Frame(second.deposit, first.pack, 2), first.frames[2]);
  EXPECT_THAT(vault_->Frame(second.deposit, first.pack, 1), StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(vault_->Frame(first.deposit, second.pack, 0), StatusIs(StatusCode::kNotFound));
}

TEST_F(VaultTest, PointsOfTheWritePathComeInOrder) {
  std::vector<std::string> points;
  options_.at_point = [&points](absl::string_view point) { points.emplace_back(point); };
  Open();
  ASSERT_OK(Store(Make("example/A1/0", {.frames = 1, .parts = 1}), depositor_, *vault_));
  EXPECT_THAT(points, ElementsAre("begin-accepted", "frame-written", "manifest-written",
                                  "frames-synced", "before-commit-batch", "after-commit-batch"));
}

}  // namespace
}  // namespace tidemark::vault
