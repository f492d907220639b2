// A signed zone that somebody broke, as a name server gives it: what the judge of records sees, and
// what the validators of others say of the file that it writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/installed_testing.h"
#include "base/net.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "failover/dns/signed_server.h"
#include "failover/probe/whole_zone.h"
#include "failover/probe/witness_testing.h"
#include "failover/probe/zone_verification.h"
#include "failover/run_dir/run_dir.h"

namespace tidemark::failover {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::Duration kStartTimeout = absl::Minutes(1);

std::string Secret() { return absl::Base64Escape(std::string(32, 'k')); }

std::string ZoneText() {
  return absl::StrCat(
      "example. 3600 IN SOA ns1.nic.example. hostmaster.nic.example. 7 1800 900 604800 3600\n"
      "example. 3600 IN NS ns1.nic.example.\n"
      "ns1.nic.example. 3600 IN A 127.0.0.1\n"
      "a.example. 3600 IN NS ns.other.test.\n"
      "b.example. 3600 IN NS ns.other.test.\n"
      "a.example. 3600 IN DS 1234 8 2 ",
      probe::kTestDs, "\n");
}

probe::TestDeposit Deposit() {
  probe::TestDeposit deposit;
  rde::Domain a = probe::DomainOf("a.example", {"ok"}, {"ns.other.test"});
  a.sec_dns.emplace().ds.push_back({1234, 8, 2, probe::kTestDs, std::nullopt});
  deposit.records = {rde::Header{}, a, probe::DomainOf("b.example", {"ok"}, {"ns.other.test"})};
  return deposit;
}

using Lines = std::vector<std::string>;

class SignedZone : public ::testing::Test {
 protected:
  void SetUp() override {
    SKIP_UNLESS_INSTALLED("knotd", "dnssec-verify");
    dir_ = base::TestDir();
    ASSERT_OK(base::WriteFile(dir_ + "/zone", ZoneText(), base::FileMode::kPublic));
    ASSERT_OK(base::WriteFile(dir_ + "/key", absl::StrCat("hmac-sha256:observer:", Secret()),
                              base::FileMode::kPrivate));
    SignedServerOptions options;
    options.dir = dir_ + "/dns";
    options.tld = "example";
    options.zone_path = dir_ + "/zone";
    options.transfer_key_path = dir_ + "/key";
    ASSERT_OK_AND_ASSIGN(signer_, SignedServer::Start(options));
    ASSERT_OK(signer_->WaitUntilAnswering(kStartTimeout));
    ASSERT_OK_AND_ASSIGN(
        DepositWitness witness,
        DepositWitness::Read(Deposit().Reader(),
                             {.tld = "example",
                              .policy = {.own_servers = {{"ns1.nic.example", {"127.0.0.1"}}}},
                              .registrations = Registrations::kNo,
                              .whole_zone = WholeZone::kYes}));
    witness_.emplace(std::move(witness));
    ASSERT_OK(Transfer(signer_->port(), "signed"));
    EXPECT_THAT(differences_, IsEmpty());
  }

  // Into a file of that name, with what the judge of records finds.
  absl::Status Transfer(int port, const std::string& name) {
    differences_.clear();
    const absl::StatusOr<WholeZoneResult> result =
        ProbeWholeZone({.target = {.address = "127.0.0.1", .port = port, .tld = "example"},
                        .key_name = "observer",
                        .key_secret_base64 = Secret(),
                        .witness = &*witness_,
                        .now = absl::Now(),
                        .zone_path = absl::StrCat(dir_, "/", name)});
    if (!result.ok()) return result.status();
    for (const ProbeDifference& difference : result->differences) {
      absl::StrAppend(&differences_, difference.name, ": ", difference.what, "\n");
    }
    return absl::OkStatus();
  }

