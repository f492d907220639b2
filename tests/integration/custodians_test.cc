// A release key shared three of five, with a real vault: any three release, two don't, one who lies
// is named, and what was released is one deposit for one successor.
#include <sys/stat.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/bytes.h"
#include "base/testing.h"
#include "crypto/sign.h"
#include "escrow_agent/client/deposit_client.h"
#include "escrow_agent/release/liveness.h"
#include "escrow_agent/release/release.h"
#include "tests/integration/custody_fixture.h"
#include "verifier/opening/opening.h"
#include "verifier/release/release.h"

namespace tidemark::tests {
namespace {

using base::IsOkAndHolds;
using base::StatusIs;
using escrow_agent::CustodianConfig;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using tidemark::v1::ReleaseAnswer;
using tidemark::v1::ReleasePackage;

class CustodiansTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(custody_, Custody::Start("", "3of5"));
    ASSERT_OK_AND_ASSIGN(const std::string path,
                         custody_->Enrol(vault::Role::kSuccessor, "example", "successor"));
    ASSERT_OK_AND_ASSIGN(agent_, custody_->Connection(path));
    ASSERT_OK_AND_ASSIGN(vault_, vault::RemoteVault::Connect(agent_));
    ASSERT_OK_AND_ASSIGN(const auto one, custody_->Deposit(content_));
    ASSERT_OK_AND_ASSIGN(const auto two, custody_->Deposit(MakeDeposit({.id = "A2"})));
    ids_ = {one.id, two.id};
    for (int i = 1; i <= 5; ++i) {
      ASSERT_OK_AND_ASSIGN(CustodianConfig config,
                           escrow_agent::LoadCustodianConfig(custody_->custodian(i)));
      EXPECT_EQ(config.number, i);
      custodians_.push_back(std::move(config));
    }
    ASSERT_OK_AND_ASSIGN(key_,
                         crypto::OpeningKey::Load(custody_->dir() + "/successor/opening.key"));
    ASSERT_OK_AND_ASSIGN(deposit_, Fetch(ids_[0]));
  }

  absl::StatusOr<verifier::SealedDeposit> Fetch(const vault::DepositId& id) {
    return verifier::FetchSealedDeposit(*vault_, agent_, id);
  }
  verifier::ReleaseCase Case(const verifier::SealedDeposit& deposit,
                             const crypto::OpeningKey& to) const {
    return escrow_agent::OpenCase(
               deposit, {.successor = to.public_key(), .reason = "case 17", .now = absl::Now()})
        .value();
  }
  // With its own certificate, as each custodian would.
  absl::StatusOr<ReleaseAnswer> Answer(int custodian, const verifier::ReleaseCase& release_case) {
    ASSIGN_OR_RETURN(const auto agent, custody_->Connection(custody_->custodian(custodian)));
    ASSIGN_OR_RETURN(const auto vault, vault::RemoteVault::Connect(agent));
    ASSIGN_OR_RETURN(const auto deposit,
                     verifier::FetchSealedDeposit(*vault, agent, release_case.deposit));
    return escrow_agent::Approve(deposit, release_case, custodians_[custodian - 1]);
  }
  std::vector<ReleaseAnswer> Answers(const std::vector<int>& custodians,
                                     const verifier::ReleaseCase& release_case) {
    std::vector<ReleaseAnswer> answers;
    for (const int i : custodians) answers.push_back(Answer(i, release_case).value());
    return answers;
  }
  // What a custodian signs who wants to look as if it had answered.
  ReleaseAnswer Lie(int custodian, const verifier::ReleaseCase& release_case) {
    tidemark::v1::ReleaseAnswerBody body;
    EXPECT_TRUE(body.ParseFromString(Answer(custodian, release_case)->body()));
    body.mutable_sealed()->at(100) ^= 1;
    ReleaseAnswer answer;
    answer.set_body(body.SerializeAsString());
    answer.set_signature(custodians_[custodian - 1].signing_key.Sign(
        crypto::SignaturePurpose::kReleaseAnswer, answer.body()));
    return answer;
  }
  const verifier::Custodians& Public() const { return custodians_[0].custodians; }
  absl::StatusOr<std::string> Restored(crypto::DepositKey key) {
    ASSIGN_OR_RETURN(const auto opened,
                     verifier::OpenDeposit(*vault_, *deposit_, agent_, std::move(key)));
    return ReadAll(*opened);
  }

