#include "rde/codec/codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/testing.h"
#include "rde/writer.h"

namespace tidemark::rde {
namespace {

using base::StatusIs;

DateTime At(int64_t seconds, int64_t nanos) {
  const absl::Time time = absl::FromUnixSeconds(seconds) + absl::Nanoseconds(nanos);
  return {.text = absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone()), .time = time};
}

// A record of every kind, no field at its default.
std::vector<Record> EveryKind() {
  Header header;
  header.tld = "test";
  header.registrar = "8";
  header.ppsp = "p";
  header.reseller = "r";
  header.counts = {{std::string(kDomainUri), "a.test", "8", 2}, {"u", "", "", std::nullopt}};
  header.content_tag = "tag";
  const TransferData transfer{"pending",      {"rar-1", "a"}, At(1, 500),
                              {"rar-2", "b"}, At(-2, 0),      At(3, 0)};
  Domain domain{
      "a.test",
      "D1-E",
      "ä.test",
      "de",
      "o.test",
      {{"ok", "fr", "text"}},
      {{"addPeriod", "", ""}},
      "c-1",
      {{"admin", "c-2"}},
      {"ns1.test"},
      {{"ns2.test", {{"v6", "2001:db8::1"}}}},
      "rar-1",
      {"rar-2", "jdoe"},
      At(10, 1),
      {.text = "never", .time = std::nullopt},
      {"rar-1", ""},
      At(12, 0),
      SecDns{604800, {{12345, 13, 2, "AB", KeyData{257, 3, 13, "AQPJ"}}}, {{1, 2, 3, "A"}}},
      At(13, 0),
      transfer};
  Host host{"ns1.test",
            "H1-E",
            {{"linked", "", ""}},
            {{"v4", "192.0.2.1"}},
            "rar-1",
            {"r", "c"},
            At(1, 0),
            {"u", "d"},
            At(2, 0),
            At(3, 0)};
  const PostalInfo postal{"loc", "N", "O", {{"1", "2"}, "City", "SP", "PC", "US"}};
  Contact contact{"c-1",
                  "C1-E",
                  {{"ok", "", ""}},
                  {postal},
                  {"+1.5", "7"},
                  {"+1.6", "8"},
                  "a@example.com",
                  "rar-1",
                  {"r", "c"},
                  At(1, 0),
                  {"u", "d"},
                  At(2, 0),
                  At(3, 0),
                  transfer,
                  Disclose{true, {"int"}, {"loc"}, {"int", "loc"}, true, true, true}};
  Registrar registrar{"rar-1",       "Name",        "8",     "ok",        {postal},
                      {"+1.5", "7"}, {"+1.6", "8"}, "a@b",   "https://u", "whois.u",
                      "https://w",   At(1, 0),      At(2, 0)};
  return {header,
          domain,
          host,
          contact,
          registrar,
          IdnTableRef{"de", "https://u", "https://p"},
          Nndn{"b.test", "ß.test", "de", "a.test", "mirrored", false, At(1, 0)},
          EppParams{{"1.0"}, {"en"}, {"o"}, {"e"}, "<epp:access/>"},
          Policy{"//scope", "element", {{"d", std::string(kDomainUri)}}},
          Delete{std::string(kHostUri), Delete::KeyKind::kRoid, "H1-E"},
          UnknownObject{"urn:example:own-1.0", "thing"}};
}

std::string Encoding(RecordCodec& codec, const Record& record) {
  std::string bytes;
  codec.Append(record, bytes);
  return bytes;
}

// As XML, which says more of a record than the codec itself could.
std::string Xml(const Record& record) {
  std::string text;
  base::StringSink sink(text, 1 << 20);
  XmlWriter writer(sink);
  DepositInfo info;
  info.type = "DIFF";
  EXPECT_OK(writer.Begin(info));
  EXPECT_OK(writer.Write(record));
  EXPECT_OK(writer.Close());
  return text;
}

TEST(RecordCodec, EveryKindOfRecordComesBack) {
  RecordCodec codec;
  const std::vector<Record> records = EveryKind();
  ASSERT_EQ(records.size(), std::variant_size_v<Record>);
  for (const Record& record : records) {
    const std::string bytes = Encoding(codec, record);
    Record back;
    ASSERT_OK(codec.Parse(bytes, back));
    ASSERT_EQ(back.index(), record.index());
    EXPECT_EQ(Encoding(codec, back), bytes);
    if (std::holds_alternative<UnknownObject>(record)) {
      EXPECT_EQ(std::get<UnknownObject>(back).uri, "urn:example:own-1.0");
      EXPECT_EQ(std::get<UnknownObject>(back).local_name, "thing");
    } else {
      EXPECT_EQ(Xml(back), Xml(record));
    }
  }
}

TEST(RecordCodec, WhatXmlDoesNotShowComesBackToo) {
  RecordCodec codec;
  Record back;
  ASSERT_OK(codec.Parse(Encoding(codec, EveryKind()[1]), back));
  const Domain& domain = std::get<Domain>(back);
  EXPECT_EQ(domain.cr_date.time, absl::FromUnixSeconds(10) + absl::Nanoseconds(1));
  EXPECT_EQ(domain.transfer->acting_at.time, absl::FromUnixSeconds(-2));
  EXPECT_EQ(domain.ex_date.time, std::nullopt);
  EXPECT_EQ(domain.ex_date.text, "never");
}

// The codec reuses its messages, and a caller its record.
TEST(RecordCodec, NothingOfAnEarlierRecordStays) {
  RecordCodec codec;
  Record back = EveryKind()[1];
  Domain bare;
  bare.name = "b.test";
  const std::string full = Encoding(codec, EveryKind()[1]);
  const std::string bytes = Encoding(codec, bare);
  ASSERT_OK(codec.Parse(full, back));
  ASSERT_OK(codec.Parse(bytes, back));
  EXPECT_EQ(Encoding(codec, back), bytes);
  EXPECT_FALSE(std::get<Domain>(back).sec_dns.has_value());
}

TEST(RecordCodec, DifferentRecordsHaveDifferentEncodings) {
  RecordCodec codec;
  Domain with_empty_sec_dns;
  with_empty_sec_dns.sec_dns.emplace();
  EXPECT_NE(Encoding(codec, with_empty_sec_dns), Encoding(codec, Domain()));
  EXPECT_NE(Encoding(codec, Host()), Encoding(codec, Contact()));
}

TEST(RecordCodec, RefusesWhatIsNoEncoding) {
  RecordCodec codec;
  Record back;
  EXPECT_THAT(codec.Parse("", back), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(codec.Parse("\x7f", back), StatusIs(absl::StatusCode::kDataLoss));
  const std::string bytes = Encoding(codec, EveryKind()[2]);
  for (size_t size = 1; size < bytes.size(); ++size) {
    // A cut between two fields is a smaller message; any other is refused.
    const absl::Status status = codec.Parse(absl::string_view(bytes).substr(0, size), back);
    if (!status.ok()) continue;
    EXPECT_EQ(Encoding(codec, back), bytes.substr(0, size));
  }
}

}  // namespace
}  // namespace tidemark::rde
