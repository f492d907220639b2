// Uploads and commits, on a real RocksDB.
#include "vault/vault.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/testing.h"
#include "crypto/digest.h"
#include "vault/manifest.h"
#include "vault/receipt.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::base::IsOk;
using ::tidemark::base::StatusIs;

class VaultTest : public ::testing::Test {
 protected:
  VaultTest() { Open(); }

  void Open() {
    vault_ = nullptr;
    auto vault = Vault::Open(options_, "", receipt_key_, clock_);
    CHECK(vault.ok());
    vault_ = *std::move(vault);
  }

  TestUpload Make(absl::string_view id, const TestUploadOptions& options = {}) {
    return MakeUpload(vault_->vault_id(), Id(id), options);
  }

  // A whole upload with a manifest that says something else than what was sent.
  absl::Status StoreAltered(void (*alter)(tidemark::v1::ClearManifest&)) {
    TestUpload upload = Make("example/A1/0");
    alter(upload.manifest);
    return Store(upload, depositor_, *vault_).status();
  }

  void ExpectNothingVisible() {
    EXPECT_THAT(*vault_->List(""), IsEmpty());
    EXPECT_THAT(vault_->Manifest(Id("example/A1/0")), StatusIs(StatusCode::kNotFound));
    EXPECT_THAT(vault_->Receipt(Id("example/A1/0")), StatusIs(StatusCode::kNotFound));
    EXPECT_THAT(vault_->ManifestPart(Id("example/A1/0"), 0), StatusIs(StatusCode::kNotFound));
  }

  uint64_t LogSize() {
    const auto head = VerifyTreeHead(*vault_->TreeHead(), receipt_key_.verify_key());
    CHECK(head.ok());
    return head->tree_size();
  }

  VaultOptions options_ = {.dir = base::TestDir() + "/vault"};
  const crypto::SigningKey receipt_key_ = crypto::SigningKey::Generate();
  base::FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  const TestPeer depositor_ = TestPeer::Make(Role::kDepositor, {"example"});
  std::unique_ptr<Vault> vault_;
};

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

TEST_F(VaultTest, ManifestThatDescribesAnotherUploadIsRefused) {
  using tidemark::v1::ClearManifest;
  const auto refused = StatusIs(StatusCode::kInvalidArgument);
  EXPECT_THAT(StoreAltered([](ClearManifest& m) { m.set_frame_bytes(m.frame_bytes() + 1); }),
              refused);
  EXPECT_THAT(StoreAltered([](ClearManifest& m) {
                (*m.mutable_packs(0)->mutable_frames_digest())[31] ^= 1;
              }),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("frames_digest")));
  EXPECT_THAT(StoreAltered([](ClearManifest& m) { (*m.mutable_manifest_digest())[0] ^= 1; }),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("manifest_digest")));
  EXPECT_THAT(StoreAltered([](ClearManifest& m) { m.set_manifest_parts(1); }), refused);
  EXPECT_THAT(StoreAltered([](ClearManifest& m) { m.set_manifest_bytes(1999); }), refused);
  EXPECT_THAT(StoreAltered([](ClearManifest& m) { m.mutable_packs(0)->set_frame_count(6); }),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("frame_count")));
  EXPECT_THAT(StoreAltered([](ClearManifest& m) { m.mutable_packs(0)->set_used("\xff"); }),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("used")));
  EXPECT_THAT(StoreAltered([](ClearManifest& m) { m.mutable_packs(0)->mutable_used()->clear(); }),
              refused);
  EXPECT_THAT(StoreAltered([](ClearManifest& m) { (*m.mutable_vault_id())[3] ^= 1; }), refused);
  EXPECT_THAT(StoreAltered([](ClearManifest& m) { m.mutable_identity()->set_resend(7); }), refused);
  EXPECT_THAT(StoreAltered([](ClearManifest& m) {
                (*m.mutable_new_pack_id())[0] ^= 1;
                *m.mutable_packs(0)->mutable_pack_id() = m.new_pack_id();
              }),
              refused);
  ExpectNothingVisible();
  EXPECT_EQ(LogSize(), 1);
  // After all that, an honest upload is taken.
  ASSERT_OK(Store(Make("example/A1/0"), depositor_, *vault_));
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

TEST_F(VaultTest, PackOfAnotherTldIsNotHeld) {
  const TestPeer other = TestPeer::Make(Role::kDepositor, {"other"});
  const TestUpload first = Make("example/A1/0");
  ASSERT_OK(Store(first, depositor_, *vault_));
  const auto foreign = vault_->Begin({Id("other/A1/0"), crypto::PackId::Random(), {first.pack}});
  const auto absent =
      vault_->Begin({Id("other/A1/0"), crypto::PackId::Random(), {crypto::PackId::Random()}});
  EXPECT_THAT(foreign, StatusIs(StatusCode::kFailedPrecondition, HasSubstr("send in full")));
  EXPECT_THAT(absent, StatusIs(StatusCode::kFailedPrecondition, HasSubstr("send in full")));
  // Nor does it come in at the commit.
  TestUpload second = Make("other/A1/0");
  *second.manifest.add_packs() = first.manifest.packs(0);
  EXPECT_THAT(Store(second, other, *vault_), StatusIs(StatusCode::kFailedPrecondition));
}

