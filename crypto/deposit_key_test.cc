#include "crypto/deposit_key.h"

#include <string>
#include <type_traits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "base/testing.h"
#include "crypto/test_keys.h"

namespace tidemark::crypto {
namespace {

using base::StatusIs;

static_assert(!std::is_copy_constructible_v<DepositKey>);
static_assert(!std::is_default_constructible_v<DepositKey>);

constexpr char kContext[] = "vault and identity";

// The two recipients behave alike, so the facts about wraps are told once for both.
template <typename SecretKey>
class Wraps : public ::testing::Test {};
struct Names {
  template <typename T>
  static std::string GetName(int) {
    return std::is_same_v<T, OpeningKey> ? "Verifier" : "Release";
  }
};
using Recipients = ::testing::Types<OpeningKey, ReleaseShare>;
TYPED_TEST_SUITE(Wraps, Recipients, Names);

TYPED_TEST(Wraps, OpenToTheSameKey) {
  const TypeParam recipient = TypeParam::Generate();
  const DepositKey key = DepositKey::Generate();
  const std::string wrap = recipient.public_key().Wrap(key, kContext);
  EXPECT_EQ(wrap.size(), 80u);
  ASSERT_OK_AND_ASSIGN(const DepositKey opened, recipient.Unwrap(wrap, kContext));
  EXPECT_EQ(opened.Commitment("any"), key.Commitment("any"));
}

TYPED_TEST(Wraps, AreDeterministicInKeyRecipientAndContext) {
  const TypeParam recipient = TypeParam::Generate();
  const DepositKey key = DepositKey::Generate();
  const std::string wrap = recipient.public_key().Wrap(key, kContext);
  EXPECT_EQ(recipient.public_key().Wrap(key, kContext), wrap);
  // No byte range stays the same when one of the three differs.
  for (const std::string& other : {recipient.public_key().Wrap(key, "another context"),
                                   recipient.public_key().Wrap(DepositKey::Generate(), kContext),
                                   TypeParam::Generate().public_key().Wrap(key, kContext)}) {
    EXPECT_NE(other.substr(0, 32), wrap.substr(0, 32));
    EXPECT_NE(other.substr(32), wrap.substr(32));
  }
}

TYPED_TEST(Wraps, WhoeverOpenedOneCanRecomputeTheOther) {
  const OpeningKey verifier = OpeningKey::Generate();
  const TypeParam other = TypeParam::Generate();
  const DepositKey key = DepositKey::Generate();
  ASSERT_OK_AND_ASSIGN(const DepositKey opened,
                       verifier.Unwrap(verifier.public_key().Wrap(key, kContext), kContext));
  EXPECT_EQ(other.public_key().Wrap(opened, kContext), other.public_key().Wrap(key, kContext));
}

TYPED_TEST(Wraps, DoNotOpenToAnotherKeyOrInAnotherContext) {
  const TypeParam recipient = TypeParam::Generate();
  const std::string wrap = recipient.public_key().Wrap(DepositKey::Generate(), kContext);
  EXPECT_THAT(TypeParam::Generate().Unwrap(wrap, kContext).status(),
              StatusIs(absl::StatusCode::kDataLoss));
  for (const char* context : {"", "vault and identit", "vault and identity ", "Vault"}) {
    EXPECT_THAT(recipient.Unwrap(wrap, context).status(), StatusIs(absl::StatusCode::kDataLoss));
  }
}

TYPED_TEST(Wraps, EveryTruncationAndFlippedBitIsDataLoss) {
  const TypeParam recipient = TypeParam::Generate();
  const std::string wrap = recipient.public_key().Wrap(DepositKey::Generate(), kContext);
  for (size_t size = 0; size < wrap.size(); ++size) {
    EXPECT_THAT(recipient.Unwrap(wrap.substr(0, size), kContext).status(),
                StatusIs(absl::StatusCode::kDataLoss));
  }
  EXPECT_THAT(recipient.Unwrap(wrap + "x", kContext).status(),
              StatusIs(absl::StatusCode::kDataLoss));
  for (size_t bit = 0; bit < 8 * wrap.size(); ++bit) {
    std::string flipped = wrap;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_THAT(recipient.Unwrap(flipped, kContext).status(), StatusIs(absl::StatusCode::kDataLoss))
        << bit;
  }
}

TYPED_TEST(Wraps, HalvesOfTwoWrapsDoNotOpen) {
  const TypeParam recipient = TypeParam::Generate();
  const std::string a = recipient.public_key().Wrap(DepositKey::Generate(), kContext);
  const std::string b = recipient.public_key().Wrap(DepositKey::Generate(), kContext);
  EXPECT_THAT(recipient.Unwrap(a.substr(0, 32) + b.substr(32), kContext).status(),
              StatusIs(absl::StatusCode::kDataLoss));
}

TYPED_TEST(Wraps, PointsOfNoUseAreDataLoss) {
  const TypeParam recipient = TypeParam::Generate();
  const std::string box(48, 'x');
  for (const std::string& point :
       {std::string(32, '\0'), "\x01" + std::string(31, '\0'), std::string(32, '\xff')}) {
    EXPECT_THAT(recipient.Unwrap(point + box, kContext).status(),
                StatusIs(absl::StatusCode::kDataLoss));
  }
}

TYPED_TEST(Wraps, SecretKeySurvivesItsFile) {
  const TypeParam recipient = TypeParam::Generate();
  const std::string path = base::TestDir() + "/key";
  ASSERT_OK(recipient.Save(path));
  EXPECT_THAT(recipient.Save(path), StatusIs(absl::StatusCode::kAlreadyExists));
  ASSERT_OK_AND_ASSIGN(const TypeParam loaded, TypeParam::Load(path));
  EXPECT_EQ(loaded.public_key().ToHex(), recipient.public_key().ToHex());
  EXPECT_OK(loaded.Unwrap(recipient.public_key().Wrap(DepositKey::Generate(), kContext), kContext));
}

TYPED_TEST(Wraps, PublicKeyRoundTripsAndHasAnId) {
  using PublicKey = std::remove_cvref_t<decltype(std::declval<TypeParam>().public_key())>;
  const TypeParam recipient = TypeParam::Generate();
  ASSERT_OK_AND_ASSIGN(const PublicKey again, PublicKey::FromHex(recipient.public_key().ToHex()));
  EXPECT_EQ(again.ToHex(), recipient.public_key().ToHex());
  EXPECT_EQ(again.key_id(), recipient.public_key().key_id());
  EXPECT_EQ(again.key_id().size(), 16u);
  EXPECT_NE(again.key_id(), TypeParam::Generate().public_key().key_id());
  const DepositKey key = DepositKey::Generate();
  EXPECT_EQ(again.Wrap(key, kContext), recipient.public_key().Wrap(key, kContext));
}

TYPED_TEST(Wraps, PublicKeyRefusesOtherSizes) {
  using PublicKey = std::remove_cvref_t<decltype(std::declval<TypeParam>().public_key())>;
  const std::string hex = TypeParam::Generate().public_key().ToHex();
  for (const std::string& bad :
       {std::string(), hex.substr(2), hex + "00", hex.substr(1), "g" + hex.substr(1)}) {
    EXPECT_THAT(PublicKey::FromHex(bad).status(), StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST(OpeningPublicKey, RefusesPointsOfSmallOrderAndOtherEncodings) {
  for (const std::string& hex : {
           std::string(64, '0'), "01" + std::string(62, '0'),
           std::string("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
           std::string("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
           "ec" + std::string(60, 'f') + "7f",
           "ed" + std::string(60, 'f') + "7f",  // 0, not canonical
           "f6" + std::string(60, 'f') + "7f",  // 9, not canonical
           "09" + std::string(60, '0') + "80",  // 9 with the high bit
       }) {
    EXPECT_THAT(OpeningPublicKey::FromHex(hex).status(),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << hex;
  }
  EXPECT_OK(OpeningPublicKey::FromHex("09" + std::string(62, '0')));
}

TEST(ReleasePublicKey, RefusesIdentityAndOtherEncodings) {
  for (const std::string& hex : {
           std::string(64, '0'),                // the identity
           "01" + std::string(62, '0'),         // negative
           std::string(64, 'f'),                // not canonical
           "ed" + std::string(60, 'f') + "7f",  // the identity, not canonical
           std::string("26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371"),
       }) {
    EXPECT_THAT(ReleasePublicKey::FromHex(hex).status(),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << hex;
  }
}

TEST(ReleaseShare, RefusesScalarsThatAreNotCanonical) {
  // The group's order L, L + 1 and 2^256 - 1; L - 1 is the largest good one.
  for (const char* hex : {"edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
                          "eed3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
                          "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"}) {
    EXPECT_THAT(ReleaseShare::Load(KeyFileOf(KeyKind::kReleaseShare, hex)).status(),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
  EXPECT_OK(ReleaseShare::Load(KeyFileOf(
      KeyKind::kReleaseShare, "ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")));
}

TEST(Keys, OfOneKindAreNotLoadedAsAnother) {
  const std::string opening = KeyFileOf(KeyKind::kOpening, std::string(64, '1'));
  EXPECT_THAT(ReleaseShare::Load(opening).status(), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ObjectSecret::Load(opening).status(), StatusIs(absl::StatusCode::kInvalidArgument));
  const std::string share = KeyFileOf(KeyKind::kReleaseShare, "01" + std::string(62, '0'));
  EXPECT_THAT(OpeningKey::Load(share).status(), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(DepositKey, CommitmentBindsKeyAndContext) {
  const DepositKey key = DepositKey::Generate();
  EXPECT_EQ(key.Commitment(kContext).size(), 32u);
  EXPECT_EQ(key.Commitment(kContext), key.Commitment(kContext));
  EXPECT_NE(key.Commitment(kContext), key.Commitment("another context"));
  EXPECT_NE(key.Commitment(kContext), DepositKey::Generate().Commitment(kContext));
}

TEST(ObjectSecret, CommitmentsAreItsOwn) {
  const ObjectSecret secret = ObjectSecret::Generate();
  EXPECT_EQ(secret.ContentCommitment("m").size(), 32u);
  EXPECT_EQ(secret.ContentCommitment("m"), secret.ContentCommitment("m"));
  EXPECT_NE(secret.ContentCommitment("m"), secret.ContentCommitment("n"));
  EXPECT_NE(secret.ContentCommitment("m"), ObjectSecret::Generate().ContentCommitment("m"));
}

TEST(ObjectSecret, SurvivesItsFile) {
  const ObjectSecret secret = ObjectSecret::Generate();
  const std::string path = base::TestDir() + "/key";
  ASSERT_OK(secret.Save(path));
  ASSERT_OK_AND_ASSIGN(const ObjectSecret loaded, ObjectSecret::Load(path));
  EXPECT_EQ(loaded.ContentCommitment("m"), secret.ContentCommitment("m"));
}

}  // namespace
}  // namespace tidemark::crypto
