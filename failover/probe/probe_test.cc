#include "failover/probe/probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
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
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
using ::tidemark::base::StatusIs;

constexpr char kDs[] = "1234 8 2 7791f1d51c2676071ef6e4edc935a6d3d7d4e3c238c7839964ee53f0f2f85a79";

std::string ZoneText() {
  std::string zone =
      "example. 3600 IN SOA ns1.nic.example. hostmaster.nic.example. 7 1800 900 604800 3600\n"
      "example. 3600 IN NS ns1.nic.example.\n"
      "ns1.nic.example. 3600 IN A 127.0.0.1\n"
      "a.example. 3600 IN NS ns1.a.example.\n"
      "a.example. 3600 IN NS ns.other.org.\n";
  absl::StrAppend(&zone, "a.example. 3600 IN DS ", kDs, "\n");
  zone +=
      "b.example. 3600 IN NS ns1.a.example.\n"
      "c.example. 3600 IN NS ns1.held.example.\n"
      "ns1.a.example. 3600 IN A 192.0.2.1\n"
      "ns1.a.example. 3600 IN AAAA 2001:db8::1\n"
      "ns1.held.example. 3600 IN A 192.0.2.2\n";
  // A delegation whose addresses have no room in a datagram.
  for (int i = 0; i < 13; ++i) {
    absl::StrAppend(&zone, "big.example. 3600 IN NS ns", i, ".big-", std::string(40, 'x'),
                    ".example.\n");
    for (int j = 0; j < 6; ++j) {
      absl::StrAppend(&zone, "ns", i, ".big-", std::string(40, 'x'),
                      ".example. 3600 IN AAAA 2001:db8::", i, ":", j + 1, "\n");
    }
  }
  return zone;
}

class ProbeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SKIP_UNLESS_INSTALLED("knotd");
    dir_ = base::TestDir();
  }

  // Serves `served` and expects ZoneText().
  void Serve(const std::string& served) {
    options_.master_file = dir_ + "/expected.zone";
    ASSERT_OK(base::WriteFile(options_.master_file, ZoneText(), base::FileMode::kPublic));
    const std::string path = dir_ + "/served.zone";
    ASSERT_OK(base::WriteFile(path, served, base::FileMode::kPublic));
    ASSERT_OK_AND_ASSIGN(server_, SignedServer::Start({.dir = dir_ + "/dns",
                                                       .tld = "example",
                                                       .zone_path = path,
                                                       .addresses = {},
                                                       .port = 0}));
    ASSERT_OK(server_->WaitUntilAnswering(absl::Seconds(60)));
    options_.target = {.address = "127.0.0.1", .port = server_->port(), .tld = "example"};
  }

  // The one difference that `edit` of the served zone makes.
  std::string DifferenceAfter(const std::string& from, const std::string& to) {
    const std::string served = absl::StrReplaceAll(ZoneText(), {{from, to}});
    EXPECT_NE(served, ZoneText());
    Serve(served);
    if (HasFatalFailure()) return "";
    const absl::StatusOr<ProbeResult> result = ProbeDelegations(options_);
    if (!result.ok()) return std::string(result.status().message());
    EXPECT_FALSE(result->good());
    EXPECT_EQ(result->expected, 4u);
    EXPECT_EQ(result->asked, 4u);
    EXPECT_EQ(result->equal, 4 - result->difference_count);
    std::string differences;
    for (const ProbeDifference& difference : result->differences) {
      absl::StrAppend(&differences, difference.name, ": ", difference.what, "\n");
    }
    return differences;
  }

  std::string dir_;
  ProbeOptions options_;
  std::unique_ptr<SignedServer> server_;
};

TEST_F(ProbeTest, AnEqualZoneIsEqualInEveryDelegation) {
  ASSERT_NO_FATAL_FAILURE(Serve(ZoneText()));
  options_.absent_names = {"held.example", "nothing.example"};
  ASSERT_OK_AND_ASSIGN(const ProbeResult result, ProbeDelegations(options_));
  EXPECT_TRUE(result.good()) << result.differences[0].name << ": " << result.differences[0].what;
  EXPECT_EQ(result.expected, 4u);
  EXPECT_EQ(result.equal, 4u);
  EXPECT_EQ(result.absent_equal, 2u);
  EXPECT_GE(result.asked_by_tcp, 1u);
}

TEST_F(ProbeTest, AWrongServerIsFound) {
  EXPECT_THAT(
      DifferenceAfter("NS ns.other.org.", "NS ns.wrong.org."),
      HasSubstr("a.example: NS: expected [ns.other.org, ns1.a.example], got [ns.wrong.org"));
}

TEST_F(ProbeTest, AMissingDsIsFound) {
  EXPECT_THAT(DifferenceAfter(absl::StrCat("a.example. 3600 IN DS ", kDs, "\n"), ""),
              HasSubstr("a.example: DS: expected [1234 8 2"));
}

