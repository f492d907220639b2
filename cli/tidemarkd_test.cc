// tidemarkd as a process: starting, stopping, and saying why it cannot.

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "vault/vault_testing.h"

namespace tidemark {
namespace {

using ::testing::HasSubstr;

constexpr absl::Duration kTimeout = absl::Seconds(60);

std::string Program() {
  const char* const root = std::getenv("TEST_SRCDIR");
  return absl::StrCat(root == nullptr ? "." : root, "/tidemark/cli/tidemarkd");
}

class Tidemarkd : public ::testing::Test {
 protected:
  void SetUp() override {
    crypto::CertificateRequest request;
    request.common_name = "tidemarkd";
    request.uris = {"tidemark:role:server", "tidemark:tld:*"};
    request.ip_addresses = {"127.0.0.1"};
    request.use = crypto::CertificateRequest::Use::kServer;
    request.not_before = vault::TestNow() - absl::Hours(1);
    request.not_after = vault::TestNow() + absl::Hours(24);
    ASSERT_OK_AND_ASSIGN(const auto server,
                         crypto::IssueCertificate(vault::TestAuthority(), request));
    ASSERT_OK(crypto::SigningKey::Generate().Save(dir_ + "/receipt.key"));
    Write("tls.crt", server.certificate_pem);
    Write("tls.key", server.key_pem);
    Write("authority.crt", vault::TestAuthority().certificate_pem);
    config_ = absl::StrCat(
        "listen = \"127.0.0.1:0\"\n"
        "data_dir = \"data\"\n"
        "receipt_key = \"receipt.key\"\n"
        "vault_id = \"000102030405060708090a0b0c0d0e0f\"\n"
        "verdict_key = \"",
        crypto::SigningKey::Generate().verify_key().ToHex(),
        "\"\n"
        "ready_file = \"ready\"\n"
        "[tls]\n"
        "certificate = \"tls.crt\"\n"
        "key = \"tls.key\"\n"
        "authority = \"authority.crt\"\n");
  }

  void Write(const std::string& name, absl::string_view text) {
    ASSERT_OK(base::WriteFile(dir_ + "/" + name, text, base::FileMode::kPrivate));
  }

  absl::StatusOr<std::unique_ptr<base::Subprocess>> Start() {
    Write("tidemarkd.toml", config_);
    base::SubprocessOptions options;
    options.argv = {Program(), "--config", dir_ + "/tidemarkd.toml"};
    options.err = base::ProcessOutput::Capture(1 << 20);
    return base::Subprocess::Start(options);
  }

  // Ends by itself with status 2; what it said.
  std::string WhyNot() {
    auto process = Start();
    if (!process.ok()) return std::string(process.status().message());
    const auto exit_status = (*process)->Wait(kTimeout);
    EXPECT_TRUE(exit_status.ok());
    EXPECT_EQ(exit_status.value_or(-1), 2);
    return (*process)->err();
  }

