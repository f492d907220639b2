#include "verifier/verdict.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/testing.h"
#include "crypto/digest.h"
#include "verifier/opening/opening.h"
#include "verifier/report_json.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using base::StatusIs;
using tidemark::v1::SignedVerdict;
using tidemark::v1::VerdictBody;

constexpr char kVaultId[] = "0123456789abcdef";

class VerdictTest : public ::testing::Test {
 protected:
  VerdictTest()
      : key_(crypto::SigningKey::Generate()),
        sealed_{.id = *vault::DepositId::Create("test", "20261122001", 0),
                .signed_manifest = {},
                .manifest = {},
                .manifest_digest = std::string(crypto::Blake2b("manifest").bytes()),
                .receipt = {}} {
    agent_.vault_id = kVaultId;
    agent_.verdict_key_hex = key_.verify_key().ToHex();
  }

  VerdictBinding Binding() const {
    return {kVaultId, sealed_.id, sealed_.manifest_digest, absl::FromUnixSeconds(1795312800)};
  }
  SignedVerdict Make(absl::string_view text) const {
    return MakeVerdict(CheckText(text, GoodOptions()), Binding(), key_);
  }

  crypto::SigningKey key_;
  SealedDeposit sealed_;
  vault::AgentConnection agent_;
};

TEST_F(VerdictTest, SaysWhatWasJudgedAndHow) {
  ASSERT_OK_AND_ASSIGN(const VerdictBody body, CheckVerdict(sealed_, Make(DepositText()), agent_));
  EXPECT_EQ(body.outcome(), tidemark::v1::VERDICT_OUTCOME_PASS);
  EXPECT_EQ(body.ruleset(), "gtld-ra");
  EXPECT_EQ(body.profile(), "gtld");
  EXPECT_EQ(body.judged_at_unix_micros(), 1795312800000000);
  Report report = CheckText(DepositText(), GoodOptions());
  report.recoverability->examples.clear();
  EXPECT_EQ(body.report_json(), ReportJson(report));
  ASSERT_OK_AND_ASSIGN(const VerdictBody fail, CheckVerdict(sealed_, Make(""), agent_));
  EXPECT_EQ(fail.outcome(), tidemark::v1::VERDICT_OUTCOME_FAIL);
}

// The vault acts on it without reading a report.
TEST_F(VerdictTest, TellsTheVaultWhetherTheFileCameBack) {
  EXPECT_FALSE(CheckVerdict(sealed_, Make(DepositText()), agent_)->content_mismatch());
  EXPECT_FALSE(CheckVerdict(sealed_, Make(""), agent_)->content_mismatch());
  Report report = CheckText(DepositText(), GoodOptions());
  report.findings.push_back({Code::kContentMismatch, "", rde::Position{}, "", "", 1});
  EXPECT_TRUE(
      CheckVerdict(sealed_, MakeVerdict(report, Binding(), key_), agent_)->content_mismatch());
}

TEST_F(VerdictTest, TellsTheVaultNoName) {
  Report report = CheckText(DepositText(), GoodOptions());
  report.findings.push_back({Code::kContentMismatch, "domain secret-plans.test",
                             rde::Position{12, 345}, "about secret-plans.test", "s***", 2});
  const SignedVerdict verdict = MakeVerdict(report, Binding(), key_);
  EXPECT_EQ(verdict.body().find("secret-plans"), std::string::npos);
  EXPECT_EQ(verdict.body().find("s***"), std::string::npos);
  // Nor whose mail is nobody's: the numbers stay, the examples go.
  EXPECT_FALSE(report.recoverability->examples.empty());
  EXPECT_EQ(verdict.body().find("C1-TEST"), std::string::npos);
  ASSERT_OK_AND_ASSIGN(const VerdictBody body, CheckVerdict(sealed_, verdict, agent_));
  const auto json = nlohmann::json::parse(body.report_json());
  EXPECT_EQ(json["findings"].back()["object"], "domain");
  EXPECT_EQ(json["findings"].back()["line"], 12);
}

TEST_F(VerdictTest, EveryFlippedByteIsRefused) {
  const SignedVerdict good = Make(DepositText());
  for (size_t i = 0; i < good.body().size(); i += 37) {
    SignedVerdict bad = good;
    (*bad.mutable_body())[i] ^= 1;
    EXPECT_THAT(CheckVerdict(sealed_, bad, agent_), StatusIs(absl::StatusCode::kDataLoss));
  }
  for (size_t i = 0; i < good.signature().size(); ++i) {
    SignedVerdict bad = good;
    (*bad.mutable_signature())[i] ^= 0x80;
    EXPECT_THAT(CheckVerdict(sealed_, bad, agent_), StatusIs(absl::StatusCode::kDataLoss));
  }
}

