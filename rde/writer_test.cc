#include "rde/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/match.h"
#include "base/testing.h"
#include "rde/writer_testing.h"

namespace tidemark::rde {
namespace {

using base::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(XmlWriter, DepositWithoutObjectsHasNoContents) {
  ASSERT_OK_AND_ASSIGN(const std::string text, Document({}));
  EXPECT_TRUE(absl::StartsWith(text,
                               "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                               "<rde:deposit type=\"FULL\" id=\"20261122001\"\n"
                               "    xmlns:rde=\"urn:ietf:params:xml:ns:rde-1.0\"\n"));
  EXPECT_TRUE(absl::EndsWith(text,
                             "  <rde:watermark>2026-11-22T00:00:00Z</rde:watermark>\n"
                             "  <rde:rdeMenu>\n"
                             "    <rde:version>1.0</rde:version>\n"
                             "    <rde:objURI>urn:ietf:params:xml:ns:rdeDomain-1.0</rde:objURI>\n"
                             "  </rde:rdeMenu>\n"
                             "</rde:deposit>\n"));
  EXPECT_THAT(text, Not(HasSubstr("prevId")));
  EXPECT_THAT(text, Not(HasSubstr("resend")));
}

TEST(XmlWriter, DiffCarriesPrevIdAndResend) {
  DepositInfo info = FullInfo();
  info.type = "DIFF";
  info.prev_id = "20261121001";
  info.resend_text = "2";
  ASSERT_OK_AND_ASSIGN(const std::string text, Document({}, info));
  EXPECT_THAT(text, HasSubstr("<rde:deposit type=\"DIFF\" id=\"20261122001\""
                              " prevId=\"20261121001\" resend=\"2\"\n"));
}

TEST(XmlWriter, DomainHasItsChildrenInSchemaOrder) {
  Domain domain;
  domain.name = "xn--exampl-gva.test";
  domain.roid = "D1-EXAMPLE";
  domain.u_name = "exampl\u00e9.test";
  domain.idn_table_id = "fr";
  domain.original_name = "example.test";
  domain.statuses = {{"pendingDelete", "", ""}, {"clientHold", "en", "unpaid"}};
  domain.rgp_statuses = {{"redemptionPeriod", "", ""}};
  domain.registrant = "c1";
  domain.contacts = {{"admin", "c2"}, {"tech", "c3"}};
  domain.host_objects = {"ns1.example.net", "ns2.example.net"};
  domain.cl_id = "rar-1";
  domain.cr_rr = {"rar-2", "jdoe"};
  domain.cr_date.text = "2020-01-01T00:00:00Z";
  domain.ex_date.text = "2027-01-01T00:00:00Z";
  domain.up_rr = {"rar-1", ""};
  domain.up_date.text = "2021-01-01T00:00:00Z";
  domain.sec_dns = SecDns{604800, {{12345, 13, 2, "49FD46E6", std::nullopt}}, {}};
  domain.tr_date.text = "2020-06-01T00:00:00Z";
  domain.transfer = TransferData{"clientApproved",
                                 {"rar-1", ""},
                                 {"2020-05-27T00:00:00Z", {}},
                                 {"rar-2", "x"},
                                 {"2020-06-01T00:00:00Z", {}},
                                 {"2028-01-01T00:00:00Z", {}}};
  EXPECT_EQ(Object(domain), R"(  <rdeDomain:domain>
    <rdeDomain:name>xn--exampl-gva.test</rdeDomain:name>
    <rdeDomain:roid>D1-EXAMPLE</rdeDomain:roid>
    <rdeDomain:uName>examplé.test</rdeDomain:uName>
    <rdeDomain:idnTableId>fr</rdeDomain:idnTableId>
    <rdeDomain:originalName>example.test</rdeDomain:originalName>
    <rdeDomain:status s="pendingDelete"/>
    <rdeDomain:status s="clientHold" lang="en">unpaid</rdeDomain:status>
    <rdeDomain:rgpStatus s="redemptionPeriod"/>
    <rdeDomain:registrant>c1</rdeDomain:registrant>
    <rdeDomain:contact type="admin">c2</rdeDomain:contact>
    <rdeDomain:contact type="tech">c3</rdeDomain:contact>
    <rdeDomain:ns>
      <domain:hostObj>ns1.example.net</domain:hostObj>
      <domain:hostObj>ns2.example.net</domain:hostObj>
    </rdeDomain:ns>
    <rdeDomain:clID>rar-1</rdeDomain:clID>
    <rdeDomain:crRr client="jdoe">rar-2</rdeDomain:crRr>
    <rdeDomain:crDate>2020-01-01T00:00:00Z</rdeDomain:crDate>
    <rdeDomain:exDate>2027-01-01T00:00:00Z</rdeDomain:exDate>
    <rdeDomain:upRr>rar-1</rdeDomain:upRr>
    <rdeDomain:upDate>2021-01-01T00:00:00Z</rdeDomain:upDate>
    <rdeDomain:secDNS>
      <secDNS:maxSigLife>604800</secDNS:maxSigLife>
      <secDNS:dsData>
        <secDNS:keyTag>12345</secDNS:keyTag>
        <secDNS:alg>13</secDNS:alg>
        <secDNS:digestType>2</secDNS:digestType>
        <secDNS:digest>49FD46E6</secDNS:digest>
      </secDNS:dsData>
    </rdeDomain:secDNS>
    <rdeDomain:trDate>2020-06-01T00:00:00Z</rdeDomain:trDate>
    <rdeDomain:trnData>
      <rdeDomain:trStatus>clientApproved</rdeDomain:trStatus>
      <rdeDomain:reRr>rar-1</rdeDomain:reRr>
      <rdeDomain:reDate>2020-05-27T00:00:00Z</rdeDomain:reDate>
      <rdeDomain:acRr client="x">rar-2</rdeDomain:acRr>
      <rdeDomain:acDate>2020-06-01T00:00:00Z</rdeDomain:acDate>
      <rdeDomain:exDate>2028-01-01T00:00:00Z</rdeDomain:exDate>
    </rdeDomain:trnData>
  </rdeDomain:domain>
)");
}

TEST(XmlWriter, HostAttributesAndKeysAreWritten) {
  Domain domain;
  domain.host_attributes = {{"ns1.a.test", {{"v4", "192.0.2.1"}, {"v6", "2001:db8::1"}}}};
  domain.sec_dns = SecDns{std::nullopt, {}, {{257, 3, 8, "AQPJ"}}};
  const std::string text = Object(domain);
  EXPECT_THAT(text, HasSubstr("        <domain:hostName>ns1.a.test</domain:hostName>\n"
                              "        <domain:hostAddr ip=\"v4\">192.0.2.1</domain:hostAddr>\n"));
  EXPECT_THAT(text, HasSubstr("      <secDNS:keyData>\n          <secDNS:flags>257"));
}

TEST(XmlWriter, ContactHasItsChildrenInSchemaOrder) {
  Contact contact;
  contact.id = "c1";
  contact.roid = "C1-EXAMPLE";
  contact.statuses = {{"linked", "", ""}};
  contact.postal_infos = {{"int",
                           "John Doe",
                           "Example Inc.",
                           {{"123 Example Dr.", "Suite 100"}, "Dulles", "VA", "20166", "US"}}};
  contact.voice = {"+1.7035555555", "1234"};
  contact.email = "jdoe@example.com";
  contact.cl_id = "rar-1";
  contact.disclose = Disclose{false, {"int"}, {}, {"loc"}, true, false, true};
  EXPECT_EQ(Object(contact), R"(  <rdeContact:contact>
    <rdeContact:id>c1</rdeContact:id>
    <rdeContact:roid>C1-EXAMPLE</rdeContact:roid>
    <rdeContact:status s="linked"/>
    <rdeContact:postalInfo type="int">
      <contact:name>John Doe</contact:name>
      <contact:org>Example Inc.</contact:org>
      <contact:addr>
        <contact:street>123 Example Dr.</contact:street>
        <contact:street>Suite 100</contact:street>
        <contact:city>Dulles</contact:city>
        <contact:sp>VA</contact:sp>
        <contact:pc>20166</contact:pc>
        <contact:cc>US</contact:cc>
      </contact:addr>
    </rdeContact:postalInfo>
    <rdeContact:voice x="1234">+1.7035555555</rdeContact:voice>
    <rdeContact:email>jdoe@example.com</rdeContact:email>
    <rdeContact:clID>rar-1</rdeContact:clID>
    <rdeContact:disclose flag="0">
      <contact:name type="int"/>
      <contact:addr type="loc"/>
      <contact:voice/>
      <contact:email/>
    </rdeContact:disclose>
  </rdeContact:contact>
)");
}

TEST(XmlWriter, SmallObjectsAreWritten) {
  EXPECT_EQ(Object(IdnTableRef{"de", "https://a.test/de", "https://a.test/p"}),
            "  <rdeIDN:idnTableRef id=\"de\">\n"
            "    <rdeIDN:url>https://a.test/de</rdeIDN:url>\n"
            "    <rdeIDN:urlPolicy>https://a.test/p</rdeIDN:urlPolicy>\n"
            "  </rdeIDN:idnTableRef>\n");
  Nndn nndn;
  nndn.a_name = "xn--a.test";
  nndn.name_state = "mirrored";
  nndn.mirroring_ns = false;
  EXPECT_THAT(Object(nndn), HasSubstr("<rdeNNDN:nameState mirroringNS=\"false\">mirrored<"));
  Header header;
  header.tld = "test";
  header.counts = {{std::string(kDomainUri), "", "", 2}, {"urn:x", "a.test", "292", 5}};
  EXPECT_THAT(Object(header),
              HasSubstr("    <rdeHeader:tld>test</rdeHeader:tld>\n"
                        "    <rdeHeader:count uri=\"urn:ietf:params:xml:ns:rdeDomain-1.0\">2</"));
  EXPECT_THAT(Object(header), HasSubstr("uri=\"urn:x\" rcdn=\"a.test\" registrarId=\"292\">5<"));
  Host host;
  host.name = "ns1.a.test";
  host.addresses = {{"v6", "2001:db8::1"}};
  EXPECT_THAT(Object(host), HasSubstr("    <rdeHost:addr ip=\"v6\">2001:db8::1</rdeHost:addr>\n"));
  Registrar registrar;
  registrar.gurid = "8";
  registrar.whois_name = "whois.a.test";
  EXPECT_THAT(Object(registrar), HasSubstr("    <rdeRegistrar:whoisInfo>\n"
                                           "      <rdeRegistrar:name>whois.a.test</"));
}

TEST(XmlWriter, PolicyBindsAgainOnlyWhatItsPathsUseOtherwise) {
  Policy policy{"//rde:deposit/rde:contents/rdeDomain:domain", "rdeDomain:registrant", {}};
  const std::string plain =
      "  <rdePolicy:policy scope=\"//rde:deposit/rde:contents/rdeDomain:domain\""
      " element=\"rdeDomain:registrant\"/>\n";
  EXPECT_EQ(Object(policy), plain);
  policy.bindings = {{"rdeDomain", std::string(kDomainUri)}, {"unused", "urn:x"}, {"", "urn:y"}};
  EXPECT_EQ(Object(policy), plain);
  policy.bindings = {{"rdeDomain", "urn:other"}};
  EXPECT_THAT(Object(policy), HasSubstr("<rdePolicy:policy xmlns:rdeDomain=\"urn:other\" scope"));
}

TEST(XmlWriter, PolicyKeepsItsNameWhereItsPrefixMeansSomethingElse) {
  const Policy policy{"//rdePolicy:a", "b", {{"rdePolicy", "urn:other"}}};
  EXPECT_EQ(Object(policy),
            "  <policy xmlns=\"urn:ietf:params:xml:ns:rdePolicy-1.0\""
            " xmlns:rdePolicy=\"urn:other\" scope=\"//rdePolicy:a\" element=\"b\"/>\n");
}

TEST(XmlWriter, MarkupIsEscapedInTextAndAttributes) {
  Domain domain;
  domain.name = "a<b>&\"'c]]>";
  domain.statuses = {{"a<b>&\"'\t\n\r", "", ""}};
  domain.cl_id = "a\rb\tc\nd";
  const std::string text = Object(domain);
  EXPECT_THAT(text, HasSubstr("<rdeDomain:name>a&lt;b&gt;&amp;\"'c]]&gt;</rdeDomain:name>"));
  EXPECT_THAT(text, HasSubstr("s=\"a&lt;b&gt;&amp;&quot;'&#9;&#10;&#13;\"/>"));
  EXPECT_THAT(text, HasSubstr("<rdeDomain:clID>a&#13;b\tc\nd</rdeDomain:clID>"));
}

TEST(XmlWriter, DeletesComeBeforeContents) {
  const Delete by_name{std::string(kDomainUri), Delete::KeyKind::kId, "a.test"};
  const Delete by_roid{std::string(kHostUri), Delete::KeyKind::kRoid, "H1-EXAMPLE"};
  ASSERT_OK_AND_ASSIGN(const std::string text, Document({by_name, by_roid, Domain()}));
  EXPECT_THAT(text, HasSubstr("<rde:deletes>\n"
                              "  <rdeDomain:delete>\n"
                              "    <rdeDomain:name>a.test</rdeDomain:name>\n"
                              "  </rdeDomain:delete>\n"
                              "  <rdeHost:delete>\n"
                              "    <rdeHost:roid>H1-EXAMPLE</rdeHost:roid>\n"
                              "  </rdeHost:delete>\n"
                              "</rde:deletes>\n<rde:contents>\n"));
  EXPECT_THAT(Document({Domain(), by_name}), StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace tidemark::rde
