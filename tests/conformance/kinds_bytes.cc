// Mutations of a document's bytes, most of them no longer XML.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/conformance/kinds.h"

namespace tidemark::conformance {
namespace {

// Where `wanted` stands for the `n`th time, counted from a random place; npos if nowhere.
size_t PickOf(const std::string& xml, absl::string_view wanted, Dice& dice) {
  const size_t from = dice.Below(xml.size());
  const size_t at = xml.find(std::string(wanted), from);
  return at == std::string::npos ? xml.find(std::string(wanted)) : at;
}

}  // namespace

// Other ways to write the same.
bool MarkupStyle(std::string& xml, Dice& dice) {
  struct Variant {
    absl::string_view from;
    absl::string_view to;
  };
  constexpr Variant kVariants[] = {
      {"/>", " />"},
      {"/>", "\n/>"},
      {"</", "<!--c--></"},
      {"=\"", " = \""},
      {"=\"", "=\n\""},
      {"\">", "\" >"},
      {" xmlns:", "\n\txmlns:"},
      {"><", "><"},
      {"\n", "\r\n"},
      {"encoding=\"UTF-8\"?>", "encoding='utf-8'?>"},
      {" encoding=\"UTF-8\"?>", "?>"},
      {"?>\n<", "?><!-- c --><?p?><"},
      {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", ""},
      {"<?xml version", "\xEF\xBB\xBF<?xml version"},
      {"encoding=\"UTF-8\"?>", "encoding=\"UTF-8\" standalone=\"yes\"?>"},
  };
  const Variant& variant = kVariants[dice.Below(std::size(kVariants))];
  const size_t at = PickOf(xml, variant.from, dice);
  if (at == std::string::npos) return false;
  // An empty element in an element that must be empty stays as it is.
  if (variant.from == "</" && xml[at - 1] != '>') return false;
  xml.replace(at, variant.from.size(), std::string(variant.to));
  return true;
}

bool SpoilByte(std::string& xml, Dice& dice) {
  const size_t at = dice.Below(xml.size());
  constexpr unsigned char kBytes[] = {0x00, 0x01, 0x08, 0x0B, 0x0C, 0x1F, 0x7F, 0x80, 0xBF, 0xC0,
                                      0xC1, 0xC3, 0xE2, 0xED, 0xF0, 0xF5, 0xFE, 0xFF, 'a',  ' ',
                                      '<',  '>',  '&',  '"',  '\'', '=',  '/',  ':',  '1',  '\n'};
  const char byte = static_cast<char>(kBytes[dice.Below(std::size(kBytes))]);
  switch (dice.Below(3)) {
    case 0:
      xml[at] = byte;
      return true;
    case 1:
      xml.insert(at, 1, byte);
      return true;
    default:
      xml.erase(at, 1 + dice.Below(3));
      return true;
  }
}

bool SpoilMarkup(std::string& xml, Dice& dice) {
  constexpr absl::string_view kWanted[] = {"<", ">", "</", "/>", "=\"", "\" ", ":", "?>", "<?xml"};
  constexpr absl::string_view kMarkup[] = {"<",
                                           ">",
                                           "</",
                                           "/>",
                                           "=",
                                           "\"",
                                           "'",
                                           " ",
                                           "<a>",
                                           "</a>",
                                           "<a/>",
                                           "<!--",
                                           "-->",
                                           "<![CDATA[",
                                           "]]>",
                                           "<?p",
                                           "?>",
                                           "&",
                                           ";",
                                           "<1/>",
                                           "<:a/>",
                                           "<a:/>",
                                           "<a:b:c/>",
                                           "<-/>",
                                           "< a/>",
                                           "<a b/>",
                                           "<a b=c/>",
                                           "<a b='c'd='e'/>",
                                           "<a/ >",
                                           "<a b='<'/>",
                                           "<a b='&'/>",
                                           "<a b='&#0;'/>",
                                           "</ a>",
                                           "<a\xC3\x97/>",
                                           "<\xC3\xA9/>",
                                           "<a b='\xFF'/>",
                                           "\xEF\xBF\xBE",
                                           "\xED\xA0\x80",
                                           "\xC0\x80",
                                           "\xF4\x90\x80\x80",
                                           "\xEF\xBF\xBF",
                                           "\xC2\x85",
                                           "<?xml version='1.0'?>",
                                           "x",
                                           "\n"};
  const absl::string_view wanted = dice.Pick(kWanted);
  size_t at = PickOf(xml, wanted, dice);
  if (at == std::string::npos) return false;
  if (dice.OneIn(2)) at += wanted.size();
  if (xml.compare(0, 5, "<?xml") == 0 && at > xml.find("1.0") && at <= xml.find("1.0") + 3) {
    return false;
  }
  xml.insert(at, std::string(dice.Pick(kMarkup)));
  return true;
}

bool Truncate(std::string& xml, Dice& dice) {
  // The last two bytes are the end of a tag and a line end that nobody would miss.
  xml.resize(dice.Below(xml.size() - 1));
  return true;
}

}  // namespace tidemark::conformance
