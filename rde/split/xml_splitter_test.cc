#include "rde/split/xml_splitter.h"

#include <random>
#include <string>
#include <utility>
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
  std::vector<TextPiece> whole = SplitWhole<XmlSplitter>(file);
  for (const size_t step : {size_t{777}, size_t{1000}, kFrameObjectBytesMax, kSplitBytesMin}) {
    CheckSameInSteps<XmlSplitter>(file, whole, [step] { return step; });
  }
  // Steps of a byte take too long where all is given again and again.
  for (size_t step = 1; file.size() < 1000 && step < file.size(); ++step) {
    CheckSameInSteps<XmlSplitter>(file, whole, [step] { return step; });
  }
  return whole;
}

// The objects in a section that has `body`.
std::vector<std::string> ObjectsIn(absl::string_view body) {
  const std::string file = absl::StrCat("<r:d><r:contents>", body, "</r:contents></r:d>");
  std::vector<std::string> objects;
  for (const auto& [kind, text] : Split(file)) {
    if (kind == PieceKind::kObject) objects.emplace_back(text);
  }
  return objects;
}

TEST(XmlSplitter, CutsExactlyAtObjects) {
  EXPECT_THAT(
      Split("<?xml version=\"1.0\"?>\n<d:deposit a='>'>\n<d:deletes>\n"
            "<x:delete><x:name>a.test</x:name></x:delete>\n</d:deletes>\n<d:contents>\n"
            "<!-- <no> --><x:domain>\n <x:name b=\"/>\">b.test</x:name><x:e/>\n</x:domain>\n"
            "<x:host/>\n<![CDATA[<no>]]><contents><a/></contents>\n</d:contents>\n</d:deposit>\n"),
      ElementsAre(Gap("<?xml version=\"1.0\"?>\n<d:deposit a='>'>\n<d:deletes>\n"),
                  Object("<x:delete><x:name>a.test</x:name></x:delete>"),
                  Gap("\n</d:deletes>\n<d:contents>\n<!-- <no> -->"),
                  Object("<x:domain>\n <x:name b=\"/>\">b.test</x:name><x:e/>\n</x:domain>"),
                  Gap("\n"), Object("<x:host/>"), Gap("\n<![CDATA[<no>]]>"),
                  Object("<contents><a/></contents>"), Gap("\n</d:contents>\n</d:deposit>\n")));
}

TEST(XmlSplitter, NothingButObjectsInOtherPlacesIsCut) {
  const std::string file = "<deposit><rdeMenu><objURI>u</objURI></rdeMenu></deposit>";
  EXPECT_THAT(Split(file), ElementsAre(Gap(file)));
}

TEST(XmlSplitter, ObjectsOfEveryPrefixAreCut) {
  EXPECT_THAT(Split("<a:deposit><b:contents><c:x/><y/><d:z></d:z></b:contents></a:deposit>"),
              ElementsAre(Gap("<a:deposit><b:contents>"), Object("<c:x/>"), Object("<y/>"),
                          Object("<d:z></d:z>"), Gap("</b:contents></a:deposit>")));
}

TEST(XmlSplitter, EmptySectionsHaveNoObjects) {
  EXPECT_THAT(Split("<d><deletes/><contents></contents></d>"),
              ElementsAre(Gap("<d><deletes/><contents></contents></d>")));
  EXPECT_THAT(Split("<d><deletes/><contents><a/></contents></d>"),
              ElementsAre(Gap("<d><deletes/><contents>"), Object("<a/>"), Gap("</contents></d>")));
}

