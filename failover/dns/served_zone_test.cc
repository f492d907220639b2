// A registry that is rebuilt and served again in the same directory.
#include "failover/dns/served_zone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/installed_testing.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "failover/dns/signed_server.h"

namespace tidemark::failover {
namespace {

using ::testing::HasSubstr;
using ::tidemark::base::StatusIs;

constexpr absl::Duration kReady = absl::Seconds(60);

TEST(SerialTest, IsOrderedByRfc1982) {
  EXPECT_TRUE(IsNewerSerial(2, 1));
  EXPECT_FALSE(IsNewerSerial(1, 1));
  EXPECT_FALSE(IsNewerSerial(1, 2));
  EXPECT_TRUE(IsNewerSerial(0, 4294967295U));
  EXPECT_FALSE(IsNewerSerial(4294967295U, 0));
  EXPECT_FALSE(IsNewerSerial(2147483648U, 0)) << "undefined";
}

class ServedZoneTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SKIP_UNLESS_INSTALLED("knotd");
    const std::string dir = base::TestDir();
    options_ = {.dir = dir + "/dns", .tld = "example", .zone_path = dir + "/example.zone"};
  }

  void Rebuild(uint32_t serial, const std::string& name) {
    ASSERT_OK(base::WriteFile(
        options_.zone_path,
        absl::StrCat("example. 3600 IN SOA ns1.nic.example. hostmaster.nic.example. ", serial,
                     " 1800 900 604800 3600\nexample. 3600 IN NS ns1.nic.example.\n"
                     "ns1.nic.example. 3600 IN A 127.0.0.1\n",
                     name, ".example. 3600 IN NS ns.other.org.\n"),
        base::FileMode::kPublic));
  }

  // Serves, and gives what is answered for NAME.example.
  std::string Serve(const std::string& name) {
    const auto server = SignedServer::Start(options_);
    if (!server.ok()) return std::string(server.status().message());
    const absl::Status ready = (*server)->WaitUntilAnswering(kReady);
    if (!ready.ok()) return std::string(ready.message());
    const auto run = base::RunAndCapture(
        {"kdig", "@127.0.0.1", "-p", absl::StrCat((*server)->port()), name + ".example", "NS"},
        absl::Seconds(20), 1 << 20);
    return run.ok() ? run->out : std::string(run.status().message());
  }

  SignedServerOptions options_;
};

TEST_F(ServedZoneTest, ARebuildWithALowerSerialIsNotServedAsTheOldZone) {
  ASSERT_NO_FATAL_FAILURE(Rebuild(2026112201, "old"));
  EXPECT_THAT(Serve("old"), HasSubstr("ns.other.org."));
  ASSERT_NO_FATAL_FAILURE(Rebuild(1795305600, "new"));
  // knotd counted one further when it signed.
  EXPECT_THAT(SignedServer::Start(options_),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("set zone.serial above 2026112202")));
  ASSERT_NO_FATAL_FAILURE(Rebuild(2026112203, "new"));
  EXPECT_THAT(Serve("new"), HasSubstr("ns.other.org."));
  EXPECT_THAT(Serve("new"), HasSubstr("ns.other.org.")) << "again, unchanged";
}

TEST_F(ServedZoneTest, OtherContentUnderASerialThatWasServedIsRefused) {
  ASSERT_NO_FATAL_FAILURE(Rebuild(7, "old"));
  EXPECT_THAT(Serve("old"), HasSubstr("ns.other.org."));
  for (const uint32_t serial : {7U, 8U}) {
    ASSERT_NO_FATAL_FAILURE(Rebuild(serial, "new"));
    EXPECT_THAT(SignedServer::Start(options_), StatusIs(absl::StatusCode::kFailedPrecondition,
                                                        HasSubstr("set zone.serial above 8")));
  }
  ASSERT_NO_FATAL_FAILURE(Rebuild(7, "old"));
  EXPECT_THAT(Serve("old"), HasSubstr("ns.other.org.")) << "a refusal changes nothing";
}

TEST_F(ServedZoneTest, WhatWasKilledBeforeItAnsweredMayBeServedAgain) {
  for (const uint32_t serial : {7U, 9U}) {
    ASSERT_NO_FATAL_FAILURE(Rebuild(serial, "a"));
    {
      ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options_));
      ASSERT_EQ(kill(server->pid(), SIGKILL), 0);
    }
    EXPECT_THAT(Serve("a"), HasSubstr("ns.other.org."));
  }
}

}  // namespace
}  // namespace tidemark::failover
