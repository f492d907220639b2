// Mutations of the text of values.
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/conformance/kinds.h"
#include "tests/conformance/places.h"

namespace tidemark::conformance {
namespace {

// An element with a value; of those whose name ends in one of `endings`, if there are any.
Node* PickValue(Node& root, Dice& dice, absl::Span<const absl::string_view> endings = {}) {
  std::vector<Place> places = Values(root);
  std::vector<Place> wanted;
  for (const Place& place : places) {
    for (const absl::string_view ending : endings) {
      const absl::string_view name = place.node->name;
      if (name.size() >= ending.size() && name.substr(name.size() - ending.size()) == ending) {
        wanted.push_back(place);
      }
    }
  }
  if (wanted.empty() && !endings.empty()) return nullptr;
  const std::vector<Place>& from = endings.empty() ? places : wanted;
  return from.empty() ? nullptr : Pick(from, dice).node;
}

bool Replace(Node& root, Dice& dice, absl::Span<const absl::string_view> values,
             absl::Span<const absl::string_view> endings) {
  Node* node = PickValue(root, dice, endings);
  if (node == nullptr) return false;
  node->SetText(Escaped(dice.Pick(values)));
  return true;
}

// Where the markup of a text may be cut: not inside a reference.
size_t PickCut(absl::string_view markup, Dice& dice) {
  size_t at = dice.Below(markup.size() + 1);
  const size_t reference = markup.rfind('&', at);
  if (reference != absl::string_view::npos && markup.find(';', reference) >= at) at = reference;
  while (at > 0 && at < markup.size() && (markup[at] & 0xC0) == 0x80) --at;
  return at;
}

bool Insert(Node& root, Dice& dice, absl::string_view markup) {
  Node* node = PickValue(root, dice);
  if (node == nullptr) return false;
  std::string text = node->Text();
  if (text.find('<') != std::string::npos) return false;
  text.insert(PickCut(text, dice), std::string(markup));
  node->SetText(text);
  return true;
}

}  // namespace

bool ReplaceValue(Node& root, Dice& dice) {
  Node* node = PickValue(root, dice);
  if (node == nullptr) return false;
  node->SetText(Escaped(AnyValue(dice)));
  return true;
}

bool ReplaceDate(Node& root, Dice& dice) {
  constexpr absl::string_view kEndings[] = {"Date", "watermark", "absolute", "relative"};
  return Replace(root, dice, Dates(), kEndings);
}

bool ReplaceNumber(Node& root, Dice& dice) {
  constexpr absl::string_view kEndings[] = {
      "count", "gurid", "keyTag", "alg", "digestType", "protocol", "flags", "Life", "r:registrar"};
  return Replace(root, dice, Numbers(), kEndings);
}

bool ReplaceUri(Node& root, Dice& dice) {
  constexpr absl::string_view kEndings[] = {"URI", "url", "urlPolicy"};
  return Replace(root, dice, Uris(), kEndings);
}

bool ReplaceBinary(Node& root, Dice& dice) {
  constexpr absl::string_view kEndings[] = {"digest", "pubKey"};
  return Replace(root, dice, Binaries(), kEndings);
}

bool PerturbValue(Node& root, Dice& dice) {
  Node* node = PickValue(root, dice);
  if (node == nullptr) return false;
  const std::string text = node->Text();
  // What is written with references would be spoiled by half of one.
  if (text.find_first_of("&<") != std::string::npos) return false;
  node->SetText(Escaped(Perturbed(text, dice)));
  return true;
}

// What \w of a pattern matches is a matter of the Unicode Character Database.
bool WordCharacter(Node& root, Dice& dice) {
  constexpr absl::string_view kEndings[] = {"roid"};
  Node* node = PickValue(root, dice, kEndings);
  if (node == nullptr) return false;
  std::string text = node->Text();
  const size_t at = dice.Below(text.size());
  text.replace(at, 1, Escaped(AnyCharacter(dice)));
  node->SetText(text);
  return true;
}

bool ExchangeValues(Node& root, Dice& dice) {
  Node* one = PickValue(root, dice);
  Node* other = PickValue(root, dice);
  if (one == nullptr || one == other) return false;
  std::swap(one->children, other->children);
  return true;
}

bool EmptyValue(Node& root, Dice& dice) {
  Node* node = PickValue(root, dice);
  if (node == nullptr) return false;
  constexpr absl::string_view kEmpty[] = {
      "", "", " ", "\n", "<!---->", "<![CDATA[]]>", "&#32;", "&#xA0;", "<?p?>"};
  node->SetText(dice.Pick(kEmpty));
  return true;
}

bool LengthOfValue(Node& root, Dice& dice) {
  Node* node = PickValue(root, dice);
  if (node == nullptr) return false;
  node->SetText(EdgeOfLength(dice));
  return true;
}

bool WhiteSpace(Node& root, Dice& dice) {
  constexpr absl::string_view kSpaces[] = {
      " ",     "  ",     "\t",   "\n",       "\r\n",         "\r",       "&#13;",
      "&#10;", "&#x20;", " \n ", "\xC2\xA0", "\xE3\x80\x80", "\xC2\x85", "\xE2\x80\xA8"};
  if (dice.OneIn(3)) return Insert(root, dice, dice.Pick(kSpaces));
  Node* node = PickValue(root, dice);
  if (node == nullptr) return false;
  const std::string text = node->Text();
  node->SetText(absl::StrCat(dice.Pick(kSpaces), text, dice.OneIn(2) ? dice.Pick(kSpaces) : ""));
  return true;
}

bool MarkupInValue(Node& root, Dice& dice) {
  constexpr absl::string_view kMarkup[] = {"<!-- comment -->",
                                           "<?instruction text?>",
                                           "<![CDATA[]]>",
                                           "<![CDATA[ ]]>",
                                           "<![CDATA[1]]>",
                                           "<![CDATA[<&]]>",
                                           "<!---->",
                                           "<!-- -- -->",
                                           "<!--->",
                                           "<?xml version=\"1.0\"?>",
                                           "<?XmL?>",
                                           "<?\?>",
                                           "<? p?>",
                                           "<b/>",
                                           "<rde:x/>",
                                           "]]>",
                                           "<![cdata[]]>",
                                           "<!-- \xC3\xA9 -->",
                                           "<!x>",
                                           "<?p ? > ?>",
                                           "<?p:q?>"};
  return Insert(root, dice, dice.Pick(kMarkup));
}

bool CharacterReference(Node& root, Dice& dice) {
  if (dice.OneIn(2)) {
    // A character of the value, written as a reference.
    Node* node = PickValue(root, dice);
    if (node == nullptr) return false;
    std::string text = node->Text();
    const size_t at = dice.Below(text.size());
    const auto c = static_cast<unsigned char>(text[at]);
    if (c >= 0x80 || text.find_first_of("&<") != std::string::npos) return false;
    const bool hex = dice.OneIn(2);
    text.replace(at, 1,
                 hex ? absl::StrCat("&#x", absl::Hex(c, absl::kZeroPad4), ";")
                     : absl::StrCat("&#", static_cast<int>(c), ";"));
    node->SetText(text);
    return true;
  }
  constexpr absl::string_view kReferences[] = {
      "&#65;",    "&#x41;",   "&#X41;",   "&#0;",           "&#1;",           "&#x1F;", "&#x7F;",
      "&#xD800;", "&#xFFFE;", "&#xFFFF;", "&#x110000;",     "&#99999999999;", "&#;",    "&#x;",
      "&#65",     "&#a;",     "&#x0041;", "&#00000000065;", "&# 65;",         "&#xE9;", "&#233;",
      "&#9;",     "&#38;",    "&#60;",    "&#xFFFD;",       "&#x4294967361;", "&#-1;",  "&#+65;"};
  return Insert(root, dice, dice.Pick(kReferences));
}

bool EntityReference(Node& root, Dice& dice) {
  constexpr absl::string_view kReferences[] = {
      "&amp;", "&lt;",     "&gt;", "&quot;", "&apos;", "&amp;amp;",   "&nbsp;",
      "&AMP;", "&;",       "&",    "& ",     "&amp",   "&lt ",        "&a.b;",
      "%amp;", "&amp;lt;", ">",    "'",      "\"",     "&apos;&apos;"};
  return Insert(root, dice, dice.Pick(kReferences));
}

}  // namespace tidemark::conformance
