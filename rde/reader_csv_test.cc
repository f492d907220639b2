// Definitions of CSV tables, RFC 9022 section 4.6.2, as the XML reader gives them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "rde/reader_testing.h"

namespace tidemark::rde {
namespace {

using ::testing::IsEmpty;

constexpr char kOpen[] =
    "<csvDomain:contents xmlns:csvDomain=\"urn:ietf:params:xml:ns:csvDomain-1.0\" "
    "xmlns:csvContact=\"urn:ietf:params:xml:ns:csvContact-1.0\" "
    "xmlns:rdeCsv=\"urn:ietf:params:xml:ns:rdeCsv-1.0\">";

std::string Contents(absl::string_view tables) {
  return DepositOf(absl::StrCat(kOpen, tables, "</csvDomain:contents>"));
}

constexpr char kTable[] =
    "<rdeCsv:csv name=\"domain\"><rdeCsv:fields><csvDomain:fName/><rdeCsv:fRoid/>"
    "</rdeCsv:fields><rdeCsv:files><rdeCsv:file> a.csv </rdeCsv:file></rdeCsv:files></rdeCsv:csv>";

std::string FlawsOf(absl::string_view from, absl::string_view to) {
  const std::string table = absl::StrReplaceAll(kTable, {{from, to}});
  EXPECT_NE(table, kTable);
  return Read(Contents(table)).Flaws();
}

TEST(CsvTables, HaveNameSeparatorFieldsAndFiles) {
  const Reading reading = Read(Contents(
      "<rdeCsv:csv name=\"contactPostal\" sep=\"&#9;\"><rdeCsv:fields>"
      "<csvDomain:fName parent=\"true\" type=\"token\"/>"
      "<csvContact:fStreet index=\"2\" isLoc=\"1\"/><rdeCsv:fExDate isRequired=\"0\"/>"
      "<rdeCsv:fCustom name=\"own\"/></rdeCsv:fields>"
      "<rdeCsv:files><rdeCsv:file cksum=\"5E403BD6\">\n a.csv\n</rdeCsv:file>"
      "<rdeCsv:file compression=\"gzip\" encoding=\"UTF-16\" cksum=\"ab\" cksumAlg=\"SHA256\">"
      "b.csv.gz</rdeCsv:file></rdeCsv:files></rdeCsv:csv>"));
  EXPECT_EQ(reading.Flaws(), "");
  const auto& table = reading.Only<CsvTable>();
  EXPECT_EQ(table.uri, kCsvDomainUri);
  EXPECT_FALSE(table.deletes);
  EXPECT_EQ(table.name, "contactPostal");
  EXPECT_EQ(table.separator, "\t");
  ASSERT_EQ(table.fields.size(), 4u);
  EXPECT_EQ(table.fields[0].uri, kCsvDomainUri);
  EXPECT_EQ(table.fields[0].name, "fName");
  EXPECT_TRUE(table.fields[0].parent);
  EXPECT_EQ(table.fields[0].is_required, std::nullopt);
  EXPECT_EQ(table.fields[1].index, 2);
  EXPECT_EQ(table.fields[1].is_loc, true);
  EXPECT_EQ(table.fields[2].is_required, false);
  EXPECT_EQ(table.fields[3].custom_name, "own");
  ASSERT_EQ(table.files.size(), 2u);
  EXPECT_EQ(table.files[0].name, "a.csv");
  EXPECT_EQ(table.files[0].encoding, "UTF-8");
  EXPECT_EQ(table.files[0].checksum, "5E403BD6");
  EXPECT_EQ(table.files[0].checksum_algorithm, "CRC32");
  EXPECT_FALSE(table.files[0].names_algorithm);
  EXPECT_EQ(table.files[1].compression, "gzip");
  EXPECT_EQ(table.files[1].encoding, "UTF-16");
  EXPECT_EQ(table.files[1].checksum_algorithm, "SHA256");
  EXPECT_TRUE(table.files[1].names_algorithm);
}

TEST(CsvTables, TellAnEmptyChecksumFromNone) {
  const auto checksum = [](absl::string_view attribute) {
    const std::string file = absl::StrCat("<rdeCsv:file", attribute, ">");
    const Reading reading = Read(Contents(absl::StrReplaceAll(kTable, {{"<rdeCsv:file>", file}})));
    EXPECT_EQ(reading.Flaws(), "");
    return reading.Only<CsvTable>().files[0].checksum;
  };
  EXPECT_EQ(checksum(""), std::nullopt);
  EXPECT_EQ(checksum(" cksum=\"\""), "");
  EXPECT_EQ(checksum(" cksum=\" 0A \""), "0A");
}

TEST(CsvTables, AreOneRecordEachAndMayBeDeletes) {
  const std::string deletes = absl::StrReplaceAll(
      absl::StrCat(kOpen, kTable, kTable, "</c>"),
      {{"csvDomain:contents", "csvDomain:deletes"}, {"</c>", "</csvDomain:deletes>"}});
  const Reading reading = Read(DepositOf("", deletes));
  EXPECT_EQ(reading.Flaws(), "");
  ASSERT_EQ(reading.records.size(), 2u);
  for (const auto& [record, at] : reading.records) {
    EXPECT_TRUE(std::get<CsvTable>(record).deletes);
    EXPECT_EQ(std::get<CsvTable>(record).files.size(), 1u);
  }
}

TEST(CsvTables, MustFollowTheSchema) {
  EXPECT_EQ(Read(Contents("")).Flaws(), "missing csv");
  EXPECT_EQ(FlawsOf(" name=\"domain\"", ""), "missing @name");
  EXPECT_EQ(FlawsOf("name=\"domain\"", "name=\"domain\" sep=\"::\""), "invalid @sep");
  EXPECT_EQ(FlawsOf("<csvDomain:fName/><rdeCsv:fRoid/>", ""), "missing field");
  EXPECT_EQ(FlawsOf("<csvDomain:fName/>", "<csvDomain:fName isRequired=\"yes\"/>"),
            "invalid @isRequired");
  EXPECT_EQ(FlawsOf("<csvDomain:fName/>", "<csvDomain:fName isLoc=\"true\"/>"),
            "unexpected @isLoc");
  EXPECT_EQ(FlawsOf("<csvDomain:fName/>", "<csvDomain:fName> </csvDomain:fName>"), "invalid fName");
  EXPECT_EQ(FlawsOf("<csvDomain:fName/>", "<csvContact:fStreet/>"), "missing @index");
  EXPECT_EQ(FlawsOf("<rdeCsv:file> a.csv </rdeCsv:file>", ""), "missing file");
  EXPECT_EQ(FlawsOf("</rdeCsv:fields>", "</rdeCsv:fields><rdeCsv:fields/>"), "repeated fields");
  EXPECT_EQ(FlawsOf("<rdeCsv:file>", "<rdeCsv:file size=\"1\">"), "unexpected @size");
}

TEST(CsvTables, KeepAColumnForAFieldThatNobodyDefines) {
  for (const char* field : {"<rdeCsv:fOther/>", "<rdeCsv:field/>", "<x:f xmlns:x=\"urn:x:y\"/>"}) {
    const Reading reading =
        Read(Contents(absl::StrReplaceAll(kTable, {{"<csvDomain:fName/>", field}})));
    ASSERT_EQ(reading.flaws.size(), 1u) << field;
    EXPECT_EQ(reading.flaws[0].kind, FlawKind::kUnexpectedElement);
    EXPECT_EQ(reading.flaws[0].object_key, "domain");
    EXPECT_EQ(reading.Only<CsvTable>().fields.size(), 2u);
  }
}

TEST(CsvTables, HaveASchemaFlawWhereTheirObjectsAreUnknown) {
  const Reading reading =
      Read(DepositOf("<c:thing xmlns:c=\"urn:ietf:params:xml:ns:csvDomain-1.0\"/>"));
  EXPECT_EQ(reading.Flaws(), "unexpected thing");
  EXPECT_THAT(reading.records, IsEmpty());
}

}  // namespace
}  // namespace tidemark::rde