  const std::string content_ = MakeDeposit({.id = "A1", .objects = 500});
  std::unique_ptr<Custody> custody_;
  vault::AgentConnection agent_;
  std::unique_ptr<vault::RemoteVault> vault_;
  std::vector<vault::DepositId> ids_;
  std::vector<CustodianConfig> custodians_;
  std::optional<crypto::OpeningKey> key_;
  std::optional<verifier::SealedDeposit> deposit_;
};

TEST_F(CustodiansTest, AnyThreeOfFiveReleaseOneDeposit) {
  const verifier::ReleaseCase release_case = Case(*deposit_, *key_);
  for (const std::vector<int>& some : {std::vector<int>{1, 2, 3}, {5, 1, 3}, {2, 4, 5}}) {
    ASSERT_OK_AND_ASSIGN(
        const ReleasePackage package,
        escrow_agent::Assemble(release_case, Answers(some, release_case), Public()));
    ASSERT_OK_AND_ASSIGN(auto released,
                         verifier::UnwrapForSuccessor(*deposit_, package, *key_, agent_));
    EXPECT_THAT(released.remarks, IsEmpty());
    EXPECT_THAT(Restored(std::move(released.key)), IsOkAndHolds(content_));
  }
}

TEST_F(CustodiansTest, ThePackageOpensNoOtherDepositAndForNobodyElse) {
  const verifier::ReleaseCase release_case = Case(*deposit_, *key_);
  ASSERT_OK_AND_ASSIGN(
      ReleasePackage package,
      escrow_agent::Assemble(release_case, Answers({1, 2, 3}, release_case), Public()));
  ASSERT_OK_AND_ASSIGN(const auto next, Fetch(ids_[1]));
  EXPECT_THAT(verifier::UnwrapForSuccessor(next, package, *key_, agent_).status(),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("A2")));
  // Nor if the case is written anew and the old answers are put to it.
  const verifier::ReleaseCase other = Case(next, *key_);
  package.set_release_case(other.bytes);
  EXPECT_THAT(verifier::UnwrapForSuccessor(next, package, *key_, agent_).status(),
              StatusIs(absl::StatusCode::kPermissionDenied,
                       HasSubstr("0 of the 3 answers that it takes; the answer of custodian 1 is "
                                 "to another case")));
  EXPECT_THAT(escrow_agent::Assemble(other, Answers({1, 2, 3}, release_case), Public()),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("to another case")));
  const crypto::OpeningKey stranger = crypto::OpeningKey::Generate();
  package.set_release_case(Case(*deposit_, stranger).bytes);
  EXPECT_THAT(verifier::UnwrapForSuccessor(*deposit_, package, stranger, agent_).status(),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(CustodiansTest, TwoOfFiveAreRefused) {
  const verifier::ReleaseCase release_case = Case(*deposit_, *key_);
  const std::vector<ReleaseAnswer> two = Answers({2, 4}, release_case);
  EXPECT_THAT(
      escrow_agent::Assemble(release_case, two, Public()),
      StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("2 of the 3 answers that it takes")));
  EXPECT_THAT(
      escrow_agent::Assemble(release_case, {two[0], two[1], two[1]}, Public()),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("two answers of custodian 4")));
  // Also by who puts the package together without asking Assemble().
  ReleasePackage package;
  package.set_release_case(release_case.bytes);
  for (const ReleaseAnswer& answer : two) *package.add_answers() = answer;
  EXPECT_THAT(verifier::UnwrapForSuccessor(*deposit_, package, *key_, agent_).status(),
              StatusIs(absl::StatusCode::kPermissionDenied,
                       HasSubstr("is not released: 2 of the 3 answers")));
  *package.add_answers() = two[1];
  EXPECT_THAT(verifier::UnwrapForSuccessor(*deposit_, package, *key_, agent_).status(),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("not in order")));
  EXPECT_THAT(
      escrow_agent::MakeRelease(
          *deposit_, {.successor = key_->public_key(), .reason = "alone", .now = absl::Now()},
          custodians_[0]),
      StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("1 of the 3")));
}

