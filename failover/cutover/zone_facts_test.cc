#include "failover/cutover/zone_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

constexpr char kApex[] =
    "example. 7200 IN SOA ns1.nic.example. hostmaster.nic.example. 7 1800 900 604800 300\n"
    "example. 86400 IN NS NS1.nic.example.\n"
    "example. 86400 IN NS ns.other.org.\n";

class ZoneFactsTest : public ::testing::Test {
 protected:
  absl::StatusOr<ZoneFacts> Read(const std::string& text) {
    EXPECT_OK(base::WriteFile(path_, text, base::FileMode::kPublic));
    return ReadZoneFacts(path_, "example");
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
  ASSERT_EQ(facts.ds.size(), 2u);
  EXPECT_THAT(facts.ds[0], ::testing::StartsWith("60486 5 2 "));
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
  EXPECT_THAT(ReadZoneFacts(path_ + ".not", "example"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ZoneFactsTest, DsRecordsAsDigPrintsThem) {
  ASSERT_OK(base::WriteFile(path_,
                            "; <<>> DiG <<>> DS example\n"
                            "example.\t86400\tIN\tDS\t1234 13 2 AABB CCDD\n"
                            "example. 86400 IN DS 99 8 2 00ff\n"
                            "example. 86400 IN NS a.org.\n"
                            "other. 86400 IN DS 99 8 2 00ff\n",
                            base::FileMode::kPublic));
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> ds, ReadDsFile(path_, "example"));
  EXPECT_THAT(ds, ElementsAre("1234 13 2 aabbccdd", "99 8 2 00ff"));
  EXPECT_THAT(ReadDsFile(path_, "org"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no DS of org")));
}

}  // namespace
}  // namespace tidemark::failover
