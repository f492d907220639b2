// Bad input of every kind, through the whole system: the code, the exit status, nothing stored
// half, and a server that goes on.

#include <unistd.h>

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"
#include "nlohmann/json.hpp"
#include "tests/support/deposits.h"
#include "tests/support/escrow.h"

namespace tidemark::tests {
namespace {

using ::nlohmann::json;

constexpr char kTld[] = "example";
constexpr char kFileName[] = "example_2026-11-22_full_S1_R0.xml";

class BadInput : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new std::string(base::TestDir());
    generator::GeneratorOptions options;
    options.tld = kTld;
    options.domains = 60;
    const absl::StatusOr<GeneratedDeposit> source = WriteDeposit(*dir_, options);
    ASSERT_TRUE(source.ok()) << source.status();
    const absl::StatusOr<std::string> text = base::ReadSmallFile(source->deposit_path, 64 << 20);
    ASSERT_TRUE(text.ok()) << text.status();
    good_ = new std::string(*text);
    path_ = new std::string(source->deposit_path);
  }

  static void TearDownTestSuite() {
    delete dir_;
    delete good_;
    delete path_;
  }

  // Codes of the findings of `check` over `text`, and its exit status in `exit_status`.
  static std::set<std::string> Check(const std::string& text, int& exit_status) {
    const std::string path = absl::StrCat(base::TestDir(), "/", kFileName);
    EXPECT_OK(base::WriteFile(path, text, base::FileMode::kPrivate));
    const auto result = Tidemark({"check", path, "--format", "json"});
    EXPECT_OK(result);
    exit_status = result->exit_status;
    std::set<std::string> codes;
    const json report = json::parse(result->out, nullptr, false);
    EXPECT_FALSE(report.is_discarded()) << result->out << result->err;
    if (report.is_discarded()) return codes;
    EXPECT_EQ(report["verdict"], exit_status == 0 ? "pass" : "fail");
    for (const json& finding : report["findings"]) {
      codes.insert(finding["code"].get<std::string>());
    }
    return codes;
  }

  static void ExpectFinding(const std::string& text, const std::string& code) {
    int exit_status = -1;
    const std::set<std::string> codes = Check(text, exit_status);
    EXPECT_EQ(exit_status, 1);
    EXPECT_EQ(codes.count(code), 1u) << code << " not among " << ::testing::PrintToString(codes);
  }

  static std::string* dir_;
  static std::string* good_;
  static std::string* path_;
};

std::string* BadInput::dir_ = nullptr;
std::string* BadInput::good_ = nullptr;
std::string* BadInput::path_ = nullptr;

TEST_F(BadInput, GoodNeighbourPasses) {
  int exit_status = -1;
  Check(*good_, exit_status);
  EXPECT_EQ(exit_status, 0);
}

TEST_F(BadInput, TruncatedAtEveryTenthIsAParseError) {
  for (size_t tenth = 1; tenth < 10; ++tenth) {
    SCOPED_TRACE(tenth);
    ExpectFinding(good_->substr(0, good_->size() * tenth / 10), "RDE_XML_PARSE_ERROR");
  }
}

TEST_F(BadInput, EmptyFileIsAParseError) { ExpectFinding("", "RDE_XML_PARSE_ERROR"); }

TEST_F(BadInput, AnyDoctypeIsAParseError) {
  const size_t after_declaration = good_->find("?>") + 2;
  for (const char* doctype : {"<!DOCTYPE deposit>", "<!DOCTYPE d SYSTEM 'file:///etc/passwd'>",
                              "<!DOCTYPE d [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]>"}) {
    SCOPED_TRACE(doctype);
    std::string text = *good_;
    text.insert(after_declaration, doctype);
    ExpectFinding(text, "RDE_XML_PARSE_ERROR");
  }
}

TEST_F(BadInput, DeepNestingIsOverALimit) {
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "<a>";
  const size_t contents_end = good_->rfind("</");
  ExpectFinding(good_->substr(0, good_->rfind("</", contents_end - 1)) + deep,
                "TDM_LIMIT_EXCEEDED");
}

TEST_F(BadInput, NulByteIsAParseError) {
  std::string text = *good_;
  text[text.size() / 2] = '\0';
  ExpectFinding(text, "RDE_XML_PARSE_ERROR");
}

TEST_F(BadInput, Utf16IsNotUtf8) {
  std::string little = "\xff\xfe";
  for (const char c : *good_) {
    little += c;
    little += '\0';
  }
  ExpectFinding(little, "TDM_NOT_UTF8");
}

TEST_F(BadInput, UnreadableFileIsUndecided) {
  ASSERT_OK_AND_ASSIGN(const base::RunResult result, Tidemark({"check", *dir_ + "/absent.xml"}));
  EXPECT_EQ(result.exit_status, 2);
}