TEST_F(VaultTest, GapsAndRepetitionsInNumbersAreRefused) {
  const TestUpload upload = Make("example/A1/0");
  for (const uint32_t wrong : {1u, 2u, 0xffffffffu}) {
    ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin({upload.deposit, upload.pack}));
    EXPECT_THAT(open->PutFrame(wrong, "x"), StatusIs(StatusCode::kInvalidArgument));
    // The first error is the upload's end.
    EXPECT_THAT(open->PutFrame(0, "x"), StatusIs(StatusCode::kInvalidArgument));
    EXPECT_THAT(open->Commit(upload.Sign(depositor_)), StatusIs(StatusCode::kInvalidArgument));
  }
  ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin({upload.deposit, upload.pack}));
  ASSERT_OK(open->PutManifestPart(0, "x"));
  EXPECT_THAT(open->PutManifestPart(0, "x"), StatusIs(StatusCode::kInvalidArgument));
}

TEST_F(VaultTest, OversizedAndEmptyPiecesAreRefused) {
  const DepositId id = Id("example/A1/0");
  const std::string huge(base::kFrameCipherBytesMax + 1, 'x');
  EXPECT_THAT((*vault_->Begin({id, crypto::PackId::Random()}))->PutFrame(0, huge),
              StatusIs(StatusCode::kResourceExhausted));
  EXPECT_THAT((*vault_->Begin({id, crypto::PackId::Random()}))->PutManifestPart(0, huge),
              StatusIs(StatusCode::kResourceExhausted));
  EXPECT_THAT((*vault_->Begin({id, crypto::PackId::Random()}))->PutFrame(0, ""),
              StatusIs(StatusCode::kInvalidArgument));
}

TEST_F(VaultTest, CertificateOfAnotherTldOrRoleIsRefused) {
  const TestUpload upload = Make("example/A1/0");
  EXPECT_THAT(Store(upload, TestPeer::Make(Role::kDepositor, {"other"}), *vault_),
              StatusIs(StatusCode::kPermissionDenied));
  EXPECT_THAT(Store(upload, TestPeer::Make(Role::kVerifier, {"*"}), *vault_),
              StatusIs(StatusCode::kPermissionDenied));
  ExpectNothingVisible();
}

TEST_F(VaultTest, SignatureOfAnotherKeyIsRefused) {
  const TestUpload upload = Make("example/A1/0");
  const TestPeer stranger = TestPeer::Make(Role::kDepositor, {"example"});
  tidemark::v1::SignedManifest manifest = upload.Sign(depositor_);
  manifest.set_certificate_pem(stranger.certificate.certificate_pem);
  ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin({upload.deposit, upload.pack}));
  ASSERT_OK(Send(upload, *open));
  EXPECT_THAT(open->Commit(manifest), StatusIs(StatusCode::kDataLoss));
  ExpectNothingVisible();
}

TEST_F(VaultTest, CommittedUploadTakesNothingMore) {
  const TestUpload upload = Make("example/A1/0");
  ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin({upload.deposit, upload.pack}));
  ASSERT_OK(Send(upload, *open));
  ASSERT_OK(open->Commit(upload.Sign(depositor_)));
  EXPECT_THAT(open->PutFrame(5, "x"), StatusIs(StatusCode::kFailedPrecondition));
  EXPECT_THAT(open->Commit(upload.Sign(depositor_)), StatusIs(StatusCode::kFailedPrecondition));
}

TEST_F(VaultTest, TooManyOpenUploadsAreRefusedUntilOneEnds) {
  options_.limits.open_uploads_max = 2;
  Open();
  auto first = vault_->Begin({Id("example/A1/0"), crypto::PackId::Random()});
  auto second = vault_->Begin({Id("example/A2/0"), crypto::PackId::Random()});
  ASSERT_OK(first);
  ASSERT_OK(second);
  EXPECT_THAT(vault_->Begin({Id("example/A3/0"), crypto::PackId::Random()}),
              StatusIs(StatusCode::kUnavailable));
  first->reset();
  EXPECT_OK(vault_->Begin({Id("example/A3/0"), crypto::PackId::Random()}));
}

TEST_F(VaultTest, DiskReserveIsKept) {
  options_.limits.free_bytes_min = uint64_t{1} << 60;
  Open();
  EXPECT_THAT(vault_->Begin({Id("example/A1/0"), crypto::PackId::Random()}),
              StatusIs(StatusCode::kUnavailable, HasSubstr("reserve")));
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