TEST_F(VerdictTest, OfAnotherKeyDepositManifestOrVaultIsRefused) {
  const Report report = CheckText(DepositText(), GoodOptions());
  const SignedVerdict by_other = MakeVerdict(report, Binding(), crypto::SigningKey::Generate());
  EXPECT_THAT(CheckVerdict(sealed_, by_other, agent_), StatusIs(absl::StatusCode::kDataLoss));
  VerdictBinding binding = Binding();
  binding.deposit = *vault::DepositId::Create("test", "20261122001", 1);
  EXPECT_THAT(CheckVerdict(sealed_, MakeVerdict(report, binding, key_), agent_),
              StatusIs(absl::StatusCode::kDataLoss));
  binding = Binding();
  binding.manifest_digest = std::string(crypto::Blake2b("another").bytes());
  EXPECT_THAT(CheckVerdict(sealed_, MakeVerdict(report, binding, key_), agent_),
              StatusIs(absl::StatusCode::kDataLoss));
  binding = Binding();
  binding.vault_id = "another-vault-16";
  EXPECT_THAT(CheckVerdict(sealed_, MakeVerdict(report, binding, key_), agent_),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(VerdictTest, LargeReportIsCutAndItsCountsStayTrue) {
  Report report = CheckText(DepositText(), GoodOptions());
  for (int code = 0; code < kCodeCount; ++code) {
    for (size_t i = 0; i < base::kFindingsPerCodeMax; ++i) {
      report.findings.push_back({static_cast<Code>(code), "domain a.test",
                                 rde::Position{1, static_cast<int64_t>(i)}, std::string(600, 'm'),
                                 "", 4711});
    }
  }
  ASSERT_GT(ReportJson(report).size(), base::kVerdictBytesMax);
  const SignedVerdict verdict = MakeVerdict(report, Binding(), key_);
  EXPECT_LE(verdict.body().size(), base::kVerdictBytesMax);
  ASSERT_OK_AND_ASSIGN(const VerdictBody body, CheckVerdict(sealed_, verdict, agent_));
  const auto json = nlohmann::json::parse(body.report_json());
  std::set<std::string> codes;
  for (const auto& finding : json["findings"]) {
    EXPECT_EQ(finding["count"], 4711);
    codes.insert(finding["code"]);
  }
  EXPECT_EQ(codes.size(), static_cast<size_t>(kCodeCount));
  // Without names the report fits; in less room, findings are left out and it says so.
  const auto cut = nlohmann::json::parse(FittingReportJson(report, base::kVerdictBytesMax / 2));
  EXPECT_LE(cut.dump().size(), base::kVerdictBytesMax / 2);
  int notes = 0;
  for (const auto& skip : cut["skipped"]) {
    notes += skip["why"] == "more findings of this code than fit into a verdict";
  }
  EXPECT_EQ(notes, kCodeCount);
}

TEST(Verdict, NamesWhatADiffWasJudgedOn) {
  ASSERT_OK_AND_ASSIGN(const vault::DepositId full, vault::DepositId::Create("test", "1", 0));
  ASSERT_OK_AND_ASSIGN(const vault::DepositId diff, vault::DepositId::Create("test", "2", 3));
  const crypto::SigningKey key = crypto::SigningKey::Generate();
  const tidemark::v1::SignedVerdict verdict = MakeVerdict(Report(),
                                                          {.vault_id = "vault",
                                                           .deposit = diff,
                                                           .manifest_digest = std::string(32, 'd'),
                                                           .judged_at = absl::UnixEpoch(),
                                                           .bases = {{full, std::string(32, 'f')}}},
                                                          key);
  tidemark::v1::VerdictBody body;
  ASSERT_TRUE(body.ParseFromString(verdict.body()));
  ASSERT_EQ(body.bases_size(), 1);
  EXPECT_EQ(body.bases(0).identity().id(), "1");
  EXPECT_EQ(body.bases(0).manifest_digest(), std::string(32, 'f'));
}

}  // namespace
}  // namespace tidemark::verifier
