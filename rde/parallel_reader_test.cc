// Reading on several threads delivers what one thread delivers: the same events in the same order,
// with the same places, whatever the bytes and wherever they are cut.
#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/testing.h"
#include "gtest/gtest.h"
#include "rde/reader.h"
#include "rde/reader_testing.h"

namespace tidemark::rde {
namespace {

std::string DomainXml(int number) {
  return absl::StrCat("  <rdeDomain:domain>\n    <rdeDomain:name>d", number,
                      ".example</rdeDomain:name>\n    <rdeDomain:roid>D", number,
                      "-EX</rdeDomain:roid>\n    <rdeDomain:status s=\"ok\"/>\n",
                      "    <rdeDomain:contact type=\"admin\">con-", number % 7,
                      "</rdeDomain:contact>\n    <rdeDomain:clID>rar-", number % 3,
                      "</rdeDomain:clID>\n", "    <rdeDomain:crDate>2020-01-0", 1 + number % 9,
                      "T00:00:00Z</rdeDomain:crDate>\n  </rdeDomain:domain>\n");
}

// With its namespace on the object itself, as many exporters have it.
std::string HostXml(int number) {
  return absl::StrCat("<host xmlns=\"urn:ietf:params:xml:ns:rdeHost-1.0\"><name>ns", number,
                      ".example</name><roid>H", number, "-EX</roid><status s=\"linked\"/>",
                      "<addr ip=\"v4\">192.0.2.", number % 256, "</addr><clID>rar-1</clID></host>");
}

std::string SomeDeposit(int objects, absl::string_view between = "") {
  std::string contents =
      "<rdeHeader:header><rdeHeader:tld>example</rdeHeader:tld>"
      "<rdeHeader:count uri=\"urn:ietf:params:xml:ns:rdeDomain-1.0\">9"
      "</rdeHeader:count></rdeHeader:header>\n";
  for (int i = 0; i < objects; ++i) {
    absl::StrAppend(&contents, i % 3 == 2 ? HostXml(i) : DomainXml(i), between);
  }
  return DepositOf(contents);
}

constexpr size_t kPieces[] = {64, 700, 3000};

void ExpectSameReading(absl::string_view xml) {
  const Reading one = ReadWith(xml, {});
  const std::string digest = one.Digest();
  for (const int threads : {2, 3}) {
    for (const size_t piece_bytes : kPieces) {
      const Reading many = ReadWith(xml, {.threads = threads, .piece_bytes = piece_bytes});
      ASSERT_EQ(many.Digest(), digest) << threads << " threads, " << piece_bytes << " bytes\n"
                                       << xml.substr(0, 20'000);
    }
  }
}

TEST(ParallelReader, DeliversAGoodDepositAsOneThreadDoes) {
  const std::string xml = SomeDeposit(300);
  const Reading one = ReadWith(xml, {});
  EXPECT_EQ(one.records.size(), 301u);
  EXPECT_EQ(one.Flaws(), "");
  EXPECT_TRUE(one.complete);
  ExpectSameReading(xml);
}

TEST(ParallelReader, WhatLooksLikeAnObjectsEndMayBeNone) {
  for (const absl::string_view between :
       {"<!-- <a/></rdeDomain:domain> -->\n", "<!-- <a/></rdeDomain:domain> \n <rdeDomain:domain>",
        "<?target <a/></rdeDomain:domain> ?>\n", "<![CDATA[<a/></rdeDomain:domain>]]>\n",
        "<x xmlns='urn:x'><rdeDomain:domain><b/></rdeDomain:domain></x>\n",
        "<x xmlns='urn:x' a='<b/></rdeDomain:domain>'/>\n",
        "<x xmlns='urn:x' a='><b></b></rdeDomain:domain>'/>\n"}) {
    SCOPED_TRACE(between);
    ExpectSameReading(SomeDeposit(40, between));
  }
}

TEST(ParallelReader, WhatIsReportedOnceIsReportedOnce) {
  // Text in <contents>, a second <contents>, and one after the root element.
  ExpectSameReading(SomeDeposit(40, "stray"));
  ExpectSameReading(SomeDeposit(40, "</rde:contents>\n<rde:contents>"));
  ExpectSameReading(SomeDeposit(40, "</rde:contents>\n<rde:contents xmlns:rdeDomain='urn:x'>"));
  ExpectSameReading(SomeDeposit(40, "</rde:contents></rde:deposit>"));
  ExpectSameReading(SomeDeposit(40, "<rdeDomain:domain/>"));
}

TEST(ParallelReader, TextLimitsCountAcrossPieces) {
  // White space and comments in 64 KiB steps: over the limit only when all of it is counted.
  const std::string spaces(40'000, ' ');
  ExpectSameReading(SomeDeposit(3, absl::StrCat(spaces, "<!-- -->", spaces)));
  ExpectSameReading(SomeDeposit(6, absl::StrCat(spaces, "\n")));
}

TEST(ParallelReader, AnObjectOverItsLimitEndsReadingAtTheSamePlace) {
  std::string xml = SomeDeposit(60);
  const std::string street(60'000, 's');
  std::string large = "<x xmlns='urn:x'>";
  for (int i = 0; i < 20; ++i) absl::StrAppend(&large, "<y>", street, "</y>");
  large += "</x>";
  xml.insert(xml.find("<host ", xml.size() / 2), large);
  const Reading one = ReadWith(xml, {});
  EXPECT_FALSE(one.complete);
  ASSERT_FALSE(one.flaws.empty());
  EXPECT_EQ(one.flaws.back().kind, FlawKind::kLimitExceeded);
  ExpectSameReading(xml);
}

// Damages `xml` in one of the ways in which deposits are damaged.
void Mutate(std::string& xml, std::mt19937_64& random) {
  static constexpr absl::string_view kInsertions[] = {"<!--",
                                                      "-->",
                                                      "<![CDATA[",
                                                      "]]>",
                                                      "<?x ",
                                                      "?>",
                                                      "</rde:contents>",
                                                      "<rde:contents>",
                                                      "\"",
                                                      "'",
                                                      "&",
                                                      "&amp;",
                                                      "text",
                                                      "<",
                                                      ">",
                                                      "</rdeDomain:domain>",
                                                      "<!DOCTYPE a>",
                                                      "<x xmlns='urn:x'/>",
                                                      "<rdeDomain:domain>",
                                                      "</host>",
                                                      "\r\n",
                                                      "\t",
                                                      "\xC3\xA9",
                                                      "\xFF"};
  const auto below = [&random](size_t bound) {
    return std::uniform_int_distribution<size_t>(0, std::max<size_t>(bound, 1) - 1)(random);
  };
  const size_t at = below(xml.size());
  switch (below(8)) {
    case 0:
      xml[at] = static_cast<char>(xml[at] ^ (1 << below(8)));
      return;
    case 1:
      xml.resize(at);
      return;
    case 2:
      xml.erase(at, below(400));
      return;
    case 3:
      xml.insert(below(xml.size()), xml.substr(at, below(400)));
      return;
    case 4:
    case 5:
      if (absl::ascii_isalnum(xml[at])) xml[at] = xml[at] == 'a' ? 'b' : 'a';
      return;
    case 6:
      if (absl::ascii_isdigit(xml[at])) xml[at] = 'x';
      return;
    default:
      const absl::string_view text = kInsertions[below(std::size(kInsertions))];
      xml.insert(at, text.data(), text.size());
      return;
  }
}

TEST(ParallelReader, DamagedDepositsReadTheSameOnAnyNumberOfThreads) {
  std::mt19937_64 random(20261122);
  const std::string good = SomeDeposit(24, "\n");
  int complete = 0;
  constexpr int kRounds = 400;
  for (int round = 0; round < kRounds; ++round) {
    std::string xml = good;
    for (int i = 0; i < 1 + round % 3 && !xml.empty(); ++i) Mutate(xml, random);
    complete += ReadWith(xml, {}).complete;
    ExpectSameReading(xml);
    if (HasFatalFailure()) return;
  }
  // Both sorts were there.
  EXPECT_GT(complete, kRounds / 20);
  EXPECT_LT(complete, kRounds - kRounds / 20);
}

TEST(ParallelReader, TheFuzzCorpusReadsTheSame) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator("rde/testdata/fuzz")) {
    const auto text = base::ReadSmallFile(entry.path().string());
    ASSERT_OK(text);
    ExpectSameReading(*text);
    ++files;
  }
  EXPECT_GT(files, 5);
}

// Gives the text, then fails.
class FailingSource final : public base::ByteSource {
 public:
  explicit FailingSource(absl::string_view text) : text_(text) {}
  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    if (text_.empty()) return absl::UnavailableError("gone");
    const size_t n = std::min(buffer.size(), text_.size());
    std::copy_n(text_.begin(), n, buffer.begin());
    text_.remove_prefix(n);
    return n;
  }
  absl::Status Close() override { return absl::UnavailableError("gone"); }

 private:
  absl::string_view text_;
};

class CountingSink final : public RecordSink {
 public:
  void OnDeposit(const DepositInfo&, const Position&) override {}
  void OnRecord(const Record&, const Position&) override { ++records; }
  void OnFlaw(const Flaw&) override { ++flaws; }
  int records = 0;
  int flaws = 0;
};

TEST(ParallelReader, AFailingSourceFailsAfterWhatItGave) {
  const std::string xml = SomeDeposit(100);
  const absl::string_view part = absl::string_view(xml).substr(0, xml.size() - 500);
  int records_of_one = 0;
  for (const int threads : {1, 2, 3}) {
    FailingSource source(part);
    CountingSink sink;
    const absl::Status status = ReadDeposit(source, sink, {.threads = threads, .piece_bytes = 900});
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
    // The document is not judged to be cut: it was not read to its end.
    EXPECT_EQ(sink.flaws, 0);
    if (threads == 1) records_of_one = sink.records;
    EXPECT_EQ(sink.records, records_of_one);
  }
  EXPECT_GT(records_of_one, 90);
}

}  // namespace
}  // namespace tidemark::rde
