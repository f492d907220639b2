#include "failover/probe/whole_zone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/installed_testing.h"
#include "base/testing.h"
#include "failover/dns/signed_server.h"
#include "failover/probe/relay_testing.h"
#include "failover/probe/witness_testing.h"
#include "rde/records.h"

namespace tidemark::failover {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::base::StatusIs;

constexpr char kKeyName[] = "observer";
constexpr int kCrowd = 3000;  // more than one message has room for

std::string Secret(char fill) { return absl::Base64Escape(std::string(32, fill)); }

std::string CrowdName(int number) { return absl::StrCat("crowd", number, ".example"); }

// A name server in the bailiwick of a held name, and one that has a held name for its own.
probe::TestDeposit Deposit() {
  probe::TestDeposit deposit = probe::SmallDeposit();
  deposit.records.push_back(probe::HostOf("ns.held.example", {"192.0.2.20"}));
  deposit.records.push_back(probe::HostOf("held.example", {"192.0.2.21"}));
  deposit.records.push_back(
      probe::DomainOf("orphan.example", {"ok"}, {"ns.held.example", "held.example"}));
  for (int i = 0; i < kCrowd; ++i) {
    deposit.records.push_back(probe::DomainOf(CrowdName(i), {"ok"}, {"ns.other.test"}));
  }
  return deposit;
}

// What it wants in the zone.
std::string ZoneText() {
  std::string zone =
      "example. 3600 IN SOA ns1.nic.example. hostmaster.nic.example. 7 1800 900 604800 3600\n"
      "example. 3600 IN NS ns1.nic.example.\n"
      "example. 3600 IN NS ns2.nic.example.\n"
      "ns1.nic.example. 3600 IN A 127.0.0.1\n"
      "ns2.nic.example. 3600 IN AAAA ::1\n"
      "a.example. 3600 IN NS ns1.a.example.\n"
      "a.example. 3600 IN NS ns.other.test.\n"
      "ns1.a.example. 3600 IN A 192.0.2.1\n"
      "ns1.a.example. 3600 IN AAAA 2001:db8::1\n"
      "keys.example. 3600 IN NS ns.keys.example.\n"
      "ns.keys.example. 3600 IN A 192.0.2.7\n"
      "mirror.example. 3600 IN NS ns1.a.example.\n"
      "mirror.example. 3600 IN NS ns.other.test.\n"
      "orphan.example. 3600 IN NS ns.held.example.\n"
      "orphan.example. 3600 IN NS held.example.\n"
      "ns.held.example. 3600 IN A 192.0.2.20\n";
  absl::StrAppend(&zone, "a.example. 3600 IN DS 1234 8 2 ", probe::kTestDs, "\n");
  for (int i = 0; i < kCrowd; ++i) {
    absl::StrAppend(&zone, CrowdName(i), ". 3600 IN NS ns.other.test.\n");
  }
  return zone;
}
constexpr uint64_t kDelegations = 4 + kCrowd;

class WholeZoneTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SKIP_UNLESS_INSTALLED("knotd");
    dir_ = base::TestDir();
    Witness({});
  }

  // One name of each kind is in its sample; the whole zone is looked at all the same.
  void Witness(const ZonePolicy& policy) {
    absl::StatusOr<DepositWitness> witness = DepositWitness::Read(
        Deposit().Reader(),
        {.tld = "example", .sample = 1, .policy = policy, .registrations = Registrations::kNo});
    ASSERT_OK(witness);
    witness_.emplace(*std::move(witness));
  }

  void Serve(const std::string& zone, bool with_key = true) {
    server_.reset();
    const std::string dir = absl::StrCat(dir_, "/", ++served_);
    ASSERT_OK(base::MakeDirs(dir, base::FileMode::kPrivate));
    ASSERT_OK(base::WriteFile(dir + "/zone", zone, base::FileMode::kPublic));
    ASSERT_OK(base::WriteFile(dir + "/key",
                              absl::StrCat("hmac-sha256:", kKeyName, ":", Secret('k')),
                              base::FileMode::kPrivate));
    SignedServerOptions options;
    options.dir = dir + "/dns";
    options.tld = "example";
    options.zone_path = dir + "/zone";
    if (with_key) options.transfer_key_path = dir + "/key";
    ASSERT_OK_AND_ASSIGN(server_, SignedServer::Start(options));
    ASSERT_OK(server_->WaitUntilAnswering(absl::Seconds(60)));
  }

  WholeZoneOptions Options() const {
    return {.target = {.address = "127.0.0.1", .port = server_->port(), .tld = "example"},
            .key_name = kKeyName,
            .key_secret_base64 = Secret('k'),
            .witness = &*witness_,
            .now = absl::Now(),
            .answer_timeout = absl::Seconds(20)};
  }

  // Of the true zone with so much more; one a line.
  std::string DifferencesWith(const std::string& more) {
    Serve(absl::StrCat(ZoneText(), more));
    if (HasFatalFailure()) return "";
    return Differences(Options());
  }

  static std::string Differences(const WholeZoneOptions& options) {
    const absl::StatusOr<WholeZoneResult> result = ProbeWholeZone(options);
    if (!result.ok()) return std::string(result.status().message());
    EXPECT_EQ(result->good(), result->difference_count == 0);
    EXPECT_THAT(result->differences, SizeIs(std::min(result->difference_count, kDifferencesMax)));
    std::string text;
    for (const ProbeDifference& difference : result->differences) {
      absl::StrAppend(&text, difference.name, ": ", difference.what, "\n");
    }
    return text;
  }

  std::string dir_;
  int served_ = 0;
  std::optional<DepositWitness> witness_;
  std::unique_ptr<SignedServer> server_;
};

