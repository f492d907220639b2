// Domain, host, contact and registrar, read in full.
#include "base/testing.h"
#include "rde/reader.h"
#include "rde/reader_testing.h"

namespace tidemark::rde {
namespace {

using ::testing::ElementsAre;

absl::Time Utc(int year, int month, int day, int hour = 0) {
  return absl::FromCivil(absl::CivilHour(year, month, day, hour), absl::UTCTimeZone());
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
  EXPECT_THAT(contact.postal_infos[0].address.streets, ElementsAre("123 Example Dr.", "Suite 100"));
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

}  // namespace
}  // namespace tidemark::rde
