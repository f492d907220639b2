#include "rde/csv/row_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "base/testing.h"
#include "rde/csv/row_text.h"

namespace tidemark::rde::csv {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Gives its bytes in pieces.
class PieceSource final : public base::ByteSource {
 public:
  PieceSource(absl::string_view text, size_t piece) : rest_(text), piece_(piece) {}
  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    const size_t n = std::min({piece_, rest_.size(), buffer.size()});
    if (n > 0) std::memcpy(buffer.data(), rest_.data(), n);
    rest_.remove_prefix(n);
    return n;
  }
  absl::Status Close() override { return absl::OkStatus(); }

 private:
  absl::string_view rest_;
  const size_t piece_;
};

struct Result {
  std::vector<std::string> rows;  // "line:offset a|b"
  std::vector<std::string> flaws;
};

constexpr size_t kColumns = 8;

Result ReadAll(absl::string_view text, std::string separator = ",", size_t piece = 1 << 20) {
  PieceSource source(text, piece);
  Result result;
  RowReader reader(source, {std::move(separator), kColumns, 3},
                   [&](const Position& at, absl::string_view why) {
                     result.flaws.push_back(absl::StrCat(at.line, ": ", why));
                   });
  Row row;
  while (reader.Next(row)) {
    EXPECT_EQ(row.at.file, 3);
    EXPECT_EQ(row.fields.size(), kColumns);
    const auto found = row.fields.begin() + std::min(row.found, kColumns);
    result.rows.push_back(absl::StrCat(row.at.line, ":", row.at.offset, " ",
                                       absl::StrJoin(row.fields.begin(), found, "|")));
    EXPECT_THAT(std::vector<absl::string_view>(found, row.fields.end()), Each(IsEmpty()));
  }
  EXPECT_OK(reader.status());
  return result;
}

TEST(RowReader, SplitsLinesWhateverTheirEnd) {
  EXPECT_THAT(ReadAll("a,b\nc,\r\n,d").rows, ElementsAre("1:0 a|b", "2:4 c|", "3:8 |d"));
  EXPECT_THAT(ReadAll("").rows, IsEmpty());
  EXPECT_THAT(ReadAll("\n").rows, ElementsAre("1:0 "));
  EXPECT_THAT(ReadAll("a;b,c\n", ";").rows, ElementsAre("1:0 a|b,c"));
  EXPECT_THAT(ReadAll("a\tb\n", "\t").rows, ElementsAre("1:0 a|b"));
  EXPECT_THAT(ReadAll("a\xC2\xA7"
                      "b\n",
                      "\xC2\xA7")
                  .rows,
              ElementsAre("1:0 a|b"));
}

TEST(RowReader, QuotedFieldsHoldSeparatorsQuotesAndLineEnds) {
  const Result result = ReadAll("\"a,b\",\"c\"\"d\",\"\"\n\"e\r\nf\",g\nh,\"\"\"\"\n");
  EXPECT_THAT(result.rows, ElementsAre("1:0 a,b|c\"d|", "2:16 e\r\nf|g", "4:25 h|\""));
  EXPECT_THAT(result.flaws, IsEmpty());
}

