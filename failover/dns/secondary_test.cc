#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ldns/ldns.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/file.h"
#include "base/installed_testing.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "failover/dns/signed_server.h"

namespace tidemark::failover {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::tidemark::base::StatusIs;

constexpr absl::Duration kReady = absl::Seconds(60);
constexpr int kDelegations = 3000;

std::string NameOf(int number) { return absl::StrCat("d", number, ".example"); }

// Every third delegation has glue of its own, every fourth a DS.
std::string Zone() {
  std::string zone =
      "example. 3600 IN SOA ns1.nic.example. hostmaster.nic.example. 7 1800 900 604800 3600\n"
      "example. 3600 IN NS ns1.nic.example.\n"
      "example. 3600 IN NS ns2.nic.example.\n"
      "ns1.nic.example. 3600 IN A 127.0.0.1\n"
      "ns2.nic.example. 3600 IN AAAA ::1\n";
  for (int i = 0; i < kDelegations; ++i) {
    const std::string name = NameOf(i);
    absl::StrAppend(&zone, name, ". 3600 IN NS ns.other.org.\n");
    absl::StrAppend(&zone, name, ". 3600 IN NS ns1.", NameOf(i - i % 3), ".\n");
    if (i % 3 == 0) absl::StrAppend(&zone, "ns1.", name, ". 3600 IN A 192.0.2.", i % 250, "\n");
    if (i % 4 == 0) {
      absl::StrAppendFormat(&zone, "%s. 3600 IN DS %d 13 2 %064x\n", name, i, i);
    }
  }
  return zone;
}

struct ResolverFree {
  void operator()(ldns_resolver* resolver) const { ldns_resolver_deep_free(resolver); }
};

// Asks one server; what it says, without what may differ: the message's id and times.
class Client {
 public:
  explicit Client(int port) : resolver_(ldns_resolver_new()) {
    ldns_rdf* const address = ldns_rdf_new_frm_str(LDNS_RDF_TYPE_A, "127.0.0.1");
    ldns_resolver_push_nameserver(resolver_.get(), address);
    ldns_rdf_deep_free(address);
    ldns_resolver_set_port(resolver_.get(), static_cast<uint16_t>(port));
    ldns_resolver_set_recursive(resolver_.get(), false);
    ldns_resolver_set_dnssec(resolver_.get(), true);
    ldns_resolver_set_edns_udp_size(resolver_.get(), 1232);
  }

  std::string Ask(const std::string& name, ldns_rr_type type) {
    ldns_rdf* const owner = ldns_dname_new_frm_str(name.c_str());
    ldns_pkt* packet = nullptr;
    const ldns_status status =
        ldns_resolver_query_status(&packet, resolver_.get(), owner, type, LDNS_RR_CLASS_IN, 0);
    ldns_rdf_deep_free(owner);
    if (status != LDNS_STATUS_OK || packet == nullptr) return "no answer";
    std::string text = absl::StrCat(
        "rcode ", int{ldns_pkt_get_rcode(packet)}, " aa ", int{ldns_pkt_aa(packet)}, "\nanswer\n",
        Section(ldns_pkt_answer(packet)), "\nauthority\n", Section(ldns_pkt_authority(packet)),
        "\nadditional\n", Section(ldns_pkt_additional(packet)));
    ldns_pkt_free(packet);
    return text;
  }

 private:
  static std::string Section(const ldns_rr_list* records) {
    std::vector<std::string> lines;
    for (size_t i = 0; i < ldns_rr_list_rr_count(records); ++i) {
      char* const text = ldns_rr2str(ldns_rr_list_rr(records, i));
      lines.emplace_back(text);
      std::free(text);
    }
    std::sort(lines.begin(), lines.end());
    return absl::StrJoin(lines, "");
  }

