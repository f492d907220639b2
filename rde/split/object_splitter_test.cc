#include "rde/split/object_splitter.h"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/testing.h"
#include "rde/split/row_splitter.h"
#include "rde/split/split_testing.h"
#include "rde/split/xml_splitter.h"

namespace tidemark::rde {
namespace {

using base::kFrameObjectBytesMax;
using ::testing::ElementsAre;

std::vector<TextPiece> Split(absl::string_view file) { return SplitWhole<ObjectSplitter>(file); }

std::string SmallDeposit() {
  return "<?xml version=\"1.0\"?>\n<d:deposit a='>'>\n<d:deletes>\n"
         "<x:delete><x:name>a.test</x:name></x:delete>\n</d:deletes>\n<d:contents>\n"
         "<!-- <no> --><x:domain a='</x:domain>'>\n <x:name "
         "b=\"/>\">b</x:name><x:e/>\n</x:domain>\n"
         "<x:host/>\n<![CDATA[<no>]]><contents><a/></contents>\n</d:contents>\n</d:deposit>\n";
}

TEST(ObjectSplitter, EmptyFileHasNoPieces) { EXPECT_TRUE(Split("").empty()); }

TEST(ObjectSplitter, XmlIsCutWhateverStandsBeforeIt) {
  for (const absl::string_view start : {"", "\xef\xbb\xbf", " \r\n\t", "<?xml?>", "<!-- -->"}) {
    const std::string file = absl::StrCat(start, "<d><contents><a/></contents></d>");
    EXPECT_THAT(Split(file), ElementsAre(Gap(absl::StrCat(start, "<d><contents>")), Object("<a/>"),
                                         Gap("</contents></d>")));
  }
}

TEST(ObjectSplitter, WhatIsNeitherXmlNorTarIsOpaqueInPiecesOfTheLargestSize) {
  std::string utf16;
  for (const char c : SmallDeposit()) utf16.append({c, '\0'});
  std::string noise(200'000, '\0');
  std::mt19937_64 random(1);
  for (char& c : noise) c = static_cast<char>(random());
  noise[0] = '\x7f';
  for (const std::string& file :
       {utf16, absl::StrCat("\xff\xfe", utf16), std::string("a,b\n1,2\n"), std::string("<"),
        std::string("< a>"), std::string(600, ' '), noise}) {
    const std::vector<TextPiece> pieces = Split(file);
    for (size_t i = 0; i < pieces.size(); ++i) {
      EXPECT_EQ(pieces[i].first, PieceKind::kOpaque);
      const bool is_last = i + 1 == pieces.size();
      EXPECT_TRUE(is_last || pieces[i].second.size() == kFrameObjectBytesMax);
    }
  }
}

// Any bytes, read in any steps, give the same pieces, and these give the bytes back.
template <typename Splitter>
void CheckInRandomSteps(absl::string_view file, std::mt19937_64& random) {
  const std::vector<TextPiece> whole = SplitWhole<Splitter>(file);
  const size_t step_max = file.size() < 2000 && random() % 2 == 0 ? 9 : 100'000;
  CheckSameInSteps<Splitter>(file, whole, [&] { return random() % step_max; });
}

void CheckAllInRandomSteps(absl::string_view file, std::mt19937_64& random) {
  CheckInRandomSteps<ObjectSplitter>(file, random);
  CheckInRandomSteps<XmlSplitter>(file, random);
  CheckInRandomSteps<RowSplitter>(file, random);
}

TEST(ObjectSplitter, StepsOfEverySizeGiveTheSamePieces) {
  const std::string file = SmallDeposit();
  const std::vector<TextPiece> whole = Split(file);
  EXPECT_EQ(whole.size(), 9u);
  for (size_t step = 1; step <= file.size() + 1; ++step) {
    CheckSameInSteps<ObjectSplitter>(file, whole, [step] { return step; });
  }
}

TEST(ObjectSplitter, RandomBytesComeBack) {
  std::mt19937_64 random(20261122);
  constexpr absl::string_view kAlphabet = "<<<>>>/!-?[]'\"ab \n\0\xff";
  for (int round = 0; round < 3000; ++round) {
    std::string file(random() % 400, ' ');
    const bool is_markup = random() % 3 != 0;
    for (char& c : file) {
      c = is_markup ? kAlphabet[random() % kAlphabet.size()] : static_cast<char>(random());
    }
    if (random() % 2 == 0) file = absl::StrCat("<d><contents>", file);
    CheckAllInRandomSteps(file, random);
  }
}

TEST(ObjectSplitter, MutatedDepositsComeBack) {
  std::mt19937_64 random(8909);
  constexpr absl::string_view kTokens[] = {"<",   ">",         "</",  "/>", "<!--",
                                           "-->", "<![CDATA[", "]]>", "\"", "contents",
                                           "?>",  "<?",        "'",   "<a>"};
  for (int round = 0; round < 3000; ++round) {
    std::string file = SmallDeposit();
    for (uint64_t edits = random() % 6; edits > 0; --edits) {
      const size_t at = random() % file.size();
      switch (random() % 4) {
        case 0:
          file.erase(at, random() % 20);
          break;
        case 1:
          file.insert(at, std::string(kTokens[random() % std::size(kTokens)]));
          break;
        case 2:
          file[at] ^= static_cast<char>(1 << random() % 8);
          break;
        default:
          file.insert(at, std::string(random() % (2 * kFrameObjectBytesMax), "z \n"[random() % 3]));
          break;
      }
      if (file.empty()) file = "<";
    }
    CheckAllInRandomSteps(file, random);
  }
}

// Each is what some loop might begin anew for at every place. Quadratic time would be hours.
TEST(ObjectSplitter, HostileFilesTakeLinearTime) {
  constexpr size_t kBytes = 8 << 20;
  const std::string name(250, 'a');
  for (const std::string& unit :
       {std::string("<"), std::string("<a"), std::string("<a '"), std::string("<a>"),
        std::string("<!--"), std::string("<![CDATA["), std::string("<?"), std::string("<!"),
        std::string("</a "), absl::StrCat("</a", std::string(63, ' ')), std::string("]]"),
        absl::StrCat("<", name, ">"), absl::StrCat("</", name), std::string("</"),
        std::string("\""), std::string("\n"), std::string("x"), std::string("</contents >")}) {
    for (const absl::string_view start :
         {absl::string_view("<d>"), absl::string_view("<d><contents>"),
          absl::string_view("<d><contents><a>")}) {
      std::string file(start);
      file.reserve(kBytes + unit.size());
      while (file.size() < kBytes) file += unit;
      const std::vector<TextPiece> whole = Split(file);
      CheckSameInSteps<ObjectSplitter>(file, whole, [] { return 4096; });
    }
  }
}

TEST(ObjectSplitter, SharedDepositsAreCutAtTheirObjects) {
  const std::optional<std::string> shared = base::SharedDir();
  if (!shared.has_value()) GTEST_SKIP() << base::kNoSharedDir;
  std::FILE* in = std::fopen(
      absl::StrCat(*shared, "/testdata/example/example_2026-11-22_full_S1_R0.xml").c_str(), "rb");
  ASSERT_NE(in, nullptr);
  std::string file(2 << 20, '\0');
  file.resize(std::fread(file.data(), 1, file.size(), in));
  std::fclose(in);
  int objects = 0;
  for (const auto& [kind, bytes] : Split(file)) objects += kind == PieceKind::kObject ? 1 : 0;
  // The header's counts: 300 domains, 788 hosts, 900 contacts, 8 registrars, 1 set of EPP
  // parameters, 3 policies; and the header itself.
  EXPECT_EQ(objects, 2001);

  // Not a benchmark: prints what it saw, and fails only where something is badly wrong.
  std::vector<Piece> pieces;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) {
    pieces.clear();
    EXPECT_EQ(ObjectSplitter().Split(file, /*at_end=*/true, pieces), file.size());
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const double mb_per_second = 100.0 * static_cast<double>(file.size()) / took.count() / 1e6;
  RecordProperty("mb_per_second", absl::StrCat(mb_per_second));
  std::printf("split %.0f MB/s\n", mb_per_second);
}

}  // namespace
}  // namespace tidemark::rde