TEST_F(ProbeTest, AnExtraDsIsFound) {
  EXPECT_THAT(DifferenceAfter("b.example. 3600 IN NS ns1.a.example.\n",
                              absl::StrCat("b.example. 3600 IN NS ns1.a.example.\n",
                                           "b.example. 3600 IN DS ", kDs, "\n")),
              HasSubstr("b.example: DS: expected [], got [1234"));
}

TEST_F(ProbeTest, MissingGlueIsFoundAtEveryDelegationThatUsesIt) {
  const std::string differences = DifferenceAfter("ns1.a.example. 3600 IN AAAA 2001:db8::1\n", "");
  EXPECT_THAT(differences, HasSubstr("a.example: glue"));
  EXPECT_THAT(differences, HasSubstr("b.example: glue"));
}

TEST_F(ProbeTest, ExtraGlueIsFound) {
  EXPECT_THAT(DifferenceAfter("ns1.held.example. 3600 IN A 192.0.2.2\n",
                              "ns1.held.example. 3600 IN A 192.0.2.2\n"
                              "ns1.held.example. 3600 IN A 192.0.2.3\n"),
              HasSubstr("c.example: glue: expected [ns1.held.example 192.0.2.2], got"));
}

TEST_F(ProbeTest, AMissingDelegationIsFound) {
  EXPECT_THAT(DifferenceAfter("b.example. 3600 IN NS ns1.a.example.\n", ""),
              HasSubstr("b.example: no referral, response code 3"));
}

TEST_F(ProbeTest, ANameThatMustNotBeDelegatedIsFound) {
  ASSERT_NO_FATAL_FAILURE(Serve(ZoneText() + "held.example. 3600 IN NS ns.other.org.\n"));
  options_.absent_names = {"Held.Example"};
  ASSERT_OK_AND_ASSIGN(const ProbeResult result, ProbeDelegations(options_));
  ASSERT_THAT(result.differences, SizeIs(1));
  EXPECT_EQ(result.absent_equal, 0u);
}

// It would go on to resolve, without a delegation.
TEST_F(ProbeTest, AddressesOfANameThatMustNotBeDelegatedAreFound) {
  ASSERT_NO_FATAL_FAILURE(Serve(ZoneText() + "held.example. 3600 IN A 192.0.2.66\n"
                                             "deleted.example. 3600 IN AAAA 2001:db8::66\n"
                                             "created.example. 3600 IN CNAME a.example.\n"));
  options_.absent_names = {"held.example", "deleted.example", "created.example", "ns1.nic.example",
                           "nic.example"};
  ASSERT_OK_AND_ASSIGN(const ProbeResult result, ProbeDelegations(options_));
  EXPECT_EQ(result.equal, 4u);
  EXPECT_EQ(result.absent_asked, 5u);
  EXPECT_EQ(result.absent_equal, 2u) << "the zone's own server, and what is above it";
  ASSERT_THAT(result.differences, SizeIs(3));
  EXPECT_THAT(result.differences[0].what, HasSubstr("expected [], got [192.0.2.66]"));
  EXPECT_THAT(result.differences[1].what, HasSubstr("expected [], got [2001:db8::66]"));
  EXPECT_THAT(result.differences[2].what, HasSubstr("has records of its own"));
}

TEST_F(ProbeTest, OtherAddressesOfTheZonesOwnServerAreFound) {
  ASSERT_NO_FATAL_FAILURE(Serve(ZoneText() + "ns1.nic.example. 3600 IN A 192.0.2.66\n"));
  options_.absent_names = {"ns1.nic.example"};
  ASSERT_OK_AND_ASSIGN(const ProbeResult result, ProbeDelegations(options_));
  ASSERT_THAT(result.differences, SizeIs(1));
  EXPECT_THAT(result.differences[0].what, HasSubstr("expected [127.0.0.1], got ["));
}

