#include "rde/csv/row_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "base/testing.h"

namespace tidemark::rde::csv {
namespace {

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

Result ReadAll(absl::string_view text, std::string separator = ",", size_t piece = 1 << 20) {
  PieceSource source(text, piece);
  Result result;
  RowReader reader(source, std::move(separator), 3, [&](const Position& at, absl::string_view why) {
    result.flaws.push_back(absl::StrCat(at.line, ": ", why));
  });
  Row row;
  while (true) {
    const absl::StatusOr<bool> more = reader.Next(row);
    EXPECT_OK(more);
    if (!more.ok() || !*more) return result;
    EXPECT_EQ(row.at.file, 3);
    result.rows.push_back(
        absl::StrCat(row.at.line, ":", row.at.offset, " ", absl::StrJoin(row.fields, "|")));
  }
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

TEST(RowReader, RefusesARowWithoutEnd) {
  const std::string text(base::kObjectBytesMax + base::kCopyBufferBytes, 'a');
  for (const std::string& row : {text, absl::StrCat("\"", text)}) {
    base::StringSource source(row);
    RowReader reader(source, ",", 1, nullptr);
    Row out;
    EXPECT_THAT(reader.Next(out), base::StatusIs(absl::StatusCode::kResourceExhausted));
  }
}

}  // namespace
}  // namespace tidemark::rde::csv
