// Answers that are not what they should be: each is refused, and its custodian named.
#include "crypto/release_answer.h"

#include <string>
#include <vector>

#include "base/hex.h"
#include "base/testing.h"
#include "crypto/key_access.h"
#include "crypto/keyed_hash.h"
#include "crypto/release_liveness.h"
#include "crypto/release_testing.h"
#include "crypto/sealed_message.h"

namespace tidemark::crypto {
namespace {

using base::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kContext[] = "vault and identity";
constexpr char kBox[] = "tidemark/v1/release-answer-box";
const std::string kCase(kReleaseCaseIdBytes, 'c');

class AnswerTest : public ::testing::Test {
 protected:
  ReleaseTerms Terms() const { return {.context = kContext, .wrap = wrap_, .case_id = kCase}; }
  std::string Answer(int custodian, const ReleaseTerms& terms, const OpeningPublicKey& to) const {
    return AnswerRelease(custodian, shared_.shares[custodian - 1], shared_.sharing, terms, to)
        .value();
  }
  std::string Answer(int custodian) const {
    return Answer(custodian, Terms(), successor_.public_key());
  }
  std::string Associated(int custodian) const { return kCase + BigEndian32(custodian); }
  // D, challenge and response, 32 bytes each.
  std::string Opened(int custodian, const std::string& sealed) const {
    const SecretBytes plain = OpenMessage(successor_, kBox, Associated(custodian), sealed).value();
    const absl::Span<const uint8_t> raw = plain.RawForCrypto();
    return {reinterpret_cast<const char*>(raw.data()), raw.size()};
  }
  std::string Sealed(int custodian, const std::string& plain) const {
    return SealMessage(successor_.public_key(), SecretBytes::Random(kSecretBytes), kBox,
                       Associated(custodian), SecretBytes::Copy(plain));
  }
  // Custodians 1 and 2 answer as they should, 3 so: the deposit is not released, and 3 is named;
  // with 4 it is, and 3 is named.
  void ExpectRefused(const std::string& answer) const {
    std::vector<std::string> good = {Answer(1), Answer(2), Answer(4)};
    EXPECT_THAT(CombineAnswers(shared_.sharing, Terms(), successor_,
                               {{1, good[0]}, {2, good[1]}, {3, answer}})
                    .status(),
                StatusIs(absl::StatusCode::kPermissionDenied,
                         HasSubstr("2 of the 3 answers that it takes; not good: the answer of "
                                   "custodian 3")));
    ASSERT_OK_AND_ASSIGN(const ReleasedKey released,
                         CombineAnswers(shared_.sharing, Terms(), successor_,
                                        {{3, answer}, {1, good[0]}, {2, good[1]}, {4, good[2]}}));
    EXPECT_THAT(released.liars, ElementsAre(3));
    EXPECT_EQ(released.key.Commitment("x"), key_.Commitment("x"));
  }