  std::unique_ptr<ldns_resolver, ResolverFree> resolver_;
};

class SecondaryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SKIP_UNLESS_INSTALLED("knotd", "nsd");
    const std::string dir = base::TestDir();
    options_.dir = dir + "/dns";
    options_.tld = "example";
    options_.zone_path = dir + "/example.zone";
    options_.secondary_port = 0;
    ASSERT_OK(base::WriteFile(options_.zone_path, Zone(), base::FileMode::kPublic));
    ASSERT_OK_AND_ASSIGN(server_, SignedServer::Start(options_));
    ASSERT_OK(server_->WaitUntilAnswering(kReady));
  }

  // A whole transfer of the zone, or what came instead.
  static std::string Transfer(int port, const std::vector<std::string>& more = {}) {
    std::vector<std::string> argv = {"kdig", "@127.0.0.1", "-p", absl::StrCat(port), "+noidn"};
    argv.insert(argv.end(), more.begin(), more.end());
    argv.insert(argv.end(), {"example", "AXFR"});
    const absl::StatusOr<base::RunResult> result =
        base::RunAndCapture(argv, absl::Seconds(20), 64 << 20);
    return result.ok() ? result->out + result->err : std::string(result.status().message());
  }

  std::string Secret() const {
    std::string config = *base::ReadSmallFile(options_.dir + "/nsd/nsd.conf");
    config.erase(0, config.find("secret: \"") + 9);
    return config.substr(0, config.find('"'));
  }

  SignedServerOptions options_;
  std::unique_ptr<SignedServer> server_;
};

TEST_F(SecondaryTest, AnswersTheSameAsThePrimaryForEveryName) {
  Client primary(server_->port());
  Client secondary(*server_->secondary_port());
  const auto compare = [&](const std::string& name, ldns_rr_type type) {
    const std::string answer = primary.Ask(name, type);
    EXPECT_EQ(answer, secondary.Ask(name, type)) << name;
    return answer;
  };
  for (const ldns_rr_type type :
       {LDNS_RR_TYPE_SOA, LDNS_RR_TYPE_NS, LDNS_RR_TYPE_DNSKEY, LDNS_RR_TYPE_NSEC3PARAM}) {
    EXPECT_THAT(compare("example", type), HasSubstr("RRSIG"));
  }
  EXPECT_THAT(compare("example", LDNS_RR_TYPE_MX), HasSubstr("NSEC3"));
  EXPECT_THAT(compare("ns1.nic.example", LDNS_RR_TYPE_A), HasSubstr("127.0.0.1"));
  EXPECT_THAT(compare("nic.example", LDNS_RR_TYPE_A), HasSubstr("NSEC3"));
  for (int i = 0; i < kDelegations; ++i) {
    const std::string name = NameOf(i);
    ASSERT_THAT(compare(name, LDNS_RR_TYPE_NS), HasSubstr("ns.other.org."));
    ASSERT_THAT(compare(name, LDNS_RR_TYPE_DS), HasSubstr(i % 4 == 0 ? "\tDS\t" : "NSEC3"));
    ASSERT_THAT(compare("www." + name, LDNS_RR_TYPE_A), HasSubstr("ns.other.org."));
    ASSERT_THAT(compare(absl::StrCat("x", i, ".example"), LDNS_RR_TYPE_A),
                AllOf(HasSubstr("rcode 3"), HasSubstr("NSEC3")));
    ASSERT_FALSE(HasFailure());
  }
}

TEST_F(SecondaryTest, NobodyElseMayTransferTheZone) {
  for (const int port : {server_->port(), *server_->secondary_port()}) {
    EXPECT_THAT(Transfer(port), Not(HasSubstr("ns.other.org")));
    EXPECT_THAT(
        Transfer(port, {"-y", "hmac-sha256:tidemark-transfer.:" + std::string(43, 'A') + "="}),
        Not(HasSubstr("ns.other.org")));
    EXPECT_THAT(Transfer(port, {"-y", absl::StrCat("hmac-sha256:other.:", Secret())}),
                Not(HasSubstr("ns.other.org")));
  }
  // That it is the key which is missing above: with it the primary gives the zone, if it is asked
  // from this machine.
  const std::vector<std::string> with_key = {
      "-y", absl::StrCat("hmac-sha256:tidemark-transfer.:", Secret())};
  EXPECT_THAT(Transfer(server_->port(), with_key), HasSubstr("ns.other.org"));
  EXPECT_THAT(Transfer(*server_->secondary_port(), with_key), Not(HasSubstr("ns.other.org")));
}

