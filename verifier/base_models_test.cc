// A chain of deposits in the CSV model, and in both models.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/testing.h"
#include "verifier/check.h"
#include "verifier/finding.h"
#include "verifier/testing/csv_deposit_text.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kCsvDomain[] = "urn:ietf:params:xml:ns:csvDomain-1.0";
constexpr char kCsvHost[] = "urn:ietf:params:xml:ns:csvHost-1.0";
constexpr char kXmlDomain[] = "urn:ietf:params:xml:ns:rdeDomain-1.0";

constexpr Edit kEarlierId{"id=\"20261122001\"", "id=\"20261121001\""};
constexpr Edit kEarlier{"<rde:watermark>2026-11-22", "<rde:watermark>2026-11-21"};
constexpr Edit kDiff{"type=\"FULL\"", "type=\"DIFF\" prevId=\"20261121001\""};

constexpr char kPolicyCount[] =
    "<rdeHeader:count uri=\"urn:ietf:params:xml:ns:rdePolicy-1.0\">1</rdeHeader:count>\n";
constexpr char kPolicyUri[] = "<rde:objURI>urn:ietf:params:xml:ns:rdePolicy-1.0</rde:objURI>\n";

std::string CsvFull() { return CsvDepositText({kEarlierId, kEarlier}); }
std::string XmlFull() { return DepositText({kEarlierId, kEarlier}); }

// A DIFF in the CSV model. `rows`: of its files, the others being empty.
std::string CsvDiff(std::map<std::string, std::string> rows, std::vector<Edit> edits = {}) {
  edits.insert(edits.begin(), kDiff);
  const std::string text = CsvDepositText(edits);
  const std::vector<std::string> parts = absl::StrSplit(text, "=== ");
  std::string out = parts[0];
  for (size_t i = 1; i < parts.size(); ++i) {
    const std::string name = parts[i].substr(0, parts[i].find('\n'));
    absl::StrAppend(&out, "=== ", name, "\n", rows[name]);
    rows.erase(name);
  }
  for (const auto& [name, text_of_it] : rows) absl::StrAppend(&out, "=== ", name, "\n", text_of_it);
  return out;
}

// An empty one in the XML model.
std::string XmlDiff(std::vector<Edit> edits = {}) {
  std::string text = DepositText();
  const size_t begin = text.find("<rdeDomain:domain>");
  text.erase(begin, text.find("</rde:contents>") - begin);
  edits.insert(edits.begin(), kDiff);
  return Edited(text, edits);
}

CheckOptions DiffOptions() {
  CheckOptions options = GoodOptions();
  options.file_name = "test_2026-11-22_diff_S1_R0.xml";
  return options;
}

TEST(BaseModels, AnEmptyDiffInCsvLeavesTheRepositoryAsItIs) {
  const Report report = CheckOnBases(CsvDiff({}), {CsvFull()}, DiffOptions());
  EXPECT_THAT(CodesOf(report), IsEmpty());
  EXPECT_EQ(report.verdict, Verdict::kPass);
  EXPECT_EQ(report.counts.at(kCsvDomain), 2);
  EXPECT_EQ(report.counts.at(kCsvHost), 2);
  EXPECT_FALSE(report.counts.contains(kXmlDomain));
}

// Its one name server is named by the ROID of a host of the base. The base's other name server and
// its contact go with the rows of the object that was replaced.
TEST(BaseModels, AnObjectIsReplacedWithAllItsChildRows) {
  const Report report =
      CheckOnBases(CsvDiff({{"domain.csv",
                             "ONE.test,D1-TEST,,c-one,reg-1,reg-1,2020-01-01T00:00:00Z,reg-1,"
                             "2026-11-21T12:00:00Z,2027-01-01T00:00:00Z\n"},
                            {"domainStatuses.csv", "one.test,ok\n"},
                            {"domainNameServers.csv", "one.test,H1-TEST\n"}}),
                   {CsvFull()}, DiffOptions());
  EXPECT_THAT(ErrorCodesOf(report), IsEmpty());
  EXPECT_THAT(CodesOf(report), ElementsAre("TDM_NAMESERVER_SINGLE", "TDM_HOST_UNREFERRED"));
  EXPECT_EQ(report.counts.at(kCsvDomain), 2);
}

