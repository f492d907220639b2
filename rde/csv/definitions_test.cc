// What the XML of a deposit defines of CSV files: its size, and what it says of the files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/compress.h"
#include "base/gzip.h"
#include "rde/csv/csv_testing.h"

namespace tidemark::rde::csv {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A definition of an object's tables may be as long as an object; there may be any number of them.
TEST(CsvDefinitions, AreBoundedInBytes) {
  const std::string field = absl::StrCat("rdeCsv:fCustom@name=", std::string(60'000, 'n'), " ");
  std::string fields;
  for (int i = 0; i < 15; ++i) fields += field;
  const auto with = [&](int definitions) {
    std::string contents;
    for (int i = 0; i < definitions; ++i) {
      absl::StrAppend(&contents, "<csvDomain:contents>", TableXml("domain", fields, "d"),
                      "</csvDomain:contents>");
    }
    return ReadWithFiles(CsvDeposit(contents), {{"d", ""}}).Flaws();
  };
  EXPECT_THAT(with(2), Not(HasSubstr("limit")));
  EXPECT_EQ(with(10), "limit csv");
}

TEST(CsvDefinitions, FilesAreWhatTheirDefinitionsSay) {
  const auto flaws = [](absl::string_view attributes, const std::string& content) {
    return ReadWithFiles(
               CsvDeposit(absl::StrCat(
                   "<csvIDN:contents>",
                   TableXml("idnLanguage",
                            "rdeCsv:fIdnTableId@isRequired=true rdeCsv:fUrl@isRequired=true",
                            absl::StrCat("<rdeCsv:file ", attributes, ">i</rdeCsv:file>")),
                   "</csvIDN:contents>")),
               {{"i", content}})
        .Flaws();
  };
  const std::string row = "de,https://example.test/\n";
  EXPECT_EQ(flaws("", row) + flaws("", "\xEF\xBB\xBF" + row), "");
  EXPECT_EQ(flaws("cksum=\"00000000\"", row), "checksum");
  EXPECT_EQ(flaws("cksum=\"sha\" cksumAlg=\"SHA256\"", row), "");
  EXPECT_EQ(flaws("cksum=\"other\" cksumAlg=\"SHA256\"", row), "checksum");
  EXPECT_EQ(flaws("cksum=\"x\" cksumAlg=\"MD5\"", row), "checksum i");
  EXPECT_EQ(flaws("cksumAlg=\"CRC32\"", row), "definition of cksum");
  EXPECT_EQ(flaws("compression=\"gzip\"", *base::Gzip(row)), "");
  EXPECT_EQ(flaws("compression=\"gzip\"", row), "unreadable file");
  const std::string zstd = *base::Compressor().Compress(row);
  for (const std::string& compressed : {*base::Gzip(row), zstd}) {
    for (const char* encoding : {"", "encoding=\"UTF-8\"", "encoding=\"ISO-8859-1\""}) {
      EXPECT_EQ(flaws(encoding, compressed), "unreadable file") << encoding;
    }
  }
  EXPECT_EQ(flaws("compression=\"zstd\"", zstd), "");
  // A beginning that is cut off is none.
  EXPECT_THAT(flaws("", zstd.substr(0, 3)), Not(HasSubstr("unreadable")));
  EXPECT_EQ(flaws("compression=\"rar\"", row), "unreadable file i");
  EXPECT_EQ(flaws("encoding=\"EBCDIC\"", row), "unreadable file i");
  EXPECT_EQ(flaws("encoding=\"US-ASCII\"", "de,\xC3\xA4\n"), "unreadable file");
  EXPECT_EQ(flaws("encoding=\"ISO-8859-1\"", "de,https://example.test/\xE4\n"), "");
  EXPECT_EQ(flaws("encoding=\"UTF-16LE\"", std::string("d\0,\0a\0\n\0", 8)), "");
  EXPECT_EQ(flaws("encoding=\"UTF-16\"", std::string("\xFE\xFF\0d\0,\0a", 8)), "");
  EXPECT_EQ(flaws("encoding=\"UTF-16\"", std::string("\xFE\xFF\0d\0,\0", 7)), "unreadable file");
}

}  // namespace
}  // namespace tidemark::rde::csv
