#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/bytes.h"
#include "base/testing.h"
#include "crypto/sign.h"
#include "escrow_agent/client/deposit_client.h"
#include "escrow_agent/release/release.h"
#include "tests/integration/custody_fixture.h"
#include "vault/manifest.h"
#include "verifier/opening/opening.h"
#include "verifier/release/release.h"

namespace tidemark::tests {
namespace {

using base::IsOkAndHolds;
using base::StatusIs;
using ::testing::HasSubstr;

class ReleaseTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(custody_, Custody::Start());
    ASSERT_OK_AND_ASSIGN(const std::string path,
                         custody_->Enrol(vault::Role::kSuccessor, "example", "successor"));
    ASSERT_OK_AND_ASSIGN(agent_, custody_->Connection(path));
    ASSERT_OK_AND_ASSIGN(vault_, vault::RemoteVault::Connect(agent_));
    ASSERT_OK_AND_ASSIGN(const auto one, custody_->Deposit(content_));
    ASSERT_OK_AND_ASSIGN(const auto two, custody_->Deposit(MakeDeposit({.id = "A2"})));
    ids_ = {one.id, two.id};
  }

  absl::StatusOr<crypto::OpeningKey> SuccessorKey() {
    return crypto::OpeningKey::Load(custody_->dir() + "/successor/opening.key");
  }

  // What the custodian does: reads the record with its own certificate, and nothing else.
  absl::StatusOr<tidemark::v1::ReleasePackage> Release(const vault::DepositId& id) {
    ASSIGN_OR_RETURN(const auto config,
                     escrow_agent::LoadCustodianConfig(custody_->custodian()));
    ASSIGN_OR_RETURN(const auto agent, custody_->Connection(custody_->custodian()));
    ASSIGN_OR_RETURN(const auto vault, vault::RemoteVault::Connect(agent));
    ASSIGN_OR_RETURN(const auto deposit, verifier::FetchSealedDeposit(*vault, agent, id));
    ASSIGN_OR_RETURN(const auto successor,
                     escrow_agent::LoadSuccessorKey(custody_->dir() +
                                                    "/successor/successor.pub.toml"));
    return escrow_agent::MakeRelease(
        deposit, {.successor = successor, .reason = "case 17", .now = absl::Now()}, config);
  }

  // As releases were made when there was one custodian of one who opened the key itself.
  absl::StatusOr<tidemark::v1::ReleasePackage> ReleaseOfFormat1(const vault::DepositId& id) {
    ASSIGN_OR_RETURN(const auto config,
                     escrow_agent::LoadCustodianConfig(custody_->custodian()));
    ASSIGN_OR_RETURN(const auto deposit, Fetch(id));
    ASSIGN_OR_RETURN(const auto successor, SuccessorKey());
    ASSIGN_OR_RETURN(
        const auto key,
        config.share.Unwrap(deposit.manifest.release_wrap(),
                            vault::SealingContext(deposit.manifest.vault_id(), id)));
    const std::string key_id = successor.public_key().key_id();
    tidemark::v1::ReleaseBody body;
    body.set_format(1);
    body.set_vault_id(deposit.manifest.vault_id());
    *body.mutable_identity() = vault::ToProto(id);
    body.set_manifest_digest(deposit.manifest_digest);
    body.set_successor_key_id(key_id);
    body.set_successor_wrap(
        successor.public_key().Wrap(key, verifier::ReleaseContext(deposit, key_id)));
    body.set_reason("case 17");
    body.set_released_at_unix_micros(absl::ToUnixMicros(absl::Now()));
    tidemark::v1::ReleasePackage package;
    package.set_body(body.SerializeAsString());
    package.set_signature(
        config.signing_key.Sign(crypto::SignaturePurpose::kRelease, package.body()));
    return package;
  }

  absl::StatusOr<verifier::SealedDeposit> Fetch(const vault::DepositId& id) {
    return verifier::FetchSealedDeposit(*vault_, agent_, id);
  }

  const std::string content_ = MakeDeposit({.id = "A1", .objects = 500});
  std::unique_ptr<Custody> custody_;
  vault::AgentConnection agent_;
  std::unique_ptr<vault::RemoteVault> vault_;
  std::vector<vault::DepositId> ids_;
};

TEST_F(ReleaseTest, OpensThatDepositForThatSuccessor) {
  ASSERT_OK_AND_ASSIGN(const auto package, Release(ids_[0]));
  ASSERT_OK_AND_ASSIGN(const auto old_package, ReleaseOfFormat1(ids_[0]));
  ASSERT_OK_AND_ASSIGN(const auto deposit, Fetch(ids_[0]));
  ASSERT_OK_AND_ASSIGN(const auto key, SuccessorKey());
  for (const tidemark::v1::ReleasePackage& either : {package, old_package}) {
    ASSERT_OK_AND_ASSIGN(auto released,
                         verifier::UnwrapForSuccessor(deposit, either, key, agent_));
    EXPECT_THAT(released.remarks, ::testing::IsEmpty());
    ASSERT_OK_AND_ASSIGN(
        const auto opened,
        verifier::OpenDeposit(*vault_, deposit, agent_, std::move(released.key)));
    EXPECT_THAT(ReadAll(*opened), IsOkAndHolds(content_));
  }
}