TEST(BaseModels, ADeleteInCsvTakesTheObjectWithItsChildRows) {
  constexpr char kDeletes[] =
      "<rde:deletes><csvDomain:deletes><rdeCsv:csv name=\"domain\"><rdeCsv:fields>"
      "<csvDomain:fName/></rdeCsv:fields><rdeCsv:files><rdeCsv:file>gone.csv</rdeCsv:file>"
      "</rdeCsv:files></rdeCsv:csv></csvDomain:deletes></rde:deletes><rde:contents>";
  const std::vector<Edit> edits = {{"<rde:contents>", kDeletes},
                                   {"csvDomain-1.0\">2<", "csvDomain-1.0\">1<"}};
  const Report report = CheckOnBases(CsvDiff({{"gone.csv", "XN--BCHER-KVA.test\n"}}, edits),
                                     {CsvFull()}, DiffOptions());
  EXPECT_THAT(ErrorCodesOf(report), IsEmpty());
  EXPECT_EQ(report.counts.at(kCsvDomain), 1);
  const Report nothing =
      CheckOnBases(CsvDiff({{"gone.csv", "two.test\n"}}, edits), {CsvFull()}, DiffOptions());
  EXPECT_THAT(CodesOf(nothing), ElementsAre("RDE_OBJECT_COUNT_MISMATCH", "TDM_DELETE_OF_NOTHING"));
}

TEST(BaseModels, WhatTheMenuLeavesOutIsToldAtItsTable) {
  const Edit menu{"<rde:objURI>urn:ietf:params:xml:ns:csvHost-1.0</rde:objURI>", ""};
  const Report empty = CheckOnBases(CsvDiff({}, {menu}), {CsvFull()}, DiffOptions());
  EXPECT_THAT(CodesOf(empty), IsEmpty());
  const Report report =
      CheckOnBases(CsvDiff({{"host.csv", "ns1.one.test,H1-TEST,reg-1,reg-1,2020-01-01T00:00:00Z\n"},
                            {"hostStatuses.csv", "H1-TEST,linked\n"},
                            {"hostAddresses.csv", "H1-TEST,192.0.2.7,v4\n"}},
                           {menu}),
                   {CsvFull()}, DiffOptions());
  EXPECT_THAT(ErrorCodesOf(report), ElementsAre("RDE_UNEXPECTED_OBJECT"));
}

// The base's row names the host by its ROID, and knows nothing of the new name.
TEST(BaseModels, AHostWithANewNameIsStillTheNameServer) {
  const Report report =
      CheckOnBases(CsvDiff({{"host.csv", "ns2.one.test,H1-TEST,reg-1,reg-1,2020-01-01T00:00:00Z\n"},
                            {"hostStatuses.csv", "H1-TEST,linked\n"},
                            {"hostAddresses.csv", "H1-TEST,192.0.2.7,v4\n"}}),
                   {CsvFull()}, DiffOptions());
  EXPECT_THAT(CodesOf(report), IsEmpty());
  EXPECT_EQ(report.counts.at(kCsvHost), 2);
}

TEST(BaseModels, AHostThatIsDeletedIsMissed) {
  constexpr char kDeletes[] =
      "<rde:deletes><csvHost:deletes><rdeCsv:csv name=\"host\"><rdeCsv:fields>"
      "<rdeCsv:fRoid/></rdeCsv:fields><rdeCsv:files><rdeCsv:file>gone.csv</rdeCsv:file>"
      "</rdeCsv:files></rdeCsv:csv></csvHost:deletes></rde:deletes><rde:contents>";
  const Report report = CheckOnBases(
      CsvDiff({{"gone.csv", "H2-TEST\n"}},
              {{"<rde:contents>", kDeletes}, {"csvHost-1.0\">2<", "csvHost-1.0\">1<"}}),
      {CsvFull()}, DiffOptions());
  EXPECT_THAT(ErrorCodesOf(report), ElementsAre("RDE_DOMAIN_HAS_MISSING_NAMESERVER"));
  EXPECT_EQ(report.findings[0].object, "domain one.test");
}

