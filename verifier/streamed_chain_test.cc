// Chains that come as streams give the reports that the same chains give as files.
#include "verifier/streamed_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/bytes_testing.h"
#include "base/testing.h"
#include "rde/reader.h"
#include "verifier/report_json.h"
#include "verifier/testing/csv_deposit_text.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Edit kEarlierId{"id=\"20261122001\"", "id=\"20261121001\""};
constexpr Edit kEarlier{"<rde:watermark>2026-11-22", "<rde:watermark>2026-11-21"};
constexpr Edit kDiff{"type=\"FULL\"", "type=\"DIFF\" prevId=\"20261121001\""};
constexpr char kName[] = "test_2026-11-22_diff_S1_R0.xml";

std::string CsvFull() { return CsvDepositText({kEarlierId, kEarlier}); }
std::string XmlFull() { return DepositText({kEarlierId, kEarlier}); }

// A DIFF in the CSV model that gives a host of the base a new name.
std::string CsvDiff() {
  constexpr char kHost[] = "ns2.one.test,H1-TEST,reg-1,reg-1,2020-01-01T00:00:00Z\n";
  std::string out;
  for (const absl::string_view part : absl::StrSplit(CsvDepositText({kDiff}), "=== ")) {
    const std::string name(part.substr(0, part.find('\n')));
    if (out.empty()) {
      out = std::string(part);
    } else {
      absl::StrAppend(&out, "=== ", name, "\n", name == "host.csv" ? kHost : "",
                      name == "hostStatuses.csv" ? "H1-TEST,linked\n" : "",
                      name == "hostAddresses.csv" ? "H1-TEST,192.0.2.7,v4\n" : "");
    }
  }
  return out;
}

std::string XmlDiff() {
  std::string text = DepositText({kDiff});
  const size_t begin = text.find("<rdeDomain:domain>");
  return text.erase(begin, text.find("</rde:contents>") - begin);
}

rde::DepositInfo InfoOf(const std::string& id, const std::string& type) {
  rde::DepositInfo info;
  info.type = type;
  info.id = id;
  info.resend = 0;
  info.watermark.time = absl::FromUnixSeconds(1795305600 - (type == "FULL" ? 86400 : 0));
  info.prev_id = type == "FULL" ? "" : "20261121001";
  return info;
}

// A stream of the text's XML, or of a tar where it has CSV files.
OpenStream Stream(const std::string& text, const std::string& xml_name,
                  absl::Status end = absl::OkStatus()) {
  std::string bytes = absl::StrContains(text, "=== ") ? CsvTar(text, xml_name) : text;
  return [bytes = std::move(bytes), end = std::move(end)] {
    return std::make_unique<base::HeldSource>(bytes, end);
  };
}

CheckOptions DiffOptions() {
  CheckOptions options = GoodOptions();
  options.file_name = kName;
  return options;
}

// `why`: the status of the reading, and whether a base is to blame.
Report CheckStreams(OpenStream last, OpenStream base, ChainReading* why = nullptr) {
  DepositChecker checker(DiffOptions());
  StreamedChain chain(
      {kName, InfoOf("20261122001", "DIFF"), std::move(last)},
      {{"base1.xml", InfoOf("20261121001", "FULL"), std::move(base)}},
      [](base::ByteSource& xml, rde::RecordSink& sink) { return rde::ReadDeposit(xml, sink); }, {});
  const ChainReading reading = ReadOnBases(chain.last(), chain.bases(), {}, checker);
  if (!reading.status.ok()) checker.CouldNotRead(reading.status);
  if (why != nullptr) *why = reading;
  return checker.Finish();
}

TEST(StreamedChain, EveryMixtureOfModelsGivesTheReportOfItsFiles) {
  for (const std::string& base : {CsvFull(), XmlFull()}) {
    for (const std::string& last : {CsvDiff(), XmlDiff()}) {
      const Report files = CheckOnBases(last, {base}, DiffOptions());
      const Report streams = CheckStreams(Stream(last, "last.xml"), Stream(base, "deposit.xml"));
      EXPECT_EQ(ReportJson(streams), ReportJson(files));
      EXPECT_FALSE(streams.counts.empty());
    }
  }
  // The base's row names the host by its ROID; what it is called now, the DIFF says.
  EXPECT_THAT(ErrorCodesOf(CheckStreams(Stream(CsvDiff(), "x.xml"), Stream(CsvFull(), "y.xml"))),
              IsEmpty());
}

// Also while all wait for the names of all.
TEST(StreamedChain, WhoseStreamIsNotAuthenticIsToBlame) {
  const absl::Status fault = absl::FailedPreconditionError("digest of the file");
  for (const std::string& base : {CsvFull(), XmlFull()}) {
    for (const std::string& last : {CsvDiff(), XmlDiff()}) {
      ChainReading why;
      CheckStreams(Stream(last, "a.xml", fault), Stream(base, "b.xml"), &why);
      EXPECT_EQ(why.status, fault);
      EXPECT_FALSE(why.base_failed);
      CheckStreams(Stream(last, "a.xml"), Stream(base, "b.xml", fault), &why);
      EXPECT_THAT(why.status, base::StatusIs(absl::StatusCode::kFailedPrecondition));
      EXPECT_TRUE(why.base_failed);
    }
  }
}

// Nothing is said of what a tar holds before all of its stream was authentic.
TEST(StreamedChain, ATarThatIsRefusedIsReadToItsAuthenticEnd) {
  const std::string two = absl::StrCat(CsvFull(), "=== other.xml\n<a/>\n", "=== large.csv\n",
                                       std::string(1 << 20, 'x'), "\n");
  const auto check = [&two](const absl::Status& end) {
    DepositChecker checker(GoodOptions());
    StreamedChain chain(
        {kName, InfoOf("20261121001", "FULL"), Stream(two, "deposit.xml", end)}, {},
        [](base::ByteSource& xml, rde::RecordSink& sink) { return rde::ReadDeposit(xml, sink); },
        {});
    const ChainReading reading = ReadOnBases(chain.last(), chain.bases(), {}, checker);
    if (!reading.status.ok()) checker.CouldNotRead(reading.status);
    return checker.Finish();
  };
  EXPECT_THAT(CodesOf(check(absl::OkStatus())), ElementsAre("TDM_FILES_REFUSED"));
  const Report altered = check(absl::DataLossError("frame 3 is altered"));
  EXPECT_THAT(CodesOf(altered), IsEmpty());
  EXPECT_EQ(altered.verdict, Verdict::kUndecided);
}

}  // namespace
}  // namespace tidemark::verifier
