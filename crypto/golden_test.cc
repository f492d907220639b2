// Known answers: what was sealed, wrapped and signed once opens for ever.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/known_answers.h"
#include "base/testing.h"
#include "crypto/deposit_key.h"
#include "crypto/frame.h"
#include "crypto/object_id.h"
#include "crypto/sign.h"
#include "crypto/test_keys.h"

namespace tidemark::crypto {
namespace {

using base::IsOkAndHolds;

class Golden : public ::testing::Test {
 protected:
  std::string Hex(const std::string& name) const { return answers_.Hex(name); }
  std::string Value(const std::string& name) const { return answers_.Value(name); }

  OpeningKey Verifier() {
    return OpeningKey::Load(KeyFileOf(KeyKind::kOpening, Hex("opening_key"))).value();
  }
  ReleaseShare Custodian() {
    return ReleaseShare::Load(KeyFileOf(KeyKind::kReleaseShare, Hex("release_share"))).value();
  }
  absl::StatusOr<DepositKey> Unwrapped() {
    return Verifier().Unwrap(Value("verifier_wrap"), Value("context"));
  }

 private:
  const base::KnownAnswers answers_ =
      base::KnownAnswers::Read("crypto/testdata/golden.txt").value();
};

TEST_F(Golden, PublicKeysAndTheirIds) {
  const OpeningKey verifier = Verifier();
  EXPECT_EQ(verifier.public_key().ToHex(), Hex("opening_public_key"));
  EXPECT_EQ(verifier.public_key().key_id(), Value("opening_key_id"));
  const ReleaseShare custodian = Custodian();
  EXPECT_EQ(custodian.public_key().ToHex(), Hex("release_public_key"));
  EXPECT_EQ(custodian.public_key().key_id(), Value("release_key_id"));
}

TEST_F(Golden, WrapsOpenAndAreMadeAgainToTheByte) {
  const std::string context = Value("context");
  ASSERT_OK_AND_ASSIGN(const DepositKey key, Unwrapped());
  EXPECT_EQ(Verifier().public_key().Wrap(key, context), Value("verifier_wrap"));
  EXPECT_EQ(Custodian().public_key().Wrap(key, context), Value("release_wrap"));
  ASSERT_OK_AND_ASSIGN(const DepositKey released,
                       Custodian().Unwrap(Value("release_wrap"), context));
  EXPECT_EQ(released.Commitment(context), Value("key_commitment"));
  EXPECT_EQ(key.Commitment(context), Value("key_commitment"));
}

TEST_F(Golden, PartsOpen) {
  ASSERT_OK_AND_ASSIGN(const DepositKey key, Unwrapped());
  PartOpener opener(key, Value("context"));
  EXPECT_THAT(opener.Open(Value("part_0")), IsOkAndHolds(Value("part_0_plaintext")));
  EXPECT_THAT(opener.Open(Value("part_1")), IsOkAndHolds(Value("part_1_plaintext")));
  EXPECT_OK(opener.Close());
}

TEST_F(Golden, FramesOpen) {
  ASSERT_OK_AND_ASSIGN(const PackSecret secret, PackSecret::FromManifest(Value("pack_secret")));
  ASSERT_OK_AND_ASSIGN(const PackId pack, PackId::FromBytes(Value("pack_id")));
  const std::string label = Value("label");
  EXPECT_THAT(secret.OpenFrame(label, pack, 0, Value("frame_0")),
              IsOkAndHolds(Value("frame_0_plaintext")));
  EXPECT_THAT(secret.OpenFrame(label, pack, 7, Value("frame_7")),
              IsOkAndHolds(Value("frame_7_plaintext")));
}

TEST_F(Golden, ObjectIdsAndContentCommitments) {
  ASSERT_OK_AND_ASSIGN(const ObjectSecret secret,
                       ObjectSecret::Load(KeyFileOf(KeyKind::kObjectSecret, Hex("object_secret"))));
  EXPECT_EQ(secret.ContentCommitment(Value("object")), Value("content_commitment"));
  ObjectHasher hasher(secret);
  const ObjectId id = hasher.Of(Value("object"));
  EXPECT_EQ(std::string(id.bytes.begin(), id.bytes.end()), Value("object_id_v2"));
  EXPECT_EQ(hasher.Check(), Value("object_secret_check_v2"));
}

TEST_F(Golden, SignaturesOfEveryPurpose) {
  ASSERT_OK_AND_ASSIGN(const SigningKey key,
                       SigningKey::Load(KeyFileOf(KeyKind::kSigning, Hex("signing_key"))));
  EXPECT_EQ(key.verify_key().ToHex(), Hex("verify_key"));
  const std::pair<SignaturePurpose, std::string> purposes[] = {
      {SignaturePurpose::kBegin, "begin"},
      {SignaturePurpose::kClearManifest, "clear-manifest"},
      {SignaturePurpose::kReceipt, "receipt"},
      {SignaturePurpose::kTreeHead, "tree-head"},
      {SignaturePurpose::kVerdict, "verdict"},
      {SignaturePurpose::kRelease, "release"},
      {SignaturePurpose::kDrillReport, "drill-report"},
      {SignaturePurpose::kReleaseDealing, "release-dealing"},
      {SignaturePurpose::kReleaseAnswer, "release-answer"},
  };
  for (const auto& [purpose, name] : purposes) {
    const std::string expected =
        Value(absl::StrCat("signature_", absl::StrReplaceAll(name, {{"-", "_"}})));
    EXPECT_EQ(key.Sign(purpose, Value("message")), expected) << name;
  }
}

}  // namespace
}  // namespace tidemark::crypto