TEST_F(ReleaseTest, OpensNoOtherDeposit) {
  ASSERT_OK_AND_ASSIGN(const auto package, Release(ids_[0]));
  ASSERT_OK_AND_ASSIGN(const auto old_package, ReleaseOfFormat1(ids_[0]));
  ASSERT_OK_AND_ASSIGN(const auto deposit, Fetch(ids_[1]));
  ASSERT_OK_AND_ASSIGN(const auto key, SuccessorKey());
  for (const tidemark::v1::ReleasePackage& either : {package, old_package}) {
    EXPECT_THAT(verifier::UnwrapForSuccessor(deposit, either, key, agent_).status(),
                StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("A2")));
  }
}

TEST_F(ReleaseTest, OpensForNoOtherSuccessor) {
  ASSERT_OK_AND_ASSIGN(const auto package, Release(ids_[0]));
  ASSERT_OK_AND_ASSIGN(const auto old_package, ReleaseOfFormat1(ids_[0]));
  ASSERT_OK_AND_ASSIGN(const auto deposit, Fetch(ids_[0]));
  const crypto::OpeningKey other = crypto::OpeningKey::Generate();
  for (const tidemark::v1::ReleasePackage& either : {package, old_package}) {
    EXPECT_THAT(verifier::UnwrapForSuccessor(deposit, either, other, agent_).status(),
                StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("another successor")));
  }
}

TEST_F(ReleaseTest, AlteredOrForeignPackageOfFormat1IsDataLoss) {
  ASSERT_OK_AND_ASSIGN(auto package, ReleaseOfFormat1(ids_[0]));
  ASSERT_OK_AND_ASSIGN(const auto deposit, Fetch(ids_[0]));
  ASSERT_OK_AND_ASSIGN(const auto key, SuccessorKey());
  vault::AgentConnection other = agent_;
  other.custodian_keys_hex = {crypto::SigningKey::Generate().verify_key().ToHex()};
  EXPECT_THAT(verifier::UnwrapForSuccessor(deposit, package, key, other).status(),
              StatusIs(absl::StatusCode::kDataLoss));
  (*package.mutable_body())[package.body().size() / 2] ^= 1;
  EXPECT_THAT(verifier::UnwrapForSuccessor(deposit, package, key, agent_).status(),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(ReleaseTest, AlteredOrForeignPackageOpensNothing) {
  ASSERT_OK_AND_ASSIGN(const auto package, Release(ids_[0]));
  ASSERT_OK_AND_ASSIGN(const auto deposit, Fetch(ids_[0]));
  ASSERT_OK_AND_ASSIGN(const auto key, SuccessorKey());
  vault::AgentConnection other = agent_;
  other.custodian_keys_hex = {crypto::SigningKey::Generate().verify_key().ToHex()};
  EXPECT_THAT(verifier::UnwrapForSuccessor(deposit, package, key, other).status(),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("not signed by it")));
  const std::string bytes = package.SerializeAsString();
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string altered = bytes;
    altered[at] ^= 1;
    const auto parsed = verifier::ParsePackage(altered);
    if (!parsed.ok()) continue;
    EXPECT_FALSE(verifier::UnwrapForSuccessor(deposit, *parsed, key, agent_).ok()) << at;
  }
}

TEST_F(ReleaseTest, ReleaseWrapThatDoesNotMatchIsRefusedByTheVerifier) {
  ASSERT_OK_AND_ASSIGN(const auto agent, custody_->Connection(custody_->verifier()));
  ASSERT_OK_AND_ASSIGN(auto deposit, Fetch(ids_[0]));
  ASSERT_OK_AND_ASSIGN(const auto other, Fetch(ids_[1]));
  ASSERT_OK_AND_ASSIGN(const auto key, custody_->OpeningKey());
  ASSERT_OK(verifier::UnwrapForVerifier(deposit, key, agent));
  // As a depositor would have to lie: everything but this one field is in order.
  deposit.manifest.set_release_wrap(other.manifest.release_wrap());
  EXPECT_THAT(verifier::UnwrapForVerifier(deposit, key, agent),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("release wrap does not match")));
}

TEST_F(ReleaseTest, KeyCommitmentThatDoesNotMatchIsRefused) {
  ASSERT_OK_AND_ASSIGN(const auto agent, custody_->Connection(custody_->verifier()));
  ASSERT_OK_AND_ASSIGN(auto deposit, Fetch(ids_[0]));
  ASSERT_OK_AND_ASSIGN(const auto key, custody_->OpeningKey());
  deposit.manifest.mutable_key_commitment()->at(3) ^= 1;
  EXPECT_THAT(verifier::UnwrapForVerifier(deposit, key, agent),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("commitment")));
}

TEST_F(ReleaseTest, ACustodianReadsNoFrames) {
  ASSERT_OK_AND_ASSIGN(const auto agent, custody_->Connection(custody_->custodian()));
  ASSERT_OK_AND_ASSIGN(const auto vault, vault::RemoteVault::Connect(agent));
  EXPECT_THAT(vault->ReadManifest(ids_[0], [](absl::string_view) { return absl::OkStatus(); }),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(ReleaseTest, ASuccessorOfAnotherTldReadsNothing) {
  ASSERT_OK_AND_ASSIGN(const std::string path,
                       custody_->Enrol(vault::Role::kSuccessor, "other", "other"));
  ASSERT_OK_AND_ASSIGN(const auto agent, custody_->Connection(path));
  ASSERT_OK_AND_ASSIGN(const auto vault, vault::RemoteVault::Connect(agent));
  EXPECT_THAT(verifier::FetchSealedDeposit(*vault, agent, ids_[0]),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

}  // namespace
}  // namespace tidemark::tests
