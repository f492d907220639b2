#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/installed_testing.h"
#include "base/status.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "failover/dns/signed_server.h"

namespace tidemark::failover {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::tidemark::base::StatusIs;

constexpr char kZone[] =
    "example. 3600 IN SOA ns1.nic.example. hostmaster.nic.example. 7 1800 900 604800 3600\n"
    "example. 3600 IN NS ns1.nic.example.\n"
    "ns1.nic.example. 3600 IN A 127.0.0.1\n"
    "a.example. 3600 IN NS ns.other.org.\n";

class TransferKeyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SKIP_UNLESS_INSTALLED("knotd");
    dir_ = base::TestDir();
    options_.dir = dir_ + "/dns";
    options_.tld = "example";
    options_.zone_path = dir_ + "/zone";
    options_.transfer_key_path = dir_ + "/transfer.key";
    ASSERT_OK(base::WriteFile(options_.zone_path, kZone, base::FileMode::kPublic));
  }

  absl::Status StartWith(const std::string& key, base::FileMode mode = base::FileMode::kPrivate) {
    unlink(options_.transfer_key_path.c_str());
    RETURN_IF_ERROR(base::WriteFile(options_.transfer_key_path, key, mode));
    ASSIGN_OR_RETURN(server_, SignedServer::Start(options_));
    return server_->WaitUntilAnswering(absl::Seconds(60));
  }

  // What kdig says to a transfer, under a key or without one.
  std::string Transfer(int port, const std::string& key) {
    std::vector<std::string> argv = {"kdig", "@127.0.0.1", "-p", absl::StrCat(port),
                                     "AXFR", "example"};
    if (!key.empty()) argv.insert(argv.end(), {"-y", key});
    const auto run = base::RunAndCapture(argv, absl::Seconds(30), 1 << 20);
    return run.ok() ? run->out + run->err : std::string(run.status().message());
  }

  std::string dir_;
  SignedServerOptions options_;
  std::unique_ptr<SignedServer> server_;
};

std::string KeyOf(const std::string& name, size_t bytes, char fill = 'k') {
  return absl::StrCat("hmac-sha256:", name, ":", absl::Base64Escape(std::string(bytes, fill)));
}

TEST_F(TransferKeyTest, WhoHasItGetsTheZoneAndNobodyElse) {
  SKIP_UNLESS_INSTALLED("kdig");
  options_.secondary_port =
      base::InstalledProgram("nsd").empty() ? std::nullopt : std::make_optional(0);
  ASSERT_OK(StartWith(KeyOf("mine", 32) + "\n"));
  EXPECT_THAT(Transfer(server_->port(), KeyOf("mine", 32)), HasSubstr("ns.other.org."));
  for (const std::string& key : {std::string(), KeyOf("mine", 32, 'x'), KeyOf("other", 32)}) {
    EXPECT_THAT(Transfer(server_->port(), key), Not(HasSubstr("ns.other.org."))) << key;
  }
  if (!server_->secondary_port().has_value()) return;
  EXPECT_THAT(Transfer(*server_->secondary_port(), KeyOf("mine", 32)),
              Not(HasSubstr("ns.other.org.")));
}

TEST_F(TransferKeyTest, AFileThatIsNoneIsRefused) {
  for (const std::string& bad :
       {std::string(), std::string("mine"), KeyOf("mine", 15), KeyOf("mine", 65), KeyOf("", 32),
        KeyOf("Mine", 32), KeyOf("a\"b", 32), KeyOf("tidemark-transfer", 32),
        std::string("hmac-md5:mine:") + absl::Base64Escape(std::string(32, 'k')),
        std::string("hmac-sha256:mine:\"secret\""), KeyOf("mine", 32) + ":more"}) {
    EXPECT_THAT(StartWith(bad), StatusIs(absl::StatusCode::kInvalidArgument)) << bad;
  }
  EXPECT_THAT(StartWith(KeyOf("mine", 32), base::FileMode::kPublic),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  unlink(options_.transfer_key_path.c_str());
  EXPECT_THAT(SignedServer::Start(options_), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace tidemark::failover
