#include "verifier/zone/master_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/testing.h"

namespace tidemark::verifier {
namespace {

using base::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// "LINE OWNER TYPE DATA" of each record.
absl::StatusOr<std::vector<std::string>> Read(absl::string_view text) {
  std::vector<std::string> records;
  base::StringSource source(text);
  const absl::Status status = ReadMasterFile(source, "test", [&](const ZoneRecord& record) {
    const bool is_text = record.type == ZoneType::kNs || record.type == ZoneType::kDs;
    records.push_back(absl::StrCat(
        record.line, " ", record.owner, " ", std::string(1, static_cast<char>(record.type)), " ",
        is_text ? std::string(record.data) : absl::BytesToHexString(record.data)));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return records;
}

std::vector<std::string> Good(absl::string_view text) {
  auto records = Read(text);
  EXPECT_OK(records);
  return records.value_or(std::vector<std::string>{"failed"});
}

TEST(MasterFile, NamesAreAbsoluteAndInLowerCase) {
  EXPECT_THAT(Good("One NS NS.Example.NET.\none.TEST. NS ns\n@ NS @\n"),
              ElementsAre("1 one.test N ns.example.net", "2 one.test N ns.test", "3 test N test"));
}

TEST(MasterFile, OriginMovesAndTtlIsRead) {
  EXPECT_THAT(Good("$TTL 1h30m\n$ORIGIN sub\na NS b\n$ORIGIN other.\na NS b\n$ORIGIN .\na NS b\n"),
              ElementsAre("3 a.sub.test N b.sub.test", "5 a.other N b.other", "7 a N b"));
}

TEST(MasterFile, TtlAndClassStandInEitherOrderOrNotAtAll) {
  EXPECT_THAT(Good("a 60 IN NS x\na IN 60 NS x\na IN NS x\na 1d NS x\na NS x\n"),
              ElementsAre("1 a.test N x.test", "2 a.test N x.test", "3 a.test N x.test",
                          "4 a.test N x.test", "5 a.test N x.test"));
}

TEST(MasterFile, TheOwnerIsCarriedOn) {
  EXPECT_THAT(Good("a NS x\n\tNS y\n ; only a comment\n\n  60 IN NS z"),
              ElementsAre("1 a.test N x.test", "2 a.test N y.test", "5 a.test N z.test"));
}

TEST(MasterFile, ParenthesesJoinLinesAndCommentsEndThem) {
  EXPECT_THAT(Good("a DS ( 1 13 2 ; begin (\n  00aaBB\n  cc ) ; end\nb NS x\n"),
              ElementsAre("1 a.test D 1 13 2 00AABBCC", "4 b.test N x.test"));
}

TEST(MasterFile, EscapesAreOneSpellingEach) {
  EXPECT_THAT(Good("a\\.b NS \\097\\\\\n"), ElementsAre("1 a\\046b.test N a\\092.test"));
}

TEST(MasterFile, AddressesAreBytes) {
  EXPECT_THAT(Good("a A 192.0.2.1\na AAAA 2001:DB8:0::1\n"),
              ElementsAre("1 a.test A c0000201", "2 a.test 6 20010db8000000000000000000000001"));
}

TEST(MasterFile, OtherTypesAreSkippedWhateverTheyHold) {
  EXPECT_THAT(
      Good("a TXT \"x;y(\" \"\\\"\" z\na RRSIG NS 8 1 1 2 3 4 test. b==\na TYPE999 \\# 1 00\n"
           "@ SOA a b (1 2 3 4\n 5)\na NSEC b NS DS\n"),
      IsEmpty());
}

TEST(MasterFile, DsAlgorithmMayBeAMnemonic) {
  EXPECT_THAT(Good("a DS 1 ECDSAP256SHA256 2 00\n"), ElementsAre("1 a.test D 1 13 2 00"));
}

TEST(MasterFile, SaysWhatItRefuses) {
  struct Case {
    absl::string_view text, why;
  };
  for (const Case& param : std::initializer_list<Case>{
           {"$INCLUDE x\n", "line 1: a directive"},
           {"a NS x\n$GENERATE 1-3 a NS b\n", "line 2: a directive"},
           {" NS x\n", "without an owner"},
           {"a\n", "without a type"},
           {"a 60 60 NS x\n", "without a type"},
           {"a NS\n", "without data"},
           {"a NS x y\n", "one name"},
           {"a NS \"x\"\n", "quotes"},
           {"a CH NS x\n", "class"},
           {"a A 2001:db8::1\n", "address"},
           {"a AAAA 192.0.2.1\n", "address"},
           {"a A 192.0.2.1 x\n", "address"},
           {"a DS 65536 8 2 00\n", "DS wants"},
           {"a DS 1 8 2\n", "DS wants"},
           {"a DS 1 8 2 0g\n", "hexadecimal"},
           {"a DS \\# 4 00010802\n", "DS wants"},
           {"a NS (\nx\n", "within a record"},
           {"a NS x )\n", "parenthesis"},
           {"a NS ( ( x ) )\n", "parenthesis"},
           {"a TXT \"x\n\"\n", "quotes"},
           {"a..b NS x\n", "not a domain name"},
           {"a NS \\256\n", "not a domain name"},
           {"a NS x\\", "within a record"},
           {"a TYPE2 \\# 3 016100\n", "by its number"},
           {"a type43 \\# 5 0001080200\n", "by its number"},
           {"$TTL x\n", "$TTL"},
       }) {
    EXPECT_THAT(Read(param.text),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(std::string(param.why))))
        << param.text;
  }
}

TEST(MasterFile, LongNamesAndRecordsAreRefused) {
  EXPECT_THAT(Read(absl::StrCat(std::string(64, 'a'), " NS x\n")),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_OK(Read(absl::StrCat(std::string(63, 'a'), " NS x\n")));
  std::string name;
  for (int i = 0; i < 127; ++i) name += "a.";
  EXPECT_THAT(Read(name + " NS x\n"), StatusIs(absl::StatusCode::kOk));
  EXPECT_THAT(Read(name + "a. NS x\n"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Read(absl::StrCat("a TXT (", std::string(2 << 20, 'x'), ")\n")),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(MasterFile, AnErrorOfTheSinkIsReturned) {
  base::StringSource source("a NS x\nb NS x\n");
  int seen = 0;
  EXPECT_THAT(ReadMasterFile(source, "test",
                             [&](const ZoneRecord&) {
                               ++seen;
                               return absl::ResourceExhaustedError("full");
                             }),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(seen, 1);
}

}  // namespace
}  // namespace tidemark::verifier
