// Mutations of prefixes and of what they stand for.
#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/conformance/kinds.h"
#include "tests/conformance/places.h"

namespace tidemark::conformance {
namespace {

// The namespace that `prefix` stands for at the document's element; null if none.
const std::string* UriOf(const Node& root, absl::string_view prefix) {
  return root.Find(prefix.empty() ? std::string("xmlns") : absl::StrCat("xmlns:", prefix));
}

std::vector<Attribute*> Bindings(Node& root) {
  std::vector<Attribute*> found;
  for (Attribute& attribute : root.attributes) {
    if (absl::StartsWith(attribute.name, "xmlns")) found.push_back(&attribute);
  }
  return found;
}

bool HasOwnBindings(const Node& node) {
  if (std::any_of(node.attributes.begin(), node.attributes.end(),
                  [](const Attribute& one) { return absl::StartsWith(one.name, "xmlns"); })) {
    return true;
  }
  return std::any_of(node.children.begin(), node.children.end(), HasOwnBindings);
}

std::string Named(absl::string_view prefix, absl::string_view local) {
  return prefix.empty() ? std::string(local) : absl::StrCat(prefix, ":", local);
}

// Gives every name below `node` that has the prefix `from` the prefix `to`. An attribute without a
// prefix is in no namespace, so these stay.
void Reprefix(Node& node, absl::string_view from, absl::string_view to) {
  if (node.is_element() && PrefixOf(node.name) == from) node.name = Named(to, LocalOf(node.name));
  for (Node& child : node.children) Reprefix(child, from, to);
}

constexpr absl::string_view kPrefixes[] = {"p", "_", "rdeX", "\xC3\xA9t\xC3\xA9", "a.b-c", "P1"};

}  // namespace

bool RenamePrefix(Node& root, Dice& dice) {
  const std::string from(PrefixOf(Pick(Elements(root), dice).node->name));
  const std::string to(dice.Pick(kPrefixes));
  const std::string name = absl::StrCat("xmlns:", from);
  const auto binding = std::find_if(root.attributes.begin(), root.attributes.end(),
                                    [&name](const Attribute& one) { return one.name == name; });
  if (from.empty() || binding == root.attributes.end() || UriOf(root, to) != nullptr) return false;
  binding->name = absl::StrCat("xmlns:", to);
  Reprefix(root, from, to);
  return true;
}

bool DefaultNamespace(Node& root, Dice& dice) {
  const Place place = Pick(Elements(root), dice);
  const std::string prefix(PrefixOf(place.node->name));
  const std::string* uri = UriOf(root, prefix);
  if (prefix.empty() || uri == nullptr || HasOwnBindings(*place.node) != (place.node == &root)) {
    return false;
  }
  if (place.node == &root && root.Find("xmlns") != nullptr) return false;
  const Attribute binding{"xmlns", *uri};
  Reprefix(*place.node, prefix, "");
  place.node->attributes.push_back(binding);
  return true;
}

// A prefix that stands for something else from here on.
bool ShadowNamespace(Node& root, Dice& dice) {
  const Place place = Pick(Elements(root), dice);
  const std::vector<Attribute*> bindings = Bindings(root);
  const Attribute& one = *bindings[dice.Below(bindings.size())];
  if (place.node->Find(one.name) != nullptr) return false;
  place.node->attributes.push_back({one.name, bindings[dice.Below(bindings.size())]->value});
  return true;
}

bool OtherPrefix(Node& root, Dice& dice) {
  const Place place = Pick(Elements(root), dice);
  const std::vector<Attribute*> bindings = Bindings(root);
  std::string prefix(LocalOf(bindings[dice.Below(bindings.size())]->name));
  if (dice.OneIn(6)) prefix = "unbound";
  if (dice.OneIn(6) || prefix == "xmlns") prefix = "";
  place.node->name = Named(prefix, LocalOf(place.node->name));
  return true;
}

bool NamespaceUri(Node& root, Dice& dice) {
  const std::vector<Attribute*> bindings = Bindings(root);
  Attribute& one = *bindings[dice.Below(bindings.size())];
  constexpr absl::string_view kUris[] = {"urn:example:x",
                                         "",
                                         "urn:ietf:params:xml:ns:rde-1.0",
                                         "http://www.w3.org/2001/XMLSchema-instance",
                                         "http://www.w3.org/XML/1998/namespace",
                                         "http://www.w3.org/2000/xmlns/",
                                         "%",
                                         " "};
  if (dice.OneIn(2)) {
    one.value = std::string(dice.Pick(kUris));
  } else if (dice.OneIn(2)) {
    one.value = bindings[dice.Below(bindings.size())]->value;
  } else {
    one.value = Escaped(Perturbed(one.value, dice));
  }
  return true;
}

// A binding that nothing may need.
bool BindPrefix(Node& root, Dice& dice) {
  const Place place = Pick(Elements(root), dice);
  constexpr absl::string_view kBindings[][2] = {
      {"xmlns:q", "urn:example:q"},
      {"xmlns:q", ""},
      {"xmlns:q", "a b"},
      {"xmlns:xml", "http://www.w3.org/XML/1998/namespace"},
      {"xmlns:xml", "urn:x"},
      {"xmlns:q", "http://www.w3.org/XML/1998/namespace"},
      {"xmlns:xmlns", "http://www.w3.org/2000/xmlns/"},
      {"xmlns:xmlns", "urn:x"},
      {"xmlns:q", "http://www.w3.org/2000/xmlns/"},
      {"xmlns", "http://www.w3.org/2000/xmlns/"},
      {"xmlns", "http://www.w3.org/XML/1998/namespace"},
      {"xmlns", "urn:example:q"},
      {"xmlns", ""},
      {"xmlns:", "urn:x"},
      {"xmlns:1", "urn:x"},
      {"xmlns:a:b", "urn:x"},
      {"XMLNS:q", "urn:x"},
      {"xmlns:q", "urn:ietf:params:xml:ns:rde-1.0"},
      {"xmlns:xmlq", "urn:x"},
      {"xmlns:XML", "urn:x"},
      {"xmlnsq", "urn:x"},
  };
  const auto& binding = kBindings[dice.Below(std::size(kBindings))];
  if (place.node->Find(binding[0]) != nullptr) return false;
  place.node->attributes.push_back({std::string(binding[0]), std::string(binding[1])});
  return true;
}

}  // namespace tidemark::conformance
