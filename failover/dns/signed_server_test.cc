#include "failover/dns/signed_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/installed_testing.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "failover/dns/deaf_port_testing.h"

namespace tidemark::failover {
namespace {

using ::testing::HasSubstr;
using ::tidemark::base::StatusIs;

constexpr char kZone[] =
    "example. 3600 IN SOA ns1.nic.example. hostmaster.nic.example. 7 1800 900 604800 3600\n"
    "example. 3600 IN NS ns1.nic.example.\n"
    "ns1.nic.example. 3600 IN A 127.0.0.1\n"
    "a.example. 3600 IN NS ns.other.org.\n";

constexpr absl::Duration kReady = absl::Seconds(60);

class SignedServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SKIP_UNLESS_INSTALLED("knotd");
    const std::string dir = base::TestDir();
    options_.dir = dir + "/dns";
    options_.tld = "example";
    options_.zone_path = dir + "/example.zone";
    ASSERT_OK(base::WriteFile(options_.zone_path, kZone, base::FileMode::kPublic));
  }

  // What an independent client is told.
  std::string Kdig(int port, const std::string& name, const std::string& type) {
    const absl::StatusOr<base::RunResult> result = base::RunAndCapture(
        {"kdig", "@127.0.0.1", "-p", absl::StrCat(port), "+dnssec", "+noidn", name, type},
        absl::Seconds(20), 1 << 20);
    return result.ok() ? result->out : std::string(result.status().message());
  }

  SignedServerOptions options_;
};

TEST_F(SignedServerTest, ServesASignedZoneAndRefusesTransfers) {
  ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options_));
  ASSERT_OK(server->WaitUntilAnswering(kReady));
  EXPECT_THAT(Kdig(server->port(), "example", "SOA"), HasSubstr("RRSIG"));
  EXPECT_THAT(Kdig(server->port(), "a.example", "NS"), HasSubstr("NSEC3"));
  EXPECT_THAT(Kdig(server->port(), "example", "AXFR"), ::testing::Not(HasSubstr("ns.other.org")));
  ASSERT_OK_AND_ASSIGN(const std::string anchor, base::ReadSmallFile(server->trust_anchor_path()));
  EXPECT_THAT(anchor, HasSubstr("\"example.\" static-key 257 3 13 \""));
  ASSERT_OK_AND_ASSIGN(const std::string ds, base::ReadSmallFile(options_.dir + "/ds.txt"));
  EXPECT_THAT(ds, HasSubstr(" 13 2 "));
  EXPECT_OK(server->CheckRunning());
  EXPECT_OK(server->Stop());
}

TEST_F(SignedServerTest, KeysSurviveARestart) {
  std::string anchors[2];
  for (std::string& anchor : anchors) {
    ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options_));
    ASSERT_OK(server->WaitUntilAnswering(kReady));
    ASSERT_OK_AND_ASSIGN(anchor, base::ReadSmallFile(server->trust_anchor_path()));
  }
  EXPECT_EQ(anchors[0], anchors[1]);
}

TEST_F(SignedServerTest, OneDirectoryHasOneServer) {
  ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options_));
  EXPECT_THAT(SignedServer::Start(options_),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("in use")));
}

TEST_F(SignedServerTest, ATakenPortIsFoundBeforeAnythingIsWritten) {
  for (const int type : {SOCK_DGRAM, SOCK_STREAM}) {
    const int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    const absl::Cleanup closer = [fd] { close(fd); };
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    socklen_t length = sizeof(address);
    ASSERT_EQ(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length), 0);
    if (type == SOCK_STREAM) {
      ASSERT_EQ(listen(fd, 1), 0);
    }
    options_.port = ntohs(address.sin_port);
    EXPECT_THAT(SignedServer::Start(options_),
                StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("--port")));
    EXPECT_FALSE(base::FileSource::Open(options_.dir + "/knot.conf").ok());
  }
}

TEST_F(SignedServerTest, AKilledKnotdIsNoticed) {
  ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options_));
  ASSERT_OK(server->WaitUntilAnswering(kReady));
  ASSERT_EQ(kill(server->pid(), SIGKILL), 0);
  EXPECT_THAT(server->CheckRunning(absl::Seconds(20)),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("knotd ended")));
}

