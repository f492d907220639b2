// Our tokenizer against itself in other chunks, and against libxml2's on random documents.
#include <iterator>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/testing.h"
#include "rde/xml/event_log.h"
#include "rde/xml/libxml2_tokenizer.h"
#include "rde/xml/tokenizer.h"

namespace tidemark::rde::xml {
namespace {

TEST(OurTokenizer, ErrorsStandAtTheConstructsStartWhateverTheChunks) {
  for (const absl::string_view xml :
       {"<a>\n\n<b c='<'/></a>", "<a>\n\n</b>", "<a>\n\n&x;</a>", "<a>\n\n<!-- -- -->", "<a/>\n\nx",
        "<a>\n\n<b", "<a>\n\n<b:c/>", "\n\n\n<!DOCTYPE a>"}) {
    const EventLog whole = Tokenize(NewTokenizer, xml, 0);
    ASSERT_TRUE(whole.error.has_value()) << xml;
    for (size_t chunk_bytes = 1; chunk_bytes < 9; ++chunk_bytes) {
      const EventLog chunked = Tokenize(NewTokenizer, xml, chunk_bytes);
      ASSERT_TRUE(chunked.error.has_value());
      EXPECT_EQ(chunked.error->position.offset, whole.error->position.offset) << xml;
      EXPECT_EQ(chunked.error->position.line, whole.error->position.line) << xml;
      EXPECT_EQ(chunked.error->detail, whole.error->detail) << xml;
      EXPECT_EQ(chunked.events, whole.events) << xml;
    }
  }
}

// Documents put together at random from pieces that matter, most of them broken: the two must
// agree on the events before the end and on what kind of end it is.
TEST(OurTokenizer, AgreesWithLibxml2OnRandomDocuments) {
  constexpr absl::string_view kPieces[] = {"<a>",
                                           "</a>",
                                           "<b/>",
                                           "<a",
                                           ">",
                                           "/>",
                                           " ",
                                           "\n",
                                           "\r\n",
                                           "x",
                                           "b='1'",
                                           " c=\"2\"",
                                           "<!--",
                                           "-->",
                                           "-",
                                           "<![CDATA[",
                                           "]]>",
                                           "]",
                                           "<?p ",
                                           "?>",
                                           "<?xml version='1.0'?>",
                                           "&amp;",
                                           "&#65;",
                                           "&",
                                           ";",
                                           "xmlns='urn:known'",
                                           " xmlns:p='urn:p'",
                                           "<p:a>",
                                           "</p:a>",
                                           "p:",
                                           ":",
                                           "=",
                                           "'",
                                           "\"",
                                           "\u00E9",
                                           "\u4E2D",
                                           "\xC3",
                                           "\x01",
                                           "<a xmlns:p='urn:known'>",
                                           "<p:c p:d='e'/>",
                                           "<"};
  std::mt19937 random(20261122);  // NOLINT: a fixed seed
  for (int i = 0; i < 60'000; ++i) {
    std::string xml = random() % 4 == 0 ? "" : "<a xmlns:p='urn:p'>";
    const size_t pieces = random() % 12;
    for (size_t j = 0; j < pieces; ++j) {
      absl::StrAppend(&xml, kPieces[random() % std::size(kPieces)]);
    }
    if (random() % 2 == 0) xml += "</a>";
    const EventLog ours = Tokenize(NewTokenizer, xml, 1 + random() % 9);
    const EventLog theirs = Tokenize(NewLibxml2Tokenizer, xml, 0);
    ASSERT_EQ(ours.error.has_value(), theirs.error.has_value())
        << xml << "\nours: " << (ours.error ? ours.error->detail : "good")
        << "\ntheirs: " << (theirs.error ? theirs.error->detail : "good");
    if (!ours.error.has_value()) {
      // libxml2's push parser leaves carriage returns in CDATA sections.
      ASSERT_EQ(ours.events, absl::StrReplaceAll(theirs.events, {{"\\r\\n", "\\n"}})) << xml;
    } else {
      ASSERT_EQ(ours.error->kind, theirs.error->kind) << xml;
    }
  }
}

}  // namespace
}  // namespace tidemark::rde::xml
