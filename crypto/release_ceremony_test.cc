#include "crypto/release_ceremony.h"

#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/testing.h"
#include "crypto/key_access.h"
#include "crypto/keyed_hash.h"
#include "crypto/release_answer.h"
#include "crypto/release_testing.h"
#include "crypto/sealed_message.h"

namespace tidemark::crypto {
namespace {

using base::StatusIs;
using ::testing::HasSubstr;

constexpr char kBox[] = "tidemark/v1/release-dealing-box";
constexpr size_t kHeadBytes = 36;  // transcript and number

std::string SignedAgain(std::string body, const SigningKey& dealer) {
  return body + dealer.Sign(SignaturePurpose::kReleaseDealing, body);
}

class CeremonyTest : public ::testing::Test {
 protected:
  std::string Body(int dealer) const {
    return dealings_[dealer - 1].substr(0, dealings_[dealer - 1].size() - 64);
  }
  // Dealer 2's dealing replaced, signed by it.
  std::vector<std::string> With(std::string body) const {
    std::vector<std::string> dealings = dealings_;
    dealings[1] = SignedAgain(std::move(body), made_.dealers[1]);
    return dealings;
  }
  size_t SubshareAt(int custodian) const {
    return kHeadBytes + 3 * kPointBytes + kProofBytes + 80 * (custodian - 1);
  }
  absl::StatusOr<ReleaseShare> Share(const std::vector<std::string>& dealings,
                                     int custodian) const {
    return made_.ceremony.Share(dealings, custodian, made_.keys[custodian - 1]);
  }

  const Ceremony made_ = NewCeremony(3, 5, 5);
  const std::vector<std::string> dealings_ = made_.DealAll();
};

TEST_F(CeremonyTest, GivesSharesOfOneKeyThatNobodyDealt) {
  ASSERT_OK_AND_ASSIGN(const ReleaseSharing sharing, made_.ceremony.Sharing(dealings_));
  EXPECT_EQ(sharing.threshold(), 3);
  EXPECT_EQ(sharing.custodians(), 5);
  const OpeningKey successor = OpeningKey::Generate();
  const DepositKey key = DepositKey::Generate();
  const std::string wrap = sharing.public_key().Wrap(key, "context");
  const std::string case_id(kReleaseCaseIdBytes, 'c');
  const ReleaseTerms terms{.context = "context", .wrap = wrap, .case_id = case_id};
  std::vector<std::string> sealed;
  for (int i = 1; i <= 5; ++i) {
    ASSERT_OK_AND_ASSIGN(const ReleaseShare share, Share(dealings_, i));
    EXPECT_EQ(share.public_key().ToHex(), sharing.PublicShare(i).ToHex());
    ASSERT_OK_AND_ASSIGN(sealed.emplace_back(),
                         AnswerRelease(i, share, sharing, terms, successor.public_key()));
  }
  ASSERT_OK_AND_ASSIGN(
      const ReleasedKey released,
      CombineAnswers(sharing, terms, successor, {{5, sealed[4]}, {2, sealed[1]}, {4, sealed[3]}}));
  EXPECT_EQ(released.key.Commitment("x"), key.Commitment("x"));
  // The order in which dealings arrive does not matter.
  std::vector<std::string> turned(dealings_.rbegin(), dealings_.rend());
  ASSERT_OK_AND_ASSIGN(const ReleaseSharing again, made_.ceremony.Sharing(turned));
  EXPECT_EQ(again.CommitmentsHex(), sharing.CommitmentsHex());
}

TEST_F(CeremonyTest, ASubshareThatDoesNotFitNamesTheDealer) {
  // Well sealed and well signed; custodian 4 was dealt another number.
  std::string body = Body(2);
  const std::string transcript = body.substr(0, 32);
  body.replace(SubshareAt(4), 80,
               SealMessage(made_.keys[3].public_key(), SecretBytes::Random(kSecretBytes), kBox,
                           transcript + BigEndian32(2) + BigEndian32(4), RandomScalar()));
  const std::vector<std::string> dealings = With(body);
  EXPECT_THAT(Share(dealings, 4).status(),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("dealer 2: custodian 4's part does not fit the commitments")));
  // The others can't see it; that one does not get a share ends the ceremony.
  EXPECT_OK(Share(dealings, 3));
}

TEST_F(CeremonyTest, ASubshareThatDoesNotOpenNamesTheDealer) {
  std::string body = Body(2);
  const std::string fourth = body.substr(SubshareAt(4), 80);
  body.replace(SubshareAt(1), 80, fourth);
  EXPECT_THAT(Share(With(body), 1).status(),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("dealer 2: custodian 1's part")));
}

TEST_F(CeremonyTest, AlteredCommitmentsOrProofsAreTheDealersFaultOnlyIfItSignedThem) {
  for (size_t at = kHeadBytes; at < SubshareAt(1); at += 7) {
    std::string body = Body(2);
    body[at] ^= 1;
    EXPECT_THAT(made_.ceremony.Sharing(With(body)).status(),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("dealer 2: ")))
        << at;
    std::vector<std::string> dealings = dealings_;
    dealings[1][at] ^= 1;
    EXPECT_THAT(made_.ceremony.Sharing(dealings).status(),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("is not signed by it")))
        << at;
  }
}