TEST_F(BadInput, StandardInputTwiceIsWrongUsageAndNoVerdict) {
  ASSERT_OK_AND_ASSIGN(const base::RunResult result,
                       Tidemark({"check", "-", "-", "--format", "json"}));
  EXPECT_EQ(result.exit_status, 2);
  EXPECT_EQ(result.out, "");
}

// What `list` shows of the vault, as JSON text; the server must answer.
std::string Listed(const Escrow& escrow) {
  const auto result = Tidemark({"list", "--config", escrow.operator_config(), "--format", "json"});
  EXPECT_OK(result);
  EXPECT_EQ(result->exit_status, 0) << result->err;
  return result->out;
}

TEST_F(BadInput, WrongTldsCertificateIsRefusedAndStoresNothing) {
  ASSERT_OK_AND_ASSIGN(const auto escrow, Escrow::Start({.tld = "other"}));
  ASSERT_OK(escrow->Enroll("operator", kTld, "operator-example"));
  const std::string before = Listed(*escrow);
  // The other registry's certificate, with its configuration claiming our TLD.
  const std::string claimed = escrow->dir() + "/depositor/claimed.toml";
  ASSERT_OK(EditFile(escrow->depositor(), claimed, [](std::string text) {
    const size_t at = text.find("\"other\"");
    return at == std::string::npos ? text : text.replace(at, 7, "\"example\"");
  }));
  for (const std::string& config : {escrow->depositor(), claimed}) {
    ASSERT_OK_AND_ASSIGN(const base::RunResult result,
                         Tidemark({"deposit", *path_, "--config", config}));
    EXPECT_EQ(result.exit_status, 1) << result.err;
  }
  EXPECT_EQ(Listed(*escrow), before);
  EXPECT_TRUE(escrow->ServerRuns());
}

TEST_F(BadInput, DepositorCannotReadAndOperatorCannotOpen) {
  ASSERT_OK_AND_ASSIGN(const auto escrow, Escrow::Start({.tld = kTld}));
  ASSERT_OK_AND_ASSIGN(const base::RunResult deposit,
                       Tidemark({"deposit", *path_, "--config", escrow->depositor()}));
  ASSERT_EQ(deposit.exit_status, 0) << deposit.err;
  ASSERT_OK_AND_ASSIGN(const base::RunResult list,
                       Tidemark({"list", "--config", escrow->depositor()}));
  EXPECT_NE(list.exit_status, 0);
  const std::string id = json::parse(Listed(*escrow))["deposits"][0]["deposit"];
  for (const std::string& config :
       {escrow->depositor(), escrow->operator_config(), escrow->successor(), escrow->custodian()}) {
    SCOPED_TRACE(config);
    const std::string out = base::TestDir() + "/rebuilt";
    ASSERT_OK_AND_ASSIGN(const base::RunResult rebuild,
                         Tidemark({"rebuild", id, "--out", out, "--config", config}));
    EXPECT_EQ(rebuild.exit_status, 2) << rebuild.err;
    EXPECT_FALSE(base::FileSource::Open(out + "/zone/example.zone").ok());
  }
}

TEST_F(BadInput, VerifierThatIsRefusedOrAskedForNothingHasNotFailedTheRegistry) {
  ASSERT_OK_AND_ASSIGN(const auto escrow, Escrow::Start({.tld = kTld}));
  ASSERT_OK_AND_ASSIGN(const base::RunResult absent, Tidemark({"verify", "example/20261122001/0",
                                                               "--config", escrow->verifier()}));
  EXPECT_EQ(absent.exit_status, 2) << absent.err;
  ASSERT_OK_AND_ASSIGN(const base::RunResult deposit,
                       Tidemark({"deposit", *path_, "--config", escrow->depositor()}));
  ASSERT_EQ(deposit.exit_status, 0) << deposit.err;
  const std::string id = json::parse(Listed(*escrow))["deposits"][0]["deposit"];
  // The verifier's keys with a certificate of another role.
  const std::string refused = escrow->dir() + "/agent/verifier/refused.toml";
  ASSERT_OK(EditFile(escrow->verifier(), refused, [&escrow](std::string text) {
    for (const std::string& file : {std::string("verifier.pem"), std::string("verifier.key")}) {
      const std::string other = escrow->dir() + "/depositor/depositor" + file.substr(8);
      const size_t at = text.find("\"" + file + "\"");
      EXPECT_NE(at, std::string::npos) << file;
      text.replace(at, file.size() + 2, "\"" + other + "\"");
    }
    return text;
  }));
  ASSERT_OK_AND_ASSIGN(const base::RunResult result, Tidemark({"verify", id, "--config", refused}));
  EXPECT_EQ(result.exit_status, 2) << result.err;
}

