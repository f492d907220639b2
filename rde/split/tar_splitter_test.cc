#include "rde/split/tar_splitter.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/testing.h"
#include "rde/split/object_splitter.h"
#include "rde/split/split_testing.h"

namespace tidemark::rde {
namespace {

using base::kFrameObjectBytesMax;
using ::testing::ElementsAre;

constexpr char kXml[] = "<d><contents><a>1</a></contents></d>";
constexpr char kRows[] = "1,2\n\"3\n\",4\n";

void SetChecksum(std::string& header) {
  header.replace(148, 8, "        ");
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  header.replace(148, 8, absl::StrFormat("%06o", sum) + std::string("\0 ", 2));
}

std::string Header(absl::string_view name, char type, absl::string_view size_field) {
  std::string header(kTarBlockBytes, '\0');
  header.replace(0, name.size(), std::string(name));
  header.replace(124, size_field.size(), std::string(size_field));
  header[156] = type;
  header.replace(257, 8, std::string("ustar\00000", 8));
  SetChecksum(header);
  return header;
}

std::string Octal(uint64_t value) { return absl::StrFormat("%011o", value); }

std::string Padded(absl::string_view bytes) {
  std::string out(bytes);
  out.resize((out.size() + kTarBlockBytes - 1) / kTarBlockBytes * kTarBlockBytes);
  return out;
}

std::string Member(absl::string_view name, absl::string_view bytes, char type = '0') {
  return absl::StrCat(Header(name, type, Octal(bytes.size())), Padded(bytes));
}

std::string End() { return std::string(2 * kTarBlockBytes, '\0'); }

std::vector<TextPiece> Split(absl::string_view file) {
  std::vector<TextPiece> whole = SplitWhole<ObjectSplitter>(file);
  for (const size_t step : {size_t{1}, size_t{511}, size_t{512}, size_t{513}, size_t{100'000}}) {
    if (file.size() / step > 20'000) continue;
    CheckSameInSteps<ObjectSplitter>(file, whole, [step] { return step; });
  }
  return whole;
}

// Objects, and opaque pieces with a '!' before them.
std::vector<std::string> ObjectsOf(absl::string_view file) {
  std::vector<std::string> objects;
  for (const auto& [kind, text] : Split(file)) {
    if (kind == PieceKind::kGap) continue;
    if (text == End()) continue;
    objects.push_back(absl::StrCat(kind == PieceKind::kOpaque ? "!" : "", text));
  }
  return objects;
}

TEST(TarSplitter, EachMemberIsCutAsWhatItIs) {
  const std::string file =
      absl::StrCat(Member("a.xml", kXml), Member("empty.csv", ""), Member("b.csv", kRows),
                   Member("c.csv.gz", "c\nc\n"), End());
  const absl::string_view all = file;
  const size_t xml = sizeof(kXml) - 1;
  const size_t rows = sizeof(kRows) - 1;
  EXPECT_THAT(Split(file),
              ElementsAre(Gap(all.substr(0, 512)), Gap("<d><contents>"), Object("<a>1</a>"),
                          Gap("</contents></d>"), Gap(all.substr(512 + xml, 512 - xml)),
                          Gap(all.substr(1024, 512)), Gap(all.substr(1536, 512)), Object("1,2\n"),
                          Object("\"3\n\",4\n"), Gap(all.substr(2048 + rows, 512 - rows)),
                          Gap(all.substr(2560, 512)), Opaque("c\nc\n"),
                          Gap(all.substr(3072 + 4, 508)), Opaque(End())));
}

TEST(TarSplitter, OtherFilesAreCutFromTheirStart) {
  const std::string picture = std::string(kFrameObjectBytesMax, 'p') + "rest";
  EXPECT_THAT(ObjectsOf(absl::StrCat(Member("x", "y"), Member("p.png", picture), End())),
              ElementsAre("!y", "!" + picture.substr(0, kFrameObjectBytesMax), "!rest"));
}

TEST(TarSplitter, TheLastRowOfAMemberIsAnObjectWithoutItsLineEnd) {
  EXPECT_THAT(ObjectsOf(absl::StrCat(Member("a.csv", "1\n2"), Member("b.csv", "3"), End())),
              ElementsAre("1\n", "2", "3"));
}

TEST(TarSplitter, AMemberCutOffInAnObjectDoesNotReachIntoTheNext) {
  EXPECT_THAT(ObjectsOf(absl::StrCat(Member("a.xml", "<d><contents><a>"), Member("b.csv", "\"1\n"),
                                     Member("c.csv", "2\n"), End())),
              ElementsAre("!<a>", "!\"1\n", "2\n"));
}

TEST(TarSplitter, SizesInBase256AreTaken) {
  std::string size_field(12, '\0');
  size_field[0] = '\x80';
  size_field[11] = 4;
  EXPECT_THAT(ObjectsOf(absl::StrCat(Header("a.csv", '0', size_field), Padded("1\n2\n"), End())),
              ElementsAre("1\n", "2\n"));
}

TEST(TarSplitter, PaxNamesAndSizesCountForTheNextMemberOnly) {
  const std::string pax = Member("pax", "17 path=long.csv\n9 size=4\n", 'x');
  EXPECT_THAT(ObjectsOf(absl::StrCat(pax, Header("long.bin", '0', Octal(0)), Padded("1\n2\n"),
                                     Member("long.bin", "3\n"), End())),
              ElementsAre("1\n", "2\n", "!3\n"));
}

TEST(TarSplitter, GnusLongNamesDecideWhatAMemberIs) {
  const std::string name = absl::StrCat(std::string(150, 'n'), ".csv", std::string(1, '\0'));
  EXPECT_THAT(ObjectsOf(absl::StrCat(Member("././@LongLink", name, 'L'),
                                     Member(name.substr(0, 100), "1\n2\n"), End())),
              ElementsAre("1\n", "2\n"));
}

TEST(TarSplitter, LinksAndDirectoriesAreGaps) {
  EXPECT_THAT(ObjectsOf(absl::StrCat(Member("d/", "", '5'), Member("l.csv", "", '2'),
                                     Member("d/a.csv", "1\n2\n"), End())),
              ElementsAre("1\n", "2\n"));
}

// From there on it is not known where members stand.
TEST(TarSplitter, WhatIsNoPlainHeaderMakesTheRestOpaque) {
  std::string wrong_sum = Header("b.csv", '0', Octal(4));
  wrong_sum[0] = 'c';
  std::string negative(12, '\xff');
  std::string huge(12, '\xff');
  huge[0] = '\x80';
  std::string no_magic = Header("b.csv", '0', Octal(4));
  no_magic[257] = 'x';
  SetChecksum(no_magic);
  for (const std::string& header :
       {wrong_sum, no_magic, Header("b.csv", '0', negative), Header("b.csv", '0', huge),
        Header("b.csv", '0', "0000000000x"), Header("b.csv", '0', ""),
        Header("b.csv", '5', Octal(4)), Header("b.csv", 'S', Octal(4)),
        Header("b.csv", 'x', Octal(4)), Header("b.csv", 'x', Octal(1 << 20)),
        Member("pax", "10 size=4\n", 'g'), Member("pax", "12 size=abc\n", 'x')}) {
    const std::string rest = absl::StrCat(header, Padded("1\n2\n"), End());
    const std::string file = absl::StrCat(Member("a.csv", "0\n"), rest);
    const std::vector<TextPiece> pieces = Split(file);
    EXPECT_EQ(pieces[1], Object("0\n"));
    EXPECT_EQ(pieces.back().first, PieceKind::kOpaque);
    EXPECT_TRUE(absl::EndsWith(pieces.back().second, absl::StrCat(Padded("1\n2\n"), End())));
    for (size_t i = 3; i < pieces.size(); ++i) EXPECT_NE(pieces[i].first, PieceKind::kObject);
  }
}

TEST(TarSplitter, ATarCutAnywhereComesBack) {
  const std::string file =
      absl::StrCat(Member("pax", "17 path=long.csv\n", 'x'), Member("l.bin", kRows),
                   Member("a.xml", kXml), Member("b.bin", std::string(600, 'b')), End());
  for (size_t size = 0; size <= file.size(); ++size) {
    const absl::string_view cut = absl::string_view(file).substr(0, size);
    const std::vector<TextPiece> whole = SplitWhole<ObjectSplitter>(cut);
    for (const size_t step : {size_t{1}, size_t{300}, size_t{512}, size_t{1100}}) {
      CheckSameInSteps<ObjectSplitter>(cut, whole, [step] { return step; });
    }
  }
}

// Headers with right checksums, so that whatever else is wrong in them is read.
TEST(TarSplitter, RandomTarsComeBackInAnySteps) {
  std::mt19937_64 random(1003);
  constexpr absl::string_view kTypes("00000xxgLKS1257\0z", 17);
  const std::vector<std::string> names = {"a.xml", "b.csv", "c"};
  const std::vector<std::string> bodies = {kXml,
                                           kRows,
                                           "9 size=4\n",
                                           "17 path=long.csv\n",
                                           "",
                                           "18 size=100000000\n",
                                           std::string(150'000, '\n')};
  for (int round = 0; round < 2000; ++round) {
    std::string file = Member("first", "");
    for (uint64_t n = random() % 8; n > 0; --n) {
      const std::string& body = bodies[random() % (random() % 8 == 0 ? 7 : 6)];
      const uint64_t size = random() % 6 == 0 ? random() % 2000 : body.size();
      absl::StrAppend(&file,
                      Header(names[random() % 3], kTypes[random() % kTypes.size()], Octal(size)),
                      random() % 6 == 0 ? body : Padded(body));
    }
    if (random() % 2 == 0) file += End();
    if (random() % 4 == 0) file.resize(random() % file.size() + 1);
    const std::vector<TextPiece> whole = SplitWhole<ObjectSplitter>(file);
    const size_t step_max = file.size() < 20'000 ? 700 : 100'000;
    CheckSameInSteps<ObjectSplitter>(file, whole, [&] { return random() % step_max; });
  }
}

// Files of GNU tar, each with a.xml of two objects and b.csv of three rows, in a folder whose name
// takes what the format has for long ones.
TEST(TarSplitter, TarsOfOtherProgramsAreCut) {
  for (const absl::string_view format : {"gnu", "pax"}) {
    ASSERT_OK_AND_ASSIGN(const std::string file, base::ReadSmallFile(absl::StrCat(
                                                     "rde/split/testdata/fuzz/", format, ".tar")));
    int objects = 0;
    for (const auto& [kind, text] : Split(file)) objects += kind == PieceKind::kObject ? 1 : 0;
    EXPECT_EQ(objects, 5) << format;
  }
}

}  // namespace
}  // namespace tidemark::rde
