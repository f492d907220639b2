#include "failover/cutover/zone_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"

namespace tidemark::failover {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tidemark::base::StatusIs;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);
constexpr char kApex[] =
    "example. 7200 IN SOA ns1.nic.example. hostmaster.nic.example. 7 1800 900 604800 300\n"
    "example. 86400 IN NS NS1.nic.example.\n"
    "example. 86400 IN NS ns.other.org.\n";

class ZoneFactsTest : public ::testing::Test {
 protected:
  absl::StatusOr<ZoneFacts> Read(const std::string& text) {
    EXPECT_OK(base::WriteFile(path_, text, base::FileMode::kPublic));
    return ReadZoneFacts(path_, "example", kNow);
  }
  const std::string path_ = base::TestDir() + "/zone";
};

TEST_F(ZoneFactsTest, TheApexOfAnUnsignedZone) {
  ASSERT_OK_AND_ASSIGN(const ZoneFacts facts,
                       Read(absl::StrCat(kApex,
                                         "ns1.nic.example. 3600 IN A 192.0.2.1\n"
                                         "ns1.nic.example. 3600 IN AAAA 2001:DB8::1\n"
                                         "a.example. 172800 IN NS ns1.a.example.\n"
                                         "ns1.a.example. 3600 IN A 192.0.2.2\n")));
  EXPECT_THAT(facts.servers,
              ElementsAre(NameServer{"ns.other.org", {}},
                          NameServer{"ns1.nic.example", {"192.0.2.1", "2001:db8::1"}}));
  EXPECT_EQ(facts.serial, 7u);
  EXPECT_EQ(facts.ns_ttl, absl::Hours(24));
  EXPECT_EQ(facts.negative_ttl, absl::Seconds(300));
  EXPECT_EQ(facts.ttl_max, absl::Hours(48));
  EXPECT_THAT(facts.dnskeys, IsEmpty());
  EXPECT_FALSE(facts.first_signature_ends.has_value());
}

// Not those of other hosts, nor the time that NS live; whatever comes first in the file.
TEST_F(ZoneFactsTest, TheLongestTtlOfItsServersAddressesIsKnown) {
  const std::string glue =
      "ns1.nic.example. 3600 IN A 192.0.2.1\n"
      "ns1.nic.example. 604800 IN AAAA 2001:DB8::1\n"
      "a.example. 60 IN NS ns1.a.example.\n"
      "ns1.a.example. 2000000 IN A 192.0.2.2\n";
  for (const std::string& text : {kApex + glue, glue + kApex}) {
    ASSERT_OK_AND_ASSIGN(const ZoneFacts facts, Read(text));
    EXPECT_EQ(facts.address_ttl, absl::Hours(7 * 24));
  }
  EXPECT_EQ(Read(kApex)->address_ttl, absl::ZeroDuration());
}

TEST_F(ZoneFactsTest, GlueMayComeBeforeTheServersThatItIsOf) {
  ASSERT_OK_AND_ASSIGN(const ZoneFacts facts,
                       Read(absl::StrCat("ns1.nic.example. 3600 IN A 192.0.2.1\n",
                                         "x.nic.example. 3600 IN A 192.0.2.9\n", kApex,
                                         "ns1.nic.example. 3600 IN A 192.0.2.2\n")));
  EXPECT_THAT(facts.servers,
              ElementsAre(NameServer{"ns.other.org", {}},
                          NameServer{"ns1.nic.example", {"192.0.2.1", "192.0.2.2"}}));
}