// Resolvers ask by UDP: that TCP is right is no excuse.
TEST_F(ProbeTest, ALieByUdpIsFoundThoughTcpIsRight) {
  ASSERT_NO_FATAL_FAILURE(Serve(ZoneText()));
  const struct {
    std::string title;
    probe::Relay::Lie lie;
    std::string what;
    uint64_t differences;
  } kLies[] = {
      {"the truth", [](std::string answer) { return answer; }, "", 0},
      {"SERVFAIL",
       [](std::string answer) {
         answer[3] = static_cast<char>((answer[3] & 0xf0) | 2);
         return answer;
       },
       "response code 2", 4},
      {"another server",
       [](std::string answer) {
         return absl::StrReplaceAll(answer, {{"\x05other\x03org", "\x05wrong\x03org"}});
       },
       "got [ns.wrong.org", 1},
      {"another DS",
       [](std::string answer) {
         return absl::StrReplaceAll(answer, {{"\x77\x91\xf1\xd5", "\x77\x91\xf1\xd6"}});
       },
       "got [1234 8 2 7791f1d6", 1},
      {"another address",
       [](std::string answer) {
         const std::string address("\xc0\x00\x02\x02", 4);
         return absl::StrReplaceAll(answer, {{address, std::string("\xc0\x00\x02\x03", 4)}});
       },
       "got [ns1.held.example 192.0.2.3]", 1},
      {"no signature of the DS", probe::Mangled(probe::kCoversDs, probe::kCoversA),
       "no signature of the DS", 1},
      {"no NSEC3", probe::Mangled(probe::kNsec3InClassIn, probe::kUnknownInClassIn),
       "no signed NSEC3", 3},
      {"no signature of the NSEC3", probe::Mangled(probe::kCoversNsec3, probe::kCoversA),
       "no signed NSEC3", 3},
      {"nothing", [](const std::string&) { return ""; }, "no answer by UDP", 4},
  };
  const int honest = options_.target.port;
  options_.answer_timeout = absl::Milliseconds(500);
  options_.attempts_max = 2;
  for (const auto& [title, lie, what, differences] : kLies) {
    SCOPED_TRACE(title);
    ASSERT_OK_AND_ASSIGN(const auto relay, probe::Relay::Start(honest, {.udp = lie}));
    options_.target.port = relay->port();
    ASSERT_OK_AND_ASSIGN(const ProbeResult result, ProbeDelegations(options_));
    EXPECT_EQ(result.difference_count, differences);
    EXPECT_EQ(result.good(), differences == 0);
    for (const ProbeDifference& difference : result.differences) {
      EXPECT_THAT(difference.what, HasSubstr(what));
    }
  }
}

// To a resolver it would be a lame delegation (RFC 1912 section 2.8), or no proof.
TEST_F(ProbeTest, WhatIsAbsentIsSaidWithAuthorityAndProof) {
  ASSERT_NO_FATAL_FAILURE(Serve(ZoneText()));
  const int honest = options_.target.port;
  options_.absent_names = {"nothing.example"};
  const struct {
    std::string title;
    probe::Relay::Lie lie;
    std::string what;
  } kLies[] = {
      {"no authority",
       [](std::string answer) {
         answer[2] = static_cast<char>(answer[2] & ~4);
         return answer;
       },
       "does not say that it is authoritative"},
      {"no NSEC3",
       [](std::string answer) {
         if ((answer[3] & 0xf) != 3) return answer;  // NXDOMAIN
         return probe::Mangled(probe::kNsec3InClassIn, probe::kUnknownInClassIn)(std::move(answer));
       },
       "no signed NSEC3"},
  };
  for (const auto& [title, lie, what] : kLies) {
    SCOPED_TRACE(title);
    ASSERT_OK_AND_ASSIGN(const auto relay, probe::Relay::Start(honest, {.udp = lie}));
    options_.target.port = relay->port();
    ASSERT_OK_AND_ASSIGN(const ProbeResult result, ProbeDelegations(options_));
    EXPECT_EQ(result.equal, 4u);
    EXPECT_EQ(result.absent_equal, 0u);
    ASSERT_THAT(result.differences, SizeIs(1));
    EXPECT_THAT(result.differences[0].what, HasSubstr(what));
  }
}

// The zone's own servers are at the apex.
TEST_F(ProbeTest, TheApexIsAnsweredWithAuthorityAndWithoutError) {
  ASSERT_NO_FATAL_FAILURE(Serve(ZoneText()));
  const int honest = options_.target.port;
  ASSERT_OK_AND_ASSIGN(
      const DepositWitness witness,
      DepositWitness::Read(probe::TestDeposit{.records = {rde::Header{}}}.Reader(),
                           {.tld = "example",
                            .policy = {.own_servers = {{"ns1.nic.example", {"127.0.0.1"}}}},
                            .registrations = Registrations::kNo}));
  options_.master_file.clear();
  options_.witness = &witness;
  const struct {
    int byte;
    int cleared;
    int set;
    std::string what;
  } kLies[] = {{2, 0, 0, ""},
               {2, 4, 0, "example: the answer does not say that it is authoritative"},
               {3, 0, 2, "example: response code 2"}};
  for (const auto& [byte, cleared, set, what] : kLies) {
    SCOPED_TRACE(what);
    const auto lie = [byte = byte, cleared = cleared, set = set](std::string answer) {
      const bool asks_for_servers = absl::StrContains(answer, std::string("\x07"
                                                                          "example\0\0\x02",
                                                                          11));
      const bool is_of_apex = asks_for_servers && answer.substr(12, 9) == std::string(
                                                                              "\x07"
                                                                              "example\0",
                                                                              9);
      if (!is_of_apex) return answer;
      answer[byte] = static_cast<char>((answer[byte] & ~cleared) | set);
      return answer;
    };
    ASSERT_OK_AND_ASSIGN(const auto relay, probe::Relay::Start(honest, {.udp = lie}));
    options_.target.port = relay->port();
    ASSERT_OK_AND_ASSIGN(const ProbeResult result, ProbeDelegations(options_));
    std::string differences;
    for (const ProbeDifference& difference : result.differences) {
      absl::StrAppend(&differences, difference.name, ": ", difference.what);
    }
    EXPECT_EQ(differences, what);
  }
}

