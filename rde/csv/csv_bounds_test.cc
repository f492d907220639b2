// What CSV files may hold, what reading them may cost, and that a second thread changes nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/gzip.h"
#include "base/limits.h"
#include "rde/csv/csv_testing.h"
#include "rde/reader.h"
#include "rde/records.h"

namespace tidemark::rde::csv {
namespace {

using ::testing::HasSubstr;

using Files = std::map<std::string, std::string>;

const std::string kDomainTable =
    TableXml("domain", "csvDomain:fName rdeCsv:fRoid rdeCsv:fClID", "d");
const std::string kStatusTable = TableXml(
    "domainStatuses", "csvDomain:fName@parent=true csvDomain:fStatus csvDomain:fRgpStatus", "s");

std::string Domains(absl::string_view tables) {
  return CsvDeposit(absl::StrCat("<csvDomain:contents>", tables, "</csvDomain:contents>"));
}

template <typename T>
std::vector<T> RecordsOf(const Reading& reading) {
  std::vector<T> records;
  for (const auto& [record, at] : reading.records) {
    if (const auto* object = std::get_if<T>(&record)) records.push_back(*object);
  }
  return records;
}

// An attribute cksum that is there and empty is the checksum of no file.
TEST(CsvBounds, AnEmptyChecksumIsNotNone) {
  const auto flaws = [](absl::string_view attributes, const std::string& rows) {
    const std::string file = absl::StrCat("<rdeCsv:file ", attributes, ">i</rdeCsv:file>");
    const std::string table = TableXml(
        "idnLanguage", "rdeCsv:fIdnTableId@isRequired=true rdeCsv:fUrl@isRequired=true", file);
    return ReadWithFiles(CsvDeposit(absl::StrCat("<csvIDN:contents>", table, "</csvIDN:contents>")),
                         {{"i", rows}})
        .Flaws();
  };
  const std::string row = "de,https://example.test/\n";
  EXPECT_EQ(flaws("", row), "");
  EXPECT_EQ(flaws("cksum=\"\"", row), "checksum");
  EXPECT_EQ(flaws("cksum=\"\"", ""), "checksum");
  EXPECT_EQ(flaws("cksum=\"00000000\"", ""), "");
  EXPECT_EQ(flaws("cksum=\" \" cksumAlg=\"SHA256\"", row), "checksum");
  EXPECT_EQ(flaws("cksum=\"sha\" cksumAlg=\"SHA256\"", row), "");
}

TEST(CsvBounds, ADomainHasAtMostElevenStatuses) {
  std::string rows;
  for (const char* status :
       {"clientHold", "serverHold", "clientDeleteProhibited", "serverDeleteProhibited",
        "clientRenewProhibited", "serverRenewProhibited", "clientTransferProhibited",
        "serverTransferProhibited", "clientUpdateProhibited", "serverUpdateProhibited", "inactive",
        // Not another one: it is there for the sake of rgpStatus.
        "inactive"}) {
    absl::StrAppend(&rows, "one.test,", status, ",autoRenewPeriod\n");
  }
  const auto read = [&rows](absl::string_view more) {
    return ReadWithFiles(Domains(kDomainTable + kStatusTable),
                         {{"d", "one.test,D1-TEST,reg-1\n"}, {"s", absl::StrCat(rows, more)}});
  };
  EXPECT_EQ(read("").Flaws(), "");
  EXPECT_EQ(RecordsOf<Domain>(read(""))[0].statuses.size(), 11u);
  for (const char* more : {"one.test,ok,\n", "one.test,inactive,\n", "one.test,ok,addPeriod\n"}) {
    const Reading reading = read(more);
    // No value is wrong by itself, so none is named.
    EXPECT_EQ(reading.Flaws(), "bad") << more;
    EXPECT_THAT(reading.flaws[0].detail, HasSubstr("at most 11"));
    EXPECT_EQ(reading.flaws[0].position.line, 13);
    EXPECT_EQ(RecordsOf<Domain>(reading)[0].statuses.size(), 11u);
  }
  EXPECT_EQ(RecordsOf<Domain>(read("one.test,ok,addPeriod\n"))[0].rgp_statuses.size(), 13u);
}

// What is in a file that says nothing costs no more than some multiple of the file.
TEST(CsvBounds, CompressedFilesExpandWithinBounds) {
  const auto flaws = [](const std::string& text) {
    const std::string table =
        TableXml("idnLanguage", "rdeCsv:fIdnTableId@isRequired=true rdeCsv:fUrl@isRequired=true",
                 "<rdeCsv:file compression=\"gzip\">i</rdeCsv:file>");
    return ReadWithFiles(CsvDeposit(absl::StrCat("<csvIDN:contents>", table, "</csvIDN:contents>")),
                         {{"i", *base::Gzip(text)}})
        .Flaws();
  };
  const auto rows = [](int number) {
    std::string text;
    for (int i = 0; i < number; ++i) text += "de,https://example.test/\n";
    return text;
  };
  // Some hundred times its size, but nothing that takes time to read.
  EXPECT_EQ(flaws(rows(40'000)), "");
  EXPECT_EQ(flaws(rows(200'000)), "limit");
}

// As many flaws as it takes, and the sink counts them.
class CountingSink final : public RecordSink {
 public:
  void OnDeposit(const DepositInfo&, const Position&) override {}
  void OnRecord(const Record& record, const Position&) override {
    records_ += !std::holds_alternative<CsvTable>(record);
  }
  void OnFlaw(const Flaw& flaw) override {
    ++flaws_;
    last_ = flaw.kind;
  }
  int64_t records() const { return records_; }
  int64_t flaws() const { return flaws_; }
  FlawKind last() const { return last_; }

 private:
  int64_t records_ = 0;
  int64_t flaws_ = 0;
  FlawKind last_ = FlawKind::kNotWellFormed;
};

TEST(CsvBounds, ReadingEndsAfterTooManyFlaws) {
  const std::string text(static_cast<size_t>(base::kCsvFlawsMax), '\n');
  for (const int threads : {1, 2}) {
    CountingSink sink;
    ReadWithFiles(Domains(kDomainTable), {{"d", text + "a\na\n"}}, threads, sink);
    EXPECT_EQ(sink.flaws(), base::kCsvFlawsMax + 1);
    EXPECT_EQ(sink.last(), FlawKind::kLimitExceeded);
    EXPECT_EQ(sink.records(), 0);
  }
}

TEST(CsvBounds, ReadsTheSameBesideTheCaller) {
  std::string domains;
  std::string statuses;
  for (int i = 0; i < 5'000; ++i) {
    absl::StrAppend(&domains, "d", i, i % 7 == 0 ? ".test,D-TEST,r\n" : ".test,D1-TEST,reg-1\n");
    absl::StrAppend(&statuses, "d", i, i % 11 == 0 ? ".test,no,\n" : ".test,ok,\n");
  }
  for (const char* more : {"", "zz.test,ok,\n"}) {  // in order, or sorted
    const Files files = {{"d", domains}, {"s", absl::StrCat(more, statuses)}};
    const std::string xml = CsvDeposit(
        absl::StrCat("<csvDomain:contents>", kDomainTable, kStatusTable, "</csvDomain:contents>"),
        absl::StrCat("<csvDomain:deletes>", TableXml("domain", "csvDomain:fName", "d"),
                     "</csvDomain:deletes>"));
    const Reading one = ReadWithFiles(xml, files);
    EXPECT_EQ(RecordsOf<Domain>(one).size(), 5'000u);
    EXPECT_EQ(RecordsOf<Delete>(one).size(), 5'000u);
    EXPECT_GT(one.flaws.size(), 1'000u);
    EXPECT_EQ(ReadWithFiles(xml, files, 2).Digest(), one.Digest());
  }
}

}  // namespace
}  // namespace tidemark::rde::csv
