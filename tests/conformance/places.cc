#include "tests/conformance/places.h"

#include <algorithm>

namespace tidemark::conformance {
namespace {

void Collect(Node& node, Node* parent, size_t index, std::vector<Place>& out) {
  if (!node.is_element()) return;
  out.push_back({&node, parent, index});
  for (size_t i = 0; i < node.children.size(); ++i) Collect(node.children[i], &node, i, out);
}

}  // namespace

std::vector<Place> Elements(Node& root) {
  std::vector<Place> places;
  Collect(root, nullptr, 0, places);
  return places;
}

std::vector<Place> Values(Node& root) {
  std::vector<Place> places = Elements(root);
  places.erase(std::remove_if(places.begin(), places.end(),
                              [](const Place& place) { return !place.node->is_value(); }),
               places.end());
  return places;
}

const Place& Pick(const std::vector<Place>& places, Dice& dice) {
  return places[dice.Below(places.size())];
}

bool IsAnyType(const Place& place) {
  if (place.parent == nullptr) return false;
  const absl::string_view local = LocalOf(place.node->name);
  const absl::string_view parent = LocalOf(place.parent->name);
  if (parent == "disclose") return local == "voice" || local == "fax" || local == "email";
  if (parent == "recipient") return local != "ours";
  return parent == "access" || parent == "purpose" || parent == "retention";
}

bool IsGlobal(const Place& place) {
  if (place.parent == nullptr) return true;
  const absl::string_view parent = LocalOf(place.parent->name);
  return parent == "contents" || parent == "deletes";
}

}  // namespace tidemark::conformance