TEST(BaseModels, ADiffInCsvStandsOnABaseInXml) {
  const std::string with_policy = absl::StrCat(kPolicyCount, "</rdeHeader:header>");
  const std::string with_uri = absl::StrCat(kPolicyUri, "</rde:rdeMenu>");
  const std::string diff = CsvDiff(
      {{"domain.csv",
        "one.test,D1-TEST,,c-one,reg-1,reg-1,2020-01-01T00:00:00Z,reg-1,2026-11-21T12:00:00Z,"
        "2027-01-01T00:00:00Z\n"},
       {"domainStatuses.csv", "one.test,ok\n"},
       {"domainContacts.csv", "one.test,c-two,admin\n"},
       {"domainNameServers.csv", "one.test,H1-TEST\none.test,H2-TEST\n"}},
      {{"</rdeHeader:header>", with_policy}, {"</rde:rdeMenu>", with_uri}});
  const Report report = CheckOnBases(diff, {XmlFull()}, DiffOptions());
  EXPECT_THAT(ErrorCodesOf(report), IsEmpty());
  EXPECT_EQ(report.verdict, Verdict::kPass);
  EXPECT_EQ(report.counts.at(kCsvDomain), 2);
  EXPECT_EQ(report.counts.at(kCsvHost), 2);
  EXPECT_FALSE(report.counts.contains(kXmlDomain));
}

TEST(BaseModels, ADiffInXmlStandsOnABaseInCsv) {
  // In the CSV model a policy is an attribute of the definition; in XML it is an object.
  const std::string full = DepositText();
  const size_t at = full.find("<rdePolicy:policy");
  const std::string policy = full.substr(at, full.find("/>", at) + 2 - at) + "</rde:contents>";
  const Report report =
      CheckOnBases(XmlDiff({{"</rde:contents>", policy}}), {CsvFull()}, DiffOptions());
  EXPECT_THAT(ErrorCodesOf(report), IsEmpty());
  EXPECT_EQ(report.verdict, Verdict::kPass);
  EXPECT_EQ(report.counts.at(kXmlDomain), 2);
  EXPECT_FALSE(report.counts.contains(kCsvDomain));
}

TEST(BaseModels, OneTypeInBothModelsOfTheLastDepositIsStillMixed) {
  constexpr char kHost[] =
      "<rdeHost:host><rdeHost:name>ns9.one.test</rdeHost:name><rdeHost:roid>H9-TEST</rdeHost:roid>"
      "<rdeHost:status s=\"ok\"/><rdeHost:addr ip=\"v4\">192.0.2.9</rdeHost:addr>"
      "<rdeHost:clID>reg-1</rdeHost:clID></rdeHost:host></rde:contents>";
  const Report report =
      CheckOnBases(CsvDiff({}, {{"</rde:contents>", kHost}}), {CsvFull()}, DiffOptions());
  EXPECT_THAT(ErrorCodesOf(report),
              ElementsAre("RDE_OBJECT_HAS_MIXED_TYPES", "RDE_UNEXPECTED_OBJECT"));
}

TEST(BaseModels, ABaseThatLacksAFileIsNoRepository) {
  const std::string base = CsvFull();
  const size_t at = base.find("=== hostStatuses.csv");
  const std::string lacking = base.substr(0, at) + base.substr(base.find("=== ", at + 1));
  const Report report = CheckOnBases(CsvDiff({}), {lacking}, DiffOptions());
  EXPECT_THAT(CodesOf(report), ElementsAre("RDE_MISSING_FILES"));
  EXPECT_THAT(report.counts, IsEmpty());
  EXPECT_EQ(report.files.at(report.findings[0].at->file), "base1.xml");
}

}  // namespace
}  // namespace tidemark::verifier
