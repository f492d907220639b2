// An operator's own secondary, which is told of a new zone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/installed_testing.h"
#include "base/net.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "failover/dns/signed_server.h"

namespace tidemark::failover {
namespace {

using ::testing::HasSubstr;
using ::tidemark::base::StatusIs;

constexpr char kSecret[] = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=";
// Far less than the zone's refresh, after which a secondary would ask without being told.
constexpr absl::Duration kPatience = absl::Seconds(60);

std::string Zone(int serial, const std::string& name) {
  return absl::StrCat("example. 3600 IN SOA ns1.nic.example. hostmaster.nic.example. ", serial,
                      " 86400 86400 604800 3600\n"
                      "example. 3600 IN NS ns1.nic.example.\n"
                      "ns1.nic.example. 3600 IN A 127.0.0.1\n",
                      name, ".example. 3600 IN NS ns.other.org.\n");
}

class NotifyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SKIP_UNLESS_INSTALLED("knotd", "nsd", "kdig");
    dir_ = base::TestDir();
    options_.dir = dir_ + "/dns";
    options_.tld = "example";
    options_.zone_path = dir_ + "/zone";
    options_.transfer_key_path = dir_ + "/transfer.key";
    ASSERT_OK_AND_ASSIGN(options_.port, base::FreeLoopbackPort());
    do {
      ASSERT_OK_AND_ASSIGN(secondary_port_, base::FreeLoopbackPort());
    } while (secondary_port_ == options_.port);
    ASSERT_OK(base::WriteFile(options_.transfer_key_path,
                              absl::StrCat("hmac-sha256:mine:", kSecret, "\n"),
                              base::FileMode::kPrivate));
  }

  void Serve(const std::string& zone) {
    server_.reset();
    unlink(options_.zone_path.c_str());
    ASSERT_OK(base::WriteFile(options_.zone_path, zone, base::FileMode::kPublic));
    ASSERT_OK_AND_ASSIGN(server_, SignedServer::Start(options_));
    ASSERT_OK(server_->WaitUntilAnswering(kPatience));
  }

  // NSD, on another machine for all that it knows.
  void StartSecondary() {
    const std::string path = dir_ + "/nsd.conf";
    ASSERT_OK(base::WriteFile(
        path,
        absl::StrCat("server:\n    ip-address: 127.0.0.1@", secondary_port_,
                     "\n    username: \"\"\n    chroot: \"\"\n    zonesdir: \"", dir_,
                     "\"\n    database: \"\"\n    zonelistfile: \"zone.list\"\n    xfrdfile: "
                     "\"\"\n    xfrdir: \"",
                     dir_,
                     "\"\n    pidfile: \"\"\nremote-control:\n    control-enable: no\n"
                     "key:\n    name: mine.\n    algorithm: hmac-sha256\n    secret: \"",
                     kSecret,
                     "\"\nzone:\n    name: \"example.\"\n    zonefile: \"\"\n"
                     "    request-xfr: AXFR 127.0.0.1@",
                     options_.port, " mine.\n    allow-notify: 127.0.0.1 mine.\n"),
        base::FileMode::kPrivate));
    ASSERT_OK_AND_ASSIGN(secondary_, base::Subprocess::Start(
                                         {.argv = {"/usr/sbin/nsd", "-d", "-c", path},
                                          .out = base::ProcessOutput::ToFile(dir_ + "/nsd.log"),
                                          .err = base::ProcessOutput::ToFile(dir_ + "/nsd.log")}));
  }

  bool SecondaryHas(const std::string& name) const {
    const absl::Time deadline = absl::Now() + kPatience;
    while (absl::Now() < deadline) {
      const auto run =
          base::RunAndCapture({"kdig", "@127.0.0.1", "-p", absl::StrCat(secondary_port_),
                               "+timeout=1", "+norec", absl::StrCat(name, ".example"), "NS"},
                              kPatience, 1 << 20);
      if (run.ok() && absl::StrContains(run->out, "ns.other.org.")) return true;
      absl::SleepFor(absl::Milliseconds(100));
    }
    return false;
  }

  std::string dir_;
  SignedServerOptions options_;
  int secondary_port_ = 0;
  std::unique_ptr<SignedServer> server_;
  std::unique_ptr<base::Subprocess> secondary_;
};

TEST_F(NotifyTest, ASecondaryFollowsANewZoneAtOnce) {
  options_.notify = {absl::StrCat("127.0.0.1@", secondary_port_)};
  ASSERT_NO_FATAL_FAILURE(Serve(Zone(7, "a")));
  ASSERT_NO_FATAL_FAILURE(StartSecondary());
  ASSERT_TRUE(SecondaryHas("a")) << base::ReadSmallFile(dir_ + "/nsd.log").value_or("");
  ASSERT_NO_FATAL_FAILURE(Serve(Zone(7000, "b")));
  EXPECT_TRUE(SecondaryHas("b")) << base::ReadSmallFile(dir_ + "/nsd.log").value_or("");
}

TEST_F(NotifyTest, ItIsToldFromWhereItHasItsPrimaryAndUnderTheKey) {
  options_.addresses = {"127.0.0.1"};
  options_.notify = {"192.0.2.1", absl::StrCat("127.0.0.1@", secondary_port_), "2001:db8::1@5353"};
  ASSERT_NO_FATAL_FAILURE(Serve(Zone(7, "a")));
  const std::string text = base::ReadSmallFile(options_.dir + "/knot.conf").value_or("");
  EXPECT_THAT(text, HasSubstr("address: \"192.0.2.1@53\"\n    key: \"mine.\"\n  - id"));
  EXPECT_THAT(text, HasSubstr(absl::StrCat("address: \"127.0.0.1@", secondary_port_,
                                           "\"\n    key: \"mine.\"\n    via: \"127.0.0.1\"\n")));
  EXPECT_THAT(text, HasSubstr("address: \"2001:db8::1@5353\"\n    key: \"mine.\"\nacl"));
  EXPECT_THAT(text, HasSubstr("notify: [ notified-0, notified-1, notified-2 ]\n"));
}

TEST_F(NotifyTest, WhatIsNoSecondaryIsRefused) {
  ASSERT_OK(base::WriteFile(options_.zone_path, Zone(7, "a"), base::FileMode::kPublic));
  for (const char* const bad : {"", "ns.example", "192.0.2.1@", "192.0.2.1@0", "192.0.2.1@65536",
                                "192.0.2.1:53", "192.0.2.1@53@53", "192.0.2.1\"", "@53"}) {
    options_.notify = {bad};
    EXPECT_THAT(SignedServer::Start(options_), StatusIs(absl::StatusCode::kInvalidArgument)) << bad;
  }
  options_.notify = std::vector<std::string>(17, "192.0.2.1");
  EXPECT_THAT(SignedServer::Start(options_),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at most 16")));
  options_.notify = {"192.0.2.1"};
  options_.transfer_key_path = "";
  EXPECT_THAT(SignedServer::Start(options_),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--transfer-key")));
}

}  // namespace
}  // namespace tidemark::failover
