#include "failover/probe/whole_zone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
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
      "ns1.nic.example. 3600 IN AAAA ::1\n"
      "ns2.nic.example. 3600 IN A 127.0.0.1\n"
      "ns2.nic.example. 3600 IN AAAA ::1\n"
      "a.example. 3600 IN NS ns1.a.example.\n"
      "a.example. 3600 IN NS ns.other.test.\n"
      "ns1.a.example. 3600 IN A 192.0.2.1\n"
      "ns1.a.example. 3600 IN AAAA 2001:db8::1\n"
      "keys.example. 3600 IN NS ns.keys.example.\n"
      // As dnssec-dsfromkey has it.
      "keys.example. 3600 IN DS 33209 13 2 "
      "DE1793C96C90D6BB0A6297786DDC9055F62A60244B53B449372892C07BD07BB7\n"
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
    absl::StatusOr<DepositWitness> witness =
        DepositWitness::Read(Deposit().Reader(), {.tld = "example",
                                                  .sample = 1,
                                                  .policy = policy,
                                                  .registrations = Registrations::kNo,
                                                  .whole_zone = WholeZone::kYes,
                                                  .scratch_dir = dir_});
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
       "ns1.a.example: addresses: expected [192.0.2.1, 2001:db8::1], got [192.0.2.1, 192.0.2.66, "
       "2001:db8::1]\n"},
      {"ns1.nic.example. 3600 IN A 192.0.2.66\n",
       "ns1.nic.example: addresses: expected [127.0.0.1, ::1], got [127.0.0.1, 192.0.2.66, ::1]\n"},
      {"ns.held.example. 3600 IN A 192.0.2.66\n",
       "ns.held.example: addresses: expected [192.0.2.20], got [192.0.2.20, 192.0.2.66]\n"},
      {"crowd1.example. 3600 IN NS ns.evil.test.\n",
       "crowd1.example: NS: expected [ns.other.test], got [ns.evil.test, ns.other.test]\n"},
      {absl::StrCat("crowd1.example. 3600 IN DS 1234 8 2 ", probe::kTestDs, "\n"),
       "crowd1.example: DS: expected [], got [1234 8 2 7791f1d5"},
  };
  for (const auto& [record, differences] : kLies) {
    SCOPED_TRACE(record);
    EXPECT_THAT(DifferencesWith(record), HasSubstr(differences));
  }
}

// Of what the deposit wants, whatever the sample: each is the only difference.
TEST_F(WholeZoneTest, WhateverIsMissingOrOtherwiseIsFoundOutsideTheSample) {
  const std::string ds = absl::AsciiStrToLower(probe::kTestDs);
  const std::string one_bit = absl::StrCat(ds.substr(0, 63), "8");
  const std::string a_ds = absl::StrCat("a.example. 3600 IN DS 1234 8 2 ", probe::kTestDs, "\n");
  const struct {
    std::string from;
    std::string to;
    std::string difference;
  } kLies[] = {
      {"crowd7.example. 3600 IN NS ns.other.test.\n", "",
       "crowd7.example: NS: expected [ns.other.test], got []\n"},
      {"crowd7.example. 3600 IN NS ns.other.test.", "crowd7.example. 3600 IN NS ns.evil.test.",
       "crowd7.example: NS: expected [ns.other.test], got [ns.evil.test]\n"},
      {"a.example. 3600 IN NS ns.other.test.\n", "",
       "a.example: NS: expected [ns.other.test, ns1.a.example], got [ns1.a.example]\n"},
      {a_ds, "", absl::StrCat("a.example: DS: expected [1234 8 2 ", ds, "], got []\n")},
      {probe::kTestDs, one_bit,
       absl::StrCat("a.example: DS: expected [1234 8 2 ", ds, "], got [1234 8 2 ", one_bit, "]\n")},
      {"IN DS 1234 8 2", "IN DS 1235 8 2",
       absl::StrCat("a.example: DS: expected [1234 8 2 ", ds, "], got [1235 8 2 ", ds, "]\n")},
      {"IN DS 1234 8 2", "IN DS 1234 13 2",
       absl::StrCat("a.example: DS: expected [1234 8 2 ", ds, "], got [1234 13 2 ", ds, "]\n")},
      {"ns.keys.example. 3600 IN A 192.0.2.7", "ns.keys.example. 3600 IN A 192.0.2.8",
       "ns.keys.example: addresses: expected [192.0.2.7], got [192.0.2.8]\n"},
      {"ns.keys.example. 3600 IN A 192.0.2.7\n", "",
       "ns.keys.example: addresses: expected [192.0.2.7], got []\n"},
      {"ns1.a.example. 3600 IN AAAA 2001:db8::1\n", "",
       "ns1.a.example: addresses: expected [192.0.2.1, 2001:db8::1], got [192.0.2.1]\n"},
      {"ns.held.example. 3600 IN A 192.0.2.20\n", "",
       "ns.held.example: addresses: expected [192.0.2.20], got []\n"},
      {"ns2.nic.example. 3600 IN AAAA ::1\n", "",
       "ns2.nic.example: addresses: expected [127.0.0.1, ::1], got [127.0.0.1]\n"},
      {"crowd9.example. 3600", "crowd9.example. 300",
       "crowd9.example: TTL of NS: expected 3600, got [300]\n"},
      {"ns.keys.example. 3600", "ns.keys.example. 7200",
       "ns.keys.example: TTL of A: expected 3600, got [7200]\n"},
  };
  for (const auto& [from, to, difference] : kLies) {
    SCOPED_TRACE(difference);
    const std::string zone = absl::StrReplaceAll(ZoneText(), {{from, to}});
    ASSERT_NE(zone, ZoneText());
    ASSERT_NO_FATAL_FAILURE(Serve(zone));
    EXPECT_EQ(Differences(Options()), difference);
  }
}

