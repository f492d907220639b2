// The deposit, the objects that describe it, positions, prefixes, text.
#include "rde/reader.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
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
  EXPECT_THAT(params.obj_uris,
              ElementsAre("urn:ietf:params:xml:ns:domain-1.0", "urn:ietf:params:xml:ns:host-1.0"));
  EXPECT_THAT(params.ext_uris,
              ElementsAre("urn:ietf:params:xml:ns:rgp-1.0", "urn:ietf:params:xml:ns:secDNS-1.1"));
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
  const Reading ppsp =
      Read(DepositOf(absl::StrCat("<rdeHeader:header><rdeHeader:ppsp>P</rdeHeader:ppsp>", count)));
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
  EXPECT_THAT(keys,
              ElementsAre("Domain-1.0 id a.test", "Domain-1.0 id b.test", "Host-1.0 roid H1-TEST",
                          "Host-1.0 id ns1.a.test", "Host-1.0 roid H2-TEST", "Contact-1.0 id c01",
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

}  // namespace
}  // namespace tidemark::rde
