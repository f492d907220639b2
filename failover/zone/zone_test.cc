#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/testing.h"
#include "failover/zone/zone_testing.h"

namespace tidemark::failover {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST_F(ZoneTest, ApexIsOnLoopbackWithTheWatermarkAsSerial) {
  ASSERT_NO_FATAL_FAILURE(Write({}));
  EXPECT_THAT(
      lines_,
      ElementsAre("example. 3600 IN SOA ns1.nic.example. hostmaster.nic.example. 1795305600 "
                  "1800 900 604800 3600",
                  "example. 3600 IN NS ns1.nic.example.", "example. 3600 IN NS ns2.nic.example.",
                  "ns1.nic.example. 3600 IN A 127.0.0.1", "ns1.nic.example. 3600 IN AAAA ::1",
                  "ns2.nic.example. 3600 IN A 127.0.0.1", "ns2.nic.example. 3600 IN AAAA ::1"));
}

TEST_F(ZoneTest, ConfigurationDecidesTheApexAndTheTtls) {
  ASSERT_OK_AND_ASSIGN(const base::Config toml, base::Config::Parse(R"(
[zone]
serial = 4294967295
rname = "Ops.Successor.Org"
minimum_seconds = 60
apex_ttl_seconds = 1
delegation_ttl_seconds = 2
ds_ttl_seconds = 3
[[zone.nameserver]]
name = "a.successor.org"
[[zone.nameserver]]
name = "B.example"
addresses = ["192.0.2.1", "2001:DB8:0:0::1"]
)",
                                                                    "zone.toml"));
  ASSERT_OK_AND_ASSIGN(config_, LoadZoneConfig(toml));
  ASSERT_OK(toml.CheckAllKeysKnown());
  rde::Domain domain = Domain("a.example", {"ns.other.org"});
  domain.sec_dns = rde::SecDns{.max_sig_life = {}, .ds = {Ds()}, .keys = {}};
  ASSERT_NO_FATAL_FAILURE(Write({domain}));
  EXPECT_THAT(
      lines_,
      ElementsAre("example. 1 IN SOA a.successor.org. ops.successor.org. 4294967295 1800 900 "
                  "604800 60",
                  "example. 1 IN NS a.successor.org.", "example. 1 IN NS b.example.",
                  "b.example. 1 IN A 192.0.2.1", "b.example. 1 IN AAAA 2001:db8::1",
                  "a.example. 2 IN NS ns.other.org.",
                  "a.example. 3 IN DS 1234 8 2 7791f1d51c2676071ef6e4edc935a6d3d7d4e3c238c78"
                  "39964ee53f0f2f85a79"));
}

