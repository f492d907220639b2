// Deposits as registries send them, made by GnuPG.
#include "verifier/processed_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/file.h"
#include "base/testing.h"
#include "verifier/openpgp/gpg_testing.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using base::IsOk;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kRyde[] = "test_2026-11-22_full_S1_R0.ryde";
constexpr char kSig[] = "test_2026-11-22_full_S1_R0.sig";

const ReadContent kRead = [](base::ByteSource& content, rde::RecordSink& sink) {
  return rde::ReadDeposit(content, sink);
};

class ProcessedFiles : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    gpg_ = std::make_unique<Gpg>(base::TestDir());
    ASSERT_THAT(gpg_->MakeKeys(), IsOk());
    registry_ = std::make_unique<OpenPgpKeys>(Load("public.registry", OpenPgpKeys::Kind::kPublic));
    agent_ = std::make_unique<OpenPgpKeys>(Load("secret.agent", OpenPgpKeys::Kind::kSecret));
  }
  // RNP's keys must not outlive its library's own statics.
  static void TearDownTestSuite() {
    registry_.reset();
    agent_.reset();
    gpg_.reset();
  }

  static OpenPgpKeys Load(const std::string& name, OpenPgpKeys::Kind kind) {
    auto keys = OpenPgpKeys::Load(Bytes(name), kind);
    EXPECT_THAT(keys, IsOk());
    return *std::move(keys);
  }
  static std::string Bytes(const std::string& name) {
    const auto file = base::ReadSmallFile(gpg_->Path(name));
    EXPECT_THAT(file, IsOk());
    return file.value_or("");
  }
  static void Write(const std::string& name, const std::string& bytes) {
    ASSERT_THAT(base::WriteFile(gpg_->Path(name), bytes, base::FileMode::kPrivate), IsOk());
  }

  // The deposit, encrypted to the agent and signed by the registry.
  static void Make(const std::string& xml) {
    Write("x.xml", xml);
    ASSERT_THAT(gpg_->Encrypt("x.xml", kRyde, "agent"), IsOk());
    ASSERT_THAT(gpg_->Sign(kRyde, kSig, "registry", Gpg::Form::kBinary), IsOk());
  }
  static CheckOptions Options() {
    CheckOptions options = GoodOptions();
    options.file_name = kRyde;
    return options;
  }
  static Report Check(const CheckOptions& options) {
    ProcessedFile file;
    file.path = gpg_->Path(kRyde);
    file.signature = Bytes(kSig);
    file.public_keys = registry_.get();
    file.decryption_keys = agent_.get();
    return CheckProcessedFile(file, options, kRead);
  }

  static std::unique_ptr<Gpg> gpg_;
  static std::unique_ptr<OpenPgpKeys> registry_;
  static std::unique_ptr<OpenPgpKeys> agent_;
};
std::unique_ptr<Gpg> ProcessedFiles::gpg_;
std::unique_ptr<OpenPgpKeys> ProcessedFiles::registry_;
std::unique_ptr<OpenPgpKeys> ProcessedFiles::agent_;

TEST_F(ProcessedFiles, GoodDepositPassesThrough) {
  Make(DepositText());
  const Report report = Check(Options());
  EXPECT_EQ(report.verdict, Verdict::kPass);
  EXPECT_THAT(CodesOf(report), IsEmpty());
  EXPECT_EQ(report.deposit.id, "20261122001");
}

TEST_F(ProcessedFiles, FlawsOfTheContentAreFound) {
  Make(DepositText({{"<rdeDomain:name>one.test", "<rdeDomain:name>one.toast"}}));
  EXPECT_THAT(CodesOf(Check(Options())), ElementsAre("RDE_DOMAIN_HAS_INVALID_NAME"));
}

TEST_F(ProcessedFiles, WrongSignatureFailsAndTheContentIsJudgedAllTheSame) {
  Make(DepositText({{"<rdeDomain:name>one.test", "<rdeDomain:name>one.toast"}}));
  ASSERT_THAT(gpg_->Sign(kRyde, kSig, "stranger", Gpg::Form::kArmoured), IsOk());
  const Report report = Check(Options());
  EXPECT_EQ(report.verdict, Verdict::kFail);
  EXPECT_THAT(CodesOf(report), ElementsAre("RDE_INVALID_SIGNATURE", "RDE_DOMAIN_HAS_INVALID_NAME"));
}

