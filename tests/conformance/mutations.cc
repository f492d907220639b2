#include "tests/conformance/mutations.h"

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "tests/conformance/kinds.h"

namespace tidemark::conformance {
namespace {

constexpr int kTries = 20;

constexpr Mutation kMutations[] = {
    // kinds_structure.cc
    {"DropElement", Verdicts::kBoth, DropElement, nullptr},
    {"RepeatElement", Verdicts::kBoth, RepeatElement, nullptr},
    {"SwapSiblings", Verdicts::kBoth, SwapSiblings, nullptr},
    {"MoveElement", Verdicts::kBoth, MoveElement, nullptr},
    {"RenameElement", Verdicts::kBoth, RenameElement, nullptr},
    {"StrayText", Verdicts::kBoth, StrayText, nullptr},
    {"UnknownElement", Verdicts::kBoth, UnknownElement, nullptr},
    {"AnyContent", Verdicts::kBoth, AnyContent, nullptr},
    // kinds_values.cc
    {"ReplaceValue", Verdicts::kBoth, ReplaceValue, nullptr},
    {"ReplaceDate", Verdicts::kBoth, ReplaceDate, nullptr},
    {"ReplaceNumber", Verdicts::kBoth, ReplaceNumber, nullptr},
    {"ReplaceUri", Verdicts::kBoth, ReplaceUri, nullptr},
    {"ReplaceBinary", Verdicts::kBoth, ReplaceBinary, nullptr},
    {"PerturbValue", Verdicts::kBoth, PerturbValue, nullptr},
    {"WordCharacter", Verdicts::kBoth, WordCharacter, nullptr},
    {"ExchangeValues", Verdicts::kBoth, ExchangeValues, nullptr},
    {"EmptyValue", Verdicts::kBoth, EmptyValue, nullptr},
    {"LengthOfValue", Verdicts::kBoth, LengthOfValue, nullptr},
    {"WhiteSpace", Verdicts::kBoth, WhiteSpace, nullptr},
    {"MarkupInValue", Verdicts::kBoth, MarkupInValue, nullptr},
    {"CharacterReference", Verdicts::kBoth, CharacterReference, nullptr},
    {"EntityReference", Verdicts::kBoth, EntityReference, nullptr},
    // kinds_attributes.cc
    {"AttributeValue", Verdicts::kBoth, AttributeValue, nullptr},
    {"PerturbAttribute", Verdicts::kBoth, PerturbAttribute, nullptr},
    {"DropAttribute", Verdicts::kBoth, DropAttribute, nullptr},
    {"AddAttribute", Verdicts::kBoth, AddAttribute, nullptr},
    {"DuplicateAttribute", Verdicts::kAllInvalid, DuplicateAttribute, nullptr},
    {"RenameAttribute", Verdicts::kBoth, RenameAttribute, nullptr},
    {"XsiType", Verdicts::kBoth, XsiType, nullptr},
    {"XsiNil", Verdicts::kAllInvalid, XsiNil, nullptr},
    {"XsiSchemaLocation", Verdicts::kBoth, XsiSchemaLocation, nullptr},
    // kinds_namespaces.cc
    {"RenamePrefix", Verdicts::kAllValid, RenamePrefix, nullptr},
    {"DefaultNamespace", Verdicts::kAllValid, DefaultNamespace, nullptr},
    {"ShadowNamespace", Verdicts::kBoth, ShadowNamespace, nullptr},
    {"OtherPrefix", Verdicts::kBoth, OtherPrefix, nullptr},
    {"NamespaceUri", Verdicts::kBoth, NamespaceUri, nullptr},
    {"BindPrefix", Verdicts::kBoth, BindPrefix, nullptr},
    // kinds_bytes.cc
    {"MarkupStyle", Verdicts::kAllValid, nullptr, MarkupStyle},
    {"SpoilByte", Verdicts::kBoth, nullptr, SpoilByte},
    {"SpoilMarkup", Verdicts::kBoth, nullptr, SpoilMarkup},
    {"Truncate", Verdicts::kAllInvalid, nullptr, Truncate},
};

// Calls `wrong` with the text after each start tag whose name ends in `ending`; true if it ever is.
bool AnyText(absl::string_view xml, absl::string_view ending, bool (*wrong)(absl::string_view)) {
  const std::string tag = absl::StrCat(ending, ">");
  for (size_t at = xml.find(tag); at != absl::string_view::npos; at = xml.find(tag, at + 1)) {
    const absl::string_view text = xml.substr(at + tag.size());
    if (wrong(text.substr(0, text.find('<')))) return true;
  }
  return false;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Where Xerces-C++ 3.2.4 departs from XML Schema 1.0 part 2, and the reader does not.
bool XercesErrs(absl::string_view xml) {
  // 3.2.7.1: at least one digit after the point of seconds.
  for (size_t i = 3; i + 1 < xml.size(); ++i) {
    if (xml[i] == '.' && xml[i - 3] == ':' && IsDigit(xml[i - 1]) && !IsDigit(xml[i + 1])) {
      return true;
    }
  }
  // 3.2.6.1: digits before each designator; PY is none.
  const auto bare_designator = [](absl::string_view text) {
    const size_t at = text.find_first_of("YMDHS");
    return at != absl::string_view::npos && (at == 0 || !IsDigit(text[at - 1]));
  };
  // 3.2.16: characters of base64 are ASCII; those of Latin Extended-A are taken for it.
  const auto not_ascii = [](absl::string_view text) {
    return absl::c_any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  };
  return AnyText(xml, "relative", bare_designator) || AnyText(xml, "pubKey", not_ascii);
}

}  // namespace

absl::Span<const Mutation> Mutations() { return kMutations; }

std::optional<std::string> Mutant(const Mutation& mutation, const Node& seed, Dice& dice) {
  for (int i = 0; i < kTries; ++i) {
    Node root = seed;
    if (mutation.change != nullptr && !mutation.change(root, dice)) continue;
    std::string xml = WriteTree(root);
    if (mutation.spoil != nullptr && !mutation.spoil(xml, dice)) continue;
    if (XercesErrs(xml)) continue;
    return xml;
  }
  return std::nullopt;
}

}  // namespace tidemark::conformance
