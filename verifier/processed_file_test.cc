// Deposits as registries send them, made by GnuPG.
#include "verifier/processed_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "verifier/input/deposit_input.h"
#include "verifier/looks_encrypted.h"
#include "verifier/openpgp/gpg_testing.h"
#include "verifier/testing/csv_deposit_text.h"
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

const ReadContent kRead = [](base::ByteSource& content, DepositChecker& checker) {
  const auto read_xml = [](base::ByteSource& xml, rde::RecordSink& records) {
    return rde::ReadDeposit(xml, records);
  };
  return ReadStream(content, read_xml, {}, checker);
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
  // The same of a tar: the parts of a text as of csv_deposit_text.h, those after the XML by name.
  static void MakeTar(const std::string& text) {
    const std::vector<std::string> parts = absl::StrSplit(text, "=== ");
    const std::string dir = gpg_->Path("tar");
    ASSERT_THAT(base::MakeDirs(dir, base::FileMode::kPrivate), IsOk());
    Write("tar/test_2026-11-22_full_S1_R0.xml", parts[0]);
    for (size_t i = 1; i < parts.size(); ++i) {
      const std::pair<std::string, std::string> file =
          absl::StrSplit(parts[i], absl::MaxSplits('\n', 1));
      Write("tar/" + file.first, file.second);
    }
    auto tar = base::Subprocess::Start(
        {.argv = {"/bin/sh", "-c", "cd " + dir + " && tar -cf ../x.xml *"}});
    ASSERT_THAT(tar, IsOk());
    ASSERT_THAT((*tar)->Wait(absl::Seconds(30)), IsOk());
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
    file.parts = {{gpg_->Path(kRyde), Bytes(kSig)}};
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
  EXPECT_THAT(CodesOf(Check(Options())),
              ElementsAre("RDE_DOMAIN_HAS_INVALID_NAME", "TDM_HOST_SUPERORDINATE_MISSING"));
}

TEST_F(ProcessedFiles, CsvFilesOfATarAreRead) {
  MakeTar(CsvDepositText());
  const Report good = Check(Options());
  EXPECT_EQ(good.verdict, Verdict::kPass);
  EXPECT_THAT(CodesOf(good), IsEmpty());
  EXPECT_EQ(good.counts.at("urn:ietf:params:xml:ns:csvDomain-1.0"), 2);
  MakeTar(CsvDepositText({{"H1-TEST,192.0.2.1,v4", "H1-TEST,192.0.2.1,v5"}}));
  EXPECT_THAT(CodesOf(Check(Options())), Contains("TDM_CSV_VALUE_INVALID"));
}

TEST_F(ProcessedFiles, CsvFilesThatTheMessageHasNotAreUndecided) {
  const std::string text = CsvDepositText();
  Make(text.substr(0, text.find("=== ")));
  const Report report = Check(Options());
  EXPECT_EQ(report.verdict, Verdict::kUndecided);
  EXPECT_THAT(CodesOf(report), IsEmpty());
  EXPECT_THAT(report.skipped, Contains(Field(&Skip::code, Code::kInvalidCsv)));
}

TEST_F(ProcessedFiles, WrongSignatureFailsAndTheContentIsJudgedAllTheSame) {
  Make(DepositText({{"<rdeDomain:name>one.test", "<rdeDomain:name>one.toast"}}));
  ASSERT_THAT(gpg_->Sign(kRyde, kSig, "stranger", Gpg::Form::kArmoured), IsOk());
  const Report report = Check(Options());
  EXPECT_EQ(report.verdict, Verdict::kFail);
  ExpectRaised(report, "RDE_INVALID_SIGNATURE");
  EXPECT_THAT(CodesOf(report), ElementsAre("RDE_INVALID_SIGNATURE", "RDE_DOMAIN_HAS_INVALID_NAME",
                                           "TDM_HOST_SUPERORDINATE_MISSING"));
}

TEST_F(ProcessedFiles, AlteredMessageFailsAndNothingOfItIsReported) {
  Make(DepositText({{"<rdeDomain:name>one.test", "<rdeDomain:name>one.toast"}}));
  std::string bytes = Bytes(kRyde);
  bytes[bytes.size() - 30] ^= 1;
  Write(kRyde, bytes);
  ASSERT_THAT(gpg_->Sign(kRyde, kSig, "registry", Gpg::Form::kBinary), IsOk());
  const Report report = Check(Options());
  EXPECT_EQ(report.verdict, Verdict::kFail);
  ExpectRaised(report, "RDE_DECRYPTION_FAILED");
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
  ExpectRaised(signed_report, "TDM_MESSAGE_UNPROTECTED");
  EXPECT_THAT(CodesOf(signed_report), ElementsAre("TDM_MESSAGE_UNPROTECTED"));
  CheckOptions rst = Options();
  rst.profile = Profile::kRst;
  EXPECT_THAT(CodesOf(Check(rst)), ElementsAre("RDE_DECRYPTION_FAILED"));
}

TEST_F(ProcessedFiles, WithoutSignatureItsRuleIsSkipped) {
  Make(DepositText());
  ProcessedFile file;
  file.parts = {{gpg_->Path(kRyde)}};
  file.decryption_keys = agent_.get();
  const Report report = CheckProcessedFile(file, Options(), kRead);
  EXPECT_EQ(report.verdict, Verdict::kPass);
  EXPECT_THAT(report.skipped, Contains(Field(&Skip::code, Code::kInvalidSignature)));
}

TEST_F(ProcessedFiles, UnreadableFileIsUndecided) {
  ProcessedFile file;
  file.parts = {{gpg_->Path("absent.ryde")}};
  file.decryption_keys = agent_.get();
  const Report report = CheckProcessedFile(file, Options(), kRead);
  EXPECT_EQ(report.verdict, Verdict::kUndecided);
  EXPECT_THAT(CodesOf(report), IsEmpty());
}

TEST_F(ProcessedFiles, PartsAreOneMessageAndEachHasItsSignature) {
  Make(DepositText());
  const std::string bytes = Bytes(kRyde);
  ProcessedFile file;
  file.public_keys = registry_.get();
  file.decryption_keys = agent_.get();
  for (int i = 0; i < 3; ++i) {
    const std::string name = absl::StrCat("part", i, ".ryde");
    Write(name,
          bytes.substr(bytes.size() * i / 3, bytes.size() * (i + 1) / 3 - bytes.size() * i / 3));
    ASSERT_THAT(gpg_->Sign(name, name + ".sig", "registry", Gpg::Form::kBinary), IsOk());
    file.parts.push_back({gpg_->Path(name), Bytes(name + ".sig")});
  }
  const Report whole = CheckProcessedFile(file, Options(), kRead);
  EXPECT_EQ(whole.verdict, Verdict::kPass);
  EXPECT_THAT(CodesOf(whole), IsEmpty());
  std::swap(file.parts[1].signature, file.parts[2].signature);
  const Report exchanged = CheckProcessedFile(file, Options(), kRead);
  EXPECT_THAT(CodesOf(exchanged), ElementsAre("RDE_INVALID_SIGNATURE"));
  EXPECT_THAT(exchanged.findings[0].message, ::testing::HasSubstr("part1.ryde"));
  std::swap(file.parts[1], file.parts[2]);
  EXPECT_THAT(CodesOf(CheckProcessedFile(file, Options(), kRead)),
              Contains("RDE_DECRYPTION_FAILED"));
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