TEST_F(BadInput, FullDiskOfTheVaultIsNoRefusal) {
  ASSERT_OK_AND_ASSIGN(const auto escrow, Escrow::Start({.tld = kTld}));
  const std::string before = Listed(*escrow);
  ASSERT_OK(escrow->StopServer());
  const std::string config = escrow->server_dir() + "/tidemarkd.toml";
  ASSERT_OK(EditFile(config, config, [](std::string text) {
    return text + "[limits]\nfree_bytes_min = 1125899906842624\n";  // more than any disk has
  }));
  ASSERT_OK(escrow->StartServer());
  ASSERT_OK_AND_ASSIGN(
      const base::RunResult result,
      Tidemark({"deposit", *path_, "--config", escrow->depositor(), "--retries", "0"}));
  EXPECT_EQ(result.exit_status, 2);
  EXPECT_THAT(result.err, ::testing::HasSubstr("the vault's disk is full but for its reserve"));
  EXPECT_EQ(Listed(*escrow), before);
}

TEST_F(BadInput, ReceiptThatCannotBeKeptIsNoRefusalAndComesAgain) {
  ASSERT_OK_AND_ASSIGN(const auto escrow, Escrow::Start({.tld = kTld}));
  const std::string state = escrow->dir() + "/depositor/state";
  const std::string receipts = state + "/receipts";
  ASSERT_OK(base::MakeDirs(state, base::FileMode::kPrivate));
  ASSERT_OK(base::WriteFile(receipts, "in the way", base::FileMode::kPrivate));
  const std::vector<std::string> deposit = {"deposit", *path_, "--config", escrow->depositor()};
  ASSERT_OK_AND_ASSIGN(const base::RunResult result, Tidemark(deposit));
  EXPECT_EQ(result.exit_status, 2);
  EXPECT_THAT(result.err, ::testing::HasSubstr("deposited, but the receipt could not be kept"));
  EXPECT_THAT(result.err, ::testing::HasSubstr("; mend that and deposit again"));
  ASSERT_EQ(unlink(receipts.c_str()), 0);
  ASSERT_OK_AND_ASSIGN(const base::RunResult again, Tidemark(deposit));
  EXPECT_EQ(again.exit_status, 0) << again.err;
  EXPECT_THAT(again.out, ::testing::HasSubstr("had this deposit already"));
}

TEST_F(BadInput, AStateDirectoryThatCannotBeUsedIsNoRefusalAndNothingIsSent) {
  ASSERT_OK_AND_ASSIGN(const auto escrow, Escrow::Start({.tld = kTld}));
  const std::string state = escrow->dir() + "/depositor/state";
  ASSERT_OK(base::WriteFile(state, "in the way", base::FileMode::kPrivate));
  const std::vector<std::string> deposit = {"deposit",   *path_, "--config", escrow->depositor(),
                                            "--retries", "0"};
  ASSERT_OK_AND_ASSIGN(const base::RunResult result, Tidemark(deposit));
  EXPECT_EQ(result.exit_status, 2);
  EXPECT_THAT(result.err, ::testing::HasSubstr("is not a directory"));
  ASSERT_EQ(unlink(state.c_str()), 0);
  ASSERT_OK_AND_ASSIGN(const base::RunResult again, Tidemark(deposit));
  EXPECT_EQ(again.exit_status, 0) << again.err;
  EXPECT_THAT(again.out, ::testing::Not(::testing::HasSubstr("had this deposit already")));
}

TEST_F(BadInput, SameFileTwiceGivesTheSameReceiptAndOtherContentIsRefused) {
  ASSERT_OK_AND_ASSIGN(const auto escrow, Escrow::Start({.tld = kTld}));
  const std::string first = escrow->dir() + "/first.receipt";
  const std::string second = escrow->dir() + "/second.receipt";
  for (const std::string& receipt : {first, second}) {
    ASSERT_OK_AND_ASSIGN(
        const base::RunResult result,
        Tidemark({"deposit", *path_, "--config", escrow->depositor(), "--receipt", receipt}));
    ASSERT_EQ(result.exit_status, 0) << result.err;
  }
  ASSERT_OK_AND_ASSIGN(const std::string first_bytes, base::ReadSmallFile(first));
  ASSERT_OK_AND_ASSIGN(const std::string second_bytes, base::ReadSmallFile(second));
  EXPECT_EQ(first_bytes, second_bytes);

  const std::string other = absl::StrCat(base::TestDir(), "/", kFileName);
  ASSERT_OK(EditFile(*path_, other, [](std::string text) { return text + "\n"; }));
  const std::string before = Listed(*escrow);
  ASSERT_OK_AND_ASSIGN(const base::RunResult result,
                       Tidemark({"deposit", other, "--config", escrow->depositor()}));
  EXPECT_EQ(result.exit_status, 1) << result.err;
  EXPECT_EQ(Listed(*escrow), before);
}

}  // namespace
}  // namespace tidemark::tests
