#include "rde/split/object_splitter.h"

#include <chrono>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/testing.h"

namespace tidemark::rde {
namespace {

using base::kFrameObjectBytesMax;
using Piece = std::pair<PieceKind, std::string>;
using ::testing::ElementsAre;

class Collector final : public PieceSink {
 public:
  absl::Status OnPiece(PieceKind kind, absl::string_view bytes) override {
    pieces.emplace_back(kind, std::string(bytes));
    return absl::OkStatus();
  }
  std::vector<Piece> pieces;
};

Piece Object(std::string bytes) { return {PieceKind::kObject, std::move(bytes)}; }
Piece Gap(std::string bytes) { return {PieceKind::kGap, std::move(bytes)}; }

std::vector<Piece> Split(absl::string_view file, size_t step) {
  Collector collector;
  ObjectSplitter splitter(collector);
  for (size_t at = 0; at < file.size(); at += step) {
    EXPECT_OK(splitter.Write(file.substr(at, step)));
  }
  EXPECT_OK(splitter.Close());
  return std::move(collector.pieces);
}

std::vector<Piece> Split(absl::string_view file) { return Split(file, file.size() + 1); }

void ExpectGivesBack(const std::vector<Piece>& pieces, absl::string_view file) {
  std::string whole;
  for (const auto& [kind, bytes] : pieces) {
    EXPECT_FALSE(bytes.empty());
    EXPECT_LE(bytes.size(), kFrameObjectBytesMax);
    absl::StrAppend(&whole, bytes);
  }
  EXPECT_TRUE(whole == file);
}

std::string SmallDeposit() {
  return "<?xml version=\"1.0\"?>\n<d:deposit a='>'>\n<d:deletes>\n"
         "<x:delete><x:name>a.test</x:name></x:delete>\n</d:deletes>\n<d:contents>\n"
         "<!-- <no> --><x:domain>\n <x:name b=\"/>\">b.test</x:name><x:e/>\n</x:domain>\n"
         "<x:host/>\n<![CDATA[<no>]]><contents><a/></contents>\n</d:contents>\n</d:deposit>\n";
}

TEST(ObjectSplitter, CutsExactlyAtObjects) {
  EXPECT_THAT(
      Split(SmallDeposit()),
      ElementsAre(Gap("<?xml version=\"1.0\"?>\n<d:deposit a='>'>\n<d:deletes>\n"),
                  Object("<x:delete><x:name>a.test</x:name></x:delete>"),
                  Gap("\n</d:deletes>\n<d:contents>\n<!-- <no> -->"),
                  Object("<x:domain>\n <x:name b=\"/>\">b.test</x:name><x:e/>\n</x:domain>"),
                  Gap("\n"), Object("<x:host/>"), Gap("\n<![CDATA[<no>]]>"),
                  Object("<contents><a/></contents>"), Gap("\n</d:contents>\n</d:deposit>\n")));
}

TEST(ObjectSplitter, EmptyFileHasNoPieces) { EXPECT_TRUE(Split("").empty()); }

TEST(ObjectSplitter, NothingButObjectsInOtherPlacesIsCut) {
  const std::string file = "<deposit><rdeMenu><objURI>u</objURI></rdeMenu></deposit>";
  EXPECT_THAT(Split(file), ElementsAre(Gap(file)));
}

TEST(ObjectSplitter, UnfinishedObjectIsOpaque) {
  EXPECT_THAT(Split("<d><contents><a><b>"),
              ElementsAre(Gap("<d><contents>"), Piece(PieceKind::kOpaque, "<a><b>")));
}

TEST(ObjectSplitter, LongObjectGoesOutInOpaquePieces) {
  const std::string object =
      absl::StrCat("<a>", std::string(2 * kFrameObjectBytesMax, 'x'), "</a>");
  const std::string file = absl::StrCat("<d><contents>", object, "\n<b/>\n</contents></d>");
  for (size_t step : {file.size(), size_t{1000}, size_t{65536}}) {
    const std::vector<Piece> pieces = Split(file, step);
    ASSERT_EQ(pieces.size(), 7u);
    EXPECT_EQ(pieces[1].first, PieceKind::kOpaque);
    EXPECT_EQ(pieces[1].second.size(), kFrameObjectBytesMax);
    EXPECT_EQ(pieces[3], Piece(PieceKind::kOpaque, object.substr(2 * kFrameObjectBytesMax)));
    EXPECT_EQ(pieces[5], Object("<b/>"));
    ExpectGivesBack(pieces, file);
  }
}

TEST(ObjectSplitter, ObjectOfTheLargestSizeStaysWhole) {
  const std::string object =
      absl::StrCat("<a>", std::string(kFrameObjectBytesMax - 7, 'x'), "</a>");
  ASSERT_EQ(object.size(), kFrameObjectBytesMax);
  const std::string file = absl::StrCat("<d><contents>", object, "</contents></d>");
  EXPECT_EQ(Split(file)[1], Object(object));
  EXPECT_EQ(Split(file, 1000)[1], Object(object));
}

TEST(ObjectSplitter, EndlessTagIsOpaque) {
  const std::string file =
      absl::StrCat("<d><contents><a b='", std::string(3 * kFrameObjectBytesMax, '>'), "'/><c/>");
  for (size_t step : {file.size(), size_t{777}}) {
    const std::vector<Piece> pieces = Split(file, step);
    ExpectGivesBack(pieces, file);
    for (const auto& [kind, bytes] : pieces) EXPECT_NE(kind, PieceKind::kObject);
  }
}

TEST(ObjectSplitter, TheSinksErrorLatches) {
  class Refusing final : public PieceSink {
    absl::Status OnPiece(PieceKind, absl::string_view) override {
      return absl::UnavailableError("no");
    }
  } sink;
  ObjectSplitter splitter(sink);
  EXPECT_THAT(splitter.Write(SmallDeposit()), base::StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(splitter.Close(), base::StatusIs(absl::StatusCode::kUnavailable));
}

// Any bytes, handed over in any way, give the same pieces, and these give the bytes back.
void ExpectSoundForAnyChunking(absl::string_view file, std::mt19937_64& random) {
  const std::vector<Piece> whole = Split(file);
  ExpectGivesBack(whole, file);
  Collector collector;
  ObjectSplitter splitter(collector);
  const size_t step_max = random() % 2 == 0 ? 9 : 100'000;
  for (size_t at = 0; at < file.size();) {
    const absl::string_view step = file.substr(at, 1 + random() % step_max);
    ASSERT_OK(splitter.Write(step));
    at += step.size();
  }
  ASSERT_OK(splitter.Close());
  ASSERT_TRUE(collector.pieces == whole);
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
    ExpectSoundForAnyChunking(file, random);
    if (HasFatalFailure()) FAIL() << "round " << round;
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
          file.insert(at, std::string(random() % (2 * kFrameObjectBytesMax), 'z'));
          break;
      }
      if (file.empty()) file = "<";
    }
    ExpectSoundForAnyChunking(file, random);
    if (HasFatalFailure()) FAIL() << "round " << round;
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
  const std::vector<Piece> pieces = Split(file);
  ExpectGivesBack(pieces, file);
  int objects = 0;
  for (const auto& [kind, bytes] : pieces) objects += kind == PieceKind::kObject ? 1 : 0;
  // The header's counts: 300 domains, 788 hosts, 900 contacts, 8 registrars, 1 set of EPP
  // parameters, 3 policies; and the header itself.
  EXPECT_EQ(objects, 2001);

  // Not a benchmark: prints what it saw, and fails only where something is badly wrong.
  class Counter final : public PieceSink {
   public:
    absl::Status OnPiece(PieceKind, absl::string_view bytes) override {
      total += bytes.size();
      return absl::OkStatus();
    }
    uint64_t total = 0;
  } counter;
  const auto start = std::chrono::steady_clock::now();
  ObjectSplitter splitter(counter);
  for (int i = 0; i < 100; ++i) ASSERT_OK(splitter.Write(file));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const double mb_per_second = 100.0 * static_cast<double>(file.size()) / took.count() / 1e6;
  RecordProperty("mb_per_second", absl::StrCat(mb_per_second));
  std::printf("split %.0f MB/s\n", mb_per_second);
  EXPECT_GT(counter.total, 0u);
}

}  // namespace
}  // namespace tidemark::rde
