// The reader reads what the writer wrote, without a flaw, and the writer writes it again the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/testing.h"
#include "rde/reader.h"
#include "rde/writer.h"

namespace tidemark::rde {
namespace {

class Collector final : public RecordSink {
 public:
  void OnDeposit(const DepositInfo& deposit, const Position&) override { info = deposit; }
  void OnRecord(const Record& record, const Position&) override { records.push_back(record); }
  void OnFlaw(const Flaw& flaw) override {
    flaws.push_back(absl::StrCat("line ", flaw.position.line, " ", flaw.element, " ", flaw.detail));
  }

  DepositInfo info;
  std::vector<Record> records;
  std::vector<std::string> flaws;
};

std::string Written(const DepositInfo& info, const std::vector<Record>& records) {
  std::string text;
  base::StringSink sink(text, 1 << 20);
  XmlWriter writer(sink);
  EXPECT_OK(writer.Begin(info));
  for (const Record& record : records) EXPECT_OK(writer.Write(record));
  EXPECT_OK(writer.Close());
  return text;
}

DateTime Date(const char* text) { return {text, std::nullopt}; }

DepositInfo Info(const char* type) {
  DepositInfo info;
  info.type = type;
  info.id = "20261122001";
  info.prev_id = "20261121001";
  info.resend_text = "3";
  info.watermark = Date("2026-11-22T00:00:00Z");
  info.menu_version = "1.0";
  info.menu_uris = {std::string(kDomainUri), std::string(kHostUri)};
  return info;
}

Domain FullDomain() {
  Domain domain;
  domain.name = "xn--exampl-gva.test";
  domain.roid = "D1-EXAMPLE";
  domain.u_name = "examplé.test";
  domain.idn_table_id = "fr";
  domain.original_name = "example.test";
  domain.statuses = {{"pendingDelete", "", ""}, {"clientHold", "fr", "impayé & <clos>"}};
  domain.rgp_statuses = {{"redemptionPeriod", "", ""}};
  domain.registrant = "c-1";
  domain.contacts = {{"admin", "c-2"}, {"tech", "c-3"}, {"billing", "c-2"}};
  domain.host_objects = {"ns1.example.net", "ns1.xn--exampl-gva.test"};
  domain.cl_id = "rar-1";
  domain.cr_rr = {"rar-2", "jdoe"};
  domain.cr_date = Date("2020-01-01T00:00:00.0Z");
  domain.ex_date = Date("2027-01-01T00:00:00+00:00");
  domain.up_rr = {"rar-1", ""};
  domain.up_date = Date("2021-01-01T00:00:00Z");
  domain.sec_dns = SecDns{604800,
                          {{12345, 13, 2, std::string(64, 'A'), KeyData{257, 3, 13, "AQPJ"}},
                           {1, 8, 4, std::string(96, 'F'), std::nullopt}},
                          {}};
  domain.tr_date = Date("2020-06-01T00:00:00Z");
  domain.transfer = TransferData{"clientApproved",
                                 {"rar-1", ""},
                                 Date("2020-05-27T00:00:00Z"),
                                 {"rar-2", "xyz"},
                                 Date("2020-06-01T00:00:00Z"),
                                 Date("2028-01-01T00:00:00Z")};
  return domain;
}

Contact FullContact() {
  Contact contact;
  contact.id = "c-1";
  contact.roid = "C1-EXAMPLE";
  contact.statuses = {{"linked", "", ""}, {"clientDeleteProhibited", "", ""}};
  contact.postal_infos = {
      {"int", "John \"J\" O'Doe", "A & B <Inc.>", {{"1", "2", "3"}, "Dulles", "VA", "20166", "US"}},
      {"loc", "佐藤 匠", "", {{"中央区銀座"}, "東京都", "", "104-0061", "JP"}}};
  contact.voice = {"+1.7035555555", "1234"};
  contact.fax = {"+1.7035555556", ""};
  contact.email = "jdoe@example.com";
  contact.cl_id = "rar-1";
  contact.cr_rr = {"rar-1", "jane"};
  contact.cr_date = Date("2020-01-01T00:00:00Z");
  contact.up_rr = {"rar-1", ""};
  contact.up_date = Date("2021-01-01T00:00:00Z");
  contact.tr_date = Date("2020-06-01T00:00:00Z");
  contact.transfer = TransferData{"pending",
                                  {"rar-1", ""},
                                  Date("2020-05-27T00:00:00Z"),
                                  {"rar-2", ""},
                                  Date("2020-06-01T00:00:00Z"),
                                  {}};
  contact.disclose = Disclose{true, {"int", "loc"}, {"int"}, {"loc"}, true, true, true};
  return contact;
}

std::vector<Record> AllContents() {
  Header header;
  header.tld = "test";
  header.counts = {{std::string(kDomainUri), "", "", 2}, {std::string(kHostUri), "a.test", "8", 1}};
  header.content_tag = "tag";
  Domain with_attributes;
  with_attributes.name = "b.test";
  with_attributes.roid = "D2-EXAMPLE";
  with_attributes.statuses = {{"ok", "", ""}};
  with_attributes.host_attributes = {{"ns1.b.test", {{"v4", "192.0.2.1"}, {"v6", "2001:db8::1"}}},
                                     {"ns2.example.net", {}}};
  with_attributes.cl_id = "rar-1";
  with_attributes.sec_dns = SecDns{std::nullopt, {}, {{257, 3, 8, "AQPJ"}}};
  Host host{"ns1.b.test",
            "H1-EXAMPLE",
            {{"linked", "", ""}},
            {{"v4", "192.0.2.1"}},
            "rar-1",
            {},
            {},
            {},
            {},
            {}};
  Registrar registrar{"rar-1",
                      "Example & Sons",
                      "8",
                      "ok",
                      {{"int", "", "", {{"Street 1"}, "City", "SP", "PC", "US"}}},
                      {"+1.5555", "7"},
                      {"+1.5556", ""},
                      "abuse@example.com",
                      "https://example.com/?a=1&b=2",
                      "whois.example.com",
                      "https://whois.example.com/",
                      Date("2020-01-01T00:00:00Z"),
                      Date("2021-01-01T00:00:00Z")};
  Nndn nndn{
      "xn--a.test", "ä.test", "de", "a.test", "mirrored", false, Date("2020-01-01T00:00:00Z")};
  EppParams params;
  params.versions = {"1.0"};
  params.languages = {"en", "fr"};
  params.obj_uris = {"urn:ietf:params:xml:ns:domain-1.0"};
  params.ext_uris = {"urn:ietf:params:xml:ns:rgp-1.0"};
  params.dcp_xml =
      "<epp:access><epp:all/></epp:access><epp:statement><epp:purpose><epp:admin/></epp:purpose>"
      "<epp:recipient><epp:ours><epp:recDesc>A &amp; B</epp:recDesc></epp:ours></epp:recipient>"
      "<epp:retention><epp:stated/></epp:retention></epp:statement>";
  Policy policy{
      "//rde:deposit/rde:contents/rdeDomain:domain", "rdeDomain:contact[@type='admin']", {}};
  Policy other_prefix{
      "//rde:deposit/rde:contents/d:domain", "d:registrant", {{"d", std::string(kDomainUri)}}};
  return {header,
          FullDomain(),
          with_attributes,
          host,
          FullContact(),
          registrar,
          IdnTableRef{"de", "https://example.com/de", "https://example.com/policy"},
          nndn,
          params,
          policy,
          other_prefix};
}

// Reads what was written, expects no flaw, and expects the same bytes when written again.
Collector Read(const std::string& text) {
  base::StringSource source(text);
  Collector collector;
  EXPECT_OK(ReadDeposit(source, collector));
  EXPECT_THAT(collector.flaws, ::testing::IsEmpty());
  EXPECT_EQ(Written(collector.info, collector.records), text);
  return collector;
}

TEST(RoundTrip, EveryObjectOfAFullComesBack) {
  const std::vector<Record> records = AllContents();
  const Collector collector = Read(Written(Info("FULL"), records));
  ASSERT_EQ(collector.records.size(), records.size());
  for (size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(collector.records[i].index(), records[i].index());
  }
}

TEST(RoundTrip, TextComesBackAsItWas) {
  const Collector collector = Read(Written(Info("FULL"), {FullDomain(), FullContact()}));
  ASSERT_EQ(collector.records.size(), 2u);
  const Domain& domain = std::get<Domain>(collector.records[0]);
  EXPECT_EQ(domain.statuses[1].text, "impayé & <clos>");
  EXPECT_EQ(domain.statuses[1].lang, "fr");
  EXPECT_EQ(domain.cr_rr.client, "jdoe");
  EXPECT_EQ(domain.sec_dns->ds[0].key_data->public_key, "AQPJ");
  EXPECT_EQ(domain.ex_date.text, "2027-01-01T00:00:00+00:00");
  EXPECT_TRUE(domain.ex_date.time.has_value());
  const Contact& contact = std::get<Contact>(collector.records[1]);
  EXPECT_EQ(contact.postal_infos[0].org, "A & B <Inc.>");
  EXPECT_EQ(contact.postal_infos[1].name, "佐藤 匠");
  EXPECT_EQ(contact.voice.extension, "1234");
  EXPECT_TRUE(contact.disclose->flag);
}

TEST(RoundTrip, DeletesOfADiffComeBack) {
  const std::vector<Record> records = {
      Delete{std::string(kDomainUri), Delete::KeyKind::kId, "a.test"},
      Delete{std::string(kHostUri), Delete::KeyKind::kId, "ns1.a.test"},
      Delete{std::string(kHostUri), Delete::KeyKind::kRoid, "H1-EXAMPLE"},
      Delete{std::string(kContactUri), Delete::KeyKind::kId, "c-1"},
      Delete{std::string(kRegistrarUri), Delete::KeyKind::kId, "rar-1"},
      Delete{std::string(kIdnUri), Delete::KeyKind::kId, "de"},
      Delete{std::string(kNndnUri), Delete::KeyKind::kId, "b.test"},
      AllContents()[0]};
  const Collector collector = Read(Written(Info("DIFF"), records));
  ASSERT_EQ(collector.records.size(), records.size());
  EXPECT_EQ(std::get<Delete>(collector.records[2]).key_kind, Delete::KeyKind::kRoid);
  EXPECT_EQ(collector.info.prev_id, "20261121001");
  EXPECT_EQ(collector.info.resend, 3);
}

}  // namespace
}  // namespace tidemark::rde