TEST(XmlSplitter, AttributesOfAnObjectMayHoldAnything) {
  for (const std::string& object :
       {std::string("<x:o a='>' b=\"</x:o>\"><x:n/></x:o>"), std::string("<x:o a='/>'></x:o>"),
        std::string("<x:o a='\"' b=\"'>\"/>"), std::string("<x:o\n a='<x:o>'\t>t</x:o\r\n>"),
        absl::StrCat("<x:o a='", std::string(20'000, '>'), "'>t</x:o>")}) {
    EXPECT_THAT(ObjectsIn(absl::StrCat(object, "\n<p/>")), ElementsAre(object, "<p/>"));
  }
}

TEST(XmlSplitter, EndTagsMayHaveWhiteSpaceAndNamesThatBeginAlikeAreOthers) {
  const std::string spaced =
      absl::StrCat("<o>", "</ox></o-></o:></o<", "</o", std::string(64, ' '));
  EXPECT_THAT(ObjectsIn(absl::StrCat("<o></o \n>", spaced, "x></o>", "<p/>")),
              ElementsAre("<o></o \n>", absl::StrCat(spaced, "x></o>"), "<p/>"));
  const std::string most = absl::StrCat("<o></o", std::string(63, '\t'), ">");
  EXPECT_THAT(ObjectsIn(most), ElementsAre(most));
}

TEST(XmlSplitter, UnfinishedObjectIsOpaque) {
  EXPECT_THAT(Split("<d><contents><a><b>"), ElementsAre(Gap("<d><contents>"), Opaque("<a><b>")));
}

TEST(XmlSplitter, LongObjectGoesOutInOpaquePieces) {
  const std::string object =
      absl::StrCat("<a>", std::string(2 * kFrameObjectBytesMax, 'x'), "</a>");
  const std::string file = absl::StrCat("<d><contents>", object, "\n<b/>\n</contents></d>");
  const absl::string_view whole = object;
  EXPECT_THAT(Split(file),
              ElementsAre(Gap("<d><contents>"), Opaque(whole.substr(0, kFrameObjectBytesMax)),
                          Opaque(whole.substr(kFrameObjectBytesMax, kFrameObjectBytesMax)),
                          Opaque(whole.substr(2 * kFrameObjectBytesMax)), Gap("\n"), Object("<b/>"),
                          Gap("\n</contents></d>")));
}

// Wherever in the end tag the piece has to be cut.
TEST(XmlSplitter, ObjectsAroundTheLargestSizeEndWhereTheyEnd) {
  constexpr absl::string_view kEnd = "</a:long \n>";
  for (size_t over = 0; over <= kEnd.size() + 2; ++over) {
    const size_t size = kFrameObjectBytesMax + over;
    const std::string object =
        absl::StrCat("<a:long>", std::string(size - 8 - kEnd.size(), 'x'), kEnd);
    ASSERT_EQ(object.size(), size);
    const std::string file = absl::StrCat("<d><contents>", object, "<b/></contents></d>");
    const std::vector<TextPiece> pieces = Split(file);
    if (over == 0) {
      EXPECT_EQ(pieces[1], Object(object));
      EXPECT_EQ(pieces[2], Object("<b/>"));
    } else {
      EXPECT_EQ(pieces[1], Opaque(absl::string_view(object).substr(0, kFrameObjectBytesMax)));
      EXPECT_EQ(pieces[2], Opaque(absl::string_view(object).substr(kFrameObjectBytesMax)));
      EXPECT_EQ(pieces[3], Object("<b/>"));
    }
  }
}

TEST(XmlSplitter, LongGapsGoOutInOpaquePiecesUpToTheObject) {
  for (const size_t size : {kFrameObjectBytesMax - 1, kFrameObjectBytesMax,
                            kFrameObjectBytesMax + 1, 3 * kFrameObjectBytesMax}) {
    const std::string gap = absl::StrCat("<d><contents>", std::string(size - 13, ' '));
    const std::string file = absl::StrCat(gap, "<b>x</b>");
    const std::vector<TextPiece> pieces = Split(file);
    EXPECT_EQ(pieces.size(), (size - 1) / kFrameObjectBytesMax + 2);
    EXPECT_EQ(pieces[pieces.size() - 2].first, PieceKind::kGap);
    EXPECT_EQ(pieces.back(), Object("<b>x</b>"));
  }
}

// Deposits of random objects and gaps, some of them longer than a piece, as they were put together.
TEST(XmlSplitter, RandomDepositsAreCutWhereTheyWerePutTogether) {
  std::mt19937_64 random(9022);
  const auto one_of = [&](const std::vector<std::string>& texts) {
    return texts[random() % texts.size()];
  };
  const auto blanks = [&] {
    const size_t most = random() % 500 == 0 ? 3 * kFrameObjectBytesMax : 40;
    return std::string(random() % most, one_of({" ", "\n"})[0]);
  };
  for (int round = 0; round < 300; ++round) {
    std::string file = "<?xml?><r:deposit>";
    std::vector<std::string> want;
    for (const absl::string_view section : {"r:deletes", "contents"}) {
      absl::StrAppend(&file, "<", section, ">");
      for (uint64_t n = random() % 50; n > 0; --n) {
        absl::StrAppend(&file, blanks(), one_of({"", "<!-- <o> -->", "<?p <o> ?>", "]]>", ">"}));
        const std::string name = one_of({"o", "d:domain", "contents2", std::string(200, 'n')});
        std::string object = absl::StrCat("<", name, one_of({"", " a='/>'", "\tb=\"'>\""}));
        if (random() % 4 == 0) {
          absl::StrAppend(&object, "/>");
        } else {
          absl::StrAppend(&object, one_of({">", " >"}), blanks(), one_of({"", "<n>x</n>", "</oo>"}),
                          blanks(), "</", name, one_of({">", "\n >"}));
        }
        file += object;
        if (object.size() <= kFrameObjectBytesMax) want.push_back(std::move(object));
      }
      absl::StrAppend(&file, blanks(), "</", section, ">");
    }
    file += "</r:deposit>";
    const std::vector<TextPiece> whole = SplitWhole<XmlSplitter>(file);
    const size_t step_max = file.size() < 5000 ? 100 : 50'000;
    CheckSameInSteps<XmlSplitter>(file, whole, [&] { return random() % step_max; });
    std::vector<std::string> got;
    for (const auto& [kind, text] : whole) {
      if (kind == PieceKind::kObject) got.emplace_back(text);
    }
    ASSERT_TRUE(got == want) << "round " << round;
  }
}

// ---- Fooled --------------------------------------------------------------------------------

constexpr char kNext[] = "<o><n>1</n></o>";

TEST(XmlSplitter, AnEndTagInACommentOrCdataSpoilsOnlyItsObject) {
  for (const absl::string_view fooling :
       {"<!-- </o> -->", "<![CDATA[</o>]]>", "<![CDATA[</o> <!-- ]]>", "<![CDATA[</o> <? ]]>",
        "<![CDATA[</o> <p ' ]]>", "<![CDATA[</o> <p> ]]>", "<![CDATA[</o></r:x>]]>"}) {
    std::string body = absl::StrCat("<o>", fooling, "<n/></o>");
    // Some of what fools costs a mebibyte.
    for (int i = 0; i < 100'000; ++i) absl::StrAppend(&body, "\n", kNext);
    const std::vector<std::string> objects = ObjectsIn(body);
    EXPECT_GT(objects.size(), 28'000u) << fooling;
    for (size_t i = objects.size() - 28'000; i < objects.size(); ++i) ASSERT_EQ(objects[i], kNext);
  }
}

TEST(XmlSplitter, AnElementOfItsOwnNameSpoilsOnlyItsObject) {
  const std::string body = absl::StrCat("<o><o>1</o><p>2</p></o>", kNext);
  EXPECT_THAT(ObjectsIn(body), ElementsAre("<o><o>1</o>", "<p>2</p>", kNext));
}

TEST(XmlSplitter, ASectionThatSeemsToEndTooEarlyGoesOn) {
  EXPECT_THAT(Split("<d><contents><contents><contents>1</contents></contents><o/></contents></d>"),
              ElementsAre(Gap("<d><contents>"), Object("<contents><contents>1</contents>"),
                          Gap("</contents>"), Object("<o/>"), Gap("</contents></d>")));
}

TEST(XmlSplitter, StrayEndTagsInASectionAreNoStructure) {
  EXPECT_THAT(ObjectsIn("<o/></o></r:d></contents><o>1</o></q><contents><a/></contents>"),
              ElementsAre("<o/>", "<o>1</o>", "<contents><a/></contents>"));
}

TEST(XmlSplitter, AnObjectWithoutAnEndIsGivenUpWhereNoReaderTakesItEither) {
  std::string file = "<d><deletes><gone><n>1</n></deletes><contents>";
  for (int i = 0; i < 150'000; ++i) absl::StrAppend(&file, kNext);
  const std::vector<TextPiece> pieces = Split(file);
  size_t opaque_bytes = 0;
  for (const auto& [kind, text] : pieces)
    opaque_bytes += kind == PieceKind::kOpaque ? text.size() : 0;
  EXPECT_EQ(opaque_bytes, base::kObjectBytesMax);
  EXPECT_EQ(pieces.back(), Object(kNext));
}

TEST(XmlSplitter, MarkupWithoutAnEndIsText) {
  for (const absl::string_view open :
       {"<o a='", "<!--", "<![CDATA[", "<?", "<!DOCTYPE '", "</o '"}) {
    std::string body(open);
    for (int i = 0; i < 10'000; ++i) absl::StrAppend(&body, kNext);
    const std::vector<std::string> objects = ObjectsIn(body);
    // What was looked at for the end: half of a piece.
    EXPECT_GE(objects.size(), 10'000 - kFrameObjectBytesMax / 2 / (sizeof(kNext) - 1) - 2) << open;
    EXPECT_EQ(objects.back(), kNext);
  }
}

TEST(XmlSplitter, ADocumentTypeIsAGap) {
  EXPECT_THAT(Split("<!DOCTYPE d [<!ENTITY a '>'>]><d><contents><a/></contents></d>"),
              ElementsAre(Gap("<!DOCTYPE d [<!ENTITY a '>'>]><d><contents>"), Object("<a/>"),
                          Gap("</contents></d>")));
}

TEST(XmlSplitter, ANameThatIsTooLongBeginsNoObject) {
  const std::string longest(256, 'n');
  const std::string object = absl::StrCat("<", longest, ">t</", longest, ">");
  EXPECT_THAT(ObjectsIn(object), ElementsAre(object));
  EXPECT_THAT(ObjectsIn(absl::StrCat("<n", longest, "><o/></n", longest, "><p/>")),
              ElementsAre("<o/>", "<p/>"));
}

}  // namespace
}  // namespace tidemark::rde