TEST_F(ZoneTest, ConfigurationThatMakesNoZoneIsRefused) {
  for (const char* text :
       {"[zone]\nmname = \"a b\"", "[zone]\nserial = 4294967296", "[zone]\nserial = -1",
        "[zone]\nexpire_seconds = 2147483648", "[zone]\nexpire_seconds = 0",
        "[zone]\nrefresh_seconds = 86400\nretry_seconds = 3600\nexpire_seconds = 90000",
        "[zone]\nminimum_seconds = 259201", "[zone]\napex_ttl_seconds = 259201",
        "[zone]\ndelegation_ttl_seconds = 259201", "[zone]\nds_ttl_seconds = 259201",
        "[[zone.nameserver]]\nname = \"a.org\"\n[[zone.nameserver]]\nname = \"A.org.\"",
        "[[zone.nameserver]]\nname = \"a.org\"\naddresses = [\"2001:db8::1\", \"2001:DB8:0::1\"]",
        "[[zone.nameserver]]\naddresses = [\"192.0.2.1\"]",
        "[[zone.nameserver]]\nname = \"a.org\"\naddresses = [\"192.0.2\"]"}) {
    ASSERT_OK_AND_ASSIGN(const base::Config toml, base::Config::Parse(text, "zone.toml"));
    EXPECT_THAT(LoadZoneConfig(toml), base::StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
  ZoneConfig without_address;
  without_address.servers = {{"ns1.nic.example", {}}};
  EXPECT_THAT(CompleteZoneConfig(without_address, "example", absl::UnixEpoch()),
              base::StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(ZoneTest, NamesThatMustNotBePublishedAreNot) {
  const std::vector<std::string> servers = {"ns1.other.org"};
  rde::Domain redeemable = Domain("redeem.example", servers, {"serverRenewProhibited"});
  redeemable.rgp_statuses = {{"redemptionPeriod", "", ""}};
  ASSERT_NO_FATAL_FAILURE(Write({
      Domain("ok.example", servers),
      Domain("ch.example", servers, {"clientHold"}),
      Domain("sh.example", servers, {"clientTransferProhibited", "serverHold"}),
      Domain("in.example", servers, {"inactive"}),
      Domain("pc.example", servers, {"pendingCreate"}),
      Domain("pd.example", servers, {"pendingDelete", "clientDeleteProhibited"}),
      redeemable,
      Domain("none.example", {}),
      Domain("pu.example", servers, {"pendingUpdate"}),
      Domain("pt.example", servers, {"pendingTransfer"}),
  }));
  // `inactive` is the server's to derive: with name servers it is no reason (decision 35).
  EXPECT_THAT(Below(), ElementsAre("in.example. 3600 IN NS ns1.other.org.",
                                   "ok.example. 3600 IN NS ns1.other.org.",
                                   "pt.example. 3600 IN NS ns1.other.org.",
                                   "pu.example. 3600 IN NS ns1.other.org."));
  EXPECT_EQ(report_.delegations, 4u);
  EXPECT_EQ(report_.held, 2u);
  EXPECT_EQ(report_.inactive, 1u);
  EXPECT_EQ(report_.pending_create, 1u);
  EXPECT_EQ(report_.pending_delete, 2u);
  EXPECT_TRUE(report_.whole());
}

TEST_F(ZoneTest, PendingDeleteIsPublishedIfTheSuccessorWantsIt) {
  config_.publish_pending_delete = true;
  ASSERT_NO_FATAL_FAILURE(
      Write({Domain("pd.example", {"ns1.other.org"}, {"pendingDelete"}),
             Domain("held.example", {"ns1.other.org"}, {"pendingDelete", "serverHold"})}));
  EXPECT_THAT(Below(), ElementsAre("pd.example. 3600 IN NS ns1.other.org."));
}

// RFC 1123: a name with '_' is no host's, but a server may be called so.
TEST_F(ZoneTest, OnlyHostNamesAreDelegated) {
  ASSERT_NO_FATAL_FAILURE(
      Write({Domain("_tcp.example", {"ns.other.org"}), Domain("-a.example", {"ns.other.org"}),
             Domain("a-.example", {"ns.other.org"}), Domain("b.a_.example", {"ns.other.org"}),
             Domain("xn--a-b.example", {"ns_1.other.org"})}));
  EXPECT_THAT(Below(), ElementsAre("xn--a-b.example. 3600 IN NS ns_1.other.org."));
  EXPECT_EQ(Remarks(ZoneRemarkKind::kInvalidName), 4u);
}

// Every value that reaches the zone, with everything that means something in a master file.
TEST_F(ZoneTest, HostileValuesNeverBecomeZoneSyntax) {
  const std::vector<std::string> poisons = {"a b",       "a\nevil.example. 1 IN A 192.0.2.66",
                                            "a;comment", "$INCLUDE /etc/passwd",
                                            "$ORIGIN",   "a\"b",
                                            "a\\b",      "a\\032b",
                                            "(",         ")",
                                            "@",         "a\tb",
                                            "a\rb",      "*",
                                            "a/b",       "caf\xc3\xa9",
                                            "a..b",      ".a",
                                            "-.-.",      std::string(64, 'x'),
                                            "a{b",       "a%s",
                                            "\x7f",      "a,b",
                                            "a:b",       "a'b",
                                            "a#b"};
  std::vector<rde::Record> records = {Domain("good.example", {"ns.good.org"})};
  int n = 0;
  for (const std::string& poison : poisons) {
    const std::string safe = absl::StrCat("d", n++, ".example");
    records.push_back(Domain(poison + ".example", {"ns.other.org"}));
    records.push_back(Domain("s" + safe, {poison, "ns.other.org"}));
    records.push_back(Domain("t" + safe, {poison + ".example"}));
    rde::Domain attribute = Domain("u" + safe, {});
    attribute.host_attributes = {{"ns." + safe, {{"v4", poison}, {"v4", "192.0.2.1"}}}};
    records.push_back(attribute);
    rde::Domain signed_domain = Domain("v" + safe, {"ns.other.org"});
    rde::DsData ds = Ds();
    ds.digest = poison;
    rde::KeyData key;
    key.flags = 257;
    key.protocol = 3;
    key.algorithm = 13;
    key.public_key = poison + "\n";
    signed_domain.sec_dns = rde::SecDns{.max_sig_life = {}, .ds = {ds}, .keys = {key}};
    records.push_back(signed_domain);
    records.push_back(Host(absl::StrCat("ns.w", safe), {poison, "192.0.2.2"}));
    records.push_back(Domain("w" + safe, {absl::StrCat("ns.w", safe)}));
  }
  ASSERT_NO_FATAL_FAILURE(Write(records));
  EXPECT_FALSE(report_.whole());
  for (const std::string& line : lines_) {
    const std::vector<std::string> words = absl::StrSplit(line, ' ');
    ASSERT_GE(words.size(), 5u) << line;
    EXPECT_TRUE(absl::EndsWith(words[0], "example.")) << line;
    EXPECT_EQ(words[2], "IN") << line;
    EXPECT_THAT(words[3], ::testing::AnyOf("SOA", "NS", "A", "AAAA", "DS")) << line;
    EXPECT_EQ(line.find_first_not_of("abcdefghijklmnopqrstuvwxyzADIMNOPSENAH0123456789-_.: "),
              std::string::npos)
        << line;
    EXPECT_FALSE(absl::StrContains(line, "192.0.2.66"));
  }
  EXPECT_GE(Remarks(ZoneRemarkKind::kInvalidName), 20u);
  EXPECT_GE(Remarks(ZoneRemarkKind::kInvalidServer), 40u);
  EXPECT_GE(Remarks(ZoneRemarkKind::kInvalidAddress), 40u);
  EXPECT_GE(Remarks(ZoneRemarkKind::kInvalidDs), 40u);
  for (const ZoneRemark& remark : report_.remarks) {
    for (const char c : remark.object) EXPECT_TRUE(c >= ' ' && c < '\x7f') << remark.object;
  }
}

TEST_F(ZoneTest, NamesOutsideOrBelowOthersAreListed) {
  ASSERT_NO_FATAL_FAILURE(Write({
      Domain("example", {"ns.other.org"}),
      Domain("a.org", {"ns.other.org"}),
      Domain("notexample", {"ns.other.org"}),
      Domain("co.example", {"ns.other.org"}),
      Domain("deep.co.example", {"ns.other.org"}),
      Domain("held.example", {"ns.other.org"}, {"clientHold"}),
      Domain("deep.held.example", {"ns.other.org"}),
      Domain("x.y.example", {"ns.other.org"}),
  }));
  EXPECT_THAT(Below(), ElementsAre("co.example. 3600 IN NS ns.other.org.",
                                   "deep.held.example. 3600 IN NS ns.other.org.",
                                   "x.y.example. 3600 IN NS ns.other.org."));
  EXPECT_EQ(Remarks(ZoneRemarkKind::kOutsideTld), 3u);
  EXPECT_EQ(Remarks(ZoneRemarkKind::kBelowDomain), 1u);
  EXPECT_FALSE(report_.whole());
}

TEST_F(ZoneTest, ADomainWithoutAUsableServerIsNotDelegated) {
  rde::Domain domain = Domain("a.example", {"bad name"});
  domain.sec_dns = rde::SecDns{.max_sig_life = {}, .ds = {Ds()}, .keys = {}};
  ASSERT_NO_FATAL_FAILURE(Write({domain}));
  EXPECT_THAT(Below(), SizeIs(0));
  EXPECT_EQ(Remarks(ZoneRemarkKind::kNoUsableServer), 1u);
}

TEST_F(ZoneTest, RepeatedServersAndDsAreWrittenOnce) {
  rde::Domain domain = Domain("A.example", {"ns1.other.org", "NS1.other.org", "ns1.other.org."});
  rde::DsData lower = Ds();
  lower.digest = absl::AsciiStrToLower(lower.digest);
  domain.sec_dns = rde::SecDns{.max_sig_life = {}, .ds = {Ds(), lower, Ds(9)}, .keys = {}};
  ASSERT_NO_FATAL_FAILURE(Write({domain}));
  EXPECT_THAT(Below(), SizeIs(3));
  EXPECT_EQ(report_.ds_records, 2u);
  EXPECT_EQ(report_.signed_delegations, 1u);
}

// RFC 4509 section 2.3: a DNSKEY and its SHA-256 DS.
TEST_F(ZoneTest, KeyDataBecomesTheDsOfRfc4509) {
  rde::KeyData key;
  key.flags = 256;
  key.protocol = 3;
  key.algorithm = 5;
  key.public_key =
      "AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/"
      "2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvx"
      "egXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw==";
  rde::Domain domain = Domain("dskey.example.com", {"ns.other.org"});
  domain.sec_dns = rde::SecDns{.max_sig_life = {}, .ds = {}, .keys = {key}};
  const std::string dir = base::TestDir() + "/registry";
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<RegistryLoader> loader,
                       RegistryLoader::Create({.dir = dir}));
  ASSERT_OK(loader->Put(domain, {}));
  ASSERT_OK(loader->Finish());
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<RegistryStore> store, RegistryStore::Open(dir));
  base::StringSink sink(text_, kZoneBytesMax);
  ASSERT_OK(WriteZone(*store, "com", absl::UnixEpoch(), config_, sink));
  EXPECT_THAT(text_, ::testing::HasSubstr(
                         "dskey.example.com. 3600 IN DS 60485 5 2 "
                         "d4b7d520e7bb5f0f67674a0cceb1e3e0614b93c4f9e99b8383f6a1e4469da50a\n"));
}

TEST_F(ZoneTest, TheSameRegistryGivesTheSameBytes) {
  const std::vector<rde::Record> records = {Domain("b.example", {"ns2.a.example", "ns1.a.example"}),
                                            Domain("a.example", {"ns1.a.example"}),
                                            Host("ns2.a.example", {"192.0.2.2"}),
                                            Host("ns1.a.example", {"192.0.2.1"})};
  ASSERT_NO_FATAL_FAILURE(Write(records));
  const std::string first = text_;
  const std::string digest = report_.sha256_hex;
  ASSERT_NO_FATAL_FAILURE(Write({records[3], records[2], records[1], records[0]}));
  EXPECT_EQ(text_, first);
  EXPECT_EQ(report_.sha256_hex, digest);
}

}  // namespace
}  // namespace tidemark::failover
