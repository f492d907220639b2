// Verdicts: appended with a leaf, never replaced.
#include <string>

#include "base/limits.h"
#include "base/status.h"
#include "base/testing.h"
#include "vault/manifest.h"
#include "vault/open_vault_testing.h"
#include "vault/receipt.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::base::IsOk;
using ::tidemark::base::IsOkAndHolds;
using ::tidemark::base::StatusIs;
using tidemark::v1::SignedVerdict;

class VerdictTest : public OpenVaultTest {
 protected:
  void SetUp() override { ASSERT_OK(Store(Make("example/A1/0"), depositor_, *vault_)); }

  using OpenVaultTest::Make;
  SignedVerdict Make(tidemark::v1::VerdictOutcome outcome) {
    return MakeVerdict(vault_->vault_id(), id_, *vault_->Manifest(id_), outcome, key_);
  }
  // Signed after `alter` had its way.
  SignedVerdict MakeAltered(void (*alter)(tidemark::v1::VerdictBody&)) {
    tidemark::v1::VerdictBody body;
    CHECK(body.ParseFromString(Make(tidemark::v1::VERDICT_OUTCOME_PASS).body()));
    alter(body);
    SignedVerdict verdict;
    verdict.set_body(body.SerializeAsString());
    verdict.set_signature(key_.Sign(crypto::SignaturePurpose::kVerdict, verdict.body()));
    return verdict;
  }

  absl::StatusOr<tidemark::v1::ClearManifest> ReadManifest(const DepositId& id) {
    ASSIGN_OR_RETURN(const tidemark::v1::SignedManifest manifest, vault_->Manifest(id));
    return ParseClearManifest(manifest.body());
  }
  absl::Status BeginRelyingOn(const crypto::PackId& pack) {
    ASSIGN_OR_RETURN(const auto open,
                     vault_->Begin({Id("example/B1/0"), crypto::PackId::Random(), {pack}}));
    open->Discard();
    return absl::OkStatus();
  }

  const DepositId id_ = Id("example/A1/0");
  const crypto::SigningKey key_ = crypto::SigningKey::Generate();
};

TEST_F(VerdictTest, LaterOneSupersedesAndTheEarlierStays) {
  const SignedVerdict fail = Make(tidemark::v1::VERDICT_OUTCOME_FAIL);
  const SignedVerdict pass = Make(tidemark::v1::VERDICT_OUTCOME_PASS);
  EXPECT_THAT(vault_->AppendVerdict(fail, key_.verify_key()), IsOkAndHolds(2));
  EXPECT_EQ((*vault_->List(""))[0].latest_verdict, tidemark::v1::VERDICT_OUTCOME_FAIL);
  EXPECT_THAT(vault_->AppendVerdict(pass, key_.verify_key()), IsOkAndHolds(3));
  EXPECT_EQ((*vault_->List(""))[0].latest_verdict, tidemark::v1::VERDICT_OUTCOME_PASS);
  Open();
  ASSERT_OK_AND_ASSIGN(const auto verdicts, vault_->Verdicts(id_));
  ASSERT_THAT(verdicts, SizeIs(2));
  EXPECT_EQ(verdicts[0].SerializeAsString(), fail.SerializeAsString());
  EXPECT_EQ(verdicts[1].SerializeAsString(), pass.SerializeAsString());
  ASSERT_OK_AND_ASSIGN(const auto head,
                       VerifyTreeHead(*vault_->TreeHead(), receipt_key_.verify_key()));
  EXPECT_EQ(head.tree_size(), 4);
  // The receipt is of the commit, whatever came after.
  EXPECT_OK(VerifyReceipt(*vault_->Receipt(id_), receipt_key_.verify_key()));
}

TEST_F(VerdictTest, RepetitionOfTheLatestAppendsNothing) {
  const SignedVerdict pass = Make(tidemark::v1::VERDICT_OUTCOME_PASS);
  EXPECT_THAT(vault_->AppendVerdict(pass, key_.verify_key()), IsOkAndHolds(2));
  EXPECT_THAT(vault_->AppendVerdict(pass, key_.verify_key()), IsOkAndHolds(2));
  EXPECT_THAT(*vault_->Verdicts(id_), SizeIs(1));
}

