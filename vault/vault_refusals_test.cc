// Uploads that the vault does not take, and that nothing is left of them.
#include <cstdint>
#include <string>

#include "base/limits.h"
#include "base/testing.h"
#include "crypto/pack_id.h"
#include "vault/open_vault_testing.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using ::testing::HasSubstr;
using ::tidemark::base::StatusIs;

class VaultRefusals : public OpenVaultTest {
 protected:
  // A whole upload with a manifest that says something else than what was sent.
  absl::Status StoreAltered(void (*alter)(tidemark::v1::ClearManifest&)) {
    TestUpload upload = Make("example/A1/0");
    alter(upload.manifest);
    return Store(upload, depositor_, *vault_).status();
  }
};

TEST_F(VaultRefusals, ManifestThatDescribesAnotherUploadIsRefused) {
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

TEST_F(VaultRefusals, PackOfAnotherTldIsNotHeld) {
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

TEST_F(VaultRefusals, GapsAndRepetitionsInNumbersAreRefused) {
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

TEST_F(VaultRefusals, OversizedAndEmptyPiecesAreRefused) {
  const DepositId id = Id("example/A1/0");
  const std::string huge(base::kFrameCipherBytesMax + 1, 'x');
  EXPECT_THAT((*vault_->Begin({id, crypto::PackId::Random()}))->PutFrame(0, huge),
              StatusIs(StatusCode::kResourceExhausted));
  EXPECT_THAT((*vault_->Begin({id, crypto::PackId::Random()}))->PutManifestPart(0, huge),
              StatusIs(StatusCode::kResourceExhausted));
  EXPECT_THAT((*vault_->Begin({id, crypto::PackId::Random()}))->PutFrame(0, ""),
              StatusIs(StatusCode::kInvalidArgument));
}

TEST_F(VaultRefusals, CertificateOfAnotherTldOrRoleIsRefused) {
  const TestUpload upload = Make("example/A1/0");
  EXPECT_THAT(Store(upload, TestPeer::Make(Role::kDepositor, {"other"}), *vault_),
              StatusIs(StatusCode::kPermissionDenied));
  EXPECT_THAT(Store(upload, TestPeer::Make(Role::kVerifier, {"*"}), *vault_),
              StatusIs(StatusCode::kPermissionDenied));
  ExpectNothingVisible();
}

TEST_F(VaultRefusals, SignatureOfAnotherKeyIsRefused) {
  const TestUpload upload = Make("example/A1/0");
  const TestPeer stranger = TestPeer::Make(Role::kDepositor, {"example"});
  tidemark::v1::SignedManifest manifest = upload.Sign(depositor_);
  manifest.set_certificate_pem(stranger.certificate.certificate_pem);
  ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin({upload.deposit, upload.pack}));
  ASSERT_OK(Send(upload, *open));
  EXPECT_THAT(open->Commit(manifest), StatusIs(StatusCode::kDataLoss));
  ExpectNothingVisible();
}

TEST_F(VaultRefusals, CommittedUploadTakesNothingMore) {
  const TestUpload upload = Make("example/A1/0");
  ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin({upload.deposit, upload.pack}));
  ASSERT_OK(Send(upload, *open));
  ASSERT_OK(open->Commit(upload.Sign(depositor_)));
  EXPECT_THAT(open->PutFrame(5, "x"), StatusIs(StatusCode::kFailedPrecondition));
  EXPECT_THAT(open->Commit(upload.Sign(depositor_)), StatusIs(StatusCode::kFailedPrecondition));
}

TEST_F(VaultRefusals, TooManyOpenUploadsAreRefusedUntilOneEnds) {
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

TEST_F(VaultRefusals, DiskReserveIsKept) {
  options_.limits.free_bytes_min = uint64_t{1} << 60;
  Open();
  EXPECT_THAT(vault_->Begin({Id("example/A1/0"), crypto::PackId::Random()}),
              StatusIs(StatusCode::kUnavailable, HasSubstr("reserve")));
}

}  // namespace
}  // namespace tidemark::vault