TEST_F(SignedServerTest, AZoneThatKnotdRefusesIsNotWaitedForInSilence) {
  ASSERT_OK(base::WriteFile(options_.zone_path, absl::StrCat(kZone, "b.example. IN NS (\n"),
                            base::FileMode::kPublic));
  ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options_));
  // Long before an hour has gone.
  EXPECT_THAT(
      server->WaitUntilAnswering(absl::Hours(1)),
      StatusIs(absl::StatusCode::kUnavailable,
               AllOf(HasSubstr("cannot load the zone"), HasSubstr("failed to parse zone file"))));
}

TEST_F(SignedServerTest, AZoneThatCannotBeSignedIsNotWaitedForEither) {
  ASSERT_OK(base::WriteFile(options_.zone_path,
                            absl::StrCat(kZone, "b.example. 3600000 IN NS ns.other.org.\n"),
                            base::FileMode::kPublic));
  ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options_));
  EXPECT_THAT(server->WaitUntilAnswering(absl::Hours(1)),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("rrsig-refresh too low")));
}

TEST_F(SignedServerTest, AFileWithoutSoaIsRefusedBeforeTheStart) {
  ASSERT_OK(base::WriteFile(options_.zone_path, "example. 3600 IN NS ns.example.\n",
                            base::FileMode::kPublic));
  EXPECT_THAT(SignedServer::Start(options_), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(SignedServerTest, SignaturesAreRenewedAWeekBeforeTheirEnd) {
  ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options_));
  ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadSmallFile(options_.dir + "/knot.conf"));
  EXPECT_THAT(text,
              AllOf(HasSubstr("rrsig-lifetime: 1209600\n"), HasSubstr("rrsig-refresh: 604800\n")));
}

TEST_F(SignedServerTest, AnAddressGivenTwiceIsOneAndAnyAddressHasAFreePort) {
  options_.addresses = {"0.0.0.0", "0.0.0.0"};
  ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options_));
  EXPECT_THAT(server->addresses(), ::testing::ElementsAre("0.0.0.0"));
  ASSERT_OK(server->WaitUntilAnswering(kReady));
}

TEST_F(SignedServerTest, EachAddressNeedAnswerOnlyOnce) {
  options_.addresses = {"127.0.0.1", "127.0.0.2"};
  ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options_));
  // Now the one is deaf, now the other, and never neither.
  std::unique_ptr<DeafPort> deaf;
  int turn = 0;
  EXPECT_OK(server->WaitUntilAnswering(kReady, [&] {
    auto next = std::make_unique<DeafPort>(options_.addresses[++turn % 2], server->port());
    deaf = std::move(next);
    return false;
  }));
}

TEST_F(SignedServerTest, IfAPortOfOurOwnIsTakenAnotherOneIs) {
  ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options_));
  const int first = server->servers()[0].own.port;
  ASSERT_EQ(kill(server->pid(), SIGKILL), 0);
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const absl::Cleanup closer = [fd] { close(fd); };
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(first));
  // Until knotd is gone.
  while (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    ASSERT_EQ(errno, EADDRINUSE);
  }
  ASSERT_OK(server->WaitUntilAnswering(kReady));
  EXPECT_NE(server->servers()[0].own.port, first);
  EXPECT_EQ(server->servers()[0].own.address, "127.0.0.1");
  EXPECT_THAT(Kdig(server->servers()[0].own.port, "example", "SOA"), HasSubstr("RRSIG"));
}

TEST_F(SignedServerTest, WaitingEndsWhenToldTo) {
  ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options_));
  EXPECT_THAT(server->WaitUntilAnswering(kReady, [] { return true; }),
              StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(SignedServerTest, ValuesThatDoNotBelongIntoAConfigurationAreRefused) {
  SignedServerOptions bad = options_;
  bad.tld = "exa\"mple";
  EXPECT_THAT(SignedServer::Start(bad), StatusIs(absl::StatusCode::kInvalidArgument));
  bad = options_;
  bad.zone_path += "\"\n    user: root";
  EXPECT_THAT(SignedServer::Start(bad), StatusIs(absl::StatusCode::kInvalidArgument));
  bad = options_;
  bad.addresses = {"127.0.0.1\n"};
  EXPECT_THAT(SignedServer::Start(bad), StatusIs(absl::StatusCode::kInvalidArgument));
  bad = options_;
  bad.addresses = {"192.0.2.1"};
  EXPECT_THAT(SignedServer::Start(bad), StatusIs(absl::StatusCode::kInvalidArgument,
                                                 HasSubstr("not an address of this machine")));
}

}  // namespace
}  // namespace tidemark::failover