TEST_F(VerdictTest, WhatIsNotAboutThisDepositIsRefused) {
  using tidemark::v1::VerdictBody;
  const auto append = [this](const SignedVerdict& verdict) {
    return vault_->AppendVerdict(verdict, key_.verify_key());
  };
  const auto bad = StatusIs(StatusCode::kInvalidArgument);
  EXPECT_THAT(append(MakeAltered([](VerdictBody& b) { (*b.mutable_vault_id())[0] ^= 1; })), bad);
  EXPECT_THAT(append(MakeAltered([](VerdictBody& b) { b.set_manifest_digest("x"); })), bad);
  EXPECT_THAT(append(MakeAltered([](VerdictBody& b) { b.set_format(2); })), bad);
  EXPECT_THAT(append(MakeAltered([](VerdictBody& b) { b.clear_outcome(); })), bad);
  EXPECT_THAT(append(MakeAltered([](VerdictBody& b) {
                b.set_outcome(static_cast<tidemark::v1::VerdictOutcome>(9));
              })),
              bad);
  EXPECT_THAT(append(MakeAltered([](VerdictBody& b) { b.clear_identity(); })), bad);
  EXPECT_THAT(append(MakeAltered([](VerdictBody& b) { b.mutable_identity()->set_id("ABSENT"); })),
              StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(append(MakeAltered([](VerdictBody& b) {
                b.set_report_json(std::string(base::kVerdictBytesMax, 'x'));
              })),
              StatusIs(StatusCode::kResourceExhausted));
  EXPECT_THAT(*vault_->Verdicts(id_), IsEmpty());
}

// The client's index was wrong: the packs that it spoke of are answered like those that are absent.
TEST_F(VerdictTest, PacksOfADepositThatDoesNotGiveItsFileBackAreNotHeldAnyMore) {
  // A second deposit that relies on the first one's pack, and a third that has nothing to do with
  // it.
  ASSERT_OK_AND_ASSIGN(const auto first, ReadManifest(id_));
  const crypto::PackId old_pack = *crypto::PackId::FromBytes(first.new_pack_id());
  TestUpload second = MakeUpload(vault_->vault_id(), Id("example/A2/0"), {.content = "second"});
  *second.manifest.add_packs() = first.packs(0);
  {
    ASSERT_OK_AND_ASSIGN(const auto open, vault_->Begin({second.deposit, second.pack, {old_pack}}));
    ASSERT_OK(Send(second, *open));
    ASSERT_OK(open->Commit(second.Sign(depositor_)));
  }
  const TestUpload third = MakeUpload(vault_->vault_id(), Id("example/A3/0"), {.content = "third"});
  ASSERT_OK(Store(third, depositor_, *vault_));
  ASSERT_OK(BeginRelyingOn(old_pack));
  // One that is open when the verdict comes is refused at its commit.
  TestUpload open_then = MakeUpload(vault_->vault_id(), Id("example/A4/0"), {.content = "fourth"});
  *open_then.manifest.add_packs() = first.packs(0);
  ASSERT_OK_AND_ASSIGN(const auto open,
                       vault_->Begin({open_then.deposit, open_then.pack, {old_pack}}));
  ASSERT_OK(Send(open_then, *open));

  tidemark::v1::VerdictBody mismatch;
  ASSERT_TRUE(mismatch.ParseFromString(MakeVerdict(vault_->vault_id(), second.deposit,
                                                   *vault_->Manifest(second.deposit),
                                                   tidemark::v1::VERDICT_OUTCOME_FAIL, key_)
                                           .body()));
  mismatch.set_content_mismatch(true);
  SignedVerdict verdict;
  verdict.set_body(mismatch.SerializeAsString());
  verdict.set_signature(key_.Sign(crypto::SignaturePurpose::kVerdict, verdict.body()));
  ASSERT_OK(vault_->AppendVerdict(verdict, key_.verify_key()));

  const auto expect_distrusted = [&] {
    for (const crypto::PackId& pack : {old_pack, second.pack, crypto::PackId::Random()}) {
      EXPECT_THAT(BeginRelyingOn(pack),
                  StatusIs(StatusCode::kFailedPrecondition,
                           "pack " + pack.ToHex() + " is not held for this TLD; send in full"));
    }
    EXPECT_OK(BeginRelyingOn(third.pack));
  };
  expect_distrusted();
  EXPECT_THAT(open->Commit(open_then.Sign(depositor_)),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("send in full")));
  // A later pass does not bring the trust back; custody of what is there goes on.
  ASSERT_OK(vault_->AppendVerdict(
      MakeVerdict(vault_->vault_id(), second.deposit, *vault_->Manifest(second.deposit),
                  tidemark::v1::VERDICT_OUTCOME_PASS, key_),
      key_.verify_key()));
  expect_distrusted();
  EXPECT_OK(vault_->Frame(second.deposit, old_pack, 0));
}

TEST_F(VerdictTest, AnotherKeyIsRefused) {
  const crypto::SigningKey other = crypto::SigningKey::Generate();
  EXPECT_THAT(vault_->AppendVerdict(Make(tidemark::v1::VERDICT_OUTCOME_PASS), other.verify_key()),
              StatusIs(StatusCode::kPermissionDenied));
  SignedVerdict altered = Make(tidemark::v1::VERDICT_OUTCOME_FAIL);
  altered.mutable_body()->append("\x58\x01");
  EXPECT_THAT(vault_->AppendVerdict(altered, key_.verify_key()),
              StatusIs(StatusCode::kPermissionDenied));
  EXPECT_THAT(*vault_->Verdicts(id_), IsEmpty());
}

}  // namespace
}  // namespace tidemark::vault
