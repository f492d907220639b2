#include "crypto/sign.h"

#include <string>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "base/testing.h"
#include "crypto/openssl_handles.h"
#include "crypto/test_keys.h"

namespace tidemark::crypto {
namespace {

using base::IsOkAndHolds;
using base::StatusIs;

static_assert(!std::is_copy_constructible_v<SigningKey>);
static_assert(!std::is_default_constructible_v<VerifyKey>);

struct Purpose {
  SignaturePurpose purpose;
  const char* name;
};
constexpr Purpose kPurposes[] = {
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

// RFC 8032 section 7.1, tests 1 to 3.
constexpr char kSeed1[] = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
constexpr char kPublic1[] = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
constexpr char kSeed2[] = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
constexpr char kPublic2[] = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
constexpr char kSeed3[] = "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7";
constexpr char kPublic3[] = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025";

// OpenSSL's Ed25519, which knows nothing of purposes.
bool OpensslVerifies(const VerifyKey& key, const std::string& bytes, const std::string& signature) {
  const KeyPtr pkey(EVP_PKEY_new_raw_public_key(
      EVP_PKEY_ED25519, nullptr, reinterpret_cast<const unsigned char*>(key.bytes().data()), 32));
  const OpensslPtr<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  EXPECT_EQ(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, pkey.get()), 1);
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                          bytes.size()) == 1;
}

TEST(SigningKey, PublicKeysOfRfc8032) {
  for (const auto& [seed, public_key] :
       {std::pair(kSeed1, kPublic1), std::pair(kSeed2, kPublic2), std::pair(kSeed3, kPublic3)}) {
    ASSERT_OK_AND_ASSIGN(const SigningKey key,
                         SigningKey::Load(KeyFileOf(KeyKind::kSigning, seed)));
    EXPECT_EQ(key.verify_key().ToHex(), public_key);
  }
}

TEST(SigningKey, SignsPurposeZeroAndMessageAsPlainEd25519) {
  const SigningKey key = SigningKey::Generate();
  for (const Purpose& p : kPurposes) {
    const std::string signed_bytes =
        absl::StrCat("tidemark/v1/", p.name, absl::string_view("\0", 1), "a message");
    EXPECT_TRUE(OpensslVerifies(key.verify_key(), signed_bytes, key.Sign(p.purpose, "a message")));
  }
}

TEST(SigningKey, SurvivesItsFile) {
  const SigningKey key = SigningKey::Generate();
  const std::string path = base::TestDir() + "/key";
  ASSERT_OK(key.Save(path));
  EXPECT_THAT(key.Save(path), StatusIs(absl::StatusCode::kAlreadyExists));
  ASSERT_OK_AND_ASSIGN(const SigningKey loaded, SigningKey::Load(path));
  EXPECT_EQ(loaded.verify_key(), key.verify_key());
  EXPECT_OK(key.verify_key().Verify(SignaturePurpose::kReceipt, "m",
                                    loaded.Sign(SignaturePurpose::kReceipt, "m")));
}

TEST(SigningKey, IsNotMadeFromAKeyOfAnotherKind) {
  EXPECT_THAT(SigningKey::Load(KeyFileOf(KeyKind::kOpening, kSeed1)).status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(VerifyKey, PurposesDoNotCross) {
  const SigningKey key = SigningKey::Generate();
  for (const Purpose& made : kPurposes) {
    const std::string signature = key.Sign(made.purpose, "m");
    for (const Purpose& read : kPurposes) {
      EXPECT_EQ(key.verify_key().Verify(read.purpose, "m", signature).ok(),
                made.purpose == read.purpose);
    }
  }
}

TEST(VerifyKey, EveryAlterationIsDataLoss) {
  const SigningKey key = SigningKey::Generate();
  const VerifyKey& verify_key = key.verify_key();
  const std::string signature = key.Sign(SignaturePurpose::kVerdict, "a message");
  ASSERT_EQ(signature.size(), 64u);
  ASSERT_OK(verify_key.Verify(SignaturePurpose::kVerdict, "a message", signature));
  for (size_t bit = 0; bit < 8 * signature.size(); ++bit) {
    std::string flipped = signature;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_THAT(verify_key.Verify(SignaturePurpose::kVerdict, "a message", flipped),
                StatusIs(absl::StatusCode::kDataLoss));
  }
  for (size_t size = 0; size < signature.size(); ++size) {
    EXPECT_THAT(
        verify_key.Verify(SignaturePurpose::kVerdict, "a message", signature.substr(0, size)),
        StatusIs(absl::StatusCode::kDataLoss));
  }
  for (const char* message : {"", "a messag", "a messagf", "a message "}) {
    EXPECT_THAT(verify_key.Verify(SignaturePurpose::kVerdict, message, signature),
                StatusIs(absl::StatusCode::kDataLoss));
  }
  EXPECT_THAT(SigningKey::Generate().verify_key().Verify(SignaturePurpose::kVerdict, "a message",
                                                         signature),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST(VerifyKey, RoundTripsBytesAndHex) {
  const VerifyKey key = SigningKey::Generate().verify_key();
  EXPECT_THAT(VerifyKey::FromBytes(key.bytes()), IsOkAndHolds(key));
  EXPECT_THAT(VerifyKey::FromHex(key.ToHex()), IsOkAndHolds(key));
}

TEST(VerifyKey, RefusesWhatIsNoKey) {
  for (const std::string& hex : {
           std::string(),
           std::string(62, '1'),
           std::string(66, '1'),
           std::string("zz") + std::string(62, '1'),
           std::string(64, '0'),                // order 4
           "01" + std::string(62, '0'),         // the identity
           "ec" + std::string(60, 'f') + "7f",  // order 2
           "ee" + std::string(60, 'f') + "7f",  // 1, not canonical
           "02" + std::string(62, '0'),         // not on the curve
           std::string("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
       }) {
    EXPECT_THAT(VerifyKey::FromHex(hex), StatusIs(absl::StatusCode::kInvalidArgument)) << hex;
  }
}

}  // namespace
}  // namespace tidemark::crypto