TEST_F(WholeZoneTest, TheZoneThatTheDepositWantsHasNoDifference) {
  ASSERT_NO_FATAL_FAILURE(Serve(ZoneText()));
  EXPECT_THAT(Differences(Options()), IsEmpty());
  ASSERT_OK_AND_ASSIGN(const WholeZoneResult result, ProbeWholeZone(Options()));
  EXPECT_EQ(result.delegations_wanted, kDelegations);
  EXPECT_EQ(result.delegations, kDelegations);
  EXPECT_GT(result.records, kDelegations);
}

TEST_F(WholeZoneTest, WhateverIsTooMuchIsFound) {
  const std::string wants_none = "an address where the deposit wants none\n";
  const struct {
    std::string record;
    std::string differences;
  } kLies[] = {
      {"stray.example. 3600 IN NS ns.evil.test.\n",
       "stray.example: delegated, and the deposit does not want it\n"},
      {"held.example. 3600 IN NS ns.other.test.\n",
       "held.example: delegated, and the deposit does not want it\n"},
      {"under.crowd1.example. 3600 IN NS ns.evil.test.\n",
       "under.crowd1.example: delegated, and the deposit does not want it\n"},
      {"held.example. 3600 IN A 192.0.2.21\n", absl::StrCat("held.example: ", wants_none)},
      {"www.held.example. 3600 IN A 192.0.2.66\n", absl::StrCat("www.held.example: ", wants_none)},
      {"www.held.example. 3600 IN AAAA 2001:db8::66\n",
       absl::StrCat("www.held.example: ", wants_none)},
      {"*.example. 3600 IN A 192.0.2.66\n", absl::StrCat("*.example: ", wants_none)},
      {"www.crowd1.example. 3600 IN A 192.0.2.66\n",
       absl::StrCat("www.crowd1.example: ", wants_none)},
      {"example. 3600 IN A 192.0.2.66\n", "example: A does not belong here\n"},
      {"example. 3600 IN MX 10 mail.evil.test.\n", "example: MX does not belong here\n"},
      {"held.example. 3600 IN MX 10 mail.evil.test.\n", "held.example: MX does not belong here\n"},
      {"held.example. 3600 IN TXT \"still here\"\n", "held.example: TXT does not belong here\n"},
      {"held.example. 3600 IN CNAME www.evil.test.\n",
       "held.example: CNAME does not belong here\n"},
      {"example. 3600 IN NS ns.evil.test.\n",
       "example: NS: expected [ns1.nic.example, ns2.nic.example], got [ns.evil.test, "},
      {"ns1.a.example. 3600 IN A 192.0.2.66\n",
       "ns1.a.example: an address that the deposit does not give this server\n"},
      {"ns1.nic.example. 3600 IN A 192.0.2.66\n",
       "ns1.nic.example: an address that the deposit does not give this server\n"},
      {"ns.held.example. 3600 IN A 192.0.2.66\n",
       "ns.held.example: an address that the deposit does not give this server\n"},
  };
  for (const auto& [record, differences] : kLies) {
    SCOPED_TRACE(record);
    EXPECT_THAT(DifferencesWith(record), HasSubstr(differences));
  }
}