  // Has the altered zone served by a knotd that signs nothing, and transfers it into "served".
  void Serve(const std::function<void(Lines&)>& alter) {
    ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadSmallFile(dir_ + "/signed"));
    Lines lines = absl::StrSplit(text, '\n', absl::SkipEmpty());
    const Lines before = lines;
    alter(lines);
    ASSERT_NE(lines, before);
    const std::string dir = absl::StrCat(dir_, "/", ++served_);
    ASSERT_OK(base::MakeDirs(dir, base::FileMode::kPrivate));
    ASSERT_OK(
        base::WriteFile(dir + "/zone", absl::StrJoin(lines, "\n") + "\n", base::FileMode::kPublic));
    ASSERT_OK_AND_ASSIGN(const int port, base::FreeLoopbackPort());
    // The name of a socket has 107 bytes at most.
    ASSERT_OK_AND_ASSIGN(const auto run_dir, RunDir::Create("/tmp", "tidemark-test-"));
    ASSERT_OK(base::WriteFile(
        dir + "/knot.conf",
        absl::StrCat("server:\n  rundir: \"", run_dir->path(), "\"\n  listen: \"127.0.0.1@", port,
                     "\"\ndatabase:\n  storage: \"", dir,
                     "\"\nkey:\n  - id: observer.\n    algorithm: hmac-sha256\n    secret: \"",
                     Secret(),
                     "\"\nacl:\n  - id: all\n    key: observer.\n    action: transfer\n"
                     "zone:\n  - domain: example.\n    file: \"",
                     dir, "/zone\"\n    acl: all\n"),
        base::FileMode::kPrivate));
    ASSERT_OK_AND_ASSIGN(
        const auto knotd,
        base::Subprocess::Start({.argv = {"/usr/sbin/knotd", "-c", dir + "/knot.conf"},
                                 .out = base::ProcessOutput::ToFile(dir + "/log"),
                                 .err = base::ProcessOutput::ToFile(dir + "/log")}));
    const absl::Time deadline = absl::Now() + kStartTimeout;
    absl::Status status = Transfer(port, "served");
    while (!status.ok() && absl::Now() < deadline) {
      ASSERT_FALSE(knotd->Wait(absl::Milliseconds(50)).ok());
      status = Transfer(port, "served");
    }
    ASSERT_OK(status);
  }

  ZoneVerification Verify(const std::string& name) const {
    const absl::StatusOr<ZoneVerification> result =
        VerifyZone({.zone_path = absl::StrCat(dir_, "/", name), .tld = "example"});
    EXPECT_OK(result);
    return result.value_or(ZoneVerification());
  }

  std::string dir_;
  int served_ = 0;
  std::unique_ptr<SignedServer> signer_;
  std::optional<DepositWitness> witness_;
  std::string differences_;
};

bool IsSignatureOf(const std::string& line, const std::string& owner, const std::string& type) {
  return absl::StartsWith(line, owner + ".") && absl::StrContains(line, "RRSIG\t" + type + " ");
}

TEST_F(SignedZone, AGoodOneIsValidByWhoeverIsInstalled) {
  const ZoneVerification good = Verify("signed");
  EXPECT_EQ(good.tool, "dnssec-verify");
  EXPECT_THAT(good.version, HasSubstr("9."));
  EXPECT_EQ(good.valid, true) << absl::StrJoin(good.lines, "\n");
  EXPECT_EQ(good.why_not, "");
  // Served as it is by another server it is the same.
  ASSERT_NO_FATAL_FAILURE(Serve([](Lines& lines) { lines.push_back("; no record"); }));
  EXPECT_THAT(differences_, IsEmpty());
  EXPECT_EQ(Verify("served").valid, true);
}

TEST_F(SignedZone, ABrokenSignatureIsInvalidAndNamed) {
  ASSERT_NO_FATAL_FAILURE(Serve([](Lines& lines) {
    for (std::string& line : lines) {
      if (!IsSignatureOf(line, "a.example", "DS")) continue;
      char& c = line[line.rfind(' ') + 10];
      c = c == 'A' ? 'B' : 'A';
    }
  }));
  EXPECT_THAT(differences_, IsEmpty()) << "which looks at no signature's value";
  const ZoneVerification result = Verify("served");
  EXPECT_EQ(result.valid, false);
  EXPECT_THAT(absl::StrJoin(result.lines, "\n"), HasSubstr("a.example"));
}

TEST_F(SignedZone, AnExpiredSignatureIsInvalidAndNamedByBoth) {
  ASSERT_NO_FATAL_FAILURE(Serve([](Lines& lines) {
    for (std::string& line : lines) {
      if (!IsSignatureOf(line, "a.example", "DS")) continue;
      std::vector<std::string> words = absl::StrSplit(line, ' ');
      ASSERT_GT(words.size(), 6u) << line;
      words[4] = "20200201000000";
      words[5] = "20200101000000";
      line = absl::StrJoin(words, " ");
    }
  }));
  EXPECT_EQ(differences_, "a.example: the signature of DS ends within a day, or has ended\n");
  const ZoneVerification result = Verify("served");
  EXPECT_EQ(result.valid, false);
  EXPECT_THAT(absl::StrJoin(result.lines, "\n"), HasSubstr("a.example"));
}

TEST_F(SignedZone, AMissingSignatureIsInvalidAndNamedByBoth) {
  ASSERT_NO_FATAL_FAILURE(Serve([](Lines& lines) {
    std::erase_if(lines,
                  [](const std::string& line) { return IsSignatureOf(line, "a.example", "DS"); });
  }));
  EXPECT_EQ(differences_, "a.example: no signature of DS\n");
  const ZoneVerification result = Verify("served");
  EXPECT_EQ(result.valid, false);
  EXPECT_THAT(absl::StrJoin(result.lines, "\n"), HasSubstr("a.example"));
}