// A dealer who deals last and picks its constant so that the key becomes its own: it can compute
// the commitment, and can't prove that it knows what is behind it.
TEST_F(CeremonyTest, ARogueKeyIsRefused) {
  const SecretBytes wanted = RandomScalar();
  Point rogue = BaseTimes(wanted).value();
  for (const int dealer : {1, 3, 4, 5}) {
    const std::string commitment = Body(dealer).substr(kHeadBytes, kPointBytes);
    rogue = PointDifference(rogue, GoodPointFrom(commitment).value());
  }
  std::string body = Body(2);
  body.replace(kHeadBytes, kPointBytes, std::string(BytesOf(rogue)));
  EXPECT_THAT(made_.ceremony.Sharing(With(body)).status(),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("dealer 2: no proof that it knows what it deals")));
}

TEST_F(CeremonyTest, ACopiedDealingIsRefused) {
  // Dealer 1's polynomial and proof under dealer 2's name.
  std::string body = Body(1);
  body[35] = 2;
  EXPECT_THAT(made_.ceremony.Sharing(With(body)).status(),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("dealer 2: no proof")));
}

TEST_F(CeremonyTest, ADealingOfAnotherCeremonyIsRefused) {
  CeremonyTerms terms{
      .nonce = ReleaseCeremony::RandomNonce(), .threshold = 3, .custodians = {}, .dealers = {}};
  for (const OpeningKey& key : made_.keys) terms.custodians.push_back(key.public_key());
  for (const SigningKey& key : made_.dealers) terms.dealers.push_back(key.verify_key());
  ASSERT_OK_AND_ASSIGN(const ReleaseCeremony other, ReleaseCeremony::Create(std::move(terms)));
  std::vector<std::string> dealings = dealings_;
  ASSERT_OK_AND_ASSIGN(dealings[1], other.Deal(made_.dealers[1]));
  EXPECT_THAT(made_.ceremony.Sharing(dealings).status(),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("dealer 2: a dealing for another")));
}

TEST_F(CeremonyTest, EveryDealerDealsOnce) {
  std::vector<std::string> dealings = dealings_;
  dealings.pop_back();
  EXPECT_THAT(made_.ceremony.Sharing(dealings).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("the dealing of dealer 5 is missing")));
  dealings.push_back(made_.ceremony.Deal(made_.dealers[0]).value());
  EXPECT_THAT(made_.ceremony.Sharing(dealings).status(),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("dealer 1: two dealings")));
  EXPECT_THAT(made_.ceremony.Deal(SigningKey::Generate()).status(),
              StatusIs(absl::StatusCode::kNotFound));
}

// One who is sent another dealing than the rest gets a share that is none of the published key's.
TEST_F(CeremonyTest, TwoDealingsOfOneDealerGiveSharesThatDoNotFitTogether) {
  std::vector<std::string> other = dealings_;
  ASSERT_OK_AND_ASSIGN(other[1], made_.ceremony.Deal(made_.dealers[1]));
  ASSERT_OK_AND_ASSIGN(const ReleaseSharing published, made_.ceremony.Sharing(dealings_));
  ASSERT_OK_AND_ASSIGN(const ReleaseShare share, Share(other, 4));
  EXPECT_THAT(published.CheckShare(4, share), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(CeremonyTest, EveryTruncationIsRefused) {
  for (size_t size = 0; size < dealings_[0].size(); size += 13) {
    EXPECT_THAT(made_.ceremony.CheckDealing(dealings_[0].substr(0, size)),
                StatusIs(absl::StatusCode::kDataLoss));
  }
  EXPECT_THAT(made_.ceremony.CheckDealing(dealings_[0] + "x"),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(CeremonyTest, AnotherCustodiansKeyIsRefused) {
  EXPECT_THAT(made_.ceremony.Share(dealings_, 1, made_.keys[1]).status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
  for (const int index : {-1, 0, 6}) {
    EXPECT_THAT(made_.ceremony.Share(dealings_, index, made_.keys[0]).status(),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST(ReleaseCeremony, RefusesTermsThatAreNone) {
  const OpeningPublicKey custodian = OpeningKey::Generate().public_key();
  const VerifyKey dealer = SigningKey::Generate().verify_key();
  const std::string nonce = ReleaseCeremony::RandomNonce();
  EXPECT_OK(ReleaseCeremony::Create({nonce, 1, {custodian}, {dealer}}));
  for (const CeremonyTerms& terms : {
           CeremonyTerms{nonce.substr(1), 1, {custodian}, {dealer}},
           CeremonyTerms{nonce, 0, {custodian}, {dealer}},
           CeremonyTerms{nonce, 2, {custodian}, {dealer}},
           CeremonyTerms{nonce, 1, {}, {dealer}},
           CeremonyTerms{nonce, 1, {custodian}, {}},
           CeremonyTerms{nonce, 1, {custodian, custodian}, {dealer}},
           CeremonyTerms{nonce, 1, {custodian}, {dealer, dealer}},
       }) {
    EXPECT_THAT(ReleaseCeremony::Create(terms), StatusIs(absl::StatusCode::kInvalidArgument));
  }
  CeremonyTerms many{nonce, 1, {}, {dealer}};
  for (int i = 0; i <= base::kCustodiansMax; ++i) {
    many.custodians.push_back(OpeningKey::Generate().public_key());
  }
  EXPECT_THAT(ReleaseCeremony::Create(many), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace tidemark::crypto