  const std::string dir_ = base::TestDir();
  std::string config_;
};

TEST_F(Tidemarkd, ServesUntilItIsToldToStop) {
  for (int round = 0; round < 2; ++round) {
    ASSERT_OK_AND_ASSIGN(const auto process, Start());
    const std::string ready = dir_ + "/ready";
    while (access(ready.c_str(), F_OK) != 0) {
      ASSERT_TRUE(absl::IsDeadlineExceeded(process->Wait(absl::Milliseconds(20)).status()))
          << process->err();
    }
    ASSERT_OK_AND_ASSIGN(const std::string address, base::ReadSmallFile(ready));
    EXPECT_THAT(address, ::testing::MatchesRegex("127\\.0\\.0\\.1:[1-9][0-9]*\n"));
    // A second one on the same directory says so.
    EXPECT_THAT(WhyNot(), HasSubstr("another process has this directory open"));
    ASSERT_OK_AND_ASSIGN(const int exit_status, process->Stop(kTimeout));
    EXPECT_EQ(exit_status, 0) << process->err();
    EXPECT_NE(access(ready.c_str(), F_OK), 0);
  }
}

TEST_F(Tidemarkd, ReadsItsCertificateAnewOnSighupAndKeepsTheOldOneIfItIsNotUsable) {
  ASSERT_OK_AND_ASSIGN(const auto process, Start());
  const std::string ready = dir_ + "/ready";
  while (access(ready.c_str(), F_OK) != 0) {
    ASSERT_TRUE(absl::IsDeadlineExceeded(process->Wait(absl::Milliseconds(20)).status()))
        << process->err();
  }
  ASSERT_OK_AND_ASSIGN(const std::string good, base::ReadSmallFile(dir_ + "/tls.crt"));
  Write("tls.crt", "no certificate");
  ASSERT_OK(process->Kill(SIGHUP));
  // Signals that wait are one: the second comes when the first was looked at.
  ASSERT_TRUE(absl::IsDeadlineExceeded(process->Wait(absl::Seconds(2)).status()));
  Write("tls.crt", good);
  ASSERT_OK(process->Kill(SIGHUP));
  ASSERT_TRUE(absl::IsDeadlineExceeded(process->Wait(absl::Seconds(2)).status()));
  ASSERT_OK_AND_ASSIGN(const int exit_status, process->Stop(kTimeout));
  EXPECT_EQ(exit_status, 0);
  EXPECT_THAT(process->err(), HasSubstr("not-reloaded"));
  EXPECT_THAT(process->err(), HasSubstr("INFO reloaded"));
}

TEST_F(Tidemarkd, SaysWhatIsWrongWithItsConfiguration) {
  const std::string good = config_;
  const auto with = [&good](absl::string_view from, absl::string_view to) {
    return absl::StrReplaceAll(good, {{from, to}});
  };
  config_ = "lisen = \"x\"\n" + good;
  EXPECT_THAT(WhyNot(), HasSubstr("lisen"));
  config_ = with("listen = \"127.0.0.1:0\"\n", "");
  EXPECT_THAT(WhyNot(), HasSubstr("listen"));
  config_ = with("listen = \"127.0.0.1:0\"", "listen = \"localhost\"");
  EXPECT_THAT(WhyNot(), HasSubstr("HOST:PORT"));
  config_ = with("listen = \"127.0.0.1:0\"", "listen = \"192.0.2.1:1\"");
  EXPECT_THAT(WhyNot(), HasSubstr("cannot listen on 192.0.2.1:1"));
  config_ = with("000102", "0001");
  EXPECT_THAT(WhyNot(), HasSubstr("vault_id"));
  config_ = with("verdict_key = \"", "verdict_key = \"00");
  EXPECT_THAT(WhyNot(), HasSubstr("verdict_key"));
  config_ = "refused_serials = [\"12:34\"]\n" + good;
  EXPECT_THAT(WhyNot(), HasSubstr("refused_serials"));
  config_ = good + "[limits]\nfree_bytes_min = 1\n";
  EXPECT_THAT(WhyNot(), HasSubstr("free_bytes_min"));
  for (const char* limit :
       {"disk_reserve_per_tld = -1", "uploads_per_certificate_max = 0",
        "open_bytes_per_certificate_max = 1", "begins_per_minute_max = 0",
        "frames_per_deposit_max = 1048577", "unfinished_upload_expiry = \"1s\""}) {
    config_ = absl::StrCat(good, "[limits]\n", limit, "\n");
    EXPECT_THAT(WhyNot(), HasSubstr(absl::StrCat("limits.", limit).substr(0, 20)));
  }
  config_ = with("authority = \"authority.crt\"", "authority = \"receipt.key\"");
  EXPECT_THAT(WhyNot(), HasSubstr("the authority's certificate"));
  config_ = with("receipt_key = \"receipt.key\"", "receipt_key = \"absent.key\"");
  EXPECT_THAT(WhyNot(), HasSubstr("absent.key"));
}

TEST_F(Tidemarkd, KeyThatOthersCanReadIsNotUsed) {
  ASSERT_EQ(chmod((dir_ + "/tls.key").c_str(), 0640), 0);
  EXPECT_THAT(WhyNot(), HasSubstr("chmod 600"));
}

TEST_F(Tidemarkd, AnotherVaultsDirectoryIsNotTouched) {
  {
    const crypto::SigningKey key = crypto::SigningKey::Generate();
    const base::SystemClock clock;
    ASSERT_OK(vault::Vault::Open({.dir = dir_ + "/data"}, std::string(16, 'v'), key, clock));
  }
  EXPECT_THAT(WhyNot(), HasSubstr(base::HexEncode(std::string(16, 'v'))));
}

TEST_F(Tidemarkd, BecomesTheUserThatItIsToldToBe) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  // Root's keys are not that user's to read: the rights are really gone.
  config_ = "run_as_uid = 65534\nrun_as_gid = 65534\n" + config_;
  EXPECT_THAT(WhyNot(), HasSubstr("ermission denied"));
}

TEST(TidemarkdUsage, HelpHasAnExampleAndWrongUsageIsTwo) {
  const auto help = base::RunAndCapture({Program(), "--help"}, kTimeout, 1 << 16);
  ASSERT_TRUE(help.ok());
  EXPECT_EQ(help->exit_status, 0);
  EXPECT_THAT(help->out, HasSubstr("Example:"));
  const auto wrong = base::RunAndCapture({Program()}, kTimeout, 1 << 16);
  ASSERT_TRUE(wrong.ok());
  EXPECT_EQ(wrong->exit_status, 2);
}

}  // namespace
}  // namespace tidemark