TEST_F(ProbeTest, ASilentServerIsNoAnswer) {
  ASSERT_NO_FATAL_FAILURE(Serve(ZoneText()));
  ASSERT_OK(server_->Stop());
  options_.attempts_max = 2;
  options_.answer_timeout = absl::Milliseconds(50);
  ASSERT_OK_AND_ASSIGN(const ProbeResult result, ProbeDelegations(options_));
  EXPECT_EQ(result.expected, 4u);
  EXPECT_EQ(result.asked, 0u);
  EXPECT_EQ(result.difference_count, 4u);
}

TEST_F(ProbeTest, AMasterFileThatIsNoneIsRefused) {
  options_.master_file = dir_ + "/bad.zone";
  ASSERT_OK(
      base::WriteFile(options_.master_file, "a.example. 3600 IN NS\n", base::FileMode::kPublic));
  options_.target = {.address = "127.0.0.1", .port = 1, .tld = "example"};
  EXPECT_THAT(ProbeDelegations(options_), StatusIs(absl::StatusCode::kInvalidArgument));
  options_.master_file = dir_ + "/absent.zone";
  EXPECT_THAT(ProbeDelegations(options_), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ProbeTest, DelvValidatesTheSampleAndNotWithAnotherKey) {
  SKIP_UNLESS_INSTALLED("delv");
  ASSERT_NO_FATAL_FAILURE(Serve(ZoneText()));
  ValidationOptions options{.target = options_.target,
                            .master_file = options_.master_file,
                            .trust_anchor_path = server_->trust_anchor_path()};
  ASSERT_OK_AND_ASSIGN(const ValidationResult good, ValidateSample(options));
  EXPECT_TRUE(good.good()) << good.failures[0];
  EXPECT_EQ(good.sampled, 12u)
      << "three at the apex, five absent, one signed delegation, three unsigned ones";

  const std::string wrong = dir_ + "/wrong.conf";
  ASSERT_OK(base::WriteFile(
      wrong,
      "trust-anchors { \"example.\" static-key 257 3 13 \"bB31icORk3bNncAM+SSNWsBq1OL2lLtjLYkzMmm1"
      "nlN6jSSCoHpurbs6FnDcd0DjXfn26FZIiJ+4affOhsH4xA==\"; };\n",
      base::FileMode::kPublic));
  options.trust_anchor_path = wrong;
  ASSERT_OK_AND_ASSIGN(const ValidationResult bad, ValidateSample(options));
  EXPECT_EQ(bad.validated, 0u);
  EXPECT_EQ(bad.sampled, 12u);
}

// A resolver that validates would take none of them.
TEST_F(ProbeTest, DelvFindsThatUnsignedDelegationsAreBogus) {
  SKIP_UNLESS_INSTALLED("delv");
  ASSERT_NO_FATAL_FAILURE(Serve(ZoneText()));
  const auto lie = [](std::string answer) {
    const bool asks_for_ds = absl::StrContains(answer, std::string("\x07"
                                                                   "example\0\0\x2b",
                                                                   11));
    const bool has_none = answer[6] == 0 && answer[7] == 0;
    if (!asks_for_ds || !has_none) return answer;
    return probe::Mangled(probe::kNsec3InClassIn, probe::kUnknownInClassIn)(std::move(answer));
  };
  ASSERT_OK_AND_ASSIGN(const auto relay, probe::Relay::Start(options_.target.port, {.udp = lie}));
  options_.target.port = relay->port();
  ValidationOptions options{.target = options_.target,
                            .master_file = options_.master_file,
                            .trust_anchor_path = server_->trust_anchor_path()};
  ASSERT_OK_AND_ASSIGN(const ValidationResult result, ValidateSample(options));
  EXPECT_EQ(result.sampled, 12u);
  EXPECT_THAT(result.failures,
              UnorderedElementsAre("b.example DS", "c.example DS", "big.example DS"));

  options.sample_max = 11;
  ASSERT_OK_AND_ASSIGN(const ValidationResult fewer, ValidateSample(options));
  EXPECT_THAT(fewer.failures, SizeIs(2)) << "as many unsigned ones as there is room for";
}

}  // namespace
}  // namespace tidemark::failover