// Where a signature has to follow.
TEST_F(WholeZoneTest, TtlsOfSignedSetsAndTheMinimumAreFoundByWhatTheWitnessWasTold) {
  ASSERT_NO_FATAL_FAILURE(
      Serve(absl::StrReplaceAll(ZoneText(), {{" 3600 IN DS ", " 60 IN DS "},
                                             {"7 1800 900 604800 3600", "7 1800 900 604800 1200"},
                                             {"ns1.nic.example. 3600", "ns1.nic.example. 7200"}})));
  const std::string differences = Differences(Options());
  for (const char* difference :
       {"a.example: TTL of DS: expected 3600, got [60]\n",
        "a.example: TTL of the signature of DS: expected 3600, got 60, of the set 60\n",
        "ns1.nic.example: TTL of A: expected 3600, got [7200]\n",
        "example: SOA: expected a minimum of 3600, got 1200\n",
        "example: TTL of NSEC3PARAM: expected 3600, got [1200]\n",
        ".example: TTL of NSEC3: expected 3600, got [1200]\n"}) {
    EXPECT_THAT(differences, HasSubstr(difference));
  }
  Witness({.ds_ttl_seconds = 60, .minimum_seconds = 1200});
  EXPECT_EQ(Differences(Options()),
            "ns1.nic.example: TTL of the signature of A: expected 3600, got 7200, of the set 7200\n"
            "ns1.nic.example: TTL of the signature of AAAA: expected 3600, got 7200, of the set "
            "7200\n"
            "ns1.nic.example: TTL of A: expected 3600, got [7200]\n"
            "ns1.nic.example: TTL of AAAA: expected 3600, got [7200]\n");
}

TEST_F(WholeZoneTest, EverythingIsCountedAndOnlySoManyDifferencesAreNamed) {
  ASSERT_NO_FATAL_FAILURE(Serve(ZoneText()));
  ASSERT_OK_AND_ASSIGN(const WholeZoneResult good, ProbeWholeZone(Options()));
  EXPECT_EQ(good.servers.compared, kDelegations);
  EXPECT_EQ(good.ds.compared, 2u) << "a, keys";
  EXPECT_EQ(good.addresses.compared, 5u) << "ns1.a, ns.keys, ns.held, ns1.nic, ns2.nic";
  for (const SetTally& tally :
       {good.servers, good.ds, good.addresses, good.ttls, good.signatures}) {
    EXPECT_EQ(tally.equal, tally.compared);
  }
  ASSERT_NO_FATAL_FAILURE(
      Serve(absl::StrReplaceAll(ZoneText(), {{"NS ns.other.test.", "NS ns.evil.test."},
                                             {"crowd11.example.", "crowd-11.example."}})));
  ASSERT_OK_AND_ASSIGN(const WholeZoneResult bad, ProbeWholeZone(Options()));
  EXPECT_EQ(bad.servers.different(), kCrowd + 3u) << "each, a and mirror; crowd-11";
  EXPECT_EQ(bad.servers.missing, 1u);
  EXPECT_EQ(bad.servers.unwanted, 1u);
  EXPECT_EQ(bad.difference_count, kCrowd + 3u);
  EXPECT_EQ(bad.differences.size(), kDifferencesMax);
  EXPECT_EQ(bad.delegations, kDelegations - 1);
  EXPECT_FALSE(bad.good());
}

TEST_F(WholeZoneTest, AWitnessThatWasNotAskedForTheWholeZoneGivesNoResult) {
  ASSERT_NO_FATAL_FAILURE(Serve(ZoneText()));
  ASSERT_OK_AND_ASSIGN(const DepositWitness witness,
                       DepositWitness::Read(Deposit().Reader(), {.tld = "example"}));
  WholeZoneOptions options = Options();
  options.witness = &witness;
  EXPECT_THAT(ProbeWholeZone(options), StatusIs(absl::StatusCode::kFailedPrecondition));
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

TEST_F(WholeZoneTest, AZoneWithoutEndIsNoResult) {
  ASSERT_NO_FATAL_FAILURE(Serve(ZoneText()));
  WholeZoneOptions options = Options();
  options.bytes_max = 10'000;
  EXPECT_THAT(ProbeWholeZone(options), StatusIs(absl::StatusCode::kResourceExhausted));
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
