// CSV files as records: RFC 9022 sections 4.6 and 5, CSV model.
#include "rde/csv/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rde/csv/csv_testing.h"

namespace tidemark::rde::csv {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Files = std::map<std::string, std::string>;

std::string Domains(absl::string_view tables) {
  return CsvDeposit(absl::StrCat("<csvDomain:contents>", tables, "</csvDomain:contents>"));
}

const std::string kDomainTable =
    TableXml("domain", "csvDomain:fName rdeCsv:fRoid rdeCsv:fClID rdeCsv:fCrRr rdeCsv:fCrID", "d");
const std::string kStatusTable =
    TableXml("domainStatuses",
             "csvDomain:fName@parent=true csvDomain:fStatus rdeCsv:fStatusDescription "
             "rdeCsv:fLang csvDomain:fRgpStatus",
             "s");
constexpr char kDomainRows[] =
    "one.test,D1-TEST,reg-1,reg-2,client\nb.test,D2-TEST,reg-1,,\nc.test,D3-TEST,reg-1,,\n";
constexpr char kStatusRows[] =
    "one.test,clientHold,\"Not paid, \"\"twice\"\"\",en,\none.test,pendingDelete, why , en,"
    "redemptionPeriod\none.test,pendingDelete,,,pendingRestore\nb.test,ok,,,\nc.test,ok,,,\n";

template <typename T>
std::vector<T> RecordsOf(const Reading& reading) {
  std::vector<T> records;
  for (const auto& [record, at] : reading.records) {
    if (const auto* object = std::get_if<T>(&record)) records.push_back(*object);
  }
  return records;
}

std::vector<std::string> Names(const Reading& reading) {
  std::vector<std::string> names;
  for (const Domain& domain : RecordsOf<Domain>(reading)) names.push_back(domain.name);
  return names;
}

std::vector<std::string> StatusesOf(const Domain& domain) {
  std::vector<std::string> values;
  for (const StatusValue& status : domain.statuses) values.push_back(status.s);
  for (const StatusValue& status : domain.rgp_statuses) values.push_back("rgp:" + status.s);
  return values;
}

TEST(CsvReader, JoinsChildRowsThatComeInTheOrderOfTheirParents) {
  const Reading reading =
      ReadWithFiles(Domains(kDomainTable + kStatusTable), {{"d", kDomainRows}, {"s", kStatusRows}});
  EXPECT_EQ(reading.Flaws(), "");
  EXPECT_THAT(Names(reading), ElementsAre("one.test", "b.test", "c.test"));
  const Domain one = RecordsOf<Domain>(reading)[0];
  EXPECT_EQ(one.roid, "D1-TEST");
  EXPECT_EQ(one.cl_id, "reg-1");
  EXPECT_EQ(one.cr_rr.id, "reg-2");
  EXPECT_EQ(one.cr_rr.client, "client");
  EXPECT_THAT(StatusesOf(one), ElementsAre("clientHold", "pendingDelete", "rgp:redemptionPeriod",
                                           "rgp:pendingRestore"));
  EXPECT_EQ(one.statuses[0].text, "Not paid, \"twice\"");
  EXPECT_EQ(one.statuses[1].text, "why");
  EXPECT_EQ(one.statuses[1].lang, "en");
  const Position at = reading.records[3].second;  // after two tables and one domain
  EXPECT_EQ(at.line, 2);
  EXPECT_EQ(at.offset, 36);
  EXPECT_EQ(at.file, 1);
}

TEST(CsvReader, SortsWhereTheOrdersDiffer) {
  const std::string rows =
      "c.test,ok,,,\nONE.test,clientHold,,,\nb.test,ok,,,\n one.test ,pendingDelete,,,\n";
  const Reading reading =
      ReadWithFiles(Domains(kDomainTable + kStatusTable), {{"d", kDomainRows}, {"s", rows}});
  EXPECT_EQ(reading.Flaws(), "");
  EXPECT_THAT(Names(reading), ElementsAre("b.test", "c.test", "one.test"));
  EXPECT_THAT(StatusesOf(RecordsOf<Domain>(reading)[2]),
              ElementsAre("clientHold", "pendingDelete"));
  EXPECT_EQ(reading.records.back().second.line, 1);
}

TEST(CsvReader, ATableMayHaveSeveralFilesAndDefinitions) {
  const std::string more = TableXml("domain", "rdeCsv:fClID rdeCsv:fRoid csvDomain:fName",
                                    "<rdeCsv:file>e</rdeCsv:file><rdeCsv:file>f</rdeCsv:file>");
  const Reading reading = ReadWithFiles(Domains(kDomainTable + more + kStatusTable),
                                        {{"d", "one.test,D1-TEST,reg-1,,"},
                                         {"e", "reg-9,D4-TEST,d.test\n"},
                                         {"f", "reg-9,D5-TEST,e.test"},
                                         {"s", "one.test,ok,,,\nd.test,ok,,,\ne.test,ok,,,"}});
  EXPECT_EQ(reading.Flaws(), "");
  EXPECT_THAT(Names(reading), ElementsAre("one.test", "d.test", "e.test"));
  EXPECT_EQ(RecordsOf<Domain>(reading)[2].cl_id, "reg-9");
  EXPECT_EQ(reading.records.back().second.file, 3);
}

TEST(CsvReader, OrphansAndChildlessParentsAreFlaws) {
  const Reading reading =
      ReadWithFiles(Domains(kDomainTable + kStatusTable),
                    {{"d", kDomainRows}, {"s", "one.test,ok,,,\nzz.test,ok,,,\nc.test,ok,,,\n"}});
  EXPECT_EQ(reading.Flaws(), "empty status, orphan");
  EXPECT_EQ(reading.flaws[0].object_key, "b.test");
  EXPECT_EQ(reading.flaws[0].object_uri, kDomainUri);
  EXPECT_EQ(reading.flaws[1].object_key, "zz.test");
  EXPECT_EQ(reading.flaws[1].position.file, 2);
  EXPECT_THAT(Names(reading), ElementsAre("b.test", "c.test", "one.test"));
}

TEST(CsvReader, RowsOfOneKeyAreAllDelivered) {
  for (const char* statuses : {"one.test,ok,,,\n", "x.test,ok,,,\none.test,ok,,,\n"}) {
    const Reading reading = ReadWithFiles(
        Domains(kDomainTable + kStatusTable),
        {{"d", "one.test,D1-TEST,reg-1,,\none.test,D2-TEST,reg-1,,\n"}, {"s", statuses}});
    ASSERT_THAT(Names(reading), ElementsAre("one.test", "one.test"));
    EXPECT_THAT(StatusesOf(RecordsOf<Domain>(reading)[1]), ElementsAre("ok"));
  }
}

TEST(CsvReader, ValuesAreOfTheTypesOfTheirFields) {
  const Reading reading =
      ReadWithFiles(Domains(kDomainTable + kStatusTable),
                    {{"d", "one.test,D1,reg-1,r,\n,D2-TEST,,,\n"}, {"s", "one.test,hold,,,\n"}});
  EXPECT_EQ(reading.Flaws(), "bad roid, bad fCrRr, bad s, empty name, empty clID, empty status");
  EXPECT_EQ(reading.flaws[0].object_key, "one.test");
  EXPECT_THAT(reading.flaws[0].detail, HasSubstr("rdeCsv:fRoid of domain: eppcom:roidType"));
  EXPECT_EQ(RecordsOf<Domain>(reading)[0].roid, "D1");
}

TEST(CsvReader, WhatIsRequiredIsForTheDefinitionToSay) {
  const std::string xml =
      Domains(TableXml("domain",
                       "csvDomain:fName rdeCsv:fRoid rdeCsv:fClID@isRequired=false "
                       "rdeCsv:fExDate@isRequired=true",
                       "d") +
              kStatusTable);
  EXPECT_EQ(ReadWithFiles(xml, {{"d", "one.test,D1-TEST,,\n"}, {"s", "one.test,ok,,,\n"}}).Flaws(),
            "empty fExDate");
}

TEST(CsvReader, RowsHaveTheColumnsOfTheirDefinition) {
  const Reading reading =
      ReadWithFiles(Domains(kDomainTable + kStatusTable),
                    {{"d", "one.test,D1-TEST,reg-1,,,extra\nb.test,D2-TEST,reg-1\n"},
                     {"s", "one.test,ok,,,\nb.test,ok,,,\n"}});
  EXPECT_EQ(reading.Flaws(), "form, form");
  EXPECT_EQ(reading.flaws[1].position.line, 2);
  EXPECT_THAT(Names(reading), ElementsAre("one.test", "b.test"));
}

TEST(CsvReader, NameServersByRoidAreGivenByName) {
  const std::string servers =
      TableXml("domainNameServers", "csvDomain:fName@parent=true rdeCsv:fRoid", "n");
  const std::string hosts = absl::StrCat(
      "<csvHost:contents>", TableXml("host", "csvHost:fName rdeCsv:fRoid rdeCsv:fClID", "h"),
      TableXml("hostStatuses", "rdeCsv:fRoid@parent=true csvHost:fStatus", "t"),
      TableXml("hostAddresses",
               "rdeCsv:fRoid@parent=true csvHost:fAddr@isRequired=true "
               "csvHost:fAddrVersion@isRequired=true",
               "a"),
      "</csvHost:contents>");
  const Reading reading =
      ReadWithFiles(CsvDeposit(absl::StrCat("<csvDomain:contents>", kDomainTable, kStatusTable,
                                            servers, "</csvDomain:contents>", hosts)),
                    {{"d", kDomainRows},
                     {"s", kStatusRows},
                     {"n", "one.test,H2-TEST\none.test,H1-TEST\nc.test,H2-TEST\nc.test,H9-TEST\n"},
                     {"h", "ns1.one.test,H1-TEST,reg-1\nns2.one.test,H2-TEST,reg-1\n"},
                     {"t", "H1-TEST,ok\nH2-TEST,linked\n"},
                     {"a", "H1-TEST,192.0.2.1,v4\nH1-TEST,2001:db8::1,v6\n"}});
  EXPECT_EQ(reading.Flaws(), "");
  const std::vector<Domain> domains = RecordsOf<Domain>(reading);
  ASSERT_EQ(domains.size(), 3u);
  EXPECT_THAT(domains[0].host_objects, ElementsAre("ns2.one.test", "ns1.one.test"));
  EXPECT_THAT(domains[1].host_objects, IsEmpty());
  // What is not there is named by what the deposit has.
  EXPECT_THAT(domains[2].host_objects, ElementsAre("ns2.one.test", "H9-TEST"));
  const std::vector<Host> host_records = RecordsOf<Host>(reading);
  ASSERT_EQ(host_records.size(), 2u);
  ASSERT_EQ(host_records[0].addresses.size(), 2u);
  EXPECT_EQ(host_records[0].addresses[1].version, "v6");
}

TEST(CsvReader, NameServersMayBeAttributes) {
  const Reading reading =
      ReadWithFiles(Domains(kDomainTable + kStatusTable +
                            TableXml("domainNameServersAddresses",
                                     "csvDomain:fName@parent=true csvHost:fName csvHost:fAddr "
                                     "csvHost:fAddrVersion",
                                     "n")),
                    {{"d", "one.test,D1-TEST,reg-1,,\n"},
                     {"s", "one.test,ok,,,\n"},
                     {"n",
                      "one.test,ns1.one.test,192.0.2.1,v4\none.test,ns1.one.test,2001:db8::1,v6\n"
                      "one.test,ns.example.net,,\n"}});
  EXPECT_EQ(reading.Flaws(), "");
  const Domain domain = RecordsOf<Domain>(reading)[0];
  ASSERT_EQ(domain.host_attributes.size(), 2u);
  EXPECT_EQ(domain.host_attributes[0].addresses.size(), 2u);
  EXPECT_EQ(domain.host_attributes[0].addresses[1].address, "2001:db8::1");
  EXPECT_EQ(domain.host_attributes[1].name, "ns.example.net");
  EXPECT_THAT(domain.host_attributes[1].addresses, IsEmpty());
}

TEST(CsvReader, DnssecIsInEitherForm) {
  const std::string key = "csvDomain:fName@parent=true ";
  const Reading ds = ReadWithFiles(
      Domains(kDomainTable + kStatusTable +
              TableXml("dnssec",
                       key + "csvDomain:fMaxSigLife csvDomain:fKeyTag csvDomain:fDsAlg "
                             "csvDomain:fDigestType csvDomain:fDigest csvDomain:fFlags "
                             "csvDomain:fProtocol csvDomain:fKeyAlg csvDomain:fPubKey",
                       "k")),
      {{"d", "one.test,D1-TEST,reg-1,,\n"},
       {"s", "one.test,ok,,,\n"},
       {"k",
        "one.test,604800,12345,8,2,49fd46e6,257,3,8,AQPJ////4Q==\n"
        "one.test,604800,23456,13,2,38EC35D5,257,3,13,AQPJ\n"}});
  EXPECT_EQ(ds.Flaws(), "");
  const Domain signed_domain = RecordsOf<Domain>(ds)[0];
  ASSERT_EQ(signed_domain.sec_dns->ds.size(), 2u);
  EXPECT_EQ(signed_domain.sec_dns->max_sig_life, 604800);
  EXPECT_EQ(signed_domain.sec_dns->ds[0].digest, "49FD46E6");
  EXPECT_EQ(signed_domain.sec_dns->ds[1].key_tag, 23456);
  EXPECT_EQ(signed_domain.sec_dns->ds[0].key_data->public_key, "AQPJ////4Q==");
  const Reading keys =
      ReadWithFiles(Domains(kDomainTable + kStatusTable +
                            TableXml("dnssec",
                                     key + "csvDomain:fFlags csvDomain:fProtocol csvDomain:fKeyAlg "
                                           "csvDomain:fPubKey",
                                     "k")),
                    {{"d", "one.test,D1-TEST,reg-1,,\n"},
                     {"s", "one.test,ok,,,\n"},
                     {"k", "one.test,257,3,8,AQPJ\n"}});
  EXPECT_EQ(keys.Flaws(), "");
  EXPECT_EQ(RecordsOf<Domain>(keys)[0].sec_dns->keys[0].flags, 257);
}

TEST(CsvReader, ContactsHaveAddressesTransfersAndDisclosure) {
  const std::string key = "csvContact:fId@parent=true ";
  const Reading reading = ReadWithFiles(
      CsvDeposit(absl::StrCat(
          "<csvContact:contents>",
          TableXml("contact",
                   "csvContact:fId rdeCsv:fRoid csvContact:fVoice csvContact:fVoiceExt "
                   "csvContact:fEmail csvRegistrar:fGurid",
                   "c"),
          TableXml("contactStatuses", key + "csvContact:fStatus", "s"),
          TableXml("contactPostal",
                   key + "csvContact:fPostalType csvContact:fName csvContact:fOrg "
                         "csvContact:fStreet@index=1 csvContact:fStreet@index=0 csvContact:fCity "
                         "csvContact:fSp csvContact:fPc csvContact:fCc",
                   "p"),
          TableXml("contactTransfer",
                   key + "rdeCsv:fTrStatus rdeCsv:fReRr rdeCsv:fReID rdeCsv:fReDate rdeCsv:fAcRr "
                         "rdeCsv:fAcDate",
                   "t"),
          TableXml("contactDisclose",
                   key + "csvContact:fDiscloseFlag csvContact:fDiscloseNameLoc "
                         "csvContact:fDiscloseNameInt csvContact:fDiscloseEmail",
                   "x"),
          "</csvContact:contents><csvRegistrar:contents>",
          TableXml("registrar",
                   "csvRegistrar:fId csvRegistrar:fName@isLoc=false csvRegistrar:fGurid "
                   "csvContact:fCity@isLoc=false csvContact:fCc csvContact:fCity@isLoc=true "
                   "csvContact:fCc@isLoc=true csvContact:fEmail@isRequired=false",
                   "r"),
          "</csvRegistrar:contents>")),
      {{"c", "c-one,C1-TEST,+1.5550100,12,a@example.org,1001\n"},
       {"s", "c-one,ok\n"},
       {"p",
        "c-one,int,Jane,,second,first,Reston,VA,20190,US\n"
        "c-one,loc,J\xC3\xA4ne,,,,K\xC3\xB6ln,,,DE\n"},
       {"t", "c-one,pending,reg-2,jdoe,2021-06-01T00:00:00Z,reg-1,2021-06-06T00:00:00Z\n"},
       {"x", "c-one,1,0,1,true\n"},
       {"r", "reg-1,\"One, Inc.\",1001,Reston,US,K\xC3\xB6ln,DE,\n"}});
  EXPECT_EQ(reading.Flaws(), "");
  const Contact contact = RecordsOf<Contact>(reading)[0];
  EXPECT_EQ(contact.cl_id, "reg-1");
  EXPECT_EQ(contact.voice.extension, "12");
  ASSERT_EQ(contact.postal_infos.size(), 2u);
  EXPECT_THAT(contact.postal_infos[0].address.streets, ElementsAre("first", "second"));
  EXPECT_EQ(contact.postal_infos[1].address.city, "K\xC3\xB6ln");
  EXPECT_EQ(contact.transfer->requested_by.client, "jdoe");
  EXPECT_TRUE(contact.disclose->flag);
  EXPECT_THAT(contact.disclose->name_types, ElementsAre("int"));
  EXPECT_TRUE(contact.disclose->email);
  EXPECT_FALSE(contact.disclose->voice);
  const Registrar registrar = RecordsOf<Registrar>(reading)[0];
  ASSERT_EQ(registrar.postal_infos.size(), 2u);
  EXPECT_EQ(registrar.postal_infos[0].type, "int");
  EXPECT_EQ(registrar.postal_infos[1].type, "loc");
  EXPECT_EQ(registrar.postal_infos[1].address.cc, "DE");
}

TEST(CsvReader, DeletesAreKeysInTheOrderOfTheFile) {
  const std::string file = "<rdeCsv:file cksum=\"777F5F0E\">h</rdeCsv:file>";
  const Reading reading = ReadWithFiles(
      CsvDeposit("", absl::StrCat("<csvHost:deletes>", TableXml("host", "rdeCsv:fRoid", file),
                                  "</csvHost:deletes><csvIDN:deletes>",
                                  TableXml("idnLanguage", "rdeCsv:fIdnTableId",
                                           "<rdeCsv:file cksum=\"4a28a569\">i</rdeCsv:file>"),
                                  "</csvIDN:deletes>")),
      {{"h",
        "Hns1_domain1_test-TEST\nHns2_domain1_test-TEST\nHns1_domain2_test-TEST\n"
        "Hns2_domain2_test-TEST"},
       {"i", "LANG-2"}});
  EXPECT_EQ(reading.Flaws(), "");
  const std::vector<Delete> deletes = RecordsOf<Delete>(reading);
  ASSERT_EQ(deletes.size(), 5u);
  EXPECT_EQ(deletes[0].uri, kIdnUri);
  EXPECT_EQ(deletes[0].key, "LANG-2");
  EXPECT_EQ(deletes[1].uri, kHostUri);
  EXPECT_EQ(deletes[1].key_kind, Delete::KeyKind::kRoid);
  EXPECT_EQ(deletes[4].key, "Hns2_domain2_test-TEST");
}

TEST(CsvReader, MissingUnnamedAndForbiddenFilesAreFlaws) {
  const std::string statuses = TableXml(
      "domainStatuses", "csvDomain:fName@parent=true csvDomain:fStatus", "../../etc/passwd");
  const Reading reading = ReadWithFiles(Domains(kDomainTable + statuses), {{"x", "a"}});
  EXPECT_EQ(reading.Flaws(),
            "definition of file, unnamed file x, missing file d, missing file ../../etc/passwd");
  EXPECT_THAT(RecordsOf<Domain>(reading), IsEmpty());
}

TEST(CsvReader, DefinitionsFollowRfc9022) {
  const auto flaws = [](absl::string_view tables) {
    return ReadWithFiles(Domains(tables), {{"d", ""}, {"s", ""}}).Flaws();
  };
  EXPECT_EQ(flaws(kDomainTable + kStatusTable), "");
  EXPECT_EQ(flaws(TableXml("hosts", "csvDomain:fName", "d") + kStatusTable), "definition of name");
  EXPECT_EQ(flaws(TableXml("domain", "csvDomain:fName rdeCsv:fClID", "d") + kStatusTable),
            "definition of fRoid");
  EXPECT_EQ(flaws(TableXml("domain", "csvDomain:fName rdeCsv:fRoid", "d") + kStatusTable),
            "definition of fields");
  EXPECT_EQ(
      flaws(TableXml("domain", "csvDomain:fName rdeCsv:fRoid rdeCsv:fClID rdeCsv:fClID", "d") +
            kStatusTable),
      "definition of fClID");
  EXPECT_EQ(flaws(kDomainTable +
                  TableXml("domainStatuses",
                           "csvDomain:fName@parent=true csvDomain:fStatus@parent=true", "s")),
            "definition of fStatus");
}

TEST(CsvReader, NothingIsReadAfterAnXmlThatIsNotWellFormed) {
  const std::string xml = Domains(kDomainTable + kStatusTable);
  const Reading reading =
      ReadWithFiles(xml.substr(0, xml.size() - 5), {{"d", kDomainRows}, {"s", kStatusRows}});
  EXPECT_EQ(reading.Flaws(), "not well-formed");
  EXPECT_THAT(Names(reading), IsEmpty());
}

// Whatever is known of the row that they stand in.
TEST(CsvReader, LengthsAreInCharacters) {
  const auto flaws_of = [](const std::string& cl_id) {
    return ReadWithFiles(
               Domains(TableXml("domain", "csvDomain:fName rdeCsv:fRoid rdeCsv:fClID", "d")),
               {{"d", absl::StrCat("one.test,D1-TEST,", cl_id, "\n")}})
        .flaws.size();
  };
  const auto repeat = [](absl::string_view text, size_t times) {
    std::string all;
    for (; times > 0; --times) absl::StrAppend(&all, text);
    return all;
  };
  const size_t none = flaws_of("reg-1");  // but what all have
  for (const absl::string_view character : {"x", "\xC3\xA4", "\xE4\xB8\xAD", "\xF0\x9F\x98\x80"}) {
    for (size_t characters = 1; characters <= 20; ++characters) {
      const bool fits = characters >= 3 && characters <= 16;
      EXPECT_EQ(flaws_of(repeat(character, characters)), fits ? none : none + 1) << characters;
      EXPECT_EQ(flaws_of(absl::StrCat("\"", repeat(character, characters), "\"")),
                fits ? none : none + 1)
          << characters;
    }
  }
}

}  // namespace
}  // namespace tidemark::rde::csv
