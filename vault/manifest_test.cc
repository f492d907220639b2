#include "vault/manifest.h"

#include <functional>
#include <random>

#include "base/limits.h"
#include "base/testing.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using ::testing::HasSubstr;
using ::tidemark::base::IsOk;
using ::tidemark::base::StatusIs;
using tidemark::v1::ClearManifest;

ClearManifest Good() { return MakeUpload(std::string(16, 'v'), Id("example/A1/0"), {}).manifest; }

TEST(ClearManifest, GoodOneComesBack) {
  const ClearManifest good = Good();
  ASSERT_OK_AND_ASSIGN(const ClearManifest back, ParseClearManifest(good.SerializeAsString()));
  EXPECT_EQ(back.SerializeAsString(), good.SerializeAsString());
}

TEST(ClearManifest, EveryFieldIsBounded) {
  struct Case {
    const char* names;
    std::function<void(ClearManifest&)> alter;
  };
  const std::vector<Case> cases = {
      {"format", [](ClearManifest& m) { m.set_format(0); }},
      {"format", [](ClearManifest& m) { m.set_format(4); }},
      {"vault_id", [](ClearManifest& m) { m.mutable_vault_id()->pop_back(); }},
      {"identity", [](ClearManifest& m) { m.clear_identity(); }},
      {"identity", [](ClearManifest& m) { m.mutable_identity()->set_tld("Example"); }},
      {"identity", [](ClearManifest& m) { m.mutable_identity()->set_resend(65536); }},
      {"kind", [](ClearManifest& m) { m.clear_kind(); }},
      {"kind", [](ClearManifest& m) { m.set_kind(static_cast<tidemark::v1::DepositKind>(9)); }},
      {"watermark", [](ClearManifest& m) { m.set_watermark_unix_seconds(-1); }},
      {"watermark", [](ClearManifest& m) { m.set_watermark_unix_seconds(INT64_MAX); }},
      {"prev_id", [](ClearManifest& m) { m.set_prev_id("a b"); }},
      {"packs", [](ClearManifest& m) { m.clear_packs(); }},
      {"packs[0].pack_id", [](ClearManifest& m) { m.mutable_packs(0)->set_pack_id("x"); }},
      {"packs[1].pack_id", [](ClearManifest& m) { *m.add_packs() = m.packs(0); }},
      {"packs[0].used",
       [](ClearManifest& m) {
         m.mutable_packs(0)->set_used(
             "\x1f"
             "\x01");
       }},
      {"packs[0].used", [](ClearManifest& m) { m.mutable_packs(0)->set_used("\x3f"); }},
      {"packs[0].used", [](ClearManifest& m) { m.mutable_packs(0)->set_used(""); }},
      {"packs[0].frame_count",
       [](ClearManifest& m) { m.mutable_packs(0)->set_frame_count(base::kPackFramesMax + 1); }},
      {"packs[0].frames_digest",
       [](ClearManifest& m) { m.mutable_packs(0)->clear_frames_digest(); }},
      {"new_pack_id", [](ClearManifest& m) { m.set_new_pack_id(std::string(16, 'x')); }},
      {"frame_bytes", [](ClearManifest& m) { m.set_frame_bytes(0); }},
      {"frame_bytes", [](ClearManifest& m) { m.set_frame_bytes(UINT64_MAX); }},
      {"manifest_parts", [](ClearManifest& m) { m.set_manifest_parts(0); }},
      {"manifest_parts",
       [](ClearManifest& m) { m.set_manifest_parts(base::kManifestPartsMax + 1); }},
      {"manifest_bytes", [](ClearManifest& m) { m.set_manifest_bytes(1); }},
      {"manifest_bytes", [](ClearManifest& m) { m.set_manifest_bytes(UINT64_MAX); }},
      {"manifest_digest", [](ClearManifest& m) { m.mutable_manifest_digest()->push_back('x'); }},
      {"key_commitment", [](ClearManifest& m) { m.clear_key_commitment(); }},
      {"verifier_wrap", [](ClearManifest& m) { m.mutable_verifier_wrap()->pop_back(); }},
      {"verifier_key_id", [](ClearManifest& m) { m.clear_verifier_key_id(); }},
      {"release_wrap", [](ClearManifest& m) { m.clear_release_wrap(); }},
      {"release_key_id", [](ClearManifest& m) { m.mutable_release_key_id()->push_back('x'); }},
      {"content_commitment", [](ClearManifest& m) { m.clear_content_commitment(); }},
  };
  for (const Case& test : cases) {
    ClearManifest bad = Good();
    test.alter(bad);
    EXPECT_THAT(ParseClearManifest(bad.SerializeAsString()),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr(test.names)));
  }
}