// RFC 4509 section 2.3's key, as a key-signing key has flags 257.
TEST_F(ZoneFactsTest, KeysAndSignaturesOfASignedZone) {
  constexpr char kKey[] =
      "AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/"
      "2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvx"
      "egXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw==";
  ASSERT_OK_AND_ASSIGN(
      const ZoneFacts facts,
      Read(absl::StrCat(kApex, "example. 3600 IN DNSKEY 257 3 5 ", kKey,
                        "\nexample. 3600 IN DNSKEY 256 3 5 ", kKey,
                        "\nexample. 3600 IN RRSIG NS 5 1 86400 20270115080000 20270101080000 1 "
                        "example. AAAA\nexample. 3600 IN RRSIG SOA 5 1 7200 20270110080000 "
                        "20270101080000 1 example. AAAA\n")));
  EXPECT_THAT(facts.dnskeys,
              ElementsAre(absl::StrCat("256 3 5 ", kKey), absl::StrCat("257 3 5 ", kKey)));
  ASSERT_EQ(facts.ds.size(), 3u);
  EXPECT_EQ(facts.signed_ttl_max, absl::Hours(1));
  EXPECT_THAT(facts.ds[0], ::testing::StartsWith("60486 5 1 "));
  EXPECT_THAT(facts.ds[1], ::testing::StartsWith("60486 5 2 "));
  EXPECT_THAT(DsOfKey("example", absl::StrCat("257 3 5 ", kKey)), base::IsOkAndHolds(facts.ds));
  EXPECT_EQ(facts.dnskey_ttl, absl::Hours(1));
  EXPECT_EQ(facts.last_signature_ends, absl::FromUnixSeconds(1'800'000'000));
  EXPECT_EQ(facts.first_signature_ends, absl::FromUnixSeconds(1'800'000'000) - absl::Hours(120));
}

TEST_F(ZoneFactsTest, WhatIsNoZoneOfTheTldIsRefused) {
  EXPECT_THAT(Read(""), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no SOA")));
  EXPECT_THAT(Read("org. 1 IN SOA a. b. 1 1 1 1 1\n"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no SOA")));
  EXPECT_THAT(Read(absl::StrCat(kApex, "what is this\n")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(":4: ")));
  std::string many = kApex;
  for (int i = 0; i < 100; ++i) absl::StrAppend(&many, "example. 1 IN NS ns", i, ".org.\n");
  EXPECT_THAT(Read(many), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("more than")));
  EXPECT_THAT(ReadZoneFacts(path_ + ".not", "example", kNow),
              StatusIs(absl::StatusCode::kNotFound));
}

// RFC 3597 section 5: libldns makes a record without fields of them.
TEST_F(ZoneFactsTest, RecordsWithoutTheirDataAreRefused) {
  for (const char* record :
       {"example. 3600 IN SOA \\# 0", "example. IN NS \\# 0", "example. IN DNSKEY \\# 0",
        "example. IN DNSKEY \\# 4 01010308", "example. IN RRSIG \\# 0", "a.example. IN DS \\# 0",
        "a.example. IN DS \\# 4 00010d02", "a.example. IN DS 1 13 2 00",
        "ns1.nic.example. IN A \\# 0", "ns1.nic.example. IN AAAA \\# 3 010203"}) {
    EXPECT_THAT(Read(absl::StrCat(kApex, record, "\n")),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << record;
    EXPECT_THAT(ReadDsFile(path_, "example"), StatusIs(absl::StatusCode::kInvalidArgument));
  }
  EXPECT_OK(Read(absl::StrCat(kApex, "a.example. IN TYPE65280 \\# 0\n")));
}

TEST_F(ZoneFactsTest, OnlyRegularFilesAreRead) {
  ASSERT_OK(base::MakeDirs(path_ + ".dir", base::FileMode::kPublic));
  const std::string pipe = path_ + ".pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const std::string& path : {path_ + ".dir", std::string("/dev/zero"), pipe}) {
    EXPECT_THAT(ReadZoneFacts(path, "example", kNow),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not a regular file")));
    EXPECT_THAT(ReadDsFile(path, "example"), StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST_F(ZoneFactsTest, WhatIsCutOffOrHasNoEndIsRefused) {
  for (const std::string& rest :
       {std::string("a.example. IN NS ( ns.a.org."), std::string("a.example. IN NS ns.a.org. )\n"),
        std::string("a.example. IN TXT \"open"), std::string("a.example. IN TXT open\\"),
        std::string("\0", 1), std::string(100'000, 'a'),
        absl::StrCat("a.example. IN TXT \"", std::string(100'000, 'a'), "\"\n")}) {
    EXPECT_THAT(Read(kApex + rest), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(":4: ")))
        << rest.substr(0, 40);
  }
  ASSERT_OK_AND_ASSIGN(
      const ZoneFacts facts,
      Read("$ORIGIN example.\n$TTL 2h ; two (\n@ IN SOA ns1.nic a\\.b (\n 7 1 1 1\n"
           " 300 )\n  NS ns1.nic"));
  EXPECT_EQ(facts.ns_ttl, absl::Hours(2));
  EXPECT_THAT(facts.servers, ElementsAre(NameServer{"ns1.nic.example", {}}));
}

TEST_F(ZoneFactsTest, RecordsOfOtherZonesAndClassesDoNotCount) {
  ASSERT_OK_AND_ASSIGN(
      const ZoneFacts facts,
      Read(absl::StrCat(kApex,
                        "foo.bar.com. 999999 IN RRSIG A 8 3 60 20190101000000 20180101000000 1 "
                        "bar.com. AAAA\n"
                        "notexample. 999999 IN NS ns.org.\nexample. 999999 CH TXT \"version\"\n"
                        "example. 999999 CH RRSIG SOA 8 1 60 20190101000000 20180101000000 1 "
                        "example. AAAA\n")));
  EXPECT_EQ(facts.ttl_max, absl::Hours(24));
  EXPECT_FALSE(facts.first_signature_ends.has_value());
}

TEST_F(ZoneFactsTest, ATtlThatIsTooLargeIsNone) {
  for (const char* ttl :
       {"2147483648", "4294967297", "99999999999", "99999999999999999999999", "4000w"}) {
    ASSERT_OK_AND_ASSIGN(const ZoneFacts facts,
                         Read(absl::StrCat(kApex, "a.example. ", ttl, " IN NS ns.org.\n")));
    EXPECT_EQ(facts.ttl_max, absl::Hours(24)) << ttl;
  }
  ASSERT_OK_AND_ASSIGN(const ZoneFacts facts,
                       Read(absl::StrCat(kApex, "a.example. 2147483647 IN NS ns.org.\n")));
  EXPECT_EQ(facts.ttl_max, absl::Seconds(2147483647));
}

// RFC 4034 section 3.1.5: 32 bits, of the time near to now.
TEST_F(ZoneFactsTest, SignaturesEndNearToNowOnTheCircleOfTimes) {
  ASSERT_OK(base::WriteFile(path_,
                            absl::StrCat(kApex,
                                         "example. 60 IN RRSIG NS 5 1 60 20270115080000 "
                                         "20270101080000 1 example. AAAA\n"),
                            base::FileMode::kPublic));
  constexpr absl::Duration kCircle = absl::Seconds(int64_t{1} << 32);
  ASSERT_OK_AND_ASSIGN(const ZoneFacts facts,
                       ReadZoneFacts(path_, "example", kNow + kCircle - absl::Hours(1)));
  EXPECT_EQ(facts.first_signature_ends, kNow + kCircle);
}

TEST_F(ZoneFactsTest, DsRecordsAsDigPrintsThem) {
  ASSERT_OK(base::WriteFile(path_,
                            "; <<>> DiG <<>> DS example\n"
                            "example.\t86400\tIN\tDS\t1234 13 5 AABB CCDD\n"
                            "example. 604800 IN DS 99 8 6 00ff\n"
                            "example. 86400 IN NS a.org.\n"
                            "other. 999999 IN DS 99 8 6 00ff\n"
                            "org. 86400 IN SOA a. b. 1 2 3 4 5\n",
                            base::FileMode::kPublic));
  ASSERT_OK_AND_ASSIGN(const ShownByParent shown, ReadDsFile(path_, "example"));
  EXPECT_THAT(shown.ds, ElementsAre("1234 13 5 aabbccdd", "99 8 6 00ff"));
  EXPECT_EQ(shown.ds_ttl, absl::Hours(7 * 24));
  EXPECT_EQ(shown.negative_ttl, absl::ZeroDuration());
  EXPECT_THAT(ReadDsFile(path_, "net"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no DS of net")));
}

// What dig prints where there is no DS; anything that does not say so is refused.
TEST_F(ZoneFactsTest, AFileOfDsMaySayThatThereIsNone) {
  const auto read = [&](const std::string& status, const std::string& question,
                        const std::string& soa) {
    EXPECT_OK(base::WriteFile(
        path_,
        absl::StrCat(
            "\n; <<>> DiG 9.18 <<>> example. DS\n;; Got answer:\n"
            ";; ->>HEADER<<- opcode: QUERY, status: ",
            status, ", id: 7\n;; flags: qr rd ra ad; QUERY: 1, ANSWER: 0\n\n",
            ";; QUESTION SECTION:\n;", question, "\n\n;; AUTHORITY SECTION:\n", soa,
            "\t86400\tIN\tSOA\ta.root-servers.net. nstld.verisign-grs.com. 1 2 3 4 7200\n"),
        base::FileMode::kPublic));
    return ReadDsFile(path_, "example");
  };
  ASSERT_OK_AND_ASSIGN(const ShownByParent none, read("NOERROR", "example.\t\t\tIN\tDS", "."));
  EXPECT_THAT(none.ds, IsEmpty());
  EXPECT_EQ(none.ds_ttl, absl::ZeroDuration());
  EXPECT_EQ(none.negative_ttl, absl::Hours(2));
  const auto refused = [](const std::string& why) {
    return StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why));
  };
  EXPECT_THAT(read("NXDOMAIN", "example.\tIN\tDS", "."), refused("status is NXDOMAIN"));
  EXPECT_THAT(read("SERVFAIL", "example.\tIN\tDS", "."), refused("status is SERVFAIL"));
  EXPECT_THAT(read("NOERROR", "example.\tIN\tNS", "."), refused("question was another"));
  EXPECT_THAT(read("NOERROR", "org.\tIN\tDS", "."), refused("question was another"));
  EXPECT_THAT(read("NOERROR", "example.\tIN\tDS", "example."), refused("SOA of the parent"));
  ASSERT_OK(base::WriteFile(path_, "", base::FileMode::kPublic));
  EXPECT_THAT(ReadDsFile(path_, "example"), refused("--no-old-ds"));
}

}  // namespace
}  // namespace tidemark::failover