TEST(RowReader, SaysWhatIsNotRfc4180AndGoesOn) {
  EXPECT_THAT(ReadAll("a \"b\",c\n").flaws,
              ElementsAre("1: a quote inside a field that is not quoted"));
  EXPECT_THAT(ReadAll("a, \"b\"\n").flaws,
              ElementsAre("1: a quote inside a field that is not quoted"));
  const Result after = ReadAll("\"a\"b,c\nd,e\n");
  EXPECT_THAT(after.flaws, ElementsAre("1: text after the closing quote of a field"));
  EXPECT_THAT(after.rows, ElementsAre("1:0 ab|c", "2:7 d|e"));
  const Result open = ReadAll("x,y\n\"a,b\nc,d\n");
  EXPECT_THAT(open.flaws, ElementsAre("2: a quoted field that is not closed"));
  EXPECT_THAT(ReadAll("a\x01,b\n").flaws, ElementsAre("1: a control character"));
  EXPECT_THAT(ReadAll("a\rb\n").flaws, ElementsAre("1: a control character"));
  EXPECT_THAT(ReadAll("ok\n\xC3\x28\n").flaws, ElementsAre("2: bytes that are not UTF-8"));
  // U+FFFE and U+FFFF, and their neighbours.
  for (const char* foreign : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {
    const Result result = ReadAll(absl::StrCat("a", foreign, "b\n"));
    EXPECT_THAT(result.flaws, ElementsAre("1: a character that XML does not have"));
    EXPECT_THAT(result.rows, ElementsAre("1:0 a\xEF\xBF\xBD"
                                         "b"));
  }
  EXPECT_THAT(ReadAll("\xEF\xBF\xBD \xEE\xBF\xBF \xF0\x9F\xBF\xBF\n").flaws, IsEmpty());
  EXPECT_THAT(ReadAll("\xED\xA0\x80\n").rows, ElementsAre("1:0 ???"));
  EXPECT_THAT(ReadAll("K\xC3\xB6ln,\xF0\x9F\x90\xA0\n").flaws, IsEmpty());
}

TEST(RowReader, ReadsTheSameInAnyPieces) {
  const std::string text = "a,\"b\nb\",c\r\n\"x\"\"\",,\"\"\n1,2,3\n\"\"\"\n\"\",z";
  const Result whole = ReadAll(text);
  for (size_t piece = 1; piece <= text.size(); ++piece) {
    const Result parts = ReadAll(text, ",", piece);
    EXPECT_EQ(parts.rows, whole.rows) << piece;
    EXPECT_EQ(parts.flaws, whole.flaws) << piece;
  }
}

TEST(RowReader, RowsHaveOneFieldForEachColumn) {
  base::StringSource source("a,b,c,d\n\"e\",f\n\"g\",\"\"\"\",h\n");
  RowReader reader(source, {",", 2, 1}, nullptr);
  Row row;
  ASSERT_TRUE(reader.Next(row));
  EXPECT_THAT(row.fields, ElementsAre("a", "b"));
  EXPECT_EQ(row.found, 4u);
  ASSERT_TRUE(reader.Next(row));
  EXPECT_THAT(row.fields, ElementsAre("e", "f"));
  EXPECT_EQ(row.found, 2u);
  ASSERT_TRUE(reader.Next(row));
  EXPECT_THAT(row.fields, ElementsAre("g", "\""));
  EXPECT_EQ(row.found, 3u);
  EXPECT_FALSE(reader.Next(row));
}

// A separator of several bytes is looked for in another way than one of one byte; what is between
// them must be the same. Rows are longer and shorter than the steps in which bytes are looked at.
TEST(RowReader, ReadsTheSameWithAnySeparator) {
  const std::string kSection = "\xC2\xA7";
  std::mt19937 random(7);
  constexpr absl::string_view kParts[] = {
      ",",    ",",     ",",      "\n", "\r\n",    "\"", "\"\"",     "\r",  "\xC3\xA4", "\t", "\x01",
      "\xC3", "\",\"", "\"\n\"", "a",  "bcdefgh", " ",  "\n\"x\",", ",\"", "1234567"};
  for (int round = 0; round < 3'000; ++round) {
    const size_t kinds = round % 2 == 0 ? std::size(kParts) : 8;
    std::string text;
    for (size_t parts = random() % 120; parts > 0; --parts) {
      absl::StrAppend(&text, kParts[random() % kinds]);
      if (random() % 3 == 0) text.append(random() % 40, 'z');
    }
    const Result one = ReadAll(text);
    const Result other = ReadAll(absl::StrReplaceAll(text, {{",", kSection}}), kSection);
    EXPECT_EQ(one.flaws, other.flaws) << text;
    // Offsets differ by what the separators have more bytes.
    ASSERT_EQ(one.rows.size(), other.rows.size()) << text;
    for (size_t i = 0; i < one.rows.size(); ++i) {
      const auto without_offset = [](const std::string& row) {
        return row.substr(0, row.find(':')) + row.substr(row.find(' '));
      };
      EXPECT_EQ(without_offset(one.rows[i]),
                absl::StrReplaceAll(without_offset(other.rows[i]), {{kSection, ","}}))
          << text;
    }
  }
}

// Asked for one field only, the reader looks at rows in another way; as long as it meets no quote.
TEST(RowReader, GivesOneFieldAsItGivesAll) {
  std::mt19937 random(11);
  constexpr absl::string_view kParts[] = {",",    ",",    ",",        ",",      "\n",
                                          "\r\n", "a",    "\xC3\xA4", " ",      "\t",
                                          "\r",   "\x01", "\xC3",     "\"b,\"", "\""};
  for (int round = 0; round < 3'000; ++round) {
    // All plain text, then text with odd bytes, then quotes.
    const size_t kinds = round % 3 == 0 ? 9 : round % 3 == 1 ? 13 : std::size(kParts);
    std::string text;
    for (size_t parts = random() % 400; parts > 0; --parts) {
      absl::StrAppend(&text, kParts[random() % kinds]);
      if (random() % 4 == 0) text.append(random() % 40, 'z');
    }
    const size_t field = random() % kColumns;
    const auto read = [&](std::optional<size_t> only) {
      PieceSource source(text, 1 + random() % 2'000);
      Result result;
      RowReader reader(source, {",", kColumns, 3, only},
                       [&](const Position& at, absl::string_view why) {
                         result.flaws.push_back(absl::StrCat(at.line, ": ", why));
                       });
      Row row;
      while (reader.Next(row)) {
        result.rows.push_back(
            absl::StrCat(row.at.line, ":", row.at.offset, " ", row.found, " ", row.fields[field]));
      }
      EXPECT_OK(reader.status());
      return result;
    };
    const Result all = read(std::nullopt);
    const Result one = read(field);
    EXPECT_EQ(one.rows, all.rows) << text;
    EXPECT_EQ(one.flaws, all.flaws) << text;
  }
}

TEST(RowReader, RowsGoOnBehindTheEndOfTheBuffer) {
  std::string text;
  std::vector<std::string> rows;
  for (int i = 0; i < 40'000; ++i) {
    const std::string field(static_cast<size_t>(i % 37), 'f');
    rows.push_back(absl::StrCat(i + 1, ":", text.size(), " ", i, "|", field));
    absl::StrAppend(&text, i, i % 5 == 0 ? ",\"" : ",", field, i % 5 == 0 ? "\"\r\n" : "\n");
  }
  const Result result = ReadAll(text);
  EXPECT_EQ(result.rows, rows);
  EXPECT_THAT(result.flaws, IsEmpty());
}

TEST(RowReader, OneFieldOfRowsBehindTheEndOfTheBuffer) {
  std::string text;
  for (int i = 0; i < 40'000; ++i) {
    absl::StrAppend(&text, i, ",", std::string(static_cast<size_t>(i % 37), 'f'), ",", i, "\n");
  }
  base::StringSource source(text);
  RowReader reader(source, {",", 3, 1, 2}, nullptr);
  Row row;
  for (int i = 0; i < 40'000; ++i) {
    ASSERT_TRUE(reader.Next(row));
    EXPECT_EQ(row.fields[2], absl::StrCat(i));
    EXPECT_EQ(row.found, 3u);
  }
  EXPECT_FALSE(reader.Next(row));
  EXPECT_OK(reader.status());
}

// Gives what it has and then fails.
class BrokenSource final : public base::ByteSource {
 public:
  explicit BrokenSource(absl::string_view text) : text_(text) {}
  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    const absl::StatusOr<size_t> got = text_.Read(buffer);
    if (got.ok() && *got == 0) return absl::DataLossError("broken");
    return got;
  }
  absl::Status Close() override { return absl::OkStatus(); }

 private:
  base::StringSource text_;
};

TEST(RowReader, GivesWhatIsWholeBeforeAFailure) {
  for (const absl::string_view text : {"a,b\nc,d", "a,b\n\"c\nd,\n", "a,b\n\"c\""}) {
    BrokenSource source(text);
    RowReader reader(source, {",", 2, 1}, nullptr);
    Row row;
    ASSERT_TRUE(reader.Next(row));
    EXPECT_THAT(row.fields, ElementsAre("a", "b"));
    EXPECT_FALSE(reader.Next(row));
    EXPECT_FALSE(reader.Next(row));
    EXPECT_THAT(reader.status(), base::StatusIs(absl::StatusCode::kDataLoss));
  }
}

// Row::plain: known to be of US-ASCII without spaces and control characters.
// Whether collapsing white space would not change it, and it is UTF-8.
bool IsTidy(absl::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t length = Utf8Length(text.substr(at));
    const bool alone = at > 0 && at + 1 < text.size() && text[at - 1] != ' ' && text[at + 1] != ' ';
    const auto c = static_cast<unsigned char>(text[at]);
    if (length == 0 || c < ' ' || (c == ' ' && !alone)) return false;
    at += length;
  }
  return true;
}

