#include "rde/split/row_splitter.h"

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/testing.h"
#include "rde/split/split_testing.h"

namespace tidemark::rde {
namespace {

using base::kFrameObjectBytesMax;
using ::testing::ElementsAre;

// The pieces, which are the same whole and in steps of a few sizes.
std::vector<TextPiece> Split(absl::string_view file) {
  std::vector<TextPiece> whole = SplitWhole<RowSplitter>(file);
  for (const size_t step : {size_t{777}, kFrameObjectBytesMax, kSplitBytesMin}) {
    CheckSameInSteps<RowSplitter>(file, whole, [step] { return step; });
  }
  for (size_t step = 1; file.size() < 1000 && step < file.size(); ++step) {
    CheckSameInSteps<RowSplitter>(file, whole, [step] { return step; });
  }
  return whole;
}

// One byte after the other.
std::vector<TextPiece> ObviousRows(absl::string_view file) {
  std::vector<TextPiece> rows;
  size_t start = 0;
  bool in_quotes = false;
  for (size_t at = 0; at < file.size(); ++at) {
    if (file[at] == '"') in_quotes = !in_quotes;
    if (file[at] != '\n' || in_quotes) continue;
    rows.push_back(Object(file.substr(start, at + 1 - start)));
    start = at + 1;
  }
  if (start == file.size()) return rows;
  const absl::string_view last = file.substr(start);
  rows.push_back(in_quotes ? Opaque(last) : Object(last));
  return rows;
}

TEST(RowSplitter, ARowIsAnObjectWithItsLineEnd) {
  EXPECT_THAT(Split("a,b\r\n1,2\n\n3,4"),
              ElementsAre(Object("a,b\r\n"), Object("1,2\n"), Object("\n"), Object("3,4")));
  EXPECT_TRUE(Split("").empty());
}

TEST(RowSplitter, LineEndsBetweenQuotesEndNoRow) {
  EXPECT_THAT(Split("\"a\n\"\"\n\",b\n\"c\"\n"),
              ElementsAre(Object("\"a\n\"\"\n\",b\n"), Object("\"c\"\n")));
}

TEST(RowSplitter, AQuoteThatStaysOpenAtTheEndIsOpaque) {
  EXPECT_THAT(Split("a\n\"b\nc\n"), ElementsAre(Object("a\n"), Opaque("\"b\nc\n")));
}

TEST(RowSplitter, RowsAroundTheLargestSizeEndWhereTheyEnd) {
  for (const size_t size :
       {kFrameObjectBytesMax - 1, kFrameObjectBytesMax, kFrameObjectBytesMax + 1,
        2 * kFrameObjectBytesMax, 2 * kFrameObjectBytesMax + 1}) {
    const std::string row = absl::StrCat(std::string(size - 1, 'x'), "\n");
    const std::string file = absl::StrCat("a\n", row, "b\n");
    const std::vector<TextPiece> pieces = Split(file);
    ASSERT_EQ(pieces.size(), (size - 1) / kFrameObjectBytesMax + 3);
    for (size_t i = 1; i + 1 < pieces.size(); ++i) {
      const bool is_whole = size <= kFrameObjectBytesMax;
      EXPECT_EQ(pieces[i].first, is_whole ? PieceKind::kObject : PieceKind::kOpaque);
    }
    EXPECT_EQ(pieces.back(), Object("b\n"));
  }
}

TEST(RowSplitter, AQuoteThatIsNeverClosedSpoilsOnePieceOnly) {
  std::string file = "a\"\n";
  for (int i = 0; i < 20'000; ++i) absl::StrAppend(&file, "0123456789\n");
  const std::vector<TextPiece> pieces = Split(file);
  EXPECT_EQ(pieces[0], Opaque(absl::string_view(file).substr(0, kFrameObjectBytesMax)));
  EXPECT_EQ(pieces[1].first, PieceKind::kOpaque);
  ASSERT_GT(pieces.size(), 14'000u);
  for (size_t i = 2; i < pieces.size(); ++i) ASSERT_EQ(pieces[i], Object("0123456789\n"));
}

TEST(RowSplitter, RandomRowsAreThoseOfTheObviousLoop) {
  std::mt19937_64 random(4180);
  for (int round = 0; round < 2000; ++round) {
    std::string file(random() % 1000, 'x');
    for (char& c : file) {
      if (random() % 8 == 0) c = "\n\",\r"[random() % 4];
    }
    const std::vector<TextPiece> whole = SplitWhole<RowSplitter>(file);
    ASSERT_EQ(whole, ObviousRows(file));
    CheckSameInSteps<RowSplitter>(file, whole, [&] { return random() % 150; });
  }
}

}  // namespace
}  // namespace tidemark::rde