TEST_F(ProcessedFiles, AlteredMessageFailsAndNothingOfItIsReported) {
  Make(DepositText({{"<rdeDomain:name>one.test", "<rdeDomain:name>one.toast"}}));
  std::string bytes = Bytes(kRyde);
  bytes[bytes.size() - 30] ^= 1;
  Write(kRyde, bytes);
  ASSERT_THAT(gpg_->Sign(kRyde, kSig, "registry", Gpg::Form::kBinary), IsOk());
  const Report report = Check(Options());
  EXPECT_EQ(report.verdict, Verdict::kFail);
  EXPECT_THAT(CodesOf(report), ElementsAre("RDE_DECRYPTION_FAILED"));
  EXPECT_TRUE(report.findings[0].rst_stops_here);
  EXPECT_FALSE(report.deposit.id.has_value());
  EXPECT_THAT(report.counts, IsEmpty());
  EXPECT_THAT(report.skipped, Contains(Field(&Skip::code, Code::kDomainObjectMissing)));
}

TEST_F(ProcessedFiles, MessageToSomebodyElseFails) {
  Make(DepositText());
  ASSERT_THAT(gpg_->Encrypt("x.xml", kRyde, "locked"), IsOk());
  EXPECT_THAT(CodesOf(Check(Options())),
              ElementsAre("RDE_DECRYPTION_FAILED", "RDE_INVALID_SIGNATURE"));
}

TEST_F(ProcessedFiles, MessageWithoutIntegrityNeedsASignatureAndIsNotForRst) {
  Make(DepositText());
  ASSERT_THAT(gpg_->Run({"--rfc2440", "--cipher-algo", "AES", "--recipient", "agent", "--output",
                         kRyde, "--encrypt", "x.xml"}),
              IsOk());
  // The signature is still the other message's.
  EXPECT_THAT(CodesOf(Check(Options())),
              ElementsAre("RDE_DECRYPTION_FAILED", "RDE_INVALID_SIGNATURE"));
  ASSERT_THAT(gpg_->Sign(kRyde, kSig, "registry", Gpg::Form::kBinary), IsOk());
  const Report signed_report = Check(Options());
  EXPECT_EQ(signed_report.verdict, Verdict::kPass);
  EXPECT_THAT(CodesOf(signed_report), ElementsAre("TDM_MESSAGE_UNPROTECTED"));
  CheckOptions rst = Options();
  rst.profile = Profile::kRst;
  EXPECT_THAT(CodesOf(Check(rst)), ElementsAre("RDE_DECRYPTION_FAILED"));
}

TEST_F(ProcessedFiles, WithoutSignatureItsRuleIsSkipped) {
  Make(DepositText());
  ProcessedFile file;
  file.path = gpg_->Path(kRyde);
  file.decryption_keys = agent_.get();
  const Report report = CheckProcessedFile(file, Options(), kRead);
  EXPECT_EQ(report.verdict, Verdict::kPass);
  EXPECT_THAT(report.skipped, Contains(Field(&Skip::code, Code::kInvalidSignature)));
}

TEST_F(ProcessedFiles, UnreadableFileIsUndecided) {
  ProcessedFile file;
  file.path = gpg_->Path("absent.ryde");
  file.decryption_keys = agent_.get();
  const Report report = CheckProcessedFile(file, Options(), kRead);
  EXPECT_EQ(report.verdict, Verdict::kUndecided);
  EXPECT_THAT(CodesOf(report), IsEmpty());
}

TEST_F(ProcessedFiles, MessagesAreToldFromXml) {
  Make(DepositText());
  EXPECT_TRUE(LooksEncrypted(gpg_->Path(kRyde)));
  EXPECT_FALSE(LooksEncrypted(gpg_->Path("x.xml")));
  EXPECT_FALSE(LooksEncrypted(gpg_->Path("absent")));
  Write("utf16", std::string("\xff\xfe<\0", 4));
  EXPECT_FALSE(LooksEncrypted(gpg_->Path("utf16")));
}

}  // namespace
}  // namespace tidemark::verifier
