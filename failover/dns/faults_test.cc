// A disk that is full, and servers that are killed at bad moments.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/installed_testing.h"
#include "base/testing.h"
#include "failover/dns/keymgr.h"
#include "failover/dns/signed_server.h"

namespace tidemark::failover {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::tidemark::base::StatusIs;

constexpr absl::Duration kReady = absl::Seconds(120);
constexpr size_t kLogBytesMax = 1 << 20;

// Every delegation has a DS, so that there is something to sign.
std::string Zone(int delegations) {
  std::string zone =
      "example. 3600 IN SOA ns1.nic.example. hostmaster.nic.example. 7 1800 900 604800 3600\n"
      "example. 3600 IN NS ns1.nic.example.\n"
      "ns1.nic.example. 3600 IN A 127.0.0.1\n";
  for (int i = 0; i < delegations; ++i) {
    absl::StrAppendFormat(&zone,
                          "d%d.example. 3600 IN NS ns.other.org.\n"
                          "d%d.example. 3600 IN DS %d 13 2 %064x\n",
                          i, i, i % 65536, i);
  }
  return zone;
}

class FaultsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SKIP_UNLESS_INSTALLED("knotd");
    dir_ = base::TestDir();
    options_.dir = dir_ + "/dns";
    options_.tld = "example";
    options_.zone_path = dir_ + "/example.zone";
  }
  void Write(int delegations) {
    ASSERT_OK(base::WriteFile(options_.zone_path, Zone(delegations), base::FileMode::kPublic));
  }
  std::string Ds() const { return base::ReadSmallFile(options_.dir + "/ds.txt").value_or(""); }
  std::string Log() const {
    return base::ReadSmallFile(options_.dir + "/knotd.log", kLogBytesMax).value_or("");
  }

  std::string dir_;
  SignedServerOptions options_;
};

TEST_F(FaultsTest, AFullDiskIsAnErrorAndTheNextStartWithRoomIsWhole) {
  ASSERT_NO_FATAL_FAILURE(Write(3000));
  ASSERT_OK(base::MakeDirs(options_.dir, base::FileMode::kPrivate));
  if (mount("tmpfs", options_.dir.c_str(), "tmpfs", 0, "size=128k,mode=0700") != 0) {
    GTEST_SKIP() << "only root can mount a small disk";
  }
  const absl::Cleanup unmount = [this] { umount2(options_.dir.c_str(), MNT_DETACH); };
  {
    ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options_));
    const absl::Status status = server->WaitUntilAnswering(absl::Seconds(20));
    EXPECT_THAT(status, AnyOf(StatusIs(absl::StatusCode::kUnavailable, HasSubstr("knotd")),
                              StatusIs(absl::StatusCode::kDeadlineExceeded)));
    EXPECT_THAT(std::string(status.message()), HasSubstr("failed to write zone-in-journal"));
    EXPECT_EQ(Ds(), "") << "nothing may be sent to the parent yet";
  }
  ASSERT_EQ(mount("tmpfs", options_.dir.c_str(), "tmpfs", MS_REMOUNT, "size=256m,mode=0700"), 0);
  ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options_));
  EXPECT_OK(server->WaitUntilAnswering(kReady));
  EXPECT_THAT(Ds(), HasSubstr(" 13 2 "));
}

TEST_F(FaultsTest, AFullDiskIsNamedWhereSigningIsInDoubt) {
  ASSERT_NO_FATAL_FAILURE(Write(10));
  ASSERT_OK(base::MakeDirs(options_.dir, base::FileMode::kPrivate));
  if (mount("tmpfs", options_.dir.c_str(), "tmpfs", 0, "size=32m,mode=0700") != 0) {
    GTEST_SKIP() << "only root can mount a small disk";
  }
  const absl::Cleanup unmount = [this] { umount2(options_.dir.c_str(), MNT_DETACH); };
  ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options_));
  ASSERT_OK(server->WaitUntilAnswering(kReady));
  EXPECT_THAT(server->SignerComplaints(), HasSubstr("the disk is full"));
  ASSERT_EQ(mount("tmpfs", options_.dir.c_str(), "tmpfs", MS_REMOUNT, "size=256m,mode=0700"), 0);
  EXPECT_THAT(server->SignerComplaints(), Not(HasSubstr("the disk is full")));
}

TEST_F(FaultsTest, KilledWhileItSignsItGoesOnWithTheSameKeys) {
  ASSERT_NO_FATAL_FAILURE(Write(50000));
  const Keymgr keymgr{options_.dir + "/keys", "example"};
  std::map<std::string, Dnskey> keys;
  {
    ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options_));
    const absl::Time deadline = absl::Now() + kReady;
    while (!absl::StrContains(Log(), "signing started")) {
      ASSERT_OK(server->CheckRunning(absl::Milliseconds(5)));
      ASSERT_LT(absl::Now(), deadline);
    }
    ASSERT_EQ(kill(server->pid(), SIGKILL), 0);
    EXPECT_THAT(server->WaitUntilAnswering(kReady),
                StatusIs(absl::StatusCode::kUnavailable, HasSubstr("knotd ended with status 137")));
    ASSERT_OK_AND_ASSIGN(keys, keymgr.Ksks(absl::Now()));
    ASSERT_EQ(keys.size(), 1u);
  }
  ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options_));
  ASSERT_OK(server->WaitUntilAnswering(kReady));
  EXPECT_THAT(base::ReadSmallFile(server->trust_anchor_path()).value_or(""),
              HasSubstr(keys.begin()->second.public_key));
}

TEST_F(FaultsTest, KilledWhileItServesItComesBackWithTheSameDs) {
  ASSERT_NO_FATAL_FAILURE(Write(100));
  std::string ds;
  for (int start = 0; start < 3; ++start) {
    ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options_));
    ASSERT_OK(server->WaitUntilAnswering(kReady));
    if (start == 0) ds = Ds();
    EXPECT_THAT(ds, HasSubstr(" 13 2 "));
    EXPECT_EQ(Ds(), ds);
    ASSERT_EQ(kill(server->pid(), SIGKILL), 0);
    EXPECT_THAT(server->CheckRunning(absl::Seconds(20)),
                StatusIs(absl::StatusCode::kUnavailable, HasSubstr("knotd ended")));
  }
}

}  // namespace
}  // namespace tidemark::failover