TEST_F(SignedZone, AMissingNsec3IsInvalidAndSaid) {
  ASSERT_NO_FATAL_FAILURE(Serve([](Lines& lines) {
    std::string owner;
    for (const std::string& line : lines) {
      if (absl::StrContains(line, "\tNSEC3\t") && absl::StrContains(line, " DS RRSIG")) {
        owner = line.substr(0, line.find('.'));
      }
    }
    std::erase_if(lines, [&](const std::string& line) { return absl::StartsWith(line, owner); });
  }));
  EXPECT_THAT(differences_, IsEmpty()) << "which does not follow the chain";
  const ZoneVerification result = Verify("served");
  EXPECT_EQ(result.valid, false);
  EXPECT_THAT(absl::StrJoin(result.lines, "\n"), HasSubstr("NSEC3"));
}

// Other programs in place of the validators.
class Validators : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string bin = dir_ + "/bin";
    ASSERT_OK(base::MakeDirs(bin, base::FileMode::kPrivate));
    ASSERT_EQ(setenv("PATH", bin.c_str(), 1), 0);
  }
  void TearDown() override { setenv("PATH", path_.c_str(), 1); }

  void Install(const std::string& name, const std::string& script) {
    const std::string path = absl::StrCat(dir_, "/bin/", name);
    ASSERT_OK(
        base::WriteFile(path, absl::StrCat("#!/bin/sh\n", script, "\n"), base::FileMode::kPublic));
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  }

  ZoneVerification Verify(absl::Duration timeout = absl::Minutes(1)) const {
    const absl::StatusOr<ZoneVerification> result =
        VerifyZone({.zone_path = "/zone", .tld = "example", .timeout = timeout});
    EXPECT_OK(result);
    return result.value_or(ZoneVerification());
  }

  const std::string dir_ = base::TestDir();
  const std::string path_ = std::getenv("PATH");
};

TEST_F(Validators, WithoutAnyItIsNotKnown) {
  const ZoneVerification result = Verify();
  EXPECT_EQ(result.valid, std::nullopt);
  EXPECT_EQ(result.tool, "");
  EXPECT_EQ(result.why_not, "neither dnssec-verify nor ldns-verify-zone is installed");
}

TEST_F(Validators, TheSecondIsAskedWhereTheFirstIsNotThere) {
  ASSERT_NO_FATAL_FAILURE(Install("ldns-verify-zone", "echo \"$@\""));
  const ZoneVerification result = Verify();
  EXPECT_EQ(result.tool, "ldns-verify-zone");
  EXPECT_EQ(result.version, "-v");
  EXPECT_EQ(result.valid, true);
  EXPECT_THAT(result.lines, ::testing::ElementsAre("-V 1 /zone"));
}

TEST_F(Validators, OneThatTakesTooLongOrIsKilledLeavesItUnknown) {
  ASSERT_NO_FATAL_FAILURE(Install("dnssec-verify", "[ \"$1\" = -V ] && exit; exec /bin/sleep 600"));
  const ZoneVerification late = Verify(absl::Milliseconds(1));
  EXPECT_EQ(late.valid, std::nullopt);
  EXPECT_EQ(late.why_not, "dnssec-verify did not end within 1ms");
  ASSERT_NO_FATAL_FAILURE(Install("dnssec-verify", "[ \"$1\" = -V ] && exit; kill -9 $$"));
  const ZoneVerification killed = Verify();
  EXPECT_EQ(killed.valid, std::nullopt);
  EXPECT_EQ(killed.why_not, "dnssec-verify was killed by signal 9");
}

TEST_F(Validators, OfWhatOneSaysWithoutEndTheBeginningIsKept) {
  ASSERT_NO_FATAL_FAILURE(
      Install("dnssec-verify",
              "i=0; while [ $i -lt 20000 ]; do echo bad.example; i=$((i+1)); done; exit 1"));
  const ZoneVerification result = Verify();
  EXPECT_EQ(result.valid, false);
  EXPECT_THAT(result.lines, SizeIs(kVerificationLinesMax));
}

TEST_F(Validators, ToldToStopItStops) {
  ASSERT_NO_FATAL_FAILURE(Install("dnssec-verify", "[ \"$1\" = -V ] && exit; exec /bin/sleep 600"));
  EXPECT_THAT(
      VerifyZone({.zone_path = "/zone", .tld = "example", .should_stop = [] { return true; }}),
      base::StatusIs(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace tidemark::failover