TEST_F(WholeZoneTest, AMissingDelegationIsFoundOutsideTheSample) {
  ASSERT_NO_FATAL_FAILURE(Serve(
      absl::StrReplaceAll(ZoneText(), {{"\ncrowd7.example. 3600 IN NS ns.other.test.", ""}})));
  EXPECT_EQ(Differences(Options()),
            "example: 1 delegations that the deposit wants are not in the zone\n");
}

TEST_F(WholeZoneTest, OrphanGlueIsTooMuchWhereItIsNotWanted) {
  ASSERT_NO_FATAL_FAILURE(Serve(ZoneText()));
  Witness({.orphan_glue = false});
  EXPECT_THAT(Differences(Options()),
              HasSubstr("ns.held.example: an address where the deposit wants none"));
}

TEST_F(WholeZoneTest, SignaturesThatEndSoonAreFound) {
  ASSERT_NO_FATAL_FAILURE(Serve(ZoneText()));
  WholeZoneOptions options = Options();
  options.now += kSignatureLifetime - absl::Hours(12);
  EXPECT_THAT(Differences(options),
              HasSubstr("example: the signature of SOA ends within a day, or has ended"));
  options.now = absl::Now() - absl::Hours(24);
  EXPECT_THAT(Differences(options), HasSubstr("is not valid yet"));
}

TEST_F(WholeZoneTest, WithoutTheKeyThereIsNoTransferAndNoResult) {
  ASSERT_NO_FATAL_FAILURE(Serve(ZoneText()));
  WholeZoneOptions options = Options();
  options.key_secret_base64 = Secret('x');
  EXPECT_THAT(ProbeWholeZone(options), StatusIs(absl::StatusCode::kUnavailable));
  options = Options();
  options.key_name = "stranger";
  EXPECT_THAT(ProbeWholeZone(options), StatusIs(absl::StatusCode::kUnavailable));
  ASSERT_NO_FATAL_FAILURE(Serve(ZoneText(), /*with_key=*/false));
  EXPECT_THAT(ProbeWholeZone(Options()), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(WholeZoneTest, ATransferThatBreaksOffIsNoResult) {
  ASSERT_NO_FATAL_FAILURE(Serve(ZoneText()));
  for (const size_t bytes_max : {1u, 100u, 30'000u, 100'000u}) {
    size_t sent = 0;
    ASSERT_OK_AND_ASSIGN(
        const auto relay,
        probe::Relay::Start(server_->port(), {.tcp = [&](std::string bytes) {
                              bytes.resize(std::min(bytes.size(), bytes_max - sent));
                              sent += bytes.size();
                              return bytes;
                            }}));
    WholeZoneOptions options = Options();
    options.target.port = relay->port();
    EXPECT_THAT(ProbeWholeZone(options), StatusIs(absl::StatusCode::kUnavailable)) << bytes_max;
  }
}

TEST_F(WholeZoneTest, AZoneThatIsAlteredOnTheWayIsNoResult) {
  ASSERT_NO_FATAL_FAILURE(Serve(ZoneText()));
  for (const std::string name : {"crowd1", "crowd2999"}) {
    ASSERT_OK_AND_ASSIGN(
        const auto relay,
        probe::Relay::Start(
            server_->port(), {.tcp = [&](const std::string& bytes) {
              return absl::StrReplaceAll(bytes, {{name, std::string(name.size(), 'x')}});
            }}));
    WholeZoneOptions options = Options();
    options.target.port = relay->port();
    EXPECT_THAT(ProbeWholeZone(options), StatusIs(absl::StatusCode::kDataLoss)) << name;
  }
}

}  // namespace
}  // namespace tidemark::failover
