// Every object type, read in full.
#include "rde/reader.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"
#include "rde/reader_testing.h"

namespace tidemark::rde {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

absl::Time Utc(int year, int month, int day, int hour = 0) {
  return absl::FromCivil(absl::CivilHour(year, month, day, hour), absl::UTCTimeZone());
}

TEST(XmlReader, DepositAndMenu) {
  const Reading reading = Read(R"(<?xml version="1.0"?>
<d:deposit xmlns:d="urn:ietf:params:xml:ns:rde-1.0" type=" DIFF " id="20191019001"
  prevId="20191018001" resend="2">
  <d:watermark> 2019-10-18T23:59:59Z </d:watermark>
  <d:rdeMenu><d:version>1.0</d:version>
    <d:objURI>urn:ietf:params:xml:ns:rdeHeader-1.0</d:objURI>
    <d:objURI>
      urn:ietf:params:xml:ns:rdeDomain-1.0 </d:objURI></d:rdeMenu>
  <d:contents/>
</d:deposit>)");
  EXPECT_EQ(reading.Flaws(), "");
  EXPECT_TRUE(reading.complete);
  ASSERT_EQ(reading.deposits.size(), 1u);
  const auto& [info, at] = reading.deposits[0];
  EXPECT_EQ(info.type, "DIFF");
  EXPECT_EQ(info.id, "20191019001");
  EXPECT_EQ(info.prev_id, "20191018001");
  EXPECT_EQ(info.resend_text, "2");
  EXPECT_EQ(info.resend, 2);
  EXPECT_EQ(info.watermark.text, "2019-10-18T23:59:59Z");
  EXPECT_EQ(info.watermark.time, Utc(2019, 10, 19) - absl::Seconds(1));
  EXPECT_EQ(info.menu_version, "1.0");
  EXPECT_THAT(info.menu_uris, ElementsAre(kHeaderUri, kDomainUri));
  EXPECT_EQ(at.line, 2);
  EXPECT_EQ(at.offset, 22);
}

TEST(XmlReader, AbsentResendIsZero) {
  const Reading reading = Read(DepositOf(""));
  EXPECT_EQ(reading.deposits.at(0).first.resend, 0);
  EXPECT_EQ(reading.deposits.at(0).first.resend_text, "");
}

TEST(XmlReader, DomainWithHostObjectsAndDs) {
  const Reading reading = Read(DepositOf(R"(<rdeDomain:domain>
    <rdeDomain:name>xn--exampl-gva.test</rdeDomain:name>
    <rdeDomain:roid>Dexample1-TEST</rdeDomain:roid>
    <rdeDomain:uName>exampl&#233;.test</rdeDomain:uName>
    <rdeDomain:idnTableId>pt-BR</rdeDomain:idnTableId>
    <rdeDomain:originalName>example.test</rdeDomain:originalName>
    <rdeDomain:status s="pendingDelete"/>
    <rdeDomain:status s="clientHold" lang="fr">impay&amp;e </rdeDomain:status>
    <rdeDomain:rgpStatus s="redemptionPeriod"/>
    <rdeDomain:registrant>jd1234</rdeDomain:registrant>
    <rdeDomain:contact type="admin">sh8013</rdeDomain:contact>
    <rdeDomain:contact type="tech">sh8014</rdeDomain:contact>
    <rdeDomain:ns>
      <domain:hostObj>ns1.example.com</domain:hostObj>
      <domain:hostObj>ns2.example.com</domain:hostObj>
    </rdeDomain:ns>
    <rdeDomain:clID>RegistrarX</rdeDomain:clID>
    <rdeDomain:crRr client="jdoe">RegistrarY</rdeDomain:crRr>
    <rdeDomain:crDate>1999-04-03T22:00:00.0Z</rdeDomain:crDate>
    <rdeDomain:exDate>2025-04-03T22:00:00.0Z</rdeDomain:exDate>
    <rdeDomain:upRr client="jane">RegistrarZ</rdeDomain:upRr>
    <rdeDomain:upDate>2009-12-03T09:00:00.0Z</rdeDomain:upDate>
    <rdeDomain:secDNS>
      <secDNS:maxSigLife>604800</secDNS:maxSigLife>
      <secDNS:dsData>
        <secDNS:keyTag>12345</secDNS:keyTag><secDNS:alg>13</secDNS:alg>
        <secDNS:digestType>2</secDNS:digestType><secDNS:digest>49fd46e6</secDNS:digest>
        <secDNS:keyData><secDNS:flags>257</secDNS:flags><secDNS:protocol>3</secDNS:protocol>
          <secDNS:alg>13</secDNS:alg><secDNS:pubKey>AQPJ
          AA==</secDNS:pubKey></secDNS:keyData>
      </secDNS:dsData>
      <secDNS:dsData>
        <secDNS:keyTag>1</secDNS:keyTag><secDNS:alg>8</secDNS:alg>
        <secDNS:digestType>1</secDNS:digestType><secDNS:digest>AB</secDNS:digest>
      </secDNS:dsData>
    </rdeDomain:secDNS>
    <rdeDomain:trDate>2005-01-01T00:00:00Z</rdeDomain:trDate>
    <rdeDomain:trnData>
      <rdeDomain:trStatus>pending</rdeDomain:trStatus>
      <rdeDomain:reRr client="a12">RegistrarA</rdeDomain:reRr>
      <rdeDomain:reDate>2009-12-03T09:05:00.0Z</rdeDomain:reDate>
      <rdeDomain:acRr client="b12">RegistrarB</rdeDomain:acRr>
      <rdeDomain:acDate>2009-12-08T09:05:00.0Z</rdeDomain:acDate>
      <rdeDomain:exDate>2026-04-03T22:00:00.0Z</rdeDomain:exDate>
    </rdeDomain:trnData>
  </rdeDomain:domain>)"));
  EXPECT_EQ(reading.Flaws(), "");
  ASSERT_EQ(reading.records.size(), 1u);
  const Domain& domain = reading.Only<Domain>();
  EXPECT_EQ(domain.name, "xn--exampl-gva.test");
  EXPECT_EQ(domain.roid, "Dexample1-TEST");
  EXPECT_EQ(domain.u_name, "exampl\u00E9.test");
  EXPECT_EQ(domain.idn_table_id, "pt-BR");
  EXPECT_EQ(domain.original_name, "example.test");
  ASSERT_EQ(domain.statuses.size(), 2u);
  EXPECT_EQ(domain.statuses[0].s, "pendingDelete");
  EXPECT_EQ(domain.statuses[0].lang, "");
  EXPECT_EQ(domain.statuses[1].s, "clientHold");
  EXPECT_EQ(domain.statuses[1].lang, "fr");
  EXPECT_EQ(domain.statuses[1].text, "impay&e");
  ASSERT_EQ(domain.rgp_statuses.size(), 1u);
  EXPECT_EQ(domain.rgp_statuses[0].s, "redemptionPeriod");
  EXPECT_EQ(domain.registrant, "jd1234");
  ASSERT_EQ(domain.contacts.size(), 2u);
  EXPECT_EQ(domain.contacts[1].type, "tech");
  EXPECT_EQ(domain.contacts[1].id, "sh8014");
  EXPECT_THAT(domain.host_objects, ElementsAre("ns1.example.com", "ns2.example.com"));
  EXPECT_EQ(domain.cl_id, "RegistrarX");
  EXPECT_EQ(domain.cr_rr.id, "RegistrarY");
  EXPECT_EQ(domain.cr_rr.client, "jdoe");
  EXPECT_EQ(domain.cr_date.time, Utc(1999, 4, 3, 22));
  EXPECT_EQ(domain.cr_date.text, "1999-04-03T22:00:00.0Z");
  EXPECT_EQ(domain.ex_date.time, Utc(2025, 4, 3, 22));
  EXPECT_EQ(domain.up_rr.id, "RegistrarZ");
  EXPECT_EQ(domain.up_rr.client, "jane");
  EXPECT_EQ(domain.up_date.time, Utc(2009, 12, 3, 9));
  ASSERT_TRUE(domain.sec_dns.has_value());
  EXPECT_EQ(domain.sec_dns->max_sig_life, 604800);
  ASSERT_EQ(domain.sec_dns->ds.size(), 2u);
  const DsData& ds = domain.sec_dns->ds[0];
  EXPECT_EQ(ds.key_tag, 12345);
  EXPECT_EQ(ds.algorithm, 13);
  EXPECT_EQ(ds.digest_type, 2);
  EXPECT_EQ(ds.digest, "49FD46E6");
  ASSERT_TRUE(ds.key_data.has_value());
  EXPECT_EQ(ds.key_data->flags, 257);
  EXPECT_EQ(ds.key_data->protocol, 3);
  EXPECT_EQ(ds.key_data->algorithm, 13);
  EXPECT_EQ(ds.key_data->public_key, "AQPJAA==");
  EXPECT_EQ(domain.sec_dns->ds[1].key_tag, 1);
  EXPECT_FALSE(domain.sec_dns->ds[1].key_data.has_value());
  EXPECT_EQ(domain.tr_date.time, Utc(2005, 1, 1));
  ASSERT_TRUE(domain.transfer.has_value());
  EXPECT_EQ(domain.transfer->status, "pending");
  EXPECT_EQ(domain.transfer->requested_by.id, "RegistrarA");
  EXPECT_EQ(domain.transfer->requested_by.client, "a12");
  EXPECT_EQ(domain.transfer->requested_at.text, "2009-12-03T09:05:00.0Z");
  EXPECT_EQ(domain.transfer->acting.id, "RegistrarB");
  EXPECT_EQ(domain.transfer->acting.client, "b12");
  EXPECT_EQ(domain.transfer->acting_at.text, "2009-12-08T09:05:00.0Z");
  EXPECT_EQ(domain.transfer->ex_date.time, Utc(2026, 4, 3, 22));
}

// The second domain must not inherit anything from the record that the first one filled.
TEST(XmlReader, DomainWithHostAttributesAndKeysAfterAnother) {
  const std::string contents = R"(<rdeDomain:domain>
    <rdeDomain:name>a.test</rdeDomain:name><rdeDomain:roid>D1-TEST</rdeDomain:roid>
    <rdeDomain:status s="ok"/><rdeDomain:registrant>jd1234</rdeDomain:registrant>
    <rdeDomain:ns><domain:hostAttr><domain:hostName>ns1.a.test</domain:hostName>
      <domain:hostAddr>192.0.2.2</domain:hostAddr>
      <domain:hostAddr ip="v6">2001:db8::1</domain:hostAddr></domain:hostAttr>
      <domain:hostAttr><domain:hostName>ns2.a.test</domain:hostName></domain:hostAttr>
    </rdeDomain:ns>
    <rdeDomain:clID>RegistrarX</rdeDomain:clID>
    <rdeDomain:secDNS><secDNS:keyData><secDNS:flags>256</secDNS:flags>
      <secDNS:protocol>3</secDNS:protocol><secDNS:alg>8</secDNS:alg>
      <secDNS:pubKey>AQPJ</secDNS:pubKey></secDNS:keyData></rdeDomain:secDNS>
  </rdeDomain:domain>
  <rdeDomain:domain><rdeDomain:name>b.test</rdeDomain:name><rdeDomain:roid>D2-TEST</rdeDomain:roid>
    <rdeDomain:status s="inactive"/><rdeDomain:clID>RegistrarX</rdeDomain:clID>
  </rdeDomain:domain>)";
  const Reading reading = Read(DepositOf(contents));
  EXPECT_EQ(reading.Flaws(), "");
  ASSERT_EQ(reading.records.size(), 2u);
  const Domain& a = std::get<Domain>(reading.records[0].first);
  ASSERT_EQ(a.host_attributes.size(), 2u);
  EXPECT_EQ(a.host_attributes[0].name, "ns1.a.test");
  ASSERT_EQ(a.host_attributes[0].addresses.size(), 2u);
  EXPECT_EQ(a.host_attributes[0].addresses[0].version, "v4");
  EXPECT_EQ(a.host_attributes[0].addresses[0].address, "192.0.2.2");
  EXPECT_EQ(a.host_attributes[0].addresses[1].version, "v6");
  EXPECT_EQ(a.host_attributes[1].name, "ns2.a.test");
  EXPECT_TRUE(a.host_attributes[1].addresses.empty());
  ASSERT_TRUE(a.sec_dns.has_value());
  EXPECT_FALSE(a.sec_dns->max_sig_life.has_value());
  ASSERT_EQ(a.sec_dns->keys.size(), 1u);
  EXPECT_EQ(a.sec_dns->keys[0].flags, 256);
  const Domain& b = std::get<Domain>(reading.records[1].first);
  EXPECT_EQ(b.name, "b.test");
  EXPECT_EQ(b.registrant, "");
  EXPECT_EQ(b.statuses.size(), 1u);
  EXPECT_TRUE(b.host_attributes.empty());
  EXPECT_FALSE(b.sec_dns.has_value());
  EXPECT_FALSE(b.cr_date.present());
}

TEST(XmlReader, HostInFull) {
  const Reading reading = Read(DepositOf(R"(<rdeHost:host>
      <rdeHost:name>ns1.example1.test</rdeHost:name>
      <rdeHost:roid>Hns1_example_test-TEST</rdeHost:roid>
      <rdeHost:status s="ok"/><rdeHost:status s="linked"/>
      <rdeHost:addr>192.0.2.2</rdeHost:addr>
      <rdeHost:addr ip="v6">1080:0:0:0:8:800:200C:417A
      </rdeHost:addr>
      <rdeHost:clID>RegistrarX</rdeHost:clID>
      <rdeHost:crRr client="jdoe">RegistrarX</rdeHost:crRr>
      <rdeHost:crDate>1999-05-08T12:00:00.0Z</rdeHost:crDate>
      <rdeHost:upRr>RegistrarY</rdeHost:upRr>
      <rdeHost:upDate>2009-10-03T09:00:00.0Z</rdeHost:upDate>
      <rdeHost:trDate>2007-01-08T09:00:00.0Z</rdeHost:trDate>
    </rdeHost:host>)"));
  EXPECT_EQ(reading.Flaws(), "");
  const Host& host = reading.Only<Host>();
  EXPECT_EQ(host.name, "ns1.example1.test");
  EXPECT_EQ(host.roid, "Hns1_example_test-TEST");
  ASSERT_EQ(host.statuses.size(), 2u);
  EXPECT_EQ(host.statuses[1].s, "linked");
  ASSERT_EQ(host.addresses.size(), 2u);
  EXPECT_EQ(host.addresses[0].version, "v4");
  EXPECT_EQ(host.addresses[1].version, "v6");
  EXPECT_EQ(host.addresses[1].address, "1080:0:0:0:8:800:200C:417A");
  EXPECT_EQ(host.cl_id, "RegistrarX");
  EXPECT_EQ(host.cr_rr.client, "jdoe");
  EXPECT_EQ(host.cr_date.time, Utc(1999, 5, 8, 12));
  EXPECT_EQ(host.up_rr.id, "RegistrarY");
  EXPECT_EQ(host.up_date.time, Utc(2009, 10, 3, 9));
  EXPECT_EQ(host.tr_date.time, Utc(2007, 1, 8, 9));
}

TEST(XmlReader, ContactInFull) {
  const Reading reading = Read(DepositOf(R"(<rdeContact:contact>
      <rdeContact:id>sh8013</rdeContact:id><rdeContact:roid>Csh8013-TEST</rdeContact:roid>
      <rdeContact:status s="linked"/><rdeContact:status s="clientDeleteProhibited"/>
      <rdeContact:postalInfo type="int"><contact:name>John Doe</contact:name>
        <contact:org>Example Inc.</contact:org>
        <contact:addr><contact:street>123 Example Dr.</contact:street>
          <contact:street>Suite 100</contact:street><contact:city>Dulles</contact:city>
          <contact:sp>VA</contact:sp><contact:pc>20166-6503</contact:pc>
          <contact:cc>US</contact:cc></contact:addr></rdeContact:postalInfo>
      <rdeContact:postalInfo type="loc"><contact:name>约翰</contact:name>
        <contact:addr><contact:city>武汉</contact:city><contact:cc>CN</contact:cc>
        </contact:addr></rdeContact:postalInfo>
      <rdeContact:voice x="1234">+1.7035555555</rdeContact:voice>
      <rdeContact:fax>+1.7035555556</rdeContact:fax>
      <rdeContact:email>jdoe@example.test</rdeContact:email>
      <rdeContact:clID>RegistrarX</rdeContact:clID>
      <rdeContact:crRr client="jdoe">RegistrarX</rdeContact:crRr>
      <rdeContact:crDate>2009-09-13T08:00:00.0Z</rdeContact:crDate>
      <rdeContact:upRr client="jane">RegistrarY</rdeContact:upRr>
      <rdeContact:upDate>2009-11-26T09:00:00.0Z</rdeContact:upDate>
      <rdeContact:trDate>2009-12-03T09:00:00.0Z</rdeContact:trDate>
      <rdeContact:trnData><rdeContact:trStatus>clientApproved</rdeContact:trStatus>
        <rdeContact:reRr client="jdoe">RegistrarA</rdeContact:reRr>
        <rdeContact:reDate>2009-11-19T09:00:00.0Z</rdeContact:reDate>
        <rdeContact:acRr>RegistrarB</rdeContact:acRr>
        <rdeContact:acDate>2009-11-24T09:00:00.0Z</rdeContact:acDate></rdeContact:trnData>
      <rdeContact:disclose flag="0"><contact:name type="int"/><contact:name type="loc"/>
        <contact:org type="int"/><contact:addr type="loc"/><contact:voice/><contact:email/>
      </rdeContact:disclose>
    </rdeContact:contact>)"));
  EXPECT_EQ(reading.Flaws(), "");
  const Contact& contact = reading.Only<Contact>();
  EXPECT_EQ(contact.id, "sh8013");
  EXPECT_EQ(contact.roid, "Csh8013-TEST");
  EXPECT_EQ(contact.statuses.size(), 2u);
  ASSERT_EQ(contact.postal_infos.size(), 2u);
  EXPECT_EQ(contact.postal_infos[0].type, "int");
  EXPECT_EQ(contact.postal_infos[0].name, "John Doe");
  EXPECT_EQ(contact.postal_infos[0].org, "Example Inc.");
  EXPECT_THAT(contact.postal_infos[0].address.streets,
              ElementsAre("123 Example Dr.", "Suite 100"));
  EXPECT_EQ(contact.postal_infos[0].address.city, "Dulles");
  EXPECT_EQ(contact.postal_infos[0].address.sp, "VA");
  EXPECT_EQ(contact.postal_infos[0].address.pc, "20166-6503");
  EXPECT_EQ(contact.postal_infos[0].address.cc, "US");
  EXPECT_EQ(contact.postal_infos[1].type, "loc");
  EXPECT_EQ(contact.postal_infos[1].address.city, "武汉");
  EXPECT_EQ(contact.voice.number, "+1.7035555555");
  EXPECT_EQ(contact.voice.extension, "1234");
  EXPECT_EQ(contact.fax.number, "+1.7035555556");
  EXPECT_EQ(contact.fax.extension, "");
  EXPECT_EQ(contact.email, "jdoe@example.test");
  EXPECT_EQ(contact.cl_id, "RegistrarX");
  EXPECT_EQ(contact.cr_rr.client, "jdoe");
  EXPECT_EQ(contact.cr_date.time, Utc(2009, 9, 13, 8));
  EXPECT_EQ(contact.up_rr.client, "jane");
  EXPECT_EQ(contact.up_date.time, Utc(2009, 11, 26, 9));
  EXPECT_EQ(contact.tr_date.time, Utc(2009, 12, 3, 9));
  ASSERT_TRUE(contact.transfer.has_value());
  EXPECT_EQ(contact.transfer->status, "clientApproved");
  EXPECT_EQ(contact.transfer->acting.id, "RegistrarB");
  ASSERT_TRUE(contact.disclose.has_value());
  EXPECT_FALSE(contact.disclose->flag);
  EXPECT_THAT(contact.disclose->name_types, ElementsAre("int", "loc"));
  EXPECT_THAT(contact.disclose->org_types, ElementsAre("int"));
  EXPECT_THAT(contact.disclose->addr_types, ElementsAre("loc"));
  EXPECT_TRUE(contact.disclose->voice);
  EXPECT_FALSE(contact.disclose->fax);
  EXPECT_TRUE(contact.disclose->email);
}

TEST(XmlReader, RegistrarInFull) {
  const Reading reading = Read(DepositOf(R"(<rdeRegistrar:registrar>
      <rdeRegistrar:id>RegistrarX</rdeRegistrar:id><rdeRegistrar:name>Registrar X
      </rdeRegistrar:name><rdeRegistrar:gurid> 8 </rdeRegistrar:gurid>
      <rdeRegistrar:status>ok</rdeRegistrar:status>
      <rdeRegistrar:postalInfo type="int"><rdeRegistrar:addr>
        <rdeRegistrar:street>123 Example Dr.</rdeRegistrar:street>
        <rdeRegistrar:city>Dulles</rdeRegistrar:city><rdeRegistrar:cc>US</rdeRegistrar:cc>
      </rdeRegistrar:addr></rdeRegistrar:postalInfo>
      <rdeRegistrar:voice x="1">+1.7035555555</rdeRegistrar:voice>
      <rdeRegistrar:fax x="2">+1.7035555556</rdeRegistrar:fax>
      <rdeRegistrar:email>jdoe@example.test</rdeRegistrar:email>
      <rdeRegistrar:url>http://www.example.test</rdeRegistrar:url>
      <rdeRegistrar:whoisInfo><rdeRegistrar:name>whois.example.test</rdeRegistrar:name>
        <rdeRegistrar:url>http://whois.example.test</rdeRegistrar:url></rdeRegistrar:whoisInfo>
      <rdeRegistrar:crDate>2005-04-23T11:00:00.0Z</rdeRegistrar:crDate>
      <rdeRegistrar:upDate>2009-02-17T17:00:00.0Z</rdeRegistrar:upDate>
    </rdeRegistrar:registrar>)"));
  EXPECT_EQ(reading.Flaws(), "");
  const Registrar& registrar = reading.Only<Registrar>();
  EXPECT_EQ(registrar.id, "RegistrarX");
  EXPECT_EQ(registrar.name, "Registrar X");
  EXPECT_EQ(registrar.gurid, "8");
  EXPECT_EQ(registrar.status, "ok");
  ASSERT_EQ(registrar.postal_infos.size(), 1u);
  EXPECT_EQ(registrar.postal_infos[0].type, "int");
  EXPECT_THAT(registrar.postal_infos[0].address.streets, ElementsAre("123 Example Dr."));
  EXPECT_EQ(registrar.postal_infos[0].address.cc, "US");
  EXPECT_EQ(registrar.voice.extension, "1");
  EXPECT_EQ(registrar.fax.number, "+1.7035555556");
  EXPECT_EQ(registrar.email, "jdoe@example.test");
  EXPECT_EQ(registrar.url, "http://www.example.test");
  EXPECT_EQ(registrar.whois_name, "whois.example.test");
  EXPECT_EQ(registrar.whois_url, "http://whois.example.test");
  EXPECT_EQ(registrar.cr_date.time, Utc(2005, 4, 23, 11));
  EXPECT_EQ(registrar.up_date.time, Utc(2009, 2, 17, 17));
}

TEST(XmlReader, IdnTableRefAndNndn) {
  const Reading reading = Read(DepositOf(R"(<rdeIDN:idnTableRef id=" pt-BR ">
      <rdeIDN:url>
http://www.iana.org/domains/idn-tables/tables/br_pt-br_1.0.html
      </rdeIDN:url><rdeIDN:urlPolicy>http://example.com/policy.html</rdeIDN:urlPolicy>
    </rdeIDN:idnTableRef>
    <rdeNNDN:NNDN><rdeNNDN:aName>xn--exampl-gva.test</rdeNNDN:aName>
      <rdeNNDN:uName>example.test</rdeNNDN:uName><rdeNNDN:idnTableId>pt-BR</rdeNNDN:idnTableId>
      <rdeNNDN:originalName>example.test</rdeNNDN:originalName>
      <rdeNNDN:nameState mirroringNS="false">mirrored</rdeNNDN:nameState>
      <rdeNNDN:crDate>2005-04-23T11:00:00.0Z</rdeNNDN:crDate></rdeNNDN:NNDN>
    <rdeNNDN:NNDN><rdeNNDN:aName>b.test</rdeNNDN:aName>
      <rdeNNDN:nameState>withheld</rdeNNDN:nameState></rdeNNDN:NNDN>)"));
  EXPECT_EQ(reading.Flaws(), "");
  ASSERT_EQ(reading.records.size(), 3u);
  const auto& table = std::get<IdnTableRef>(reading.records[0].first);
  EXPECT_EQ(table.id, "pt-BR");
  EXPECT_EQ(table.url, "http://www.iana.org/domains/idn-tables/tables/br_pt-br_1.0.html");
  EXPECT_EQ(table.url_policy, "http://example.com/policy.html");
  const auto& nndn = std::get<Nndn>(reading.records[1].first);
  EXPECT_EQ(nndn.a_name, "xn--exampl-gva.test");
  EXPECT_EQ(nndn.u_name, "example.test");
  EXPECT_EQ(nndn.idn_table_id, "pt-BR");
  EXPECT_EQ(nndn.original_name, "example.test");
  EXPECT_EQ(nndn.name_state, "mirrored");
  EXPECT_FALSE(nndn.mirroring_ns);
  EXPECT_EQ(nndn.cr_date.time, Utc(2005, 4, 23, 11));
  const auto& second = std::get<Nndn>(reading.records[2].first);
  EXPECT_EQ(second.name_state, "withheld");
  EXPECT_TRUE(second.mirroring_ns);
  EXPECT_EQ(second.u_name, "");
}

TEST(XmlReader, EppParamsKeepTheirPolicyAsXml) {
  const Reading reading = Read(DepositOf(R"(<p:eppParams
      xmlns:p="urn:ietf:params:xml:ns:rdeEppParams-1.0" xmlns:e="urn:ietf:params:xml:ns:epp-1.0">
      <p:version>1.0</p:version><p:lang>en</p:lang><p:lang>fr-CA</p:lang>
      <p:objURI> urn:ietf:params:xml:ns:domain-1.0 </p:objURI>
      <p:objURI>urn:ietf:params:xml:ns:host-1.0</p:objURI>
      <p:svcExtension><e:extURI>urn:ietf:params:xml:ns:rgp-1.0</e:extURI>
        <e:extURI>urn:ietf:params:xml:ns:secDNS-1.1</e:extURI></p:svcExtension>
      <p:dcp><e:access><e:all/></e:access>
        <e:statement><e:purpose><e:admin/><e:prov> </e:prov></e:purpose>
          <e:recipient><e:ours><e:recDesc> R&amp;D </e:recDesc></e:ours><e:public/></e:recipient>
          <e:retention><e:stated/></e:retention></e:statement>
        <e:expiry><e:relative>P1Y</e:relative></e:expiry></p:dcp>
    </p:eppParams>)"));
  EXPECT_EQ(reading.Flaws(), "");
  const EppParams& params = reading.Only<EppParams>();
  EXPECT_THAT(params.versions, ElementsAre("1.0"));
  EXPECT_THAT(params.languages, ElementsAre("en", "fr-CA"));
  EXPECT_THAT(params.obj_uris, ElementsAre("urn:ietf:params:xml:ns:domain-1.0",
                                           "urn:ietf:params:xml:ns:host-1.0"));
  EXPECT_THAT(params.ext_uris, ElementsAre("urn:ietf:params:xml:ns:rgp-1.0",
                                           "urn:ietf:params:xml:ns:secDNS-1.1"));
  EXPECT_EQ(params.dcp_xml,
            "<epp:access><epp:all/></epp:access><epp:statement><epp:purpose><epp:admin/>"
            "<epp:prov/></epp:purpose><epp:recipient><epp:ours><epp:recDesc>R&amp;D</epp:recDesc>"
            "</epp:ours><epp:public/></epp:recipient><epp:retention><epp:stated/></epp:retention>"
            "</epp:statement><epp:expiry><epp:relative>P1Y</epp:relative></epp:expiry>");
}

TEST(XmlReader, PolicyHasTheBindingsInScope) {
  const Reading reading = Read(R"(<rde:deposit xmlns:rde="urn:ietf:params:xml:ns:rde-1.0" id="1"
      type="FULL" xmlns:a="urn:one" xmlns="urn:default"><rde:watermark>2026-11-22T00:00:00Z
      </rde:watermark><rde:rdeMenu><rde:version>1.0</rde:version><rde:objURI>x</rde:objURI>
      </rde:rdeMenu><rde:contents xmlns:b="urn:b" xmlns:a="urn:two">
      <p:policy xmlns:p="urn:ietf:params:xml:ns:rdePolicy-1.0" xmlns="" xmlns:b="urn:c"
        scope=" //rde:deposit/rde:contents/a:domain " element="a:contact[@type='admin']"/>
      <p:policy xmlns:p="urn:ietf:params:xml:ns:rdePolicy-1.0" scope="s" element="e"/>
      </rde:contents></rde:deposit>)");
  EXPECT_EQ(reading.Flaws(), "");
  ASSERT_EQ(reading.records.size(), 2u);
  const auto& policy = std::get<Policy>(reading.records[0].first);
  EXPECT_EQ(policy.scope, "//rde:deposit/rde:contents/a:domain");
  EXPECT_EQ(policy.element, "a:contact[@type='admin']");
  EXPECT_THAT(policy.bindings,
              testing::UnorderedElementsAre(Pair("rde", kRdeUri), Pair("a", "urn:two"),
                                            Pair("p", kPolicyUri), Pair("b", "urn:c")));
  EXPECT_THAT(std::get<Policy>(reading.records[1].first).bindings,
              testing::UnorderedElementsAre(Pair("rde", kRdeUri), Pair("a", "urn:two"),
                                            Pair("p", kPolicyUri), Pair("b", "urn:b"),
                                            Pair("", "urn:default")));
}

TEST(XmlReader, HeaderWithCounts) {
  const Reading reading = Read(DepositOf(R"(<rdeHeader:header><rdeHeader:tld>test</rdeHeader:tld>
      <rdeHeader:count uri="urn:ietf:params:xml:ns:rdeDomain-1.0">2
        </rdeHeader:count>
      <rdeHeader:count uri="urn:ietf:params:xml:ns:rdeHost-1.0" rcdn="co.test"
        registrarId="123">-1</rdeHeader:count>
      <rdeHeader:contentTag>tag</rdeHeader:contentTag></rdeHeader:header>)"));
  EXPECT_EQ(reading.Flaws(), "");
  const Header& header = reading.Only<Header>();
  EXPECT_EQ(header.tld, "test");
  ASSERT_EQ(header.counts.size(), 2u);
  EXPECT_EQ(header.counts[0].uri, kDomainUri);
  EXPECT_EQ(header.counts[0].value, 2);
  EXPECT_EQ(header.counts[1].rcdn, "co.test");
  EXPECT_EQ(header.counts[1].registrar_id, "123");
  EXPECT_EQ(header.counts[1].value, -1);
  EXPECT_EQ(header.content_tag, "tag");
}

TEST(XmlReader, HeaderIsOfOneOfFourKinds) {
  const std::string count = R"(<rdeHeader:count uri="x">1</rdeHeader:count></rdeHeader:header>)";
  const Reading registrar = Read(DepositOf(
      absl::StrCat("<rdeHeader:header><rdeHeader:registrar>99</rdeHeader:registrar>", count)));
  EXPECT_EQ(registrar.Flaws(), "");
  EXPECT_EQ(registrar.Only<Header>().registrar, "99");
  const Reading ppsp = Read(
      DepositOf(absl::StrCat("<rdeHeader:header><rdeHeader:ppsp>P</rdeHeader:ppsp>", count)));
  EXPECT_EQ(ppsp.Flaws(), "");
  EXPECT_EQ(ppsp.Only<Header>().ppsp, "P");
  const Reading reseller = Read(DepositOf(
      absl::StrCat("<rdeHeader:header><rdeHeader:reseller>R</rdeHeader:reseller>", count)));
  EXPECT_EQ(reseller.Flaws(), "");
  EXPECT_EQ(reseller.Only<Header>().reseller, "R");
}

TEST(XmlReader, DeletesOfEveryKind) {
  const Reading reading = Read(DepositOf("", R"(
      <rdeDomain:delete><rdeDomain:name>a.test</rdeDomain:name>
        <rdeDomain:name> b.test </rdeDomain:name></rdeDomain:delete>
      <rdeHost:delete><rdeHost:roid>H1-TEST</rdeHost:roid><rdeHost:name>ns1.a.test</rdeHost:name>
        <rdeHost:roid>H2-TEST</rdeHost:roid></rdeHost:delete>
      <rdeContact:delete><rdeContact:id>c01</rdeContact:id></rdeContact:delete>
      <rdeRegistrar:delete><rdeRegistrar:id>r01</rdeRegistrar:id></rdeRegistrar:delete>
      <rdeIDN:delete><rdeIDN:id>pt-BR</rdeIDN:id></rdeIDN:delete>
      <rdeNNDN:delete><rdeNNDN:aName>n.test</rdeNNDN:aName></rdeNNDN:delete>
      <rdeDomain:delete/>)"));
  EXPECT_EQ(reading.Flaws(), "");
  std::vector<std::string> keys;
  for (const auto& [record, at] : reading.records) {
    const auto& deletion = std::get<Delete>(record);
    keys.push_back(absl::StrCat(deletion.uri.substr(26), " ",
                                deletion.key_kind == Delete::KeyKind::kRoid ? "roid" : "id", " ",
                                deletion.key));
  }
  EXPECT_THAT(keys, ElementsAre("Domain-1.0 id a.test", "Domain-1.0 id b.test",
                                "Host-1.0 roid H1-TEST", "Host-1.0 id ns1.a.test",
                                "Host-1.0 roid H2-TEST", "Contact-1.0 id c01",
                                "Registrar-1.0 id r01", "IDN-1.0 id pt-BR", "NNDN-1.0 id n.test"));
}

TEST(XmlReader, PositionsAreThoseOfTheStartTags) {
  const std::string xml = DepositOf(
      "<rdeIDN:idnTableRef\n  id=\"a>b\"\n><rdeIDN:url>u</rdeIDN:url>\r\n"
      "<rdeIDN:urlPolicy>\u4E2D</rdeIDN:urlPolicy></rdeIDN:idnTableRef>\n\n"
      "<!-- a\n comment --><rdeNNDN:NNDN\n/>",
      "<rdeDomain:delete>\n <rdeDomain:name>a.test</rdeDomain:name></rdeDomain:delete>");
  const Reading reading = Read(xml);
  ASSERT_EQ(reading.records.size(), 3u);
  const auto expect_at = [&xml](const Position& at, absl::string_view tag) {
    EXPECT_EQ(xml.substr(static_cast<size_t>(at.offset), tag.size()), tag);
    EXPECT_EQ(at.line, 1 + std::count(xml.begin(), xml.begin() + at.offset, '\n'));
  };
  expect_at(reading.deposits.at(0).second, "<rde:deposit");
  expect_at(reading.records[0].second, "<rdeDomain:name");
  expect_at(reading.records[1].second, "<rdeIDN:idnTableRef");
  expect_at(reading.records[2].second, "<rdeNNDN:NNDN");
  ASSERT_FALSE(reading.flaws.empty());
  expect_at(reading.flaws[0].position, "<rdeNNDN:NNDN");
}

TEST(XmlReader, PrefixesMeanNothing) {
  const Reading reading = Read(R"(<deposit xmlns="urn:ietf:params:xml:ns:rde-1.0" type="FULL"
      id="1"><watermark>2026-11-22T00:00:00Z</watermark><rdeMenu><version>1.0</version>
      <objURI>x</objURI></rdeMenu><contents>
      <host xmlns="urn:ietf:params:xml:ns:rdeHost-1.0"><name>ns1.a.test</name><roid>H1-TEST</roid>
        <status s="ok"/><clID>RegistrarX</clID></host>
      <rdeHost:domain xmlns:rdeHost="urn:ietf:params:xml:ns:rdeDomain-1.0">
        <name xmlns="urn:ietf:params:xml:ns:rdeDomain-1.0">a.test</name>
        <rdeHost:roid>D1-TEST</rdeHost:roid><x:status xmlns:x="urn:ietf:params:xml:ns:rdeDomain-1.0"
        s="ok"/><rdeHost:clID>RegistrarX</rdeHost:clID></rdeHost:domain>
      </contents></deposit>)");
  EXPECT_EQ(reading.Flaws(), "");
  ASSERT_EQ(reading.records.size(), 2u);
  EXPECT_EQ(std::get<Host>(reading.records[0].first).name, "ns1.a.test");
  EXPECT_EQ(std::get<Domain>(reading.records[1].first).name, "a.test");
}

TEST(XmlReader, CdataReferencesAndCommentsAreText) {
  const Reading reading = Read(DepositOf(
      "<rdeHost:host><rdeHost:name><![CDATA[ns1]]>&#46;<!-- c -->a<?pi x?>&#x2E;t&lt;"
      "</rdeHost:name><rdeHost:roid>H1-TEST</rdeHost:roid><rdeHost:status s=\"ok\">a&#10;b"
      "</rdeHost:status><rdeHost:clID>RegistrarX</rdeHost:clID></rdeHost:host>"));
  EXPECT_EQ(reading.Flaws(), "");
  EXPECT_EQ(reading.Only<Host>().name, "ns1.a.t<");
  EXPECT_EQ(reading.Only<Host>().statuses[0].text, "a b");
}

TEST(ReadDeposit, ClosesTheSource) {
  class Source final : public base::ByteSource {
   public:
    absl::StatusOr<size_t> Read(absl::Span<char>) override { return 0u; }
    absl::Status Close() override { return absl::DataLossError("the end is not authentic"); }
  };
  class Sink final : public RecordSink {
    void OnDeposit(const DepositInfo&, const Position&) override {}
    void OnRecord(const Record&, const Position&) override {}
    void OnFlaw(const Flaw&) override {}
  };
  Source source;
  Sink sink;
  EXPECT_THAT(ReadDeposit(source, sink), base::StatusIs(absl::StatusCode::kDataLoss));
}

// ---- Deposits that other software wrote ------------------------------------------------------

std::map<size_t, int> CountRecords(const Reading& reading) {
  std::map<size_t, int> counts;
  for (const auto& [record, at] : reading.records) ++counts[record.index()];
  return counts;
}

void ExpectSharedDeposit(absl::string_view path, const std::map<size_t, int>& counts) {
  const std::optional<std::string> shared = base::SharedDir();
  if (!shared.has_value()) GTEST_SKIP() << base::kNoSharedDir;
  ASSERT_OK_AND_ASSIGN(const std::string xml,
                       base::ReadSmallFile(absl::StrCat(*shared, "/testdata/", path), 4 << 20));
  const Reading reading = Read(xml);
  EXPECT_EQ(reading.Flaws(), "");
  EXPECT_TRUE(reading.complete);
  EXPECT_EQ(CountRecords(reading), counts);
  for (const auto& [record, at] : reading.records) {
    ASSERT_EQ(xml.at(static_cast<size_t>(at.offset)), '<');
  }
  EXPECT_EQ(Read(xml, 4093).Digest(), reading.Digest());
}

// Indices in Record: 0 header, 1 domain, 2 host, 3 contact, 4 registrar, 5 IDN table, 6 NNDN,
// 7 EPP parameters, 8 policy, 9 delete.
TEST(SharedDeposits, Example) {
  ExpectSharedDeposit("example/example_2026-11-22_full_S1_R0.xml",
                      {{0, 1}, {1, 300}, {2, 788}, {3, 900}, {4, 8}, {7, 1}, {8, 3}});
}
TEST(SharedDeposits, Sample) {
  ExpectSharedDeposit("sample/sample_2026-11-22_full_S1_R0.xml",
                      {{0, 1}, {1, 150}, {4, 8}, {7, 1}});
}
TEST(SharedDeposits, NomulusFull) {
  ExpectSharedDeposit("nomulus/full.xml",
                      {{0, 1}, {1, 2}, {2, 1}, {4, 1}, {5, 1}, {6, 1}, {7, 1}, {8, 1}});
}
TEST(SharedDeposits, NomulusDifferential) {
  ExpectSharedDeposit("nomulus/differential.xml", {{0, 1}, {9, 1}});
}

}  // namespace
}  // namespace tidemark::rde