TEST_F(CustodiansTest, OneLiarAmongFourIsNamedAndDoesNotHinder) {
  const verifier::ReleaseCase release_case = Case(*deposit_, *key_);
  std::vector<ReleaseAnswer> answers = Answers({1, 3, 5}, release_case);
  answers.push_back(Lie(2, release_case));
  ASSERT_OK_AND_ASSIGN(const ReleasePackage package,
                       escrow_agent::Assemble(release_case, answers, Public()));
  ASSERT_OK_AND_ASSIGN(auto released,
                       verifier::UnwrapForSuccessor(*deposit_, package, *key_, agent_));
  EXPECT_THAT(released.remarks, ElementsAre(HasSubstr("custodian 2 answered wrongly")));
  EXPECT_THAT(Restored(std::move(released.key)), IsOkAndHolds(content_));
  // Among three it does, and is named.
  ASSERT_OK_AND_ASSIGN(
      const ReleasePackage three,
      escrow_agent::Assemble(release_case, {answers[0], answers[1], answers[3]}, Public()));
  EXPECT_THAT(verifier::UnwrapForSuccessor(*deposit_, three, *key_, agent_).status(),
              StatusIs(absl::StatusCode::kPermissionDenied,
                       HasSubstr("2 of the 3 answers that it takes; not good: the answer of "
                                 "custodian 2")));
}

TEST_F(CustodiansTest, AnAnswerThatNobodySignedIsNobodysLie) {
  const verifier::ReleaseCase release_case = Case(*deposit_, *key_);
  std::vector<ReleaseAnswer> answers = Answers({1, 2, 3, 4}, release_case);
  answers[1].mutable_signature()->at(0) ^= 1;
  EXPECT_THAT(escrow_agent::Assemble(release_case, answers, Public()),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("an answer that says custodian 2 and is not signed by it")));
  ReleasePackage package;
  package.set_release_case(release_case.bytes);
  for (const ReleaseAnswer& answer : answers) *package.add_answers() = answer;
  ASSERT_OK_AND_ASSIGN(const auto released,
                       verifier::UnwrapForSuccessor(*deposit_, package, *key_, agent_));
  EXPECT_THAT(released.remarks, ElementsAre(HasSubstr("is not signed by it")));
}

TEST_F(CustodiansTest, ACustodianAnswersOnlyWhatTheCaseSaysTruly) {
  verifier::ReleaseCase release_case = Case(*deposit_, *key_);
  tidemark::v1::ReleaseCase body = release_case.body;
  body.mutable_manifest_digest()->at(0) ^= 1;
  ASSERT_OK_AND_ASSIGN(release_case, verifier::ParseCase(body.SerializeAsString()));
  EXPECT_THAT(Answer(1, release_case).status(),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("is not about")));
  body = Case(*deposit_, *key_).body;
  body.mutable_release_key_id()->at(0) ^= 1;
  ASSERT_OK_AND_ASSIGN(release_case, verifier::ParseCase(body.SerializeAsString()));
  EXPECT_THAT(Answer(1, release_case).status(),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("another release key")));
  EXPECT_THAT(escrow_agent::OpenCase(
                  *deposit_, {.successor = key_->public_key(), .reason = "", .now = absl::Now()}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("reason")));
}

