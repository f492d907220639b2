// What is read by prediction gives the events that the general way gives: documents in one piece
// against the same in single bytes, which only the general way reads, to a handler that does not
// want white space between elements.
#include <cstddef>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "rde/xml/tokenizer.h"

namespace tidemark::rde::xml {
namespace {

class Recorder final : public Handler {
 public:
  Recorder() { wants_blanks_ = false; }
  void OnStartElement(const StartElement& element) override {
    absl::StrAppend(&events, "<", element.name.local, ":", element.position.line, ":",
                    element.position.offset, "\n");
  }
  void OnEndElement() override { events += ">\n"; }
  void OnText(absl::string_view text) override {
    if (!absl::StripAsciiWhitespace(text).empty()) absl::StrAppend(&events, text, "\n");
  }
  void OnLeaf(const StartElement& element, absl::string_view text, TextForm form) override {
    ++leaves;
    if (form == TextForm::kTidy) ExpectTidy(text);
    Handler::OnLeaf(element, text, form);
  }

  std::string events;
  int leaves = 0;

 private:
  static void ExpectTidy(absl::string_view text) {
    EXPECT_EQ(absl::StripAsciiWhitespace(text), text);
    bool after_space = false;
    for (const char c : text) {
      EXPECT_GE(c, ' ') << text;
      EXPECT_FALSE(after_space && c == ' ') << text;
      after_space = c == ' ';
    }
  }
};

struct Reading {
  std::string events;
  std::string error;  // kind and place
  int leaves = 0;
};

Reading Read(absl::string_view xml, size_t piece_bytes) {
  Recorder recorder;
  const auto tokenizer = NewTokenizer(recorder, {});
  for (size_t at = 0; at < xml.size(); at += piece_bytes) {
    tokenizer->Write(xml.substr(at, piece_bytes));
  }
  tokenizer->Close();
  Reading reading{recorder.events, "", recorder.leaves};
  if (const std::optional<Error>& error = tokenizer->error()) {
    reading.error = absl::StrCat(static_cast<int>(error->kind), ":", error->position.line, ":",
                                 error->position.offset, " ", error->detail);
  }
  return reading;
}

// Returns the reading in one piece.
Reading ExpectSameEitherWay(absl::string_view xml) {
  const Reading usual = Read(xml, xml.size());
  const Reading general = Read(xml, 1);
  EXPECT_EQ(usual.events, general.events);
  EXPECT_EQ(usual.error, general.error);
  return usual;
}

// Nothing within so many bytes of the end is read by prediction.
const std::string kEnd(300, ' ');  // NOLINT: a string is easier to append

constexpr absl::string_view kObject =
    "  <object>\n    <section>\n      <content>some text</content>\n    </section>\n  </object>\n";

std::string Repeated(absl::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) absl::StrAppend(&result, text);
  return result;
}

TEST(UsualRun, IsThatOfTheGeneralWay) {
  const Reading reading =
      ExpectSameEitherWay(absl::StrCat("<all>\n", Repeated(kObject, 20), kEnd, "</all>"));
  EXPECT_EQ(reading.error, "");
  EXPECT_GT(reading.leaves, 15);
}

// The end tag that came the last time stands there, and another element is open.
TEST(UsualRun, TheEndTagThatWasExpectedOfAnotherElementIsAnError) {
  const Reading reading = ExpectSameEitherWay(absl::StrCat(
      "<all>\n", Repeated(kObject, 20),
      "  <other>\n    <section>\n      <content>some text</content>\n    </section>\n  </object>\n",
      kEnd, "</all>"));
  EXPECT_NE(reading.error, "");
}

// So many tags that those of open elements are forgotten, and others stand in their place.
TEST(UsualRun, ForgottenTagsOfOpenElementsEndAllTheSame) {
  std::string xml = "<all>\n";
  for (int round = 0; round < 3; ++round) {
    absl::StrAppend(&xml, Repeated(kObject, 4), "  <object>\n    <section>\n");
    for (int i = 0; i < 600; ++i) {
      absl::StrAppend(&xml, "      <content", round, "n", i, ">\n      </content", round, "n", i,
                      ">\n");
    }
    absl::StrAppend(&xml, "    </section>\n  </object>\n");
  }
  EXPECT_EQ(ExpectSameEitherWay(absl::StrCat(xml, kEnd, "</all>")).error, "");
  EXPECT_NE(ExpectSameEitherWay(absl::StrCat(xml, "  </object>\n", kEnd, "</all>")).error, "");
}

TEST(UsualRun, OfRandomPiecesIsThatOfTheGeneralWay) {
  const std::vector<std::string> pieces = {
      std::string(kObject),
      "  <object>\n",
      "  </object>\n",
      "    <section>\n",
      "    </section>\n",
      "      <content>some text</content>\n",
      "      <content> a  b </content>\n",
      "      <content>over the thirty-two bytes of the first look</content>\n",
      "      <content>thirty-one bytes and a space at </content>\n",
      "      <content>caf\xC3\xA9</content>\n",
      "      <content>&lt;</content>\n",
      "      <content>a\tb</content>\n",
      "      <content/>\n",
      "      <content type='x'></content>\n",
      "\n",
      "<!-- -->",
  };
  std::mt19937 random(20261126);  // NOLINT: a fixed seed
  int good = 0;
  for (int i = 0; i < 2000; ++i) {
    std::string xml = absl::StrCat("<all>\n", Repeated(kObject, 3));
    std::vector<std::string> open;
    for (size_t left = random() % 40; left > 0; --left) {
      std::string piece = pieces[random() % pieces.size()];
      // Mostly what ends is what is open.
      if (piece.find("</") == 2 || piece.find("</") == 4) {
        if (random() % 50 != 0) {
          if (open.empty()) continue;
          piece = open.back();
        }
        if (!open.empty()) open.pop_back();
      } else if (piece == pieces[1]) {
        open.push_back(pieces[2]);
      } else if (piece == pieces[3]) {
        open.push_back(pieces[4]);
      }
      xml += piece;
    }
    for (; !open.empty(); open.pop_back()) xml += open.back();
    if (ExpectSameEitherWay(absl::StrCat(xml, kEnd, "</all>")).error.empty()) ++good;
    ASSERT_FALSE(HasFailure()) << xml;
  }
  EXPECT_GT(good, 1000);
  EXPECT_LT(good, 2000);
}

}  // namespace
}  // namespace tidemark::rde::xml