TEST(ClearManifest, TooManyPacksAreRefused) {
  ClearManifest bad = Good();
  while (static_cast<size_t>(bad.packs_size()) <= base::kManifestPacksMax) {
    tidemark::v1::PackRef& pack = *bad.add_packs();
    pack.set_pack_id(std::string(crypto::PackId::Random().bytes()));
    pack.set_frames_digest(std::string(32, 'd'));
  }
  EXPECT_THAT(ParseClearManifest(bad.SerializeAsString()),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("packs")));
}

TEST(ClearManifest, OversizedBodyIsNotEvenParsed) {
  EXPECT_THAT(ParseClearManifest(std::string(base::kClearManifestBytesMax + 1, '\0')),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("bytes")));
}

// Whatever comes in, it parses or it does not; what parses keeps to its bounds.
TEST(ClearManifest, MutationsNeverBreakAnything) {
  const std::string good = Good().SerializeAsString();
  std::mt19937_64 random(20261122);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = good;
    const int changes = 1 + static_cast<int>(random() % 4);
    for (int i = 0; i < changes; ++i) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    if (random() % 4 == 0) bytes.resize(random() % (bytes.size() + 1));
    const auto parsed = ParseClearManifest(bytes);
    if (!parsed.ok()) {
      ASSERT_THAT(parsed, StatusIs(StatusCode::kInvalidArgument));
      continue;
    }
    for (const auto& pack : parsed->packs()) {
      for (uint32_t n = 0; n < pack.frame_count() + 9; ++n) UsesFrame(pack, n);
      ASSERT_FALSE(UsesFrame(pack, pack.frame_count()));
    }
    ASSERT_OK(IdOf(parsed->identity()));
  }
}

TEST(ClearManifest, EveryTruncationIsRefused) {
  const std::string good = Good().SerializeAsString();
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_THAT(ParseClearManifest(good.substr(0, size)), StatusIs(StatusCode::kInvalidArgument));
  }
}

TEST(SignedManifest, EveryFlippedByteOfBodyAndSignatureIsRefused) {
  const TestPeer depositor = TestPeer::Make(Role::kDepositor, {"example"});
  const TestUpload upload = MakeUpload(std::string(16, 'v'), Id("example/A1/0"), {});
  const auto good = upload.Sign(depositor);
  ASSERT_OK(VerifySignedManifest(good, TestAuthority().certificate_pem, TestNow()));
  for (size_t i = 0; i < good.body().size(); ++i) {
    auto bad = good;
    (*bad.mutable_body())[i] ^= 1;
    EXPECT_FALSE(VerifySignedManifest(bad, TestAuthority().certificate_pem, TestNow()).ok()) << i;
  }
  for (size_t i = 0; i < good.signature().size(); ++i) {
    auto bad = good;
    (*bad.mutable_signature())[i] ^= 1;
    EXPECT_THAT(CheckManifestSigner(bad), StatusIs(StatusCode::kDataLoss)) << i;
  }
}

TEST(SignedManifest, CertificateMustBeOfTheAuthorityAndOfItsTime) {
  const TestPeer depositor = TestPeer::Make(Role::kDepositor, {"example"});
  const auto manifest = MakeUpload(std::string(16, 'v'), Id("example/A1/0"), {}).Sign(depositor);
  ASSERT_OK_AND_ASSIGN(const auto other,
                       crypto::CreateAuthority("Other", TestNow(), TestNow() + absl::Hours(1)));
  EXPECT_THAT(VerifySignedManifest(manifest, other.certificate_pem, TestNow()),
              StatusIs(StatusCode::kPermissionDenied));
  EXPECT_THAT(
      VerifySignedManifest(manifest, TestAuthority().certificate_pem, TestNow() + absl::Hours(48)),
      StatusIs(StatusCode::kPermissionDenied));
  EXPECT_OK(CheckManifestSigner(manifest));
}

TEST(SignedManifest, CertificateThatIsNoneIsRefused) {
  auto manifest = MakeUpload(std::string(16, 'v'), Id("example/A1/0"), {})
                      .Sign(TestPeer::Make(Role::kDepositor, {"example"}));
  manifest.set_certificate_pem("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  EXPECT_THAT(CheckManifestSigner(manifest), StatusIs(StatusCode::kPermissionDenied));
}

}  // namespace
}  // namespace tidemark::vault
