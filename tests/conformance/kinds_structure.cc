// Mutations of which elements stand where.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/conformance/kinds.h"
#include "tests/conformance/places.h"

namespace tidemark::conformance {
namespace {

std::vector<Place> AnyTypes(Node& root) {
  std::vector<Place> places = Elements(root);
  places.erase(std::remove_if(places.begin(), places.end(),
                              [](const Place& place) { return !IsAnyType(place); }),
               places.end());
  return places;
}

void InsertChild(Node& parent, Node child, Dice& dice) {
  const size_t at = dice.Below(parent.children.size() + 1);
  parent.children.insert(parent.children.begin() + static_cast<std::ptrdiff_t>(at),
                         std::move(child));
}

void Remove(const Place& place) {
  place.parent->children.erase(place.parent->children.begin() +
                               static_cast<std::ptrdiff_t>(place.index));
}

// Whether `inner` is `outer` or below it.
bool Holds(const Node& outer, const Node* inner) {
  if (&outer == inner) return true;
  return std::any_of(outer.children.begin(), outer.children.end(),
                     [inner](const Node& child) { return Holds(child, inner); });
}

}  // namespace

bool DropElement(Node& root, Dice& dice) {
  const Place place = Pick(Elements(root), dice);
  if (place.parent == nullptr) return false;
  Remove(place);
  return true;
}

bool RepeatElement(Node& root, Dice& dice) {
  const Place place = Pick(Elements(root), dice);
  if (place.parent == nullptr) return false;
  const Node copy = *place.node;
  // Up to the highest maxOccurs of RFC 9022, 11, and one more.
  const size_t copies = dice.OneIn(4) ? 1 + dice.Below(11) : 1;
  place.parent->children.insert(
      place.parent->children.begin() + static_cast<std::ptrdiff_t>(place.index), copies, copy);
  return true;
}

bool SwapSiblings(Node& root, Dice& dice) {
  Place place = Pick(Elements(root), dice);
  if (place.parent == nullptr) return false;
  std::vector<Node>& siblings = place.parent->children;
  const size_t other = dice.Below(siblings.size());
  if (other == place.index || !siblings[other].is_element()) return false;
  std::swap(siblings[other], siblings[place.index]);
  return true;
}

bool MoveElement(Node& root, Dice& dice) {
  const std::vector<Place> places = Elements(root);
  const Place from = Pick(places, dice);
  const Place anywhere = Pick(places, dice);
  if (from.parent == nullptr || (IsAnyType(anywhere) && IsGlobal(from))) return false;
  // To another place in the same element, or anywhere.
  Node& to = dice.OneIn(3) ? *from.parent : *anywhere.node;
  if (Holds(*from.node, &to)) return false;
  Node moved = *from.node;
  const bool inside = Holds(to, from.node);
  InsertChild(to, std::move(moved), dice);
  // Places outside of `to` still hold; inside, the original stays as a copy.
  if (!inside && dice.OneIn(2)) Remove(from);
  return true;
}

bool RenameElement(Node& root, Dice& dice) {
  const std::vector<Place> places = Elements(root);
  const Place place = Pick(places, dice);
  if (IsAnyType(place)) return false;
  const std::string prefix(PrefixOf(place.node->name));
  std::string local(LocalOf(place.node->name));
  constexpr absl::string_view kNames[] = {"content",
                                          "delete",
                                          "abstractDomain",
                                          "abstractHost",
                                          "abstractContact",
                                          "contents",
                                          "abstractNNDN",
                                          "abstractRegistrar",
                                          "header",
                                          "domain",
                                          "host",
                                          "abstractEppParams",
                                          "ext",
                                          "hostObj",
                                          "hostAttr",
                                          "roid",
                                          "trDate",
                                          "keyData",
                                          "dsData",
                                          "reseller",
                                          "ppsp",
                                          "registrar",
                                          "tld",
                                          "registrant",
                                          "name"};
  switch (dice.Below(4)) {
    case 0:
      local = std::string(dice.Pick(kNames));
      break;
    case 1:
      local = Perturbed(local, dice);
      // A name that is none is a matter of SpoilMarkup.
      if (!std::all_of(local.begin(), local.end(),
                       [](char c) { return c == '.' || c == '-' || isalnum(c) != 0; }) ||
          !isalpha(local[0])) {
        return false;
      }
      break;
    case 2:  // the name of a sibling
      if (place.parent == nullptr) return false;
      local = std::string(
          LocalOf(place.parent->children[dice.Below(place.parent->children.size())].name));
      break;
    default:
      place.node->name = Pick(places, dice).node->name;
      return true;
  }
  if (local.empty()) return false;
  place.node->name = prefix.empty() ? local : absl::StrCat(prefix, ":", local);
  return true;
}

bool StrayText(Node& root, Dice& dice) {
  const Place place = Pick(Elements(root), dice);
  if (place.node->is_value()) return false;
  constexpr absl::string_view kTexts[] = {
      "x",
      " ",
      "\n\t",
      "&#65;",
      "&#32;",
      "&#x9;",
      "0",
      "&amp;",
      "\xC2\xA0",
      "<!---->",
      "<?p?>",
      "<![CDATA[x]]>",
      " <!-- a --> ",
      "\xEF\xBB\xBF",
      "<!-- a --><?p x?>",
      "<!-- <a> & ]]> -->",
  };
  InsertChild(*place.node, TextNode(dice.Pick(kTexts)), dice);
  return true;
}

bool UnknownElement(Node& root, Dice& dice) {
  // Only where anything goes is it valid.
  const std::vector<Place> places = dice.OneIn(8) ? AnyTypes(root) : Elements(root);
  if (places.empty()) return false;
  const Place place = Pick(places, dice);
  constexpr absl::string_view kMarkup[] = {
      "<x:object xmlns:x=\"urn:example:extension-1.0\"><x:name>a</x:name></x:object>",
      "<object xmlns=\"\"/>",
      "<csv xmlns=\"urn:example:csv\"/>",
      "<x:a xmlns:x=\"urn:ietf:params:xml:ns:rdeDomain-1.1\"/>",
      "<x:domain xmlns:x=\"urn:ietf:params:xml:ns:rdedomain-1.0\"/>",
      "<x:annotation xmlns:x=\"http://www.w3.org/2001/XMLSchema\"/>",
      "<x:type xmlns:x=\"http://www.w3.org/2001/XMLSchema-instance\"/>",
  };
  InsertChild(*place.node, TextNode(dice.Pick(kMarkup)), dice);
  return true;
}

bool AnyContent(Node& root, Dice& dice) {
  const std::vector<Place> places = AnyTypes(root);
  if (places.empty()) return false;
  const Place place = Pick(places, dice);
  constexpr absl::string_view kMarkup[] = {
      "text",
      "\xF0\x9F\x98\x80 &#x10FFFF;",
      "<x:a xmlns:x=\"urn:example:a\" b=\"c\">d<x:e/></x:a>",
      "<a xmlns=\"\"><b/>text</a>",
      // Names that the schemas declare only inside of objects mean nothing here.
      "<x:name xmlns:x=\"urn:ietf:params:xml:ns:rdeDomain-1.0\"/>",
      "<x:trDate xmlns:x=\"urn:ietf:params:xml:ns:rdeHost-1.0\">never</x:trDate>",
      "<x:nothing xmlns:x=\"urn:ietf:params:xml:ns:epp-1.0\"><x:all/></x:nothing>",
      // Objects mean what they mean everywhere, and these are not good ones.
      "<x:domain xmlns:x=\"urn:ietf:params:xml:ns:rdeDomain-1.0\"/>",
      "<x:content xmlns:x=\"urn:ietf:params:xml:ns:rde-1.0\"/>",
      "<x:header xmlns:x=\"urn:ietf:params:xml:ns:rdeHeader-1.0\"/>",
      "<x:abstractHost xmlns:x=\"urn:ietf:params:xml:ns:rdeHost-1.0\"/>",
      "<x:epp xmlns:x=\"urn:ietf:params:xml:ns:epp-1.0\"/>",
      "<x:create xmlns:x=\"urn:ietf:params:xml:ns:domain-1.0\"/>",
      "<x:infData xmlns:x=\"urn:ietf:params:xml:ns:contact-1.0\">a</x:infData>",
  };
  if (dice.OneIn(4)) {
    constexpr absl::string_view kNames[] = {"a", "type", "flag", "xml:lang", "xml:space", "xml:id"};
    place.node->attributes.push_back({std::string(dice.Pick(kNames)), "default"});
  }
  InsertChild(*place.node, TextNode(dice.Pick(kMarkup)), dice);
  return true;
}

}  // namespace tidemark::conformance