TEST_F(SecondaryTest, TheKeyIsAFreshOneAndOnlyInPrivateFiles) {
  const std::string first = Secret();
  EXPECT_GE(first.size(), 44u);
  for (const char* name : {"/knot.conf", "/nsd/nsd.conf"}) {
    struct stat info;
    ASSERT_EQ(stat((options_.dir + name).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777, 0600u) << name;
  }
  for (const char* name : {"/knotd.log", "/nsd/nsd.log"}) {
    ASSERT_OK_AND_ASSIGN(const std::string log, base::ReadSmallFile(options_.dir + name, 1 << 20));
    EXPECT_THAT(log, Not(HasSubstr(first))) << name;
  }
  ASSERT_OK(server_->Stop());
  server_.reset();
  ASSERT_OK_AND_ASSIGN(server_, SignedServer::Start(options_));
  ASSERT_OK(server_->WaitUntilAnswering(kReady));
  EXPECT_NE(Secret(), first);
}

TEST_F(SecondaryTest, WhicheverOfTheTwoIsKilledIsNamed) {
  EXPECT_OK(server_->CheckRunning());
  ASSERT_EQ(kill(*server_->secondary_pid(), SIGKILL), 0);
  absl::Status status;
  for (int i = 0; i < 100 && status.ok(); ++i) {
    status = server_->CheckRunning(absl::Milliseconds(100));
  }
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable, HasSubstr("nsd ended")));
  ASSERT_OK(server_->Stop());
  server_.reset();
  ASSERT_OK_AND_ASSIGN(server_, SignedServer::Start(options_));
  ASSERT_OK(server_->WaitUntilAnswering(kReady));
  ASSERT_EQ(kill(server_->pid(), SIGKILL), 0);
  EXPECT_THAT(server_->CheckRunning(absl::Seconds(20)),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("knotd ended")));
}

// A query with TSIG (RFC 8945 section 4.2) under a key that NSD knows, and no good signature.
std::string BadlySigned() {
  const auto u16 = [](int n) {
    return std::string{static_cast<char>(n >> 8), static_cast<char>(n)};
  };
  const std::string algorithm("\x0bhmac-sha256\0", 13);
  const std::string data = absl::StrCat(algorithm, std::string(6, '\0'), u16(300), u16(32),
                                        std::string(32, '\0'), u16(7), u16(0), u16(0));
  return absl::StrCat(u16(7), u16(0), u16(1), u16(0), u16(0), u16(1), std::string("\7example\0", 9),
                      u16(6), u16(1), std::string("\x11tidemark-transfer\0", 19), u16(250),
                      u16(255), u16(0), u16(0), u16(static_cast<int>(data.size())), data);
}

TEST_F(SecondaryTest, WhatStrangersHaveItLogIsBounded) {
  constexpr int kQueries = 1000;
  constexpr int kBetween = 20;
  ASSERT_OK(server_->Stop());
  server_.reset();
  options_.log_bytes_max = 16384;
  ASSERT_OK_AND_ASSIGN(server_, SignedServer::Start(options_));
  ASSERT_OK(server_->WaitUntilAnswering(kReady));
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const absl::Cleanup closer = [fd] { close(fd); };
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(*server_->secondary_port()));
  ASSERT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  const std::string query = BadlySigned();
  std::string log;
  size_t longest = 0;
  for (int i = 0; i < kQueries; ++i) {
    char answer[512];
    ASSERT_EQ(send(fd, query.data(), query.size(), 0), static_cast<ssize_t>(query.size()));
    ASSERT_GT(recv(fd, answer, sizeof(answer), 0), 0);
    if (i % kBetween != 0) continue;
    ASSERT_OK(server_->CheckRunning());
    ASSERT_OK_AND_ASSIGN(log, base::ReadSmallFile(options_.dir + "/nsd/nsd.log", 1 << 20));
    longest = std::max(longest, log.size());
  }
  // It was written to, and also after it had been cut.
  EXPECT_THAT(log, HasSubstr("bad tsig"));
  EXPECT_GT(longest, options_.log_bytes_max / 2);
  EXPECT_LE(longest, options_.log_bytes_max);
  EXPECT_THAT(Client(*server_->secondary_port()).Ask("example", LDNS_RR_TYPE_SOA),
              HasSubstr("RRSIG"));
}

TEST_F(SecondaryTest, PortsThatCannotBeAreRefused) {
  SignedServerOptions bad = options_;
  bad.dir += "2";
  bad.secondary_port = *server_->secondary_port();
  EXPECT_THAT(SignedServer::Start(bad),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("--secondary-port")));
  bad.port = 5399;
  bad.secondary_port = 5399;
  EXPECT_THAT(SignedServer::Start(bad), StatusIs(absl::StatusCode::kInvalidArgument));
  bad.secondary_port = 65536;
  EXPECT_THAT(SignedServer::Start(bad), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace tidemark::failover