  const SharedKey shared_ = NewSharedKey(3, 5);
  const OpeningKey successor_ = OpeningKey::Generate();
  const DepositKey key_ = DepositKey::Generate();
  const std::string wrap_ = shared_.sharing.public_key().Wrap(key_, kContext);
};

TEST_F(AnswerTest, IsTheSameTwiceAndSealedAnewRightly) {
  EXPECT_EQ(Answer(3), Answer(3));
  EXPECT_EQ(Answer(3).size(), kSealedAnswerBytes);
  // What the must-fail cases below do to an answer is all that is wrong with theirs.
  const std::string again = Sealed(3, Opened(3, Answer(3)));
  std::vector<std::string> good = {Answer(1), Answer(2)};
  ASSERT_OK_AND_ASSIGN(const ReleasedKey released,
                       CombineAnswers(shared_.sharing, Terms(), successor_,
                                      {{1, good[0]}, {2, good[1]}, {3, again}}));
  EXPECT_THAT(released.liars, IsEmpty());
}

TEST_F(AnswerTest, OfAnotherCustodianUnderThisNumberIsRefused) {
  ExpectRefused(Answer(5));
  // Also if it is sealed as this one's.
  ExpectRefused(Sealed(3, Opened(5, Answer(5))));
}

TEST_F(AnswerTest, ToAnotherDepositCaseOrSuccessorIsRefused) {
  const std::string other_wrap =
      shared_.sharing.public_key().Wrap(DepositKey::Generate(), kContext);
  ReleaseTerms terms = Terms();
  terms.wrap = other_wrap;
  ExpectRefused(Answer(3, terms, successor_.public_key()));
  terms = Terms();
  terms.context = "another deposit";
  ExpectRefused(Answer(3, terms, successor_.public_key()));
  terms = Terms();
  const std::string other_case(kReleaseCaseIdBytes, 'd');
  terms.case_id = other_case;
  const std::string of_other_case = Answer(3, terms, successor_.public_key());
  ExpectRefused(of_other_case);
  // The same proof, in the box of this case.
  const SecretBytes plain =
      OpenMessage(successor_, kBox, other_case + BigEndian32(3), of_other_case).value();
  ExpectRefused(SealMessage(successor_.public_key(), SecretBytes::Random(kSecretBytes), kBox,
                            Associated(3), plain));
  // And one that another successor got, handed on.
  const OpeningKey other = OpeningKey::Generate();
  const std::string to_other = Answer(3, Terms(), other.public_key());
  ExpectRefused(to_other);
  ExpectRefused(SealMessage(successor_.public_key(), SecretBytes::Random(kSecretBytes), kBox,
                            Associated(3),
                            OpenMessage(other, kBox, Associated(3), to_other).value()));
}

TEST_F(AnswerTest, WithPartsSwappedZeroOrNotCanonicalIsRefused) {
  const std::string good = Opened(3, Answer(3));
  const std::string other = Opened(4, Answer(4));
  const std::string value = good.substr(0, 32);
  const std::string challenge = good.substr(32, 32);
  const std::string response = good.substr(64);
  const std::string zero(32, '\0');
  const std::string order =
      base::HexDecode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").value();
  const std::string field =
      base::HexDecode("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f").value();
  const std::string base_point =
      base::HexDecode("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76").value();
  for (const std::string& plain :
       {value + response + challenge, value + other.substr(32),
        other.substr(0, 32) + good.substr(32), zero + challenge + response, value + zero + response,
        value + challenge + zero, zero + zero + zero, value + order + response,
        value + challenge + order, field + challenge + response,
        std::string(32, '\xff') + challenge + response, base_point + challenge + response}) {
    ExpectRefused(Sealed(3, plain));
  }
  // The response plus the order: the same number, another text.
  std::string same = response;
  int carry = 0;
  for (int i = 0; i < 32; ++i) {
    carry += static_cast<uint8_t>(response[i]) + static_cast<uint8_t>(order[i]);
    same[i] = static_cast<char>(carry & 0xff);
    carry >>= 8;
  }
  ASSERT_EQ(carry, 0);
  ExpectRefused(Sealed(3, value + challenge + same));
}

TEST_F(AnswerTest, ThatIsShortLongOrAlteredIsRefused) {
  const std::string good = Answer(3);
  for (const size_t size : {0, 1, 31, 47, 48, 143}) ExpectRefused(good.substr(0, size));
  ExpectRefused(good + "x");
  for (size_t byte = 0; byte < good.size(); byte += 5) {
    std::string altered = good;
    altered[byte] ^= 1 << (byte % 8);
    ExpectRefused(altered);
  }
}

TEST_F(AnswerTest, OfAStrangerIsNotMade) {
  EXPECT_THAT(
      AnswerRelease(1, ReleaseShare::Generate(), shared_.sharing, Terms(), successor_.public_key()),
      StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(
      AnswerRelease(1, shared_.shares[1], shared_.sharing, Terms(), successor_.public_key()),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("not that of custodian 1")));
  ReleaseTerms terms = Terms();
  const std::string no_point = std::string(32, '\0') + wrap_.substr(32);
  terms.wrap = no_point;
  EXPECT_THAT(AnswerRelease(1, shared_.shares[0], shared_.sharing, terms, successor_.public_key()),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(AnswerTest, ThreeLiarsOfFiveAreAllNamed) {
  std::vector<std::string> answers = {Answer(2), Answer(1), Answer(3), Answer(4), Answer(4)};
  EXPECT_THAT(
      CombineAnswers(
          shared_.sharing, Terms(), successor_,
          {{1, answers[0]}, {2, answers[1]}, {3, answers[2]}, {4, answers[3]}, {5, answers[4]}})
          .status(),
      StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("custodians 1, 2, 5")));
}

TEST_F(AnswerTest, AWrapThatWasNotMadeAsWrapsAreMadeIsDataLossAndNobodysLie) {
  std::string wrap = wrap_;
  wrap[40] ^= 1;
  ReleaseTerms terms = Terms();
  terms.wrap = wrap;
  std::vector<std::string> answers;
  for (int i = 1; i <= 3; ++i) answers.push_back(Answer(i, terms, successor_.public_key()));
  EXPECT_THAT(CombineAnswers(shared_.sharing, terms, successor_,
                             {{1, answers[0]}, {2, answers[1]}, {3, answers[2]}})
                  .status(),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST(Liveness, IsProvedByWhoHasTheShareForThisChallengeOnly) {
  const SharedKey shared = NewSharedKey(2, 3);
  for (int i = 1; i <= 3; ++i) {
    ASSERT_OK_AND_ASSIGN(const std::string proof,
                         ProveLiveness(i, shared.shares[i - 1], shared.sharing, "today"));
    EXPECT_EQ(proof.size(), kLivenessProofBytes);
    EXPECT_OK(VerifyLiveness(shared.sharing, i, "today", proof));
    EXPECT_THAT(VerifyLiveness(shared.sharing, i, "tomorrow", proof),
                StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_THAT(VerifyLiveness(shared.sharing, i % 3 + 1, "today", proof),
                StatusIs(absl::StatusCode::kDataLoss));
    for (size_t byte = 0; byte < proof.size(); ++byte) {
      std::string altered = proof;
      altered[byte] ^= 1;
      EXPECT_FALSE(VerifyLiveness(shared.sharing, i, "today", altered).ok());
    }
    for (const std::string& bad : {std::string(), std::string(64, '\0'), proof + "x",
                                   proof.substr(32) + proof.substr(0, 32)}) {
      EXPECT_FALSE(VerifyLiveness(shared.sharing, i, "today", bad).ok());
    }
  }
  EXPECT_THAT(ProveLiveness(1, ReleaseShare::Generate(), shared.sharing, "today"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_NE(LivenessNonce(), LivenessNonce());
}

// A proof of one kind is none of another, though both are of the same share.
TEST(Liveness, AnAnswersProofIsNoProofOfLife) {
  const SharedKey shared = NewSharedKey(1, 1);
  const OpeningKey successor = OpeningKey::Generate();
  const std::string wrap = shared.sharing.public_key().Wrap(DepositKey::Generate(), kContext);
  const std::string answer =
      AnswerRelease(1, shared.shares[0], shared.sharing,
                    {.context = kContext, .wrap = wrap, .case_id = kCase}, successor.public_key())
          .value();
  const SecretBytes plain = OpenMessage(successor, kBox, kCase + BigEndian32(1), answer).value();
  const std::string proof(reinterpret_cast<const char*>(plain.RawForCrypto().data()) + 32, 64);
  for (const std::string& challenge : {std::string(kContext), kCase, std::string()}) {
    EXPECT_FALSE(VerifyLiveness(shared.sharing, 1, challenge, proof).ok());
  }
}

}  // namespace
}  // namespace tidemark::crypto