TEST(RowReader, RowsThatArePlainOrTidyAreWhatThatMeans) {
  std::mt19937_64 random(1);
  size_t plain = 0;
  size_t tidy = 0;
  size_t others = 0;
  for (int i = 0; i < 600; ++i) {
    static constexpr absl::string_view kPieces[] = {
        ",",    "a",     "b c",      "\n",         "\r\n", "\xC3\xA4",  "\xE4\xB8\xAD", " ",
        "\"q, r\"", "\",\"", "\"l\nm\"", "\"t\tu\"", "\t",   "\x01",      "\x7f",         "\r",
        "\xC3"};
    const size_t kinds = 7 + random() % (std::size(kPieces) - 6);
    std::string text;
    // Some are over a buffer's size.
    for (size_t parts = random() % (i % 10 == 0 ? 60'000 : 400); parts > 0; --parts) {
      const size_t kind = random() % 20 == 0 ? random() % kinds : random() % 5;
      text.append(kPieces[kind].data(), kPieces[kind].size());
    }
    PieceSource source(text, 1 + random() % 5'000);
    RowReader reader(source, {",", 3, 1}, nullptr);
    Row row;
    while (reader.Next(row)) {
      ++(row.plain ? plain : row.tidy ? tidy : others);
      ASSERT_TRUE(row.tidy || !row.plain);
      for (const absl::string_view field : row.fields) {
        ASSERT_TRUE(!row.tidy || IsTidy(field)) << field;
        for (const char c : field) {
          ASSERT_TRUE(!row.plain || (c >= ' ' && (c & 0x80) == 0)) << field;
        }
      }
    }
    ASSERT_OK(reader.status());
  }
  EXPECT_GT(plain, 1'000u);
  EXPECT_GT(tidy, 1'000u);
  EXPECT_GT(others, 1'000u);
}

TEST(RowReader, RowsWithoutOddBytesArePlain) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) absl::StrAppend(&text, "a", i, ",,b-", i, "\n");
  PieceSource source(text, 4'000);
  RowReader reader(source, {",", 3, 1}, nullptr);
  Row row;
  size_t plain = 0;
  while (reader.Next(row)) plain += row.plain ? 1 : 0;
  // The row that goes on from one filling of the buffer to the next need not be known to be.
  EXPECT_GT(plain, 19'900u);
}

TEST(RowReader, RowsWithSpacesOrQuotesOrLettersOfOthersAreTidy) {
  const std::string text =
      "a b,c,d\n\"a, b\",c,d\n\xC3\xA4 b,c,d\n a,c,d\na  b,c,d\n\"a\nb\",c,d\na\tb,c,d\na ,c,d\n";
  PieceSource source(text, 100);
  RowReader reader(source, {",", 3, 1}, nullptr);
  Row row;
  std::string known;
  while (reader.Next(row)) known.push_back(row.plain ? 'p' : row.tidy ? 't' : '-');
  EXPECT_EQ(known, "ppt-----");
}

TEST(RowReader, WithOneFieldAskedForNothingIsKnownOfTheOthers) {
  Row row;
  row.fields = {"a", "b"};
  row.plain = true;  // of another reader's row
  PieceSource source("\xC3\xA4,b\n", 100);
  RowReader reader(source, {.separator = ",", .columns = 2, .file = 1, .only_field = 1}, nullptr);
  ASSERT_TRUE(reader.Next(row));
  EXPECT_EQ(row.fields[1], "b");
  EXPECT_FALSE(row.plain);
}

TEST(RowReader, RefusesARowThatIsTooLong) {
  const std::string text(base::kObjectBytesMax + 1, 'a');
  for (const std::string& row : {text, absl::StrCat("\"", text), absl::StrCat("\"", text, "\"\n"),
                                 absl::StrCat(text, "\n"), absl::StrCat(text, text, text)}) {
    base::StringSource source(row);
    RowReader reader(source, {",", 2, 1}, nullptr);
    Row out;
    EXPECT_FALSE(reader.Next(out));
    EXPECT_FALSE(reader.Next(out));
    EXPECT_THAT(reader.status(), base::StatusIs(absl::StatusCode::kResourceExhausted));
  }
}

}  // namespace
}  // namespace tidemark::rde::csv