TEST_F(CustodiansTest, EveryCustodianHasADirectoryAndKeysOfItsOwn) {
  const auto mode = [&](const std::string& path) -> unsigned {
    struct stat info;
    return stat((custody_->dir() + "/agent/" + path).c_str(), &info) == 0 ? info.st_mode & 0777 : 0;
  };
  for (int i = 1; i <= 5; ++i) {
    const std::string dir = absl::StrCat("custodian-", i);
    EXPECT_EQ(mode(dir), 0700u);
    for (const char* file : {"/release_share.key", "/signing.key", "/custodian.key"}) {
      EXPECT_EQ(mode(dir + file), 0600u) << i << file;
    }
    // Not with its neighbour's share, or under its neighbour's name.
    CustodianConfig& own = custodians_[i - 1];
    EXPECT_NE(own.share.public_key().ToHex(), custodians_[i % 5].share.public_key().ToHex());
    EXPECT_NE(own.signing_key.verify_key(), custodians_[i % 5].signing_key.verify_key());
  }
  EXPECT_EQ(mode("custodian"), 0u);
  EXPECT_EQ(mode("custodian-6"), 0u);
}

TEST_F(CustodiansTest, AShareThatOthersMayReadOrThatIsAnothersIsNotUsed) {
  const std::string dir = custody_->dir() + "/agent/custodian-1";
  ASSERT_EQ(chmod((dir + "/release_share.key").c_str(), 0640), 0);
  EXPECT_THAT(escrow_agent::LoadCustodianConfig(custody_->custodian(1)).status(),
              StatusIs(absl::StatusCode::kPermissionDenied));
  // The neighbour's share beside one's own signing key.
  ASSERT_EQ(rename((custody_->dir() + "/agent/custodian-2/release_share.key").c_str(),
                   (dir + "/release_share.key").c_str()),
            0);
  EXPECT_THAT(
      escrow_agent::LoadCustodianConfig(custody_->custodian(1)).status(),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("is not that of custodian 1")));
  // One of another key.
  ASSERT_EQ(remove((dir + "/release_share.key").c_str()), 0);
  ASSERT_OK(crypto::ReleaseShare::Generate().Save(dir + "/release_share.key"));
  EXPECT_THAT(
      escrow_agent::LoadCustodianConfig(custody_->custodian(1)).status(),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("is not that of custodian 1")));
  // And nobody's signing key.
  ASSERT_EQ(remove((dir + "/signing.key").c_str()), 0);
  ASSERT_OK(crypto::SigningKey::Generate().Save(dir + "/signing.key"));
  EXPECT_THAT(escrow_agent::LoadCustodianConfig(custody_->custodian(1)).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("none of the signing")));
}

TEST_F(CustodiansTest, EachProvesThatItHasItsShareOnceForEachChallenge) {
  ASSERT_OK_AND_ASSIGN(const std::string today, escrow_agent::AskLiveness(agent_, absl::Now()));
  ASSERT_OK_AND_ASSIGN(const std::string tomorrow,
                       escrow_agent::AskLiveness(agent_, absl::Now() + absl::Hours(24)));
  for (const CustodianConfig& custodian : custodians_) {
    ASSERT_OK_AND_ASSIGN(const std::string proof, escrow_agent::ProveLiveness(today, custodian));
    EXPECT_THAT(escrow_agent::VerifyLiveness(today, proof, agent_), IsOkAndHolds(custodian.number));
    EXPECT_THAT(escrow_agent::VerifyLiveness(tomorrow, proof, agent_),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("of another challenge")));
    tidemark::v1::LivenessProof message;
    ASSERT_TRUE(message.ParseFromString(proof));
    // Put to the new challenge all the same, or under another's number.
    message.set_challenge(tomorrow);
    EXPECT_THAT(escrow_agent::VerifyLiveness(tomorrow, message.SerializeAsString(), agent_),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("not a proof")));
    message.set_challenge(today);
    message.set_custodian(custodian.number % 5 + 1);
    EXPECT_THAT(escrow_agent::VerifyLiveness(today, message.SerializeAsString(), agent_),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("not a proof")));
  }
  vault::AgentConnection other = agent_;
  other.vault_id[0] ^= 1;
  EXPECT_THAT(escrow_agent::CheckChallenge(today, other),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

}  // namespace
}  // namespace tidemark::tests
