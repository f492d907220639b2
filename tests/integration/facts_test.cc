// What is known of a TLD: given to `check` as options and to the vault's verifier in its
// configuration, it gives one and the same report.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "nlohmann/json.hpp"
#include "tests/support/deposits.h"
#include "tests/support/escrow.h"

namespace tidemark::tests {
namespace {

using ::nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kId[] = "harbour/20261122001";

class Facts : public ::testing::Test {
 protected:
  void SetUp() override {
    generator::GeneratorOptions options;
    options.tld = "harbour";
    options.domains = 200;
    options.repository = "HARBOUR";
    ASSERT_OK_AND_ASSIGN(const GeneratedDeposit made, WriteDeposit(base::TestDir(), options));
    deposit_ = made.deposit_path;
    lists_ = base::TestDir();
    ASSERT_OK(base::WriteFile(lists_ + "/repositories", "EXAMPLE\n", base::FileMode::kPublic));
    ASSERT_OK(base::WriteFile(lists_ + "/registrars", "1\n2\n", base::FileMode::kPublic));
    ASSERT_OK_AND_ASSIGN(escrow_, Escrow::Start({.tld = "harbour"}));
    ASSERT_OK_AND_ASSIGN(const base::RunResult sent,
                         Tidemark({"deposit", deposit_, "--config", escrow_->depositor()}));
    ASSERT_EQ(sent.exit_status, 0) << sent.err;
    ASSERT_OK_AND_ASSIGN(plain_config_, base::ReadSmallFile(escrow_->verifier()));
  }

  // verifier.toml with `keys` in its [verifier], and `tables` behind.
  void Configure(const std::string& keys, const std::string& tables) {
    const std::string section = absl::StrCat("[verifier]\n", keys);
    const std::string text =
        absl::StrCat(absl::StrReplaceAll(plain_config_, {{"[verifier]\n", section}}), "\n", tables);
    ASSERT_NE(text, plain_config_);
    ASSERT_OK(base::WriteFile(escrow_->verifier(), text, base::FileMode::kPrivate));
  }

  std::string Verify() {
    const auto run = Tidemark({"verify", kId, "--config", escrow_->verifier(), "--format", "json"});
    EXPECT_OK(run);
    return run.ok() ? run->out : "";
  }

  // With the verifier's clock.
  std::string Check(const std::string& verified, std::vector<std::string> options) {
    const json report = json::parse(verified, nullptr, false);
    EXPECT_TRUE(report.is_object()) << verified;
    if (!report.is_object()) return "";
    options.insert(options.begin(), {"check", deposit_, "--tld", "harbour", "--format", "json",
                                     "--now", report["now"].get<std::string>()});
    const auto run = Tidemark(options);
    EXPECT_OK(run);
    return run.ok() ? run->out : "";
  }

  std::string deposit_;
  std::string lists_;
  std::string plain_config_;
  std::unique_ptr<Escrow> escrow_;
};

TEST_F(Facts, WhatTheVerifierDoesNotKnowIsSkippedAsInACheck) {
  const std::string verified = Verify();
  EXPECT_THAT(verified, HasSubstr("--repository-ids is not given"));
  EXPECT_THAT(verified, HasSubstr("--registrar-ids is not given"));
  EXPECT_EQ(verified, Check(verified, {}));
}

TEST_F(Facts, OfEveryTldAndOfOneAreThoseOfACheck) {
  Configure(absl::StrCat("repository_ids = \"", lists_, "/repositories\"\n", "registrar_ids = \"",
                         lists_, "/registrars\"\n", "data_model = \"minimum\"\n"),
            "[[verifier.tld]]\nname = \"harbour\"\nprofile = \"rst\"\nhost_model = \"attributes\"\n"
            "idn_tables = [\"de\", \"fr\"]\n[[verifier.tld]]\nname = \"other\"\n"
            "data_model = \"maximum\"\n");
  const std::string verified = Verify();
  for (const char* code : {"RDE_DOMAIN_HAS_INVALID_ROID", "RDE_REGISTRAR_HAS_INVALID_GURID",
                           "RDE_UNEXPECTED_OBJECT_URI", "RDE_IDN_OBJECT_MISSING"}) {
    EXPECT_THAT(verified, HasSubstr(code));
  }
  EXPECT_THAT(verified, HasSubstr("\"profile\":\"rst\""));
  EXPECT_THAT(verified,
              AllOf(Not(HasSubstr("-ids is not given")), Not(HasSubstr("-model is not given")),
                    Not(HasSubstr("--idn-tables is not given"))));
  EXPECT_EQ(verified,
            Check(verified, {"--profile", "rst", "--data-model", "minimum", "--host-model",
                             "attributes", "--idn-tables", "de,fr", "--repository-ids",
                             lists_ + "/repositories", "--registrar-ids", lists_ + "/registrars"}));
}

TEST_F(Facts, TheDaemonJudgesByThemToo) {
  Configure(absl::StrCat("repository_ids = \"", lists_, "/repositories\"\n"),
            "[[verifier.tld]]\nname = \"harbour\"\nruleset = \"cctld\"\n");
  ASSERT_OK_AND_ASSIGN(const base::RunResult once,
                       base::RunAndCapture({Runfile("cli/tidemark-verifier"), "--once", "--config",
                                            escrow_->verifier()},
                                           absl::Minutes(1), 1 << 20));
  EXPECT_EQ(once.exit_status, 1) << once.err;
  ASSERT_OK_AND_ASSIGN(
      const base::RunResult verdict,
      Tidemark({"verdict", kId, "--config", escrow_->operator_config(), "--format", "json"}));
  EXPECT_THAT(verdict.out, HasSubstr("\"ruleset\":\"cctld\""));
  EXPECT_THAT(verdict.out, HasSubstr("RDE_DOMAIN_HAS_INVALID_ROID"));
}

TEST_F(Facts, AListThatCannotBeReadStopsTheVerifier) {
  Configure("repository_ids = \"not-there\"\n", "");
  ASSERT_OK_AND_ASSIGN(const base::RunResult run,
                       Tidemark({"verify", kId, "--config", escrow_->verifier()}));
  EXPECT_EQ(run.exit_status, 2);
  EXPECT_THAT(run.err, HasSubstr("not-there"));
}

}  // namespace
}  // namespace tidemark::tests
